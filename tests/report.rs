//! The pictures, lines and objects that findings become; the expected ones are in `tests/report/`.

mod expected;

use carafe::diagnostic::{Code, Diagnostic, Edit, Label, Severity, code};
use carafe::report::{self, MessageFormat, Options};
use carafe::{Error, Source, source::Span};
use proptest::prelude::*;
use std::sync::Arc;

fn source(name: &str, text: &str) -> Arc<Source> {
    Arc::new(Source::new(name, text))
}

/// The first place in `source` where `part` stands.
fn span(source: &Source, part: &str) -> Span {
    let at = source.text().find(part).expect("the part stands in the source");
    Span::new(at, at + part.len())
}

fn written(diagnostics: &[Diagnostic], format: MessageFormat, options: &Options) -> String {
    let mut out = String::new();
    report::write(diagnostics, format, options, &mut out);
    out
}

/// Compares all formats with the file `tests/report/{name}.txt`.
fn check(name: &str, diagnostics: &[Diagnostic]) {
    let unicode = Options { unicode: true, width: Some(80), ..Options::default() };
    let sections = [
        ("full", written(diagnostics, MessageFormat::Full, &Options::default())),
        ("full, Unicode, 80 columns", written(diagnostics, MessageFormat::Full, &unicode)),
        ("concise", written(diagnostics, MessageFormat::Concise, &Options::default())),
        ("json", written(diagnostics, MessageFormat::Json, &Options::default())),
    ];
    let text: Vec<String> = sections.iter().map(|(title, text)| format!("--- {title}\n{text}")).collect();
    expected::expect(&format!("tests/report/{name}.txt"), &text.join("\n"));
}

#[test]
fn single_label() {
    let template = source("greeting.liquid", "Dear {{ title }},\n\nHi {{ name | upcse }}!\n");
    check(
        "single-label",
        &[Diagnostic::new(&code::FILTER_UNKNOWN, "unknown filter `upcse`")
            .at(&template, span(&template, "upcse"), "no filter has this name")
            .note("the value passes through unchanged")
            .help("did you mean `upcase`?")],
    );
}

#[test]
fn missing_comma() {
    let template = source(
        "card.liquid",
        "{% capture id %}\"{{ user_id }}\"{% endcapture %}\n{\n  \"id\": {{ id }}\n  \"name\": \"{{ name }}\"\n}\n",
    );
    let body = source("rendered body", "\n{\n  \"id\": \"u-1\"\n  \"name\": \"Ada\"\n}\n");
    let output = span(&template, "{{ id }}");
    let mut finding = Diagnostic::new(&code::JSON_MISSING_COMMA, "a comma is missing before `\"name\"`")
        .at(&template, output, "this output writes the value that the comma belongs after")
        .and(&template, span(&template, "{% capture id %}"), "the value was captured here")
        .and(&template, span(&template, "\"name\""), "the next member begins here")
        .fix(
            &template,
            "put a comma after the output",
            vec![Edit { span: Span::at(output.to()), text: ",".to_owned() }],
        );
    finding.rendered = Some(Label {
        span: Span::at(span(&body, "\"u-1\"").to()),
        source: body,
        message: "the comma belongs here".to_owned(),
    });
    check("missing-comma", &[finding]);
}

#[test]
fn replacing_fix() {
    let template = source("a.liquid", "{\n  \"bio\": \"{{ bio }}\",\n  \"age\": {{ age }},\n}\n");
    let others = "a: {{ a }}\n";
    let partial = source("partials/b.liquid", &others.repeat(200));
    let comma = span(&template, ",\n}");
    check(
        "replacing-fix",
        &[
            Diagnostic::new(&code::JSON_INJECTION, "data may end this string")
                .at(&template, span(&template, "{{ bio }}"), "")
                .fix(
                    &template,
                    "let Liquid write the string",
                    vec![Edit {
                        span: span(&template, "\"{{ bio }}\""),
                        text: "{{ bio | as_json_string }}".to_owned(),
                    }],
                ),
            Diagnostic::new(&code::JSON_TRAILING_COMMA, "a comma stands before `}`")
                .at(&template, Span::new(comma.from(), comma.from() + 1), "this comma")
                .fix(
                    &template,
                    "take the comma away",
                    vec![Edit { span: Span::new(comma.from(), comma.from() + 1), text: String::new() }],
                ),
            Diagnostic::new(&code::SYNTAX_IGNORED, "two edits in another source")
                .at(&template, span(&template, "{{ age }}"), "")
                .fix(
                    &partial,
                    "change the first and the last line",
                    vec![
                        Edit { span: Span::new(0, 1), text: "b".to_owned() },
                        Edit { span: Span::at(partial.text().len()), text: "end\nof it\n".to_owned() },
                    ],
                ),
        ],
    );
}

