//! `carafe batch` and `carafe profiles import` with files, signals and pipes. `tests/cli/batch.md` shows what they print.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

const TEMPLATE: &str = "{ \"n\": {{ n }},\n  \"text\": \"{{ text }}\" }";

fn carafe(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_carafe"));
    command.args(arguments).current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).env("NO_COLOR", "1");
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    carafe(folder, arguments).output().unwrap()
}

fn batch<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["batch", "t.json.liquid", "--dialect", "liquid"], more].concat()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// A folder of this test's own with a template and `count` rows, of which every hundredth fails.
fn folder(name: &str, count: usize) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("batch").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("t.json.liquid"), TEMPLATE).unwrap();
    let row = |n: usize| {
        let text = ["some text of a row", "\\u00fc", "\\\\n"][n % 3];
        let n = if n % 100 == 7 { "[".to_owned() } else { n.to_string() };
        format!("{{\"n\": {n}, \"text\": \"{text}\"}}\n")
    };
    fs::write(folder.join("rows.ndjson"), (1..=count).map(row).collect::<String>()).unwrap();
    folder
}

fn uncompressed(path: &Path) -> String {
    let file = File::open(path).unwrap();
    let mut text = String::new();
    match path.extension().unwrap().to_str().unwrap() {
        "gz" => flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text),
        "zst" => zstd::stream::read::Decoder::new(file).unwrap().read_to_string(&mut text),
        _ => (&file).read_to_string(&mut text),
    }
    .unwrap();
    text
}

