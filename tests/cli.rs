//! The program, as the documents in `tests/cli/` show it: every block there is run and compared.
//!
//! `TRYCMD=overwrite cargo test --test cli` writes the blocks anew. What a document cannot show stands here.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

#[test]
fn documents() {
    trycmd::TestCases::new().case("tests/cli/*.md").case("tests/cli/*.toml").env("NO_COLOR", "1");
}

fn carafe(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_carafe"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env_remove("CLICOLOR_FORCE").env_remove("CI");
    command
}

fn output(arguments: &[&str], stdin: &str) -> Output {
    let mut child = carafe(arguments).spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// An empty folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn every_shell_completes_commands_flags_and_values() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = output(&["completions", shell], "");
        assert_eq!(script.status.code(), Some(0), "{shell}");
        for word in ["render", "completions", "message-format", "error-mode"] {
            assert!(text(&script.stdout).contains(word), "{shell} does not complete {word}");
        }
    }
    for shell in ["bash", "zsh", "fish"] {
        let script = output(&["completions", shell], "");
        for value in ["strict2", "concise", "liquid"] {
            assert!(text(&script.stdout).contains(value), "{shell} does not complete {value}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_shell_reads_the_curl_command_as_the_request() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/request.in");
    let shown = carafe(&["render", "hook", "--as", "curl"]).current_dir(folder).output().unwrap();
    assert_eq!(shown.status.code(), Some(0), "{}", text(&shown.stderr));
    let script = format!("curl() {{ printf '[%s]' \"$@\"; }}\n{}", text(&shown.stdout));
    let read =
        Command::new("sh").args(["-c", &script]).env("CARAFE_TEST_API_KEY", "top secret").output().unwrap();
    assert_eq!(
        text(&read.stdout),
        "[--request][PUT][--globoff][--path-as-is][--url][https://api.example.com/users/a%2F1?source=it's]\
         [--header][Content-Type: application/json][--header][Authorization: Bearer top secret]\
         [--data-raw][{\"name\": \"Ada \\\"A\\\" Byron\", \"game\": \"Tales\"}\n]"
    );
}

#[test]
fn the_body_is_written_byte_for_byte() {
    let body = "a\r\n\tb\u{1b}[0m \"\\\" ü🙂";
    let rendered = output(&["render", "-", "--format", "text"], body);
    assert_eq!((text(&rendered.stdout), rendered.status.code()), (body, Some(0)));
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_file() {
    let folder = folder("byte-order-mark");
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    std::fs::write(path("body.liquid"), "\u{feff}{{ x }}{% include 'part' %}").unwrap();
    std::fs::write(path("data.json"), "\u{feff}{\"x\": 1}").unwrap();
    std::fs::write(path("part.liquid"), "\u{feff}2").unwrap();
    let (body, data) = (path("body.liquid"), path("data.json"));
    let rendered = output(
        &["render", &body, "--dialect", "liquid", "--data", &data, "--partials", folder.to_str().unwrap()],
        "",
    );
    assert_eq!(
        (text(&rendered.stdout), rendered.status.code()),
        ("12", Some(0)),
        "{}",
        text(&rendered.stderr)
    );
}

#[test]
fn colour_is_for_terminals_unless_forced() {
    let plain = output(&["check", "-"], "{{ a | upcse }}");
    assert!(!text(&plain.stderr).contains('\u{1b}'));
    let mut command = carafe(&["check", "-"]);
    let mut child = command.env("CLICOLOR_FORCE", "1").env_remove("NO_COLOR").spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"{{ a | upcse }}").unwrap();
    assert!(text(&child.wait_with_output().unwrap().stderr).contains('\u{1b}'));
}

#[test]
fn control_characters_of_a_template_do_not_reach_the_terminal() {
    let checked = output(&["check", "-"], "{{ a | up\u{1b}[2Jcse\u{202e} }}");
    assert_eq!(checked.status.code(), Some(1));
    assert!(!text(&checked.stderr).contains(['\u{1b}', '\u{202e}']), "{}", text(&checked.stderr));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = carafe(&["render", "-", "--format", "text"]).spawn().unwrap();
    drop(child.stdout.take());
    child.stdin.take().unwrap().write_all("a line\n".repeat(100_000).as_bytes()).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), text(&ended.stderr)), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut child = carafe(&["render", "-"]).stdout(full).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"a").unwrap();
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(2));
    assert!(text(&ended.stderr).contains("file/unwritable"), "{}", text(&ended.stderr));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_with_130() {
    let mut child = carafe(&["render", "-"]).spawn().unwrap();
    // The program waits for the rest of its input; before that it needs a moment to listen to signals.
    let stdin = child.stdin.take().unwrap();
    let mut tries = 0;
    let status = loop {
        std::thread::sleep(std::time::Duration::from_millis(200));
        let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(sent.is_ok());
        std::thread::sleep(std::time::Duration::from_millis(50));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        tries += 1;
        assert!(tries < 50, "the program does not end");
    };
    drop(stdin);
    assert_eq!(status.code(), Some(130));
}

