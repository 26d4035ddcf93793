//! Webhook folders: what is read from them, what is wrong with them, and what their cases say of a body.
#![cfg(feature = "cli")]

use carafe::golden::{self, CaseResult, Update};
use carafe::report::{self, MessageFormat, Options};
use carafe::webhook::{BodyKind, Folder, Webhook, embedded};
use carafe::{Diagnostic, Limits};

fn webhook(files: &[(&str, &str)]) -> Webhook {
    let mut folder = Folder::new("hook");
    folder.extend(files.iter().copied());
    Webhook::read(folder).unwrap()
}

fn run(files: &[(&str, &str)]) -> CaseResult {
    let webhook = webhook(files);
    golden::run(&webhook, &webhook.case("a").unwrap(), &Limits::default())
}

fn written(diagnostics: &[Diagnostic], format: MessageFormat) -> String {
    let mut text = String::new();
    report::write(diagnostics, format, &Options::default(), &mut text);
    text
}

fn lines(diagnostics: &[Diagnostic]) -> Vec<String> {
    written(diagnostics, MessageFormat::Concise).lines().map(str::to_owned).collect()
}

#[test]
fn an_empty_file_is_a_webhook_of_braze_with_a_json_body() {
    let read = webhook(&[("template.liquid", "{}"), ("webhook.toml", "")]);
    assert_eq!(
        (read.method.as_str(), &read.url, read.dialect.name, read.body),
        ("POST", &None, "braze", BodyKind::Json)
    );
    assert!(read.headers.is_empty() && read.default_case().is_none());
}

