//! Many rows to many bodies, through the library: the order, rows that fail, joins, and that a batch gives what renders
//! of single rows give.

use carafe::batch::{Batch, Expect, Failed, Format, KeyPath, ProfileIndex, Shape, Summary};
use carafe::{Engine, Limits, Outcome, Status, Template, dialect, json};
use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

fn template(text: &str) -> Template {
    Engine::default().template(text).unwrap()
}

fn liquid(text: &str) -> Template {
    Engine::builder().dialect(&dialect::LIQUID).build().template(text).unwrap()
}

fn run(batch: Batch<'_>, rows: &str) -> (String, Summary) {
    let mut bodies = Vec::new();
    let summary = batch.run(rows.as_bytes(), &mut bodies).unwrap();
    (String::from_utf8(bodies).unwrap(), summary)
}

fn threads(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

#[test]
fn lines_stand_in_the_order_of_the_rows() {
    let template = liquid(r#"{ "n": {{ n }}, "pad": "{% for i in (1..n) %}{{ i }} {% endfor %}" }"#);
    // Rows that take long among such that do not, so that threads overtake each other.
    let rows: String =
        (0..2000).map(|n| format!("{{\"n\": {}}}\n", if n % 50 == 0 { 900 } else { n % 7 })).collect();
    let (one, _) = run(Batch::new(&template).threads(threads(1)), &rows);
    for count in [2, 3, 8] {
        for chunk in [1, 50, 4096] {
            let (many, summary) =
                run(Batch::new(&template).threads(threads(count)).chunk_bytes(chunk), &rows);
            assert!(one == many, "{count} threads, {chunk} bytes at a time");
            assert_eq!(summary.rendered, 2000);
        }
    }
    assert_eq!(one.lines().nth(1), Some(r#"{"n":1,"pad":"1 "}"#));
}

const MIXED: &str = concat!(
    "{\"id\": \"a\", \"n\": 1}\n",
    "{\"id\": \"b\", \"n\": 2,}\n",
    "\n",
    "{\"id\": \"d\", \"stop\": \"no \\\"reason\\\"\"}\n",
    "{\"id\": \"e\", \"n\": \"\\\"\"}\n",
    "[1]\n",
    "{\"id\": 7, \"n\": 8}\r\n",
    "{\"id\": \"h\", \"n\": 9}",
);

const MIXED_TEMPLATE: &str = "{% if stop %}{% break %}{% endif %}{ \"n\": {{ n }} }";

fn mixed() -> Template {
    template("{% if stop %}{% abort_message(gone) %}{% endif %}{ \"n\": {{ n }} }")
}

#[test]
fn a_row_without_a_body_neither_stops_nor_shifts_the_others() {
    let template = liquid(MIXED_TEMPLATE);
    let mut rejects = Vec::new();
    let failures = std::sync::Mutex::new(Vec::new());
    let batch =
        Batch::new(&template).id(KeyPath::new("id")).expects(Expect::Json).rejects(&mut rejects).on_failure(
            |failed: &Failed| {
                failures.lock().unwrap().push((failed.name(), failed.diagnostics[0].code.name));
            },
        );
    let (bodies, summary) = run(batch, MIXED);
    assert_eq!(bodies, "{\"n\":1}\nnull\nnull\nnull\nnull\nnull\n{\"n\":8}\n{\"n\":9}\n");
    assert_eq!((summary.rendered, summary.failed, summary.aborted), (3, 5, 0));
    assert_eq!(
        *failures.lock().unwrap(),
        [
            ("row 2 (id b)".to_owned(), "data/invalid-json"),
            ("row 3".to_owned(), "data/invalid-json"),
            ("row 4 (id d)".to_owned(), "json/empty-body"),
            ("row 5 (id e)".to_owned(), "json/unclosed-string"),
            ("row 6".to_owned(), "data/wrong-shape"),
        ]
    );
    let rejects = String::from_utf8(rejects).unwrap();
    let rejects: Vec<serde_json::Value> =
        rejects.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rejects.len(), 5);
    assert_eq!(rejects[0]["input"], "{\"id\": \"b\", \"n\": 2,}");
    assert_eq!(rejects[3]["input"], serde_json::json!({"id": "e", "n": "\""}));
    assert_eq!(
        [
            &rejects[3]["row"],
            &rejects[3]["id"],
            &rejects[3]["file"],
            &rejects[3]["line"],
            &rejects[3]["column"]
        ],
        [
            &serde_json::json!(5),
            &serde_json::json!("e"),
            &serde_json::json!("template"),
            &serde_json::json!(1),
            &serde_json::json!(43)
        ]
    );
}

#[test]
fn lines_of_rows_without_a_body_can_be_left_out() {
    let template = liquid(MIXED_TEMPLATE);
    let (bodies, _) = run(Batch::new(&template).expects(Expect::Json).skip_failed(true), MIXED);
    assert_eq!(bodies, "{\"n\":1}\n{\"n\":8}\n{\"n\":9}\n");
}

#[test]
fn a_row_can_be_an_object_of_its_own() {
    let template = mixed();
    let rows = "{\"profile\": {\"user_id\": \"a\"}, \"vars\": {\"n\": 1}}\n\
                {\"vars\": {\"stop\": true}}\n\
                {\"vars\": {\"n\": \"x\"}}\n\
                {\"vars\":";
    let batch = Batch::new(&template).format(Format::Full).id(KeyPath::new("profile.user_id"));
    let (bodies, summary) = run(batch, rows);
    let lines: Vec<&str> = bodies.lines().collect();
    assert_eq!(
        lines[..2],
        [r#"{"row":1,"id":"a","body":{"n":1}}"#, r#"{"row":2,"id":null,"aborted":"gone"}"#]
    );
    assert!(
        lines[2].starts_with(r#"{"row":3,"id":null,"error":{"code":"json/bare-word","message":"#)
            && lines[2].ends_with(r#","file":"template","line":1,"column":57}}"#),
        "{}",
        lines[2]
    );
    assert!(
        lines[3].starts_with(r#"{"row":4,"id":null,"error":{"code":"data/invalid-json","message":"#)
            && lines[3].ends_with(r#","file":"rows:4","line":1,"column":9}}"#),
        "{}",
        lines[3]
    );
    assert_eq!((summary.rendered, summary.failed, summary.aborted), (1, 2, 1));
}

#[test]
fn a_text_is_a_json_string() {
    let template = liquid("Hi \"{{ name }}\"\n");
    let (bodies, summary) = run(Batch::new(&template), "{\"name\": \"A\\\\ü\\u0001\"}\n{\"name\": \"B\"}\n");
    assert_eq!(bodies, "\"Hi \\\"A\\\\ü\\u0001\\\"\\n\"\n\"Hi \\\"B\\\"\\n\"\n");
    assert_eq!((summary.guessed_text, summary.guessed_json), (2, 0));
    let json = liquid("[\"{{ name }}\"]");
    let (bodies, _) = run(Batch::new(&json).expects(Expect::Text), "{\"name\": \"B\"}\n");
    assert_eq!(bodies, "\"[\\\"B\\\"]\"\n");
}

#[test]
fn an_error_in_a_text_is_sent_with_it_and_one_in_json_is_not() {
    let rows = "{\"n\": 0}\n{\"n\": 2}\n";
    let (bodies, summary) = run(Batch::new(&liquid("{{ 4 | divided_by: n }}")), rows);
    assert_eq!(bodies, "\"Liquid error: divided by 0\"\n\"2\"\n");
    assert_eq!(summary.failed, 0);
    let (bodies, summary) = run(Batch::new(&liquid("[\"{{ 4 | divided_by: n }}\"]")), rows);
    assert_eq!(bodies, "null\n[\"2\"]\n");
    assert_eq!(summary.failed, 1);
}

#[test]
fn a_row_that_is_no_utf8_or_too_long_fails_alone() {
    let mut limits = Limits::default();
    limits.data_bytes = 30;
    let engine = Engine::builder().dialect(&dialect::LIQUID).limits(limits).build();
    let template = engine.template("[{{ n }}]").unwrap();
    let mut rows = b"{\"n\": 1}\n{\"n\": \"\xff\"}\n{\"n\": 3}\n{\"n\": \"".to_vec();
    rows.extend([b'x'; 5000]);
    rows.extend(b"\"}\n{\"n\": 5}\n");
    for chunk in [1, 10, 100, 100_000] {
        let codes = std::sync::Mutex::new(Vec::new());
        let mut bodies = Vec::new();
        let batch = Batch::new(&template).threads(threads(2)).chunk_bytes(chunk).on_failure(|failed| {
            codes.lock().unwrap().push((failed.row, failed.diagnostics[0].code.name));
        });
        batch.run(rows.as_slice(), &mut bodies).unwrap();
        assert_eq!(String::from_utf8_lossy(&bodies), "[1]\nnull\n[3]\nnull\n[5]\n", "{chunk}");
        assert_eq!(*codes.lock().unwrap(), [(2, "file/not-utf8"), (4, "limit/data-bytes")], "{chunk}");
    }
}

#[test]
fn users_and_events_are_what_a_single_render_takes_them_for() {
    let hello =
        template("{{ ${first_name} }}/{{ custom_attribute.${plan} }}/{{ event_properties.${title} }}");
    let user = r#"{"external_id": "7", "first_name": "Ada", "custom_attributes": {"plan": "pro"}}"#;
    let (bodies, _) = run(Batch::new(&hello).rows_are(Shape::Users), user);
    assert_eq!(bodies, "\"Ada/pro/\"\n");

    let profiles = format!("{user}\n\n{{\"external_id\": 8, \"first_name\": \"Lin\"}}\n");
    let key = KeyPath::new("external_id");
    let profiles =
        ProfileIndex::read(profiles.as_bytes(), &key, &dialect::BRAZE, &Limits::default()).unwrap();
    let events = concat!(
        r#"{"external_id": "7", "name": "viewed", "time": 0, "properties": {"title": "Mug"}}"#,
        "\n",
        r#"{"events": [{"external_id": "8", "name": "viewed", "properties": {"title": "Jug"}}]}"#,
        "\n",
        r#"{"external_id": "9", "name": "viewed", "properties": {"title": "Cup"}}"#,
        "\n",
        r#"{"event_type": "users.behaviors.CustomEvent", "user": {"external_user_id": "7"}, "properties": {"name": "viewed", "custom_properties": {"title": "Pot"}}}"#,
        "\n",
        r#"{"name": "viewed", "properties": {}}"#,
        "\n",
    );
    let messages = std::sync::Mutex::new(Vec::new());
    let batch = Batch::new(&hello)
        .rows_are(Shape::Events)
        .join(&profiles, key)
        .on_failure(|failed| messages.lock().unwrap().push(failed.diagnostics[0].to_string()));
    let (bodies, _) = run(batch, events);
    assert_eq!(bodies, "\"Ada/pro/Mug\"\n\"Lin//Jug\"\nnull\n\"Ada/pro/Pot\"\nnull\n");
    assert_eq!(
        *messages.lock().unwrap(),
        [
            "rows:3:1:1: error[data/missing-profile]: there is no profile of `9`",
            "rows:5:1:1: error[data/missing-profile]: the row has no `external_id` to join a profile by"
        ]
    );
}

#[test]
fn of_two_profiles_with_one_id_the_last_counts() {
    let rows = "{\"id\": 1, \"n\": 1}\n{\"id\": \"1\", \"n\": 2}\n";
    let key = KeyPath::new("id");
    let index = ProfileIndex::read(rows.as_bytes(), &key, &dialect::BRAZE, &Limits::default()).unwrap();
    use carafe::batch::Profiles;
    assert_eq!((index.len(), index.duplicates), (1, 1));
    assert_eq!(index.profile("1").unwrap().unwrap(), "{\"id\": \"1\", \"n\": 2}");
    for (rows, message) in [
        ("{\"id\": 1}\n{\"n\": 2}", "profile 2: it has no `id`, a text or a number to know it by"),
        ("{\"id\": 1,}", "profile 1: it is not valid JSON: key must be a string at line 1 column 10"),
    ] {
        let error = ProfileIndex::read(rows.as_bytes(), &key, &dialect::BRAZE, &Limits::default());
        assert_eq!(error.unwrap_err().to_string(), message);
    }
}

#[test]
fn rows_that_an_earlier_run_has_rendered_are_passed_over() {
    let template = liquid("[{{ n }}]");
    let rows: String = (1..=300).map(|n| format!("{{\"n\": {n}}}\n")).collect();
    let (whole, _) = run(Batch::new(&template), &rows);
    for skip in [0, 1, 7, 299, 300, 1000] {
        let (rest, summary) = run(Batch::new(&template).skip_rows(skip).chunk_bytes(64), &rows);
        let expected: String = whole.split_inclusive('\n').skip(skip as usize).collect();
        assert_eq!(rest, expected, "{skip}");
        assert_eq!(summary.rows(), 300u64.saturating_sub(skip));
    }
}

/// Rows without an end.
struct Endless(u64);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0 += 1;
        let row = format!("{{\"n\": {}}}\n", self.0);
        buffer[..row.len()].copy_from_slice(row.as_bytes());
        Ok(row.len())
    }
}

#[test]
fn a_run_that_is_to_stop_writes_the_rows_it_has_read() {
    let template = liquid("[{{ n }}]");
    let (stop, rows) = (AtomicBool::new(false), AtomicU64::new(0));
    let mut bodies = Vec::new();
    let batch = Batch::new(&template).threads(threads(3)).stop(&stop).on_progress(|summary| {
        rows.store(summary.rows(), Ordering::SeqCst);
        if summary.rows() >= 50 {
            stop.store(true, Ordering::SeqCst);
        }
    });
    let summary = batch.run(Endless(0), &mut bodies).unwrap();
    let expected: String = (1..=summary.rows()).map(|n| format!("[{n}]\n")).collect();
    assert_eq!(String::from_utf8(bodies).unwrap(), expected);
    assert_eq!(summary.rows(), rows.load(Ordering::SeqCst));
}

/// Takes so many bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let taken = self.0.min(bytes.len());
        self.0 -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_run_ends_when_nothing_can_be_written_any_more() {
    let template = liquid("[{{ n }}]");
    let stopped = Batch::new(&template).threads(threads(3)).run(Endless(0), Full(100)).unwrap_err();
    assert!(stopped.to_string().starts_with("the bodies cannot be written, after "), "{stopped}");
}

#[test]
fn what_is_read_and_not_yet_written_is_bounded() {
    /// Writes slowly, and looks how far the reader has come.
    struct Watch<'w>(&'w AtomicU64, &'w AtomicU64, u64);
    impl Write for Watch<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            std::thread::sleep(std::time::Duration::from_millis(2));
            self.2 += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
            self.1.fetch_max(self.0.load(Ordering::SeqCst).saturating_sub(self.2), Ordering::SeqCst);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    /// Counts the rows it gives.
    struct Counted<'w>(Endless, &'w AtomicU64);
    impl Read for Counted<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.0 >= 300 {
                return Ok(0);
            }
            self.1.fetch_add(1, Ordering::SeqCst);
            self.0.read(buffer)
        }
    }
    let template = liquid("[{{ n }}]");
    let (read, ahead) = (AtomicU64::new(0), AtomicU64::new(0));
    let batch = Batch::new(&template).threads(threads(2));
    let summary = batch.run(Counted(Endless(0), &read), Watch(&read, &ahead, 0)).unwrap();
    assert_eq!(summary.rows(), 300);
    // Each read gives one row; each of two threads may have four waiting and one at hand.
    assert!(ahead.load(Ordering::SeqCst) <= 12, "{} rows ahead", ahead.load(Ordering::SeqCst));
}

#[test]
fn bodies_much_longer_than_their_rows_are_written_in_parts() {
    let template = liquid("[{% for i in (1..9000) %}0, {% endfor %}{{ n }}]");
    // Several megabytes come of rows that are read at once; each seventh has no body.
    let rows: String = (0..1500)
        .map(|n| format!("{}\n", if n % 7 == 0 { "x".to_owned() } else { format!("{{\"n\": {n}}}") }))
        .collect();
    let zeros = "0,".repeat(9000);
    let expected: String =
        (0..1500).map(|n| if n % 7 == 0 { "null\n".to_owned() } else { format!("[{zeros}{n}]\n") }).collect();
    for count in [1, 3] {
        let (mut longest, mut reported, mut rejects) = (0, Vec::new(), Vec::new());
        let mut bodies = Longest(Vec::new(), &mut longest);
        let batch = Batch::new(&template).threads(threads(count)).rejects(&mut rejects);
        let summary =
            batch.on_failure(|failed| reported.push(failed.row)).run(rows.as_bytes(), &mut bodies).unwrap();
        assert!(bodies.0 == expected.as_bytes(), "{count} threads");
        assert_eq!((summary.rendered, summary.failed), (1285, 215));
        assert_eq!(summary.bytes_read, rows.len() as u64);
        assert_eq!(summary.bytes_written, expected.len() as u64);
        // All that failed are reported, however many of them are read at once.
        assert_eq!(reported, (1..=1500).step_by(7).collect::<Vec<u64>>());
        assert_eq!(String::from_utf8(rejects).unwrap().lines().count(), 215);
        assert!(longest < 2 << 20, "{longest} bytes were held");
    }
}

/// Memory that knows the most it was given at once.
struct Longest<'l>(Vec<u8>, &'l mut usize);

impl Write for Longest<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        *self.1 = bytes.len().max(*self.1);
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Without white space outside of texts.
fn compacted(body: &str) -> String {
    let (mut is_text, mut is_escaped, mut compact) = (false, false, String::new());
    for character in body.chars() {
        if !is_text && matches!(character, ' ' | '\t' | '\n' | '\r') {
            continue;
        }
        match character {
            '"' if !is_escaped => is_text = !is_text,
            _ => {}
        }
        is_escaped = is_text && character == '\\' && !is_escaped;
        compact.push(character);
    }
    compact
}

/// A source of rows that are the same for one seed.
struct Rows(fastrand::Rng);

impl Rows {
    fn text(&mut self) -> String {
        const PIECES: &[&str] = &[
            "Ada",
            " ",
            "\\\"",
            "\\\\",
            "\\/",
            "\\n",
            "\\u00fc",
            "\\ud83d\\ude42",
            "ü",
            "🙂",
            "日本",
            "<b>",
            "'",
            "{{ x }}",
            "\\u0001",
            "null",
            "12",
            "e-mail@example.com",
            "\\t",
        ];
        let count = self.0.usize(0..4);
        let pieces: String = (0..count).map(|_| PIECES[self.0.usize(0..PIECES.len())]).collect();
        format!("\"{pieces}\"")
    }

    fn number(&mut self) -> String {
        const NUMBERS: &[&str] = &[
            "0",
            "-0",
            "1",
            "-17",
            "1.50",
            "1e3",
            "1E-2",
            "-0.0",
            "123456789012345678901234567890",
            "0.1",
            "9007199254740993",
            "1.7976931348623157e308",
            "5e-324",
            "100000000000000000000.5",
            "1e22",
            "19.99",
        ];
        match self.0.u8(0..3) {
            0 => self.0.i32(-1000..1000).to_string(),
            _ => NUMBERS[self.0.usize(0..NUMBERS.len())].to_owned(),
        }
    }

    fn value(&mut self, depth: usize) -> String {
        match self.0.u8(0..12) {
            0..=3 => self.text(),
            4..=6 => self.number(),
            7 => ["true", "false", "null"][self.0.usize(0..3)].to_owned(),
            8 | 9 if depth < 3 => {
                let count = self.0.usize(0..4);
                let items: Vec<_> = (0..count).map(|_| self.value(depth + 1)).collect();
                format!("[{}]", items.join([",", ", ", " ,\t"][self.0.usize(0..3)]))
            }
            _ if depth < 3 => {
                let keys = &["name", "price", "tags", "n\\u0061me", "size", "", "ü"];
                self.object(keys, depth + 1)
            }
            _ => "\"\"".to_owned(),
        }
    }

    /// An object with some of `keys` in any order, some of them twice.
    fn object(&mut self, keys: &[&str], depth: usize) -> String {
        let mut written = String::from("{");
        let count = self.0.usize(0..=keys.len());
        for at in 0..count {
            let key = keys[self.0.usize(0..keys.len())];
            let space = ["", " ", "\t "][self.0.usize(0..3)];
            let value = match key {
                "items" => {
                    let count = self.0.usize(0..3);
                    let items: Vec<_> =
                        (0..count).map(|_| self.object(&["name", "price", "tags", "extra"], 2)).collect();
                    format!("[{}]", items.join(","))
                }
                "address" => self.object(&["city", "zip", "geo"], 2),
                _ => self.value(depth),
            };
            let comma = if at == 0 { "" } else { "," };
            let _ = write!(written, "{comma}{space}\"{key}\"{space}:{space}{value}");
        }
        written.push('}');
        written
    }

    fn row(&mut self) -> String {
        const KEYS: &[&str] =
            &["id", "name", "email", "items", "address", "price", "plan", "tags", "other", "n\\u0061me"];
        let row = self.object(KEYS, 0);
        match self.0.u8(0..100) {
            0 => row.replacen(':', "", 1),
            1 => row[..row.len() - 1].to_owned(),
            _ => row,
        }
    }
}

/// What renders of single rows give: for each a line.
fn one_by_one(template: &Template, rows: &str) -> String {
    let mut lines = String::new();
    for row in rows.lines() {
        let outcome: Outcome = template.prepare().run(&json::Text(row));
        let is_good = outcome.status == Status::Complete
            && outcome.diagnostics.iter().all(|found| !found.is_error() && found.code.name != "render/error")
            && serde_json::from_str::<serde::de::IgnoredAny>(&outcome.text).is_ok();
        lines.push_str(&if is_good { compacted(&outcome.text) } else { "null".to_owned() });
        lines.push('\n');
    }
    lines
}

const CLOSED: &str = r#"{
  "id": {{ id | quoted }},
  "name": "{{ name | escape | upcase | truncate: 12 | replace: '\', '/' | strip_newlines }}",
  "raw": {{ name | quoted }},
  "city": {{ address.city | default: "none" | quoted }}, "zip": {{ address["zip"] | quoted }},
  "price": {{ price | times: 1.1 | quoted }}, "first": {{ items[0].name | quoted }},
  "items": [{% for item in items %}
    { "at": {{ forloop.index }}, "name": {{ item.name | quoted }}, "price": {{ item.price | quoted }} }{% unless forloop.last %},{% endunless %}
  {% endfor %}],
  "mail": {% if email contains "@" %}{{ email | quoted }}{% else %} null {% endif %}
}"#;

#[test]
fn a_batch_gives_what_renders_of_single_rows_give() {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let engine = Engine::builder().dialect(&dialect::LIQUID).filter("quoted", quoted).build();
    let whole = r#"[ {{ name | quoted }}, {{ address | quoted }}, {{ tags | quoted }} , {{ items | map: "name" | join: "," | quoted }}, {{ [plan] | quoted }} ]"#;
    for (text, count) in [(CLOSED.to_owned(), 100_000), (whole.to_owned(), 10_000)] {
        let template = engine.template(text).unwrap();
        let mut source = Rows(fastrand::Rng::with_seed(7));
        let mut rows = String::new();
        for _ in 0..count {
            rows.push_str(&source.row());
            rows.push('\n');
        }
        let batch = Batch::new(&template).expects(Expect::Json).threads(threads(2));
        let (bodies, summary) = run(batch, &rows);
        let expected = one_by_one(&template, &rows);
        let differing = bodies.lines().zip(expected.lines()).zip(rows.lines()).find(|((a, b), _)| a != b);
        assert_eq!(differing, None);
        assert_eq!(bodies.len(), expected.len());
        assert!(summary.rendered > count / 2 && summary.failed > count / 200, "{summary:?}");
    }
}