#[cfg(unix)]
#[test]
fn partials_that_lead_out_of_their_folder_are_refused() {
    let folder = folder("partials");
    std::fs::create_dir_all(folder.join("root")).unwrap();
    std::fs::create_dir_all(folder.join("root-2")).unwrap();
    std::fs::write(folder.join("root-2/secret.liquid"), "SECRET").unwrap();
    std::fs::write(folder.join("root/real.liquid"), "inside").unwrap();
    std::os::unix::fs::symlink("../root-2/secret.liquid", folder.join("root/out.liquid")).unwrap();
    std::os::unix::fs::symlink("real.liquid", folder.join("root/in.liquid")).unwrap();
    std::os::unix::fs::symlink("root", folder.join("link")).unwrap();
    std::fs::create_dir_all(folder.join("root/dir.liquid")).unwrap();
    let pipe = Command::new("mkfifo").arg(folder.join("root/pipe.liquid")).status().unwrap();
    assert!(pipe.success());
    for (root, name, expected) in [
        ("root", "real", "inside"),
        ("root", "in", "inside"),
        ("link", "real", "inside"),
        ("root", "out", "Illegal template path 'out'"),
        ("root", "../root-2/secret", "Illegal template name '../root-2/secret'"),
        ("root", "dir", "'dir' is no regular file"),
        ("root", "pipe", "'pipe' is no regular file"),
        ("root", "none", "No such template 'none'"),
    ] {
        let root = folder.join(root);
        let arguments =
            ["render", "-", "--format", "text", "--dialect", "liquid", "--partials", root.to_str().unwrap()];
        let rendered = output(&arguments, &format!("{{% render '{name}' %}}"));
        let all = format!("{}{}", text(&rendered.stdout), text(&rendered.stderr));
        assert!(all.contains(expected) && !all.contains("SECRET"), "{name}: {all}");
    }
}

#[cfg(unix)]
#[test]
fn an_output_file_keeps_its_rights_and_links_stay_links() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder("output");
    let (file, link) = (folder.join("body.txt"), folder.join("link.txt"));
    std::fs::write(&file, "old").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("body.txt", &link).unwrap();
    let rendered = output(&["render", "-", "-o", link.to_str().unwrap()], "new");
    assert_eq!(rendered.status.code(), Some(0), "{}", text(&rendered.stderr));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "new");
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2, "something was left behind");
}

#[test]
fn nothing_is_written_to_a_file_when_something_is_wrong() {
    let file = folder("held-back").join("body.json");
    let path = file.to_str().unwrap();
    assert_eq!(output(&["render", "-", "--format", "json", "-o", path], "[1,]").status.code(), Some(1));
    assert!(!file.exists());
    let forced = output(&["render", "-", "--format", "json", "--force", "-o", path], "[1,]");
    assert_eq!((forced.status.code(), text(&forced.stdout)), (Some(1), ""));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "[1,]");
}

#[cfg(unix)]
#[test]
fn links_out_of_a_webhook_are_neither_read_nor_written() {
    use std::os::unix::fs::symlink;
    let make = |name: &str, case: &str| {
        let root = folder(name);
        std::fs::create_dir_all(root.join("hook/cases")).unwrap();
        std::fs::create_dir_all(root.join("outside")).unwrap();
        std::fs::write(root.join("outside/file.json"), "SECRET").unwrap();
        std::fs::write(root.join("hook/template.liquid"), "{}").unwrap();
        std::fs::write(root.join("hook/webhook.toml"), "").unwrap();
        std::fs::write(root.join("hook/cases/a.toml"), case).unwrap();
        root
    };
    let refused = |root: &std::path::Path, what: &str| {
        let tested = output(&["test", root.join("hook").to_str().unwrap(), "--update"], "");
        let errors = text(&tested.stderr);
        assert_eq!(tested.status.code(), Some(2), "{what}: {errors}");
        assert!(
            errors.contains("leads out of the webhook's folder") && !errors.contains("SECRET"),
            "{errors}"
        );
        assert_eq!(std::fs::read_to_string(root.join("outside/file.json")).unwrap(), "SECRET", "{what}");
        assert_eq!(std::fs::read_dir(root.join("outside")).unwrap().count(), 1, "{what}");
    };
    let root = make("links-file", "expected = 'file.json'");
    symlink("../../outside/file.json", root.join("hook/cases/file.json")).unwrap();
    refused(&root, "a linked expectation");
    let root = make("links-profile", "profile = 'p.json'\nfindings = []");
    symlink(root.join("outside/file.json"), root.join("hook/cases/p.json")).unwrap();
    refused(&root, "a linked profile");
    let root = make("links-folder", "expected = 'expected/new.json'");
    symlink("../../outside", root.join("hook/cases/expected")).unwrap();
    refused(&root, "a linked folder");
    let root = make("links-cases", "findings = ['json/comment 1:1']");
    std::fs::rename(root.join("hook/cases"), root.join("cases")).unwrap();
    symlink("../cases", root.join("hook/cases")).unwrap();
    refused(&root, "linked cases");

    let root = make("links-inside", "expected = 'b.json'");
    std::fs::write(root.join("hook/cases/real.json"), "[]").unwrap();
    symlink("real.json", root.join("hook/cases/b.json")).unwrap();
    symlink("hook", root.join("link")).unwrap();
    let tested = output(&["test", root.join("link").to_str().unwrap(), "--update"], "");
    assert_eq!(tested.status.code(), Some(0), "{}", text(&tested.stderr));
    assert_eq!(std::fs::read_to_string(root.join("hook/cases/real.json")).unwrap(), "{}\n");
}