#[test]
fn multi_byte_columns() {
    let template = source("grüße.liquid", "Grüße, 日本の\t{{ näme | ürg }} 👩‍👩‍👧 {{ x | nope }}\n");
    check(
        "multi-byte-columns",
        &[Diagnostic::new(&code::FILTER_UNKNOWN, "unknown filter `ürg`")
            .at(&template, span(&template, "ürg"), "näme → ürg")
            .and(&template, span(&template, "nope"), "this one too")],
    );
}

#[test]
fn control_characters() {
    let template = source(
        "evil\x1b[2J\n.liquid",
        "a\r\nb \x1b]52;c;AAAA\x07 \u{9b}2J\u{202e}{{ x }}\u{2066}\x00\rc\r\nd\r\n",
    );
    check(
        "control-characters",
        &[Diagnostic::new(&code::SYNTAX_ERROR, "got \x1b[31m\r\n::error file=x::\u{202e}")
            .at(&template, span(&template, "{{ x }}"), "see \x07\tthis\nand that")
            .note("first line \x1b[0m\nsecond line\u{2028}")
            .help("\x08\x7f")
            .fix(
                &template,
                "say\n\x1b",
                vec![Edit { span: span(&template, "{{ x }}"), text: "\x1b{{ y }}\r\n\u{200b}".to_owned() }],
            )],
    );
}

#[test]
fn very_long_line() {
    let template = source(
        "long.liquid",
        &format!("{}{{{{ x | nope }}}}{}{{{{ y }}}}é", "ab é ".repeat(2_000_000), "é".repeat(3000)),
    );
    let finding = || {
        Diagnostic::new(&code::FILTER_UNKNOWN, "unknown filter `nope`")
            .at(&template, span(&template, "nope"), "no filter has this name")
            .and(&template, span(&template, "{{ y }}"), "used here")
            .and(&template, Span::new(0, template.text().len()), "all of it")
            .fix(
                &template,
                "take the filter away",
                vec![Edit { span: span(&template, " | nope"), text: String::new() }],
            )
    };
    check("very-long-line", &[finding()]);
}

#[test]
fn many_findings_in_a_long_line_take_no_time() {
    let template = source("long.liquid", &"{{x}}".repeat(2_000_000));
    let findings: Vec<Diagnostic> = (0..20_000)
        .map(|at| {
            Diagnostic::new(&code::VARIABLE_UNDEFINED, "`x` is not defined").at(
                &template,
                Span::new(at * 500, at * 500 + 5),
                "here",
            )
        })
        .collect();
    // Counting each column from the start of the line would take minutes.
    for format in MessageFormat::ALL {
        let out = written(&findings, format, &Options::default());
        assert!(out.len() < 20_000 * 500, "{} bytes", out.len());
        if format == MessageFormat::Json {
            assert_eq!(out.lines().count(), 20_000);
        } else {
            assert!(out.ends_with("\n19000 more\n"));
        }
    }
}

#[test]
fn no_place() {
    check(
        "no-place",
        &[
            Diagnostic::new(&code::FILE_UNREADABLE, "cannot read `a.liquid`: not found"),
            Diagnostic::new(&code::DATA_SEVERAL_EVENTS, "the file holds 3 events")
                .severity(Severity::Warning)
                .note("they are called\n`a`, `b` and `c`")
                .help("choose one with `--event`"),
        ],
    );
}

#[test]
fn two_sources() {
    let partial =
        source("partials/item.liquid", "{% comment %}one item{% endcomment %}\n\"{{ item.name }}\"\n");
    let template = source(
        "list.liquid",
        "[\n{% for item in items %}\n  {% render 'item', item: item %}\n{% endfor %}\n]\n",
    );
    let data = source("event.json", "{\n  \"items\": [\n    {\"name\": \"say \\\"hi\\\"\"}\n  ]\n}\n");
    let body = source("rendered body", "[\n\n  \"say \"hi\"\"\n\n]\n");
    let mut finding = Diagnostic::new(&code::JSON_INJECTION, "data ends the JSON string it was put into")
        .at(&partial, span(&partial, "{{ item.name }}"), "this output wrote an unescaped `\"`")
        .and(&template, span(&template, "{% render 'item', item: item %}"), "rendered from here")
        .and(&data, span(&data, "\"say \\\"hi\\\"\""), "the value comes from here");
    finding.rendered =
        Some(Label { span: span(&body, "\"hi"), source: body, message: "the string ends here".to_owned() });
    check("two-sources", &[finding]);
}

#[test]
fn spans_over_lines() {
    let middle = "line {{ x }}\n".repeat(40);
    let template =
        source("block.liquid", &format!("a\n{{% if x %}}\n{middle}{{% endif %}}\n{}z", middle.repeat(10)));
    let whole = span(&template, "{% if x %}").join(span(&template, "{% endif %}"));
    let end = template.text().len();
    check(
        "spans-over-lines",
        &[
            Diagnostic::new(&code::UNCLOSED_BLOCK, "a block of many lines").at(&template, whole, "the block"),
            Diagnostic::new(&code::UNCLOSED_BLOCK, "the line break itself").at(
                &template,
                Span::new(1, 2),
                "here",
            ),
            Diagnostic::new(&code::UNCLOSED_BLOCK, "the end, and far away the start")
                .at(&template, Span::at(end), "not closed")
                .and(&template, Span::new(0, 1), "start")
                .and(&template, Span::new(0, end), "everything"),
        ],
    );
}