#[test]
fn every_key_is_read() {
    let read = webhook(&[
        ("template.liquid", "{}"),
        (
            "webhook.toml",
            "description = 'd'\nmethod = 'PUT'\nurl = 'https://a.b'\ndialect = 'liquid'\nbody = 'text'\ndefault_case = \
             'b'\n[headers]\nZ = '1'\nA = '2'",
        ),
        ("cases/a.toml", "aborted = 'x'"),
        ("cases/b.toml", "aborted = 'x'"),
        ("cases/deeper/c.toml", "no case"),
    ]);
    assert_eq!((read.description.as_deref(), read.method.as_str()), (Some("d"), "PUT"));
    assert_eq!(
        (read.url.as_deref(), read.dialect.name, read.body),
        (Some("https://a.b"), "liquid", BodyKind::Text)
    );
    assert_eq!(read.headers, [("Z".to_owned(), "1".to_owned()), ("A".to_owned(), "2".to_owned())]);
    assert_eq!(read.case_names().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(read.default_case(), Some("b"));
}

#[test]
fn mistakes_in_webhook_toml_have_places_and_advice() {
    for (text, place, message, help) in [
        ("metod = 'POST'", "1:1", "unknown key `metod`", "did you mean `method`?"),
        ("\nmethod = 'POTS'", "2:10", "`POTS` is no method", "did you mean `POST` or `PUT`?"),
        ("method = 'x'", "1:10", "`x` is no method", "it can be `POST`, `PUT`, `PATCH`, `DELETE` and `GET`"),
        ("url = 1", "1:7", "`url` must be a text in quotes", ""),
        ("dialect = 'braise'", "1:11", "`braise` is no dialect", "did you mean `braze`?"),
        ("body = 'xml'", "1:8", "`xml` is no body", "it can be `json`, `form` and `text`"),
        ("headers = 'a: b'", "1:11", "`headers` must be a table", ""),
        ("[headers]\nA = 1", "2:1", "the header `A` must be a text in quotes", ""),
        ("default_case = 'knwon'", "1:16", "there is no case `knwon`", "did you mean `known`?"),
        ("url = 'a", "1:9", "invalid literal string, expected `'`", ""),
    ] {
        let mut folder = Folder::new("hook");
        folder.extend([
            ("template.liquid", ""),
            ("webhook.toml", text),
            ("cases/known.toml", "findings = []"),
        ]);
        let error = Webhook::read(folder).unwrap_err();
        let expected = format!("hook/webhook.toml:{place}: error[case/invalid]: {message}");
        assert_eq!(lines(error.diagnostics()), [expected], "{text}");
        let advice = error.diagnostics()[0].help.first().map_or("", String::as_str);
        assert_eq!(advice, help, "{text}");
    }
}

#[test]
fn a_folder_without_its_files_says_which() {
    let error = Webhook::read(Folder::new("hook")).unwrap_err();
    assert_eq!(
        lines(error.diagnostics()),
        [
            "error[case/invalid]: `hook` holds no `template.liquid`",
            "error[case/invalid]: `hook` holds no `webhook.toml`"
        ]
    );
}

#[test]
fn mistakes_in_a_case_have_places_and_advice() {
    for (text, place, message, help) in [
        ("expect = 'a.json'\nfindings = []", "1:1", "unknown key `expect`", "did you mean `expected`?"),
        ("", "1:1", "the case does not say what must come out", "add `expected = \"NAME.json\"`"),
        ("now = 'today'\nfindings = []", "1:7", "`now` is not a time with a zone", "write it like"),
        (
            "now = 2023-12-06T18:20:45\nfindings = []",
            "1:7",
            "`now` is not a time with a zone",
            "write it like",
        ),
        (
            "event = 'evnt.json'\nfindings = []",
            "1:9",
            "there is no file `evnt.json`",
            "did you mean `event.json`?",
        ),
        (
            "data = '../template.liquid'\nfindings = []",
            "1:8",
            "a case names files below its `cases/` only",
            "",
        ),
        ("expected = '../a.json'", "1:12", "a case names files below its `cases/` only", ""),
        ("event_number = 1\nfindings = []", "1:16", "`event_number` without an `event`", ""),
        (
            "event = 'event.json'\nevent_number = 0\nfindings = []",
            "2:16",
            "`event_number` must be a whole number",
            "",
        ),
        ("findings = [1]", "1:13", "`findings` must be texts in quotes", ""),
        ("findings = 'a'", "1:12", "`findings` must be a list of texts", ""),
        ("expected = 'a.txt'\naborted = 'b'", "2:11", "a message that is aborted has no body", ""),
        ("findings = []\n[defines]\na = inf", "3:5", "`defines.a` cannot be read", ""),
    ] {
        let read = webhook(&[
            ("template.liquid", ""),
            ("webhook.toml", ""),
            ("cases/a.toml", text),
            ("cases/event.json", "{}"),
        ]);
        let error = read.case("a").unwrap_err();
        let found = lines(error.diagnostics());
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert!(
            found[0].starts_with(&format!("hook/cases/a.toml:{place}: error[case/invalid]: {message}")),
            "{found:?}"
        );
        let advice = error.diagnostics()[0].help.first().map_or("", String::as_str);
        assert!(advice.starts_with(help) && advice.is_empty() == help.is_empty(), "{text}: {advice}");
    }
}

#[test]
fn an_unknown_case_names_its_neighbours() {
    let read =
        webhook(&[("template.liquid", ""), ("webhook.toml", ""), ("cases/known_user.toml", "findings = []")]);
    let error = read.case("know_user").unwrap_err();
    assert_eq!(error.to_string(), "error[case/unknown]: `hook` has no case `know_user`");
    assert_eq!(error.diagnostics()[0].help, ["did you mean `known_user`?"]);
}

#[test]
fn data_profile_event_and_defines_are_put_together() {
    let result = run(&[
        (
            "template.liquid",
            "{{${first_name}}} {{event_properties.${n}}} {{custom_attribute.${a}}} {{custom_attribute.${b} | join: ''}} {{ 'now' | date: '%F %s' }}",
        ),
        ("webhook.toml", "body = 'text'"),
        (
            "cases/a.toml",
            "now = 2023-12-06T19:20:45+01:00\ndata = 'data.json'\nprofile = 'p.json'\nevent = 'e.json'\nevent_number = 2\n\
             expected = 'a.txt'\nfindings = []\n[defines]\n\"custom_attribute.b\" = [1.5, 'x']",
        ),
        ("cases/data.json", r#"{"custom_attribute": {"a": 7, "b": 8}}"#),
        ("cases/p.json", r#"{"first_name": "Ada"}"#),
        ("cases/e.json", r#"{"events": [{"properties": {"n": 1}}, {"properties": {"n": 2}}]}"#),
        ("cases/a.txt", "Ada 2 7 1.5x 2023-12-06 1701886845"),
    ]);
    assert!(result.passed(), "{}", written(&result.differences, MessageFormat::Full));
}

#[test]
fn a_difference_shows_who_wrote_it() {
    let mut folder = Folder::new("product_viewed");
    folder.extend([
        (
            "template.liquid",
            "{\n  \"title\": \"{{event_properties.${title}}}\",\n  \"price\": \"{{event_properties.${price}}}\"\n}\n",
        ),
        ("webhook.toml", ""),
        ("cases/known_user.toml", "event = 'event.json'\nexpected = 'known_user.json'\n"),
        ("cases/event.json", r#"{"properties": {"title": "Wipes", "price": 1.99}}"#),
        ("cases/known_user.json", "{\n  \"title\": \"Wipes\",\n  \"price\": 1.99\n}\n"),
    ]);
    let webhook = Webhook::read(folder).unwrap();
    let result = golden::run(&webhook, &webhook.case("known_user").unwrap(), &Limits::default());
    let picture = written(&result.differences, MessageFormat::Full);
    let page = include_str!("../docs/webhooks.md");
    assert!(page.contains(picture.trim_end()), "docs/webhooks.md does not show\n{picture}");
}

#[test]
fn every_kind_of_difference_is_named_by_its_path() {
    let template = "{% capture id %}\"user_id\": \"{{${user_id}}}\"{% endcapture %}{ {{id}}, \"list\": [1, {{ 2 }}], \"more\": {\"x\": true} }";
    let result = run(&[
        ("template.liquid", template),
        ("webhook.toml", ""),
        ("cases/a.toml", "expected = 'a.json'\n[defines]\n\"profile.user_id\" = '7'"),
        ("cases/a.json", r#"{"list": [1, 3, 4], "user_id": "8", "more": {"y": {}}}"#),
    ]);
    let messages: Vec<_> = result.differences.iter().map(|found| found.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "list: 2 items → 3 items",
            "list[1]: 2 → 3",
            "user_id: \"7\" → \"8\"",
            "more.y: nothing → an empty object",
            "more.x: true → nothing"
        ]
    );
    let places: Vec<_> = result
        .differences
        .iter()
        .map(|found| found.primary.as_ref().map_or("", |label| label.source.slice(label.span)))
        .collect();
    assert_eq!(places, ["[", "{{ 2 }}", "{{id}}", "{", "true"]);
    let captured: Vec<_> =
        result.differences[2].secondary.iter().map(|label| label.source.slice(label.span)).collect();
    assert!(captured.contains(&"{{${user_id}}}"), "{captured:?}");
}

#[test]
fn other_files_are_compared_character_by_character() {
    let files = |expected| {
        run(&[
            ("template.liquid", "one\n{{ 'two' }}\nthree\n"),
            ("webhook.toml", "body = 'text'"),
            ("cases/a.toml", "expected = 'a.txt'"),
            ("cases/a.txt", expected),
        ])
    };
    assert!(files("one\ntwo\nthree\n").passed());
    let result = files("one\nzwei\nthree");
    assert_eq!(
        lines(&result.differences),
        ["hook/template.liquid:2:1: error[case/difference]: the body is not the text of `hook/cases/a.txt`"]
    );
    assert!(result.differences[0].notes[0].contains("+zwei\n"), "{:?}", result.differences[0].notes);
    assert_eq!(
        result.updates,
        [Update { path: "cases/a.txt".to_owned(), text: "one\ntwo\nthree\n".to_owned() }]
    );
}

#[test]
fn findings_are_compared_as_a_list() {
    let files = |findings: &str| {
        let case = format!("# kept\n{findings}\n# kept too\n");
        let webhook = webhook(&[
            ("template.liquid", "// a\n{\"a\": 1,}\n{{ b }}"),
            ("webhook.toml", ""),
            ("cases/a.toml", &case),
        ]);
        let result = golden::run(&webhook, &webhook.case("a").unwrap(), &Limits::default());
        let updated = golden::apply(&webhook, &result.updates).unwrap();
        assert!(
            golden::run(&updated, &updated.case("a").unwrap(), &Limits::default()).passed(),
            "{findings}"
        );
        (lines(&result.differences), updated.folder().file("cases/a.toml").unwrap().text().to_owned())
    };
    let right = "findings = [\n    \"variable/undefined 3:4\",\n    \"json/comment 1:1\",\n    \"json/trailing-comma 2:8\",\n]";
    let (differences, _) = files(right);
    assert_eq!(differences, Vec::<String>::new());
    let (differences, updated) = files("findings = ['json/comment 1:1', 'json/missing-comma 1:1']");
    assert_eq!(
        differences,
        [
            "hook/template.liquid:3:4: error[case/findings]: unexpected `variable/undefined 3:4`: `b` is not defined",
            "hook/cases/a.toml:2:33: error[case/findings]: the finding `json/missing-comma 1:1` did not come",
            "hook/template.liquid:2:8: error[case/findings]: unexpected `json/trailing-comma 2:8`: a comma stands after \
             the last member",
        ]
    );
    assert_eq!(updated, format!("# kept\n{right}\n# kept too\n"));
}

#[test]
fn without_a_list_errors_fail_and_warnings_pass() {
    let files = |template| {
        run(&[
            ("template.liquid", template),
            ("webhook.toml", ""),
            ("cases/a.toml", "expected = 'a.json'"),
            ("cases/a.json", "{}"),
        ])
    };
    assert!(files("{ {{ missing }} }").passed());
    let result = files("{ {{ missing }}");
    assert_eq!(
        lines(&result.differences),
        [
            "hook/template.liquid:1:1: error[case/findings]: unexpected `json/unclosed-bracket 1:1`: this `{` is never closed",
            "hook/cases/a.toml:1:12: error[case/difference]: the body is no JSON, so that it cannot be compared by its meaning",
        ]
    );
    assert_eq!(result.updates, []);
    let result = files("{% if %}{}");
    assert!(result.differences.iter().all(|found| found.code.name == "case/findings") && !result.passed());
    assert!(result.body.is_none());
}

#[test]
fn aborts_are_expected_with_their_reason() {
    let files = |template, case| {
        run(&[
            ("template.liquid", template),
            ("webhook.toml", ""),
            ("cases/a.toml", case),
            ("cases/a.json", "{}"),
        ])
    };
    let abort = "{}{% abort_message('no id') %}";
    assert!(files(abort, "aborted = 'no id'").passed());
    let other = files(abort, "aborted = 'no mail' # why");
    assert_eq!(
        lines(&other.differences),
        ["hook/cases/a.toml:1:11: error[case/difference]: the reason of the abort: \"no id\" → \"no mail\""]
    );
    assert_eq!(other.updates[0].text, "aborted = \"no id\" # why");
    let sent = files("{}", "aborted = 'no id'");
    assert_eq!(
        lines(&sent.differences),
        ["hook/cases/a.toml:1:11: error[case/difference]: the message is not aborted"]
    );
    let not_sent = files(abort, "expected = 'a.json'");
    assert_eq!(
        lines(&not_sent.differences),
        ["error[case/difference]: the template aborts the message: no id"]
    );
    assert!(sent.updates.is_empty() && not_sent.updates.is_empty());
}

#[test]
fn what_cannot_be_run_or_compared_says_why() {
    let files = |template, case, data| {
        let result = run(&[
            ("template.liquid", template),
            ("webhook.toml", ""),
            ("cases/a.toml", case),
            ("cases/data.json", data),
        ]);
        lines(&result.differences)
    };
    assert_eq!(
        files("{{ 'now' | date: '%s' }}", "expected = 'data.json'", "0"),
        ["hook/cases/a.toml:1:1: error[case/invalid]: the template asks for the time, and the case has none"]
    );
    assert_eq!(
        files("{}", "expected = 'data.json'", "{,}"),
        [
            "hook/cases/data.json:1:2: error[case/invalid]: the expected body is no JSON: a comma too many: there is nothing \
          before it"
        ]
    );
    assert_eq!(
        files("{}", "findings = []\n[defines]\n\"x\" = 1", ""),
        ["hook/cases/a.toml:3:1: error[data/unknown-key]: `x` is no namespace"]
    );
    let broken = files("{}", "data = 'data.json'\nfindings = []", "[");
    assert!(
        broken.len() == 1 && broken[0].starts_with("hook/cases/data.json:1:2: error[data/invalid-json]"),
        "{broken:?}"
    );
}

#[test]
fn a_file_that_is_still_to_be_written_is_updated() {
    let webhook = webhook(&[
        ("template.liquid", "\n{\"a\":  1}\n\n"),
        ("webhook.toml", ""),
        ("cases/a.toml", "expected = 'new/a.json'"),
    ]);
    let result = golden::run(&webhook, &webhook.case("a").unwrap(), &Limits::default());
    assert!(!result.passed());
    assert_eq!(
        result.updates,
        [Update { path: "cases/new/a.json".to_owned(), text: "{\"a\":  1}\n".to_owned() }]
    );
    let updated = golden::apply(&webhook, &result.updates).unwrap();
    assert!(golden::run(&updated, &updated.case("a").unwrap(), &Limits::default()).passed());
}

#[test]
fn webhooks_of_the_program_go_by_their_names() {
    let names = embedded::names();
    for name in ["product_viewed", "category_viewed", "identify"] {
        for name in [format!("movable-ink/{name}"), format!("movable-ink/{name}_published")] {
            assert!(names.contains(&name), "{name}");
            let read = Webhook::read(embedded::folder(&name).unwrap()).unwrap();
            assert_eq!(read.default_case(), Some("trigger_event"), "{name}");
            assert_eq!(read.folder().name(), name);
        }
    }
    assert!(embedded::folder("movable-ink").is_none() && embedded::folder("movable-ink/product").is_none());
}

#[test]
fn the_corrected_templates_send_what_the_partner_expects() {
    for (name, payload) in [
        ("product_viewed", include_str!("movable_ink/product_viewed.json")),
        ("category_viewed", include_str!("movable_ink/category_viewed.json")),
        ("identify", include_str!("movable_ink/identify.json")),
    ] {
        let webhook = Webhook::read(embedded::folder(&format!("movable-ink/{name}")).unwrap()).unwrap();
        let result = golden::run(&webhook, &webhook.case("trigger_event").unwrap(), &Limits::default());
        let mut rendered: serde_json::Value = serde_json::from_str(result.body.unwrap().text()).unwrap();
        let mut expected: serde_json::Value = serde_json::from_str(payload).unwrap();
        // Which identifiers are sent and when differs by design; of a track event it is one identifier.
        for body in [&mut rendered, &mut expected] {
            let members = body.as_object_mut().unwrap();
            assert!(
                members.remove("timestamp").unwrap().as_u64().is_some_and(|time| time > 1_000_000_000_000)
            );
            let identifiers = [members.remove("user_id"), members.remove("anonymous_id")];
            assert!(identifiers.iter().flatten().all(|identifier| identifier.is_string()));
            assert!(identifiers.iter().flatten().count() > 0);
        }
        assert_eq!(rendered, expected, "{name}");
    }
}