#[test]
fn a_partial_that_does_not_parse_is_an_error_of_the_template() {
    let folder = folder("broken-partial");
    std::fs::write(folder.join("bad.liquid"), "{% foo %}").unwrap();
    std::fs::write(folder.join("outer.liquid"), "{% if a %}{% render 'bad' %}{% endif %}").unwrap();
    let with = ["--dialect", "liquid", "--message-format", "concise", "--partials", folder.to_str().unwrap()];
    let twice = "{% render 'bad' %}{% render 'bad' %}";
    let rendered = output(&[&["render", "-", "--format", "text"], &with[..]].concat(), twice);
    let errors = text(&rendered.stderr);
    assert_eq!((rendered.status.code(), text(&rendered.stdout)), (Some(3), ""), "{errors}");
    let first = "bad:1:4: error[syntax/unknown-tag]: no tag is called `foo`";
    assert_eq!(errors.matches(first).count(), 1, "{errors}");

    let checked = output(&[&["check", "-"], &with[..]].concat(), "{% render 'outer' %}{% render 'none' %}");
    assert_eq!(
        (text(&checked.stderr), checked.status.code()),
        (
            "<stdin>:1:31: error[render/missing-partial]: No such template 'none'\n\
             bad:1:4: error[syntax/unknown-tag]: no tag is called `foo`\n2 errors\n",
            Some(1)
        )
    );
}

#[test]
fn an_event_of_standard_input_is_picked_by_its_number() {
    let folder = folder("event-number");
    let template = folder.join("t.liquid");
    std::fs::write(&template, "{{ event_properties.${a} }}").unwrap();
    let batch = r#"{"events": [{"properties": {"a": 1}}, {"properties": {"a": 2}}]}"#;
    let rendered = output(&["render", template.to_str().unwrap(), "--event", "-#2"], batch);
    assert_eq!(
        (text(&rendered.stdout), rendered.status.code()),
        ("2", Some(0)),
        "{}",
        text(&rendered.stderr)
    );
}

#[test]
fn a_case_or_a_file_that_is_wrong_is_status_2() {
    let folder = folder("wrong-cases");
    std::fs::create_dir_all(folder.join("cases")).unwrap();
    std::fs::write(folder.join("template.liquid"), "{}").unwrap();
    std::fs::write(folder.join("webhook.toml"), "").unwrap();
    std::fs::write(folder.join("cases/p.json"), "{").unwrap();
    for case in ["profile = ", "profile = 'none'", "profile = 'p.json'", "[defines]\n'x' = 1"] {
        std::fs::write(folder.join("cases/a.toml"), format!("findings = []\n{case}")).unwrap();
        let tested = output(&["test", folder.to_str().unwrap()], "");
        assert_eq!(tested.status.code(), Some(2), "{case}: {}", text(&tested.stderr));
    }
    for arguments in [["-", "x"], ["movable-ink/identify", "nope"]] {
        let rendered = output(&["render", arguments[0], "--case", arguments[1]], "");
        assert_eq!(rendered.status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn errors_of_a_template_are_said_once_for_all_cases() {
    let folder = folder("unparsed");
    std::fs::create_dir_all(folder.join("cases")).unwrap();
    std::fs::write(folder.join("template.liquid"), "{% foo %}").unwrap();
    std::fs::write(folder.join("webhook.toml"), "").unwrap();
    std::fs::write(folder.join("cases/a.toml"), "aborted = 'x'").unwrap();
    std::fs::write(folder.join("cases/b.toml"), "aborted = 'y'").unwrap();
    let tested = output(&["test", folder.to_str().unwrap(), "--message-format", "concise"], "");
    let errors = text(&tested.stderr);
    assert_eq!(tested.status.code(), Some(1), "{errors}");
    assert_eq!((errors.matches("no tag is called").count(), errors.lines().count()), (1, 2), "{errors}");
    assert!(text(&tested.stdout).ends_with("2 failed\n"));
}

#[test]
fn a_default_behind_an_inner_output_counts() {
    let listed = output(&["vars", "-"], "{% assign a = {{${first_name}}} | default: 'x' %}");
    assert_eq!(text(&listed.stdout), "${first_name}  1:17  has a default\n");
}