#[test]
fn a_run_that_was_cut_off_anywhere_goes_on_as_if_it_had_not_been() {
    let folder = folder("resume", 1000);
    for (ending, form) in
        [("ndjson", "bodies"), ("ndjson", "full"), ("ndjson.gz", "bodies"), ("ndjson.zst", "bodies")]
    {
        let (whole, cut) = (format!("whole-{form}.{ending}"), format!("cut-{form}.{ending}"));
        let first = batch(&[
            "--rows",
            "rows.ndjson",
            "-o",
            &whole,
            "--rejects",
            "whole.rejects",
            "--format",
            form,
            "--force",
        ]);
        let first = run(&folder, &first);
        assert_eq!(first.status.code(), Some(1), "{}", text(&first.stderr));
        let (bytes, rejects) =
            (fs::read(folder.join(&whole)).unwrap(), fs::read(folder.join("whole.rejects")).unwrap());
        assert_eq!(rejects.iter().filter(|byte| **byte == b'\n').count(), 10);
        // Rejects are written before bodies, so that there may be too many, but never too few.
        let cuts =
            [(0, 0), (1, 100), (bytes.len() / 2, rejects.len()), (bytes.len() / 2 + 9, rejects.len() - 5)];
        for (length, of_rejects) in
            cuts.into_iter().chain([(bytes.len() - 1, rejects.len()), (bytes.len(), rejects.len())])
        {
            fs::write(folder.join(&cut), &bytes[..length]).unwrap();
            fs::write(folder.join("cut.rejects"), &rejects[..of_rejects]).unwrap();
            let second = batch(&[
                "--rows",
                "rows.ndjson",
                "-o",
                &cut,
                "--rejects",
                "cut.rejects",
                "--format",
                form,
                "--resume",
            ]);
            let second = run(&folder, &second);
            assert!(matches!(second.status.code(), Some(0 | 1)), "{}", text(&second.stderr));
            assert!(
                uncompressed(&folder.join(&cut)) == uncompressed(&folder.join(&whole)),
                "{cut}, cut at {length}: {}",
                text(&second.stderr)
            );
            assert!(fs::read(folder.join("cut.rejects")).unwrap() == rejects, "{cut}, cut at {length}");
        }
    }
    assert_eq!(
        uncompressed(&folder.join("whole-bodies.ndjson")).lines().nth(2),
        Some(r#"{"n":3,"text":"some text of a row"}"#)
    );
    // Without a file to go on with there is nothing to pass over.
    let fresh = run(&folder, &batch(&["--rows", "rows.ndjson", "-o", "fresh.ndjson", "--resume"]));
    assert_eq!(fresh.status.code(), Some(1));
    assert_eq!(uncompressed(&folder.join("fresh.ndjson")), uncompressed(&folder.join("whole-bodies.ndjson")));
}

#[test]
fn a_file_that_is_damaged_is_not_gone_on_with() {
    let folder = folder("damaged", 10);
    for name in ["bodies.ndjson.gz", "bodies.ndjson.zst"] {
        fs::write(folder.join(name), "no compressed file at all, and nobody's but the user's").unwrap();
        let refused = run(&folder, &batch(&["--rows", "rows.ndjson", "-o", name, "--resume"]));
        assert_eq!(refused.status.code(), Some(2), "{}", text(&refused.stderr));
        assert!(text(&refused.stderr).contains("cannot be gone on with"), "{}", text(&refused.stderr));
        assert!(fs::read_to_string(folder.join(name)).unwrap().starts_with("no compressed"));
    }
}

#[test]
fn compressed_rows_are_read() {
    let folder = folder("compressed", 3000);
    let plain = run(&folder, &batch(&["--rows", "rows.ndjson"]));
    let rows = fs::read(folder.join("rows.ndjson")).unwrap();
    let (first, second) = rows.split_at(rows.len() / 3);
    let mut gzip = Vec::new();
    let mut zstd = Vec::new();
    for part in [first, second] {
        let mut member = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        member.write_all(part).unwrap();
        gzip.extend(member.finish().unwrap());
        zstd.extend(zstd::encode_all(part, 1).unwrap());
    }
    fs::write(folder.join("rows.gz"), gzip).unwrap();
    fs::write(folder.join("rows.ZST"), &zstd).unwrap();
    for name in ["rows.gz", "rows.ZST"] {
        let read = run(&folder, &batch(&["--rows", name]));
        assert!(read.stdout == plain.stdout, "{name}: {}", text(&read.stderr));
    }
    // What could be read of a file that is cut off is rendered.
    fs::write(folder.join("cut.zst"), &zstd[..zstd.len() - 20]).unwrap();
    let cut = run(&folder, &batch(&["--rows", "cut.zst"]));
    assert_eq!(cut.status.code(), Some(2));
    assert!(text(&cut.stderr).contains("`cut.zst` cannot be read behind row"), "{}", text(&cut.stderr));
    assert!(!cut.stdout.is_empty() && plain.stdout.starts_with(&cut.stdout));
}

#[test]
fn nothing_is_written_over_by_mistake() {
    let folder = folder("kept", 10);
    let refused = |more: &[&str], message: &str| {
        let before = fs::read(folder.join("rows.ndjson")).unwrap();
        let ended = run(&folder, &batch(more));
        assert_eq!(ended.status.code(), Some(2), "{more:?}: {}", text(&ended.stderr));
        assert!(text(&ended.stderr).contains(message), "{more:?}: {}", text(&ended.stderr));
        assert_eq!(fs::read(folder.join("rows.ndjson")).unwrap(), before);
    };
    fs::write(folder.join("there.ndjson"), "precious\n").unwrap();
    refused(&["--rows", "rows.ndjson", "-o", "there.ndjson"], "holds something already");
    refused(&["--rows", "rows.ndjson", "--rejects", "there.ndjson"], "holds something already");
    for flag in ["--force", "--resume"] {
        refused(&["--rows", "rows.ndjson", "-o", "rows.ndjson", flag], "is an input");
        refused(&["--rows", "rows.ndjson", "-o", "t.json.liquid", flag], "is an input");
        refused(&["--rows", "rows.ndjson", "-o", "a", "--rejects", "a", flag], "is an input");
    }
    refused(&["--rows", "rows.ndjson", "--resume"], "--output");
    refused(&["--rows", "rows.ndjson", "-o", "-", "--resume"], "standard output is none");
    refused(&["--rows", "rows.ndjson", "-o", "b", "--resume", "--skip-failed"], "--skip-failed");
    fs::write(folder.join("t.json.liquid"), "{% iff %}").unwrap();
    let broken = run(&folder, &batch(&["--rows", "rows.ndjson", "-o", "none.ndjson"]));
    assert_eq!(broken.status.code(), Some(3));
    assert!(!folder.join("none.ndjson").exists());
}

#[test]
fn a_store_gives_what_the_file_it_was_made_of_gives() {
    let folder = folder("store", 0);
    fs::write(folder.join("hi.liquid"), "{{ ${first_name} }}: {{ event_properties.${title} }}").unwrap();
    let profile = |n: usize| format!("{{\"external_id\": \"u{}\", \"first_name\": \"N{n}\"}}\n", n % 400);
    fs::write(folder.join("users.ndjson"), (0..500).map(profile).collect::<String>()).unwrap();
    let event = |n: usize| {
        format!(
            "{{\"external_id\":\"u{}\",\"name\":\"v\",\"time\":0,\"properties\":{{\"title\":\"T{n}\"}}}}\n",
            n * 7 % 410
        )
    };
    fs::write(folder.join("events.ndjson"), (0..1000).map(event).collect::<String>()).unwrap();
    let import = ["profiles", "import", "users.ndjson", "--key", "external_id", "-o", "users.db"];
    let made = run(&folder, &import);
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    assert!(
        text(&made.stderr).contains("100 more profiles have the `external_id` of another"),
        "{}",
        text(&made.stderr)
    );
    assert!(
        text(&made.stderr).ends_with("400 profiles by `external_id` in `users.db`\n"),
        "{}",
        text(&made.stderr)
    );
    let joined = |profiles| {
        let arguments = [
            "batch",
            "hi.liquid",
            "--rows",
            "events.ndjson",
            "--profiles",
            profiles,
            "--join",
            "external_id",
        ];
        run(&folder, &arguments)
    };
    let (of_file, of_store) = (joined("users.ndjson"), joined("users.db"));
    assert_eq!(text(&of_file.stdout), text(&of_store.stdout));
    assert_eq!(text(&of_store.stdout).lines().take(2).collect::<Vec<_>>(), ["\"N400: T0\"", "\"N407: T1\""]);
    let missing = (0..1000).filter(|n| n * 7 % 410 >= 400).count();
    assert_eq!(text(&of_store.stdout).lines().filter(|line| *line == "null").count(), missing);
    let again = run(&folder, &import);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("is there already"));
    fs::write(folder.join("other.db"), "no store").unwrap();
    let other = joined("other.db");
    assert_eq!(other.status.code(), Some(2));
    assert!(
        text(&other.stderr).contains("cannot be opened as a store of profiles"),
        "{}",
        text(&other.stderr)
    );
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = folder("pipe", 20_000);
    let mut child = carafe(&folder, &batch(&["--rows", "rows.ndjson"])).spawn().unwrap();
    let mut line = String::new();
    BufReader::with_capacity(64, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "{\"n\":1,\"text\":\"ü\"}\n");
    let ended = child.wait_with_output().unwrap();
    assert!(matches!(ended.status.code(), Some(0 | 1)));
    assert!(!text(&ended.stderr).contains("unwritable"), "{}", text(&ended.stderr));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let folder = folder("full", 2000);
    let ended = run(&folder, &batch(&["--rows", "rows.ndjson", "-o", "/dev/full"]));
    assert_eq!(ended.status.code(), Some(2));
    assert!(
        text(&ended.stderr).contains("`/dev/full` cannot be written: no storage space"),
        "{}",
        text(&ended.stderr)
    );
}