#[test]
fn colour_is_written_only_where_asked_for() {
    let template = source("a", "{{ a }}");
    let finding = [Diagnostic::new(&code::SYNTAX_ERROR, "m").at(&template, Span::new(0, 2), "l")];
    let coloured = written(&finding, MessageFormat::Full, &Options { color: true, ..Options::default() });
    assert!(coloured.contains("\x1b["));
    assert!(!written(&finding, MessageFormat::Full, &Options::default()).contains('\x1b'));
}

#[test]
fn summaries() {
    let finding = |code: &'static Code| Diagnostic::new(code, "m");
    assert_eq!(report::summary(&[]), "no findings");
    assert_eq!(report::summary(&[finding(&code::SYNTAX_ERROR)]), "1 error");
    let several = [&code::SYNTAX_ERROR, &code::JSON_GUESSED, &code::RENDER_ERROR, &code::SYNTAX_ERROR];
    assert_eq!(report::summary(&several.map(finding)), "2 errors, 1 warning, 1 note");
}

#[test]
fn formats_have_names() {
    for format in MessageFormat::ALL {
        assert_eq!(format.name().parse(), Ok(format));
    }
    assert!("Full".parse::<MessageFormat>().is_err());
}

#[test]
fn errors() {
    fn shareable<T: std::error::Error + Send + Sync + 'static>(_: &T) {}
    let template = source("a.liquid", "{{ a");
    let first = Diagnostic::new(&code::UNCLOSED_OUTPUT, "not\nclosed").at(&template, Span::new(0, 2), "here");
    let error = Error::new(vec![first, Diagnostic::new(&code::SYNTAX_ERROR, "and this")]);
    shareable(&error);
    assert_eq!(error.code(), &code::UNCLOSED_OUTPUT);
    assert_eq!(error.to_string(), "a.liquid:1:1: error[syntax/unclosed-output]: not\\nclosed (and 1 more)");
    assert!(format!("{error:#}").ends_with("\n\nerror[syntax/invalid]: and this"));
    assert_eq!(format!("{error:?}"), format!("{error:#}"));
    assert_eq!(error.into_diagnostics().len(), 2);
    assert_eq!(Error::new(Vec::new()).code(), &code::INTERNAL);
}

/// Text with all that is hard to draw.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("\t".to_owned()),
        Just("é日👩‍👧".to_owned()),
        Just("\x1b\u{202e}\u{0}\r".to_owned()),
        Just("x".repeat(90)),
        Just("\n".repeat(70)),
        "[a-z {}%\"]{0,12}",
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..25).prop_map(|pieces| pieces.concat())
}

fn place() -> impl Strategy<Value = Span> {
    (0_usize..400, prop_oneof![0_usize..4, 0_usize..400])
        .prop_map(|(start, length)| Span::new(start, start + length))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    /// Whatever the spans and texts are, all formats write something bounded that steers no terminal.
    #[test]
    fn any_finding_can_be_written(
        one in text(), two in text(), words in text(),
        primary in proptest::option::of(place()),
        secondary in proptest::collection::vec((place(), any::<bool>()), 0..5),
        edits in proptest::collection::vec((place(), text()), 0..3),
        unicode: bool, width in proptest::option::of(0_usize..300),
    ) {
        let (one, two) = (source("one", &one), source(&words, &two));
        let mut finding = Diagnostic::new(&code::SYNTAX_ERROR, words.clone()).note(words.clone()).help(words.clone());
        if let Some(span) = primary {
            finding = finding.at(&one, span, words.clone());
            finding.rendered = Some(Label { source: two.clone(), span, message: String::new() });
        }
        for (span, first) in secondary {
            finding = finding.and(if first { &one } else { &two }, span, words.clone());
        }
        if !edits.is_empty() {
            let edits = edits.into_iter().map(|(span, text)| Edit { span, text }).collect();
            finding = finding.fix(&one, words.clone(), edits);
        }
        let findings = [finding];
        let options = Options { color: false, unicode, width };
        for format in [MessageFormat::Full, MessageFormat::Concise] {
            let out = written(&findings, format, &options);
            let steers = |c: char| c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
            prop_assert!(!out.contains(steers), "{out:?}");
            prop_assert!(out.len() < 100_000, "{} bytes", out.len());
            prop_assert!(out.starts_with("error[") || primary.is_some());
        }
        let line = written(&findings, MessageFormat::Concise, &options);
        prop_assert_eq!(line.lines().count(), 1);
        let json = written(&findings, MessageFormat::Json, &options);
        let value: serde_json::Value = serde_json::from_str(&json).expect("one object in one line");
        prop_assert_eq!(value["message"].as_str(), Some(words.as_str()));
        prop_assert_eq!(value["span"].is_object(), primary.is_some());
    }
}