#[test]
fn rows_of_a_pipe_are_rendered_as_they_come() {
    let folder = folder("live", 0);
    let mut command = carafe(&folder, &batch(&["--rows", "-"]));
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for n in 0..3 {
        stdin.write_all(format!("{{\"n\": {n}}}\n").as_bytes()).unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, format!("{{\"n\":{n},\"text\":\"\"}}\n"));
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_a_file_that_ends_at_a_row() {
    let folder = folder("interrupt", 0);
    for output in ["bodies.ndjson", "bodies.ndjson.gz"] {
        let mut command = carafe(&folder, &batch(&["--rows", "-", "-o", output]));
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // The last row is not whole, and the input stays open.
        stdin.write_all(b"{\"n\": 1}\n{\"n\": 2}\n{\"n\":").unwrap();
        thread::sleep(Duration::from_millis(1500));
        signal(&child, "-INT");
        let mut tries = 0;
        while child.try_wait().unwrap().is_none() {
            tries += 1;
            assert!(tries < 200, "the program does not end");
            thread::sleep(Duration::from_millis(50));
        }
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(130), "{}", text(&ended.stderr));
        assert!(
            text(&ended.stderr).ends_with("stopped after row 2; --resume goes on from there\n"),
            "{}",
            text(&ended.stderr)
        );
        assert_eq!(uncompressed(&folder.join(output)), "{\"n\":1,\"text\":\"\"}\n{\"n\":2,\"text\":\"\"}\n");
    }
}

#[cfg(unix)]
#[test]
fn a_killed_run_goes_on() {
    let folder = folder("killed", 30_000);
    let whole = run(&folder, &batch(&["--rows", "rows.ndjson", "-o", "whole.ndjson"]));
    assert_eq!(whole.status.code(), Some(1));
    let rows = fs::read(folder.join("rows.ndjson")).unwrap();
    let mut command = carafe(&folder, &batch(&["--rows", "-", "-o", "bodies.ndjson"]));
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    // It waits for the other half of the rows when it is killed.
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&rows[..rows.len() / 2]).unwrap();
    let written = || fs::metadata(folder.join("bodies.ndjson")).map_or(0, |about| about.len());
    while written() < 100_000 {
        thread::sleep(Duration::from_millis(20));
    }
    signal(&child, "-KILL");
    child.wait().unwrap();
    let resumed = run(&folder, &batch(&["--rows", "rows.ndjson", "-o", "bodies.ndjson", "--resume"]));
    assert_eq!(resumed.status.code(), Some(1), "{}", text(&resumed.stderr));
    assert!(
        fs::read(folder.join("bodies.ndjson")).unwrap() == fs::read(folder.join("whole.ndjson")).unwrap()
    );
}
