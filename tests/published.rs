//! The mistakes of the published examples, each found: a row for every mistake that is known, with the webhook and the case that
//! show it, the finding, and its place. Beside them what must stay silent.
//!
//! The first number is the document: 0 Movable Ink, 1 Currents, 2 Momentum, 3 Customer.io; the second one counts in it.

use carafe::webhook::{Project, Webhook, embedded};
use carafe::{Diagnostic, Engine, Limits, Severity, dialect, golden};
use std::sync::Arc;

/// A mistake: its number, the webhook, the case, the code of the finding, and a place of it, `line:column` of the template or
/// with the file before it.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

const PRODUCT: &str = "movable-ink/product_viewed_published";
const CATEGORY: &str = "movable-ink/category_viewed_published";
const IDENTIFY: &str = "movable-ink/identify_published";
const ZENDESK: &str = "customerio/zendesk_published";
const HELP_SCOUT: &str = "customerio/help_scout_published";
const CLOSE: &str = "customerio/close_published";
const WHOLE: &str = "customerio/whole_customer_published";

#[rustfmt::skip]
static ROWS: &[Row] = &[
    ("0.1", PRODUCT, "trigger_event", "json/comment", "1:1"),
    ("0.1", PRODUCT, "trigger_event", "json/comment", "4:1"),
    ("0.1", PRODUCT, "trigger_event", "json/comment", "7:1"),
    ("0.1", CATEGORY, "trigger_event", "json/comment", "1:1"),
    ("0.1", IDENTIFY, "trigger_event", "json/comment", "1:1"),
    ("0.1", IDENTIFY, "trigger_event", "json/comment", "4:1"),
    ("0.2", PRODUCT, "trigger_event", "json/missing-comma", "15:3"),
    ("0.3", PRODUCT, "trigger_event", "json/trailing-comma", "34:18"),
    ("0.4", PRODUCT, "trigger_event", "contract/quoted-number", "32:17"),
    ("0.4", PRODUCT, "trigger_event", "contract/seconds-for-milliseconds", "32:17"),
    ("0.4", CATEGORY, "trigger_event", "contract/seconds-for-milliseconds", "11:17"),
    ("0.4", IDENTIFY, "trigger_event", "contract/seconds-for-milliseconds", "9:17"),
    ("0.5", PRODUCT, "trigger_event", "contract/quoted-number", "28:15"),
    ("0.6", PRODUCT, "trigger_event", "data/unescaped-slot", "20:16"),
    ("0.6", PRODUCT, "trigger_event", "data/unescaped-slot", "21:17"),
    ("0.6", PRODUCT, "trigger_event", "data/unescaped-slot", "25:17"),
    ("0.6", PRODUCT, "trigger_event", "data/unescaped-slot", "27:15"),
    ("0.6", PRODUCT, "trigger_event", "data/unescaped-slot", "29:12"),
    ("0.6", PRODUCT, "trigger_event", "data/unescaped-slot", "30:13"),
    ("0.6", PRODUCT, "quotes", "json/injection", "27:15"),
    ("0.6", CATEGORY, "trigger_event", "data/unescaped-slot", "7:12"),
    ("0.7", PRODUCT, "missing_email", "data/hash-of-missing", "5:44"),
    ("0.7", PRODUCT, "missing_email", "contract/hash-of-nothing", "11:47"),
    ("0.7", PRODUCT, "anonymous_user", "data/hash-of-spelling", "5:44"),
    ("0.7", IDENTIFY, "missing_email", "data/hash-of-missing", "5:44"),
    ("0.8", PRODUCT, "anonymous_user", "data/blank-is-truthy", "8:9"),
    ("0.8", PRODUCT, "anonymous_user", "data/blank-identifier", "9:42"),
    ("0.9", PRODUCT, "no_categories", "data/blank-identifier", "20:16"),
    ("0.9", PRODUCT, "no_categories", "contract/blank", "21:17"),
    ("0.10", CATEGORY, "anonymous_user", "data/blank-identifier", "14:15"),
    ("0.10", IDENTIFY, "anonymous_user", "data/blank-identifier", "12:15"),
    ("0.13", PRODUCT, "no_time_zone", "data/blank-identifier", "33:16"),
    ("1.1", "currents/batch_published", "outline", "json/bare-word", "1:13"),
    ("1.5", "currents/purchase_published", "sample", "json/comment", "1:1"),
    ("1.5", "currents/purchase_published", "sample", "json/missing-comma", "9:30"),
    ("1.5", "currents/purchase_published", "sample", "json/unclosed-string", "16:19"),
    ("2.1", "momentum/click_published", "sample", "json/trailing-comma", "16:32"),
    ("2.2", "momentum/click_published", "sample", "json/control-character", "4:25"),
    ("2.2", "momentum/click_published", "sample", "json/control-character", "5:90"),
    ("2.3", "momentum/click_published", "sample", "contract/wrong-type", "1:1"),
    ("3.1", "customerio/simple_json_published", "plain", "data/unescaped-slot", "3:12"),
    ("3.1", "customerio/simple_json_published", "quotes", "json/injection", "3:12"),
    ("3.2", WHOLE, "plain", "variable/whole-profile", "3:4"),
    ("3.2", WHOLE, "plain", "render/object-as-text", "3:15"),
    ("3.2", WHOLE, "null_attribute", "json/bare-word", "3:1"),
    ("3.2", WHOLE, "hash_in_text", "json/bad-escape", "3:1"),
    ("3.2", WHOLE, "escape_character", "json/bad-escape", "3:1"),
    ("3.2", "customerio/whole_customer_current_published", "plain", "json/bare-word", "3:1"),
    ("3.3", "customerio/form_published", "plain", "form/unencoded", "1:26"),
    ("3.3", "customerio/form_published", "plus_and_ampersand", "form/unencoded", "1:62"),
    ("3.3", "customerio/form_published", "plain", "request/content-type", "webhook.toml:9:17"),
    ("3.4", "customerio/form_published", "missing_attribute", "variable/missing", "1:64"),
    ("3.5", ZENDESK, "feedback", "syntax/quote-in-output", "5:48"),
    ("3.5", ZENDESK, "feedback", "json/unclosed-string", "5:27"),
    ("3.5", "customerio/zendesk_legacy_published", "feedback", "syntax/unclosed-quote", "5:48"),
    ("3.5", "customerio/zendesk_legacy_published", "feedback", "syntax/unclosed-quote", "5:71"),
    ("3.5", "customerio/zendesk_legacy_published", "feedback", "json/unclosed-string", "5:27"),
    ("3.6", ZENDESK, "feedback", "data/unescaped-slot", "4:26"),
    ("3.6", ZENDESK, "quotes", "json/injection", "4:26"),
    ("3.6", ZENDESK, "quotes", "json/control-character", "4:26"),
    ("3.7", ZENDESK, "feedback", "request/placeholder-left", "webhook.toml:3:16"),
    ("3.7", ZENDESK, "feedback", "request/url-userinfo", "webhook.toml:3:16"),
    ("3.8", "customerio/trello_published", "plain", "json/quoted-null", "3:10"),
    ("3.9", "customerio/trello_published", "plain", "request/placeholder-left", "webhook.toml:3:46"),
    ("3.9", "customerio/trello_published", "plain", "request/secret-in-query", "webhook.toml:3:84"),
    ("3.9", "customerio/trello_published", "plain", "data/unescaped-slot", "2:31"),
    ("3.10", "customerio/lob_published", "lower_case_state", "variable/missing", "8:26"),
    ("3.11", "customerio/lob_published", "missing_line2", "variable/missing", "6:26"),
    ("3.11", "customerio/lob_published", "markup", "json/injection", "22:58"),
    ("3.12", "customerio/lob_published", "capital_state", "request/url-userinfo", "webhook.toml:3:16"),
    ("3.13", HELP_SCOUT, "plain", "json/bare-word", "10:11"),
    ("3.13", HELP_SCOUT, "plain", "request/placeholder-left", "10:11"),
    ("3.15", HELP_SCOUT, "plain", "filter/strftime-unsupported", "16:73"),
    ("3.15", HELP_SCOUT, "plain", "filter/strftime-unsupported", "28:77"),
    ("3.16", "customerio/help_scout_legacy_published", "plain", "contract/wrong-format", "16:50"),
    ("3.16", "customerio/help_scout_legacy_published", "plain", "contract/wrong-format", "28:54"),
    ("3.17", HELP_SCOUT, "plain", "data/unescaped-slot", "26:16"),
    ("3.17", HELP_SCOUT, "line_break", "json/control-character", "26:16"),
    ("3.17", HELP_SCOUT, "lower_case_rating", "variable/missing", "26:53"),
    ("3.19", CLOSE, "no_url_and_source", "contract/wrong-format", "3:82"),
    ("3.19", CLOSE, "line_break", "json/control-character", "4:19"),
    ("3.19", CLOSE, "missing_title", "variable/missing", "8:19"),
    ("3.19", CLOSE, "plain", "contract/wrong-type", "27:6"),
    ("3.20", CLOSE, "plain", "request/url-userinfo", "webhook.toml:3:16"),
];

/// The mistakes of the documents that show in a template, a body, or only with some data. 0.12 and 0.14 have tests of their own.
static KNOWN: &[&str] = &[
    "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "0.10", "0.13", "1.1", "1.5", "2.1",
    "2.2", "2.3", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12",
    "3.13", "3.15", "3.16", "3.17", "3.19", "3.20",
];

fn findings(webhook: &str, case: &str) -> (Webhook, Vec<Diagnostic>) {
    let folder = embedded::folder(webhook).unwrap_or_else(|| panic!("there is no webhook {webhook}"));
    let webhook = Webhook::read(folder).unwrap_or_else(|error| panic!("{error:#}"));
    let case = webhook.case(case).unwrap_or_else(|error| panic!("{error:#}"));
    let project = match embedded::project(webhook.folder().name()) {
        Some(source) => Project::read(&Arc::new(source)).unwrap_or_else(|error| panic!("{error:#}")),
        None => Project::default(),
    };
    let found = golden::run_in(&webhook, &case, &Limits::default(), &project).findings;
    (webhook, found)
}

/// All places of a finding.
fn places<'f>(webhook: &'f Webhook, finding: &'f Diagnostic) -> impl Iterator<Item = String> + 'f {
    let prefix = format!("{}/", webhook.folder().name());
    finding.primary.iter().chain(&finding.secondary).map(move |label| {
        let position = label.source.position(label.span.from());
        let place = format!("{}:{}", position.line, position.column);
        let name = label.source.name();
        match name.strip_prefix(&prefix).unwrap_or(name) {
            "template.liquid" => place,
            name => format!("{name}:{place}"),
        }
    })
}

#[test]
fn every_mistake_is_found() {
    let mut lost = Vec::new();
    for (row, webhook, case, code, place) in ROWS {
        let (webhook, found) = findings(webhook, case);
        let mut same = found.iter().filter(|finding| finding.code.name == *code);
        if !same.any(|finding| places(&webhook, finding).any(|known| known == *place)) {
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            lost.push(format!("{row}: {code} {place}, among\n  {}", found.join("\n  ")));
        }
    }
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}

#[test]
fn every_number_has_a_row() {
    let named = |row: &str| ROWS.iter().any(|known| known.0 == row);
    let lost: Vec<_> = KNOWN.iter().filter(|row| !named(row)).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

/// 0.12: the time is that of sending, which the finding on its unit says.
#[test]
fn a_time_of_sending_is_called_that() {
    for webhook in [PRODUCT, CATEGORY, IDENTIFY] {
        let (_, found) = findings(webhook, "trigger_event");
        let unit = found.iter().find(|finding| finding.code.name == "contract/seconds-for-milliseconds");
        let notes = &unit.expect("the unit is wrong").notes;
        assert!(notes.iter().any(|note| note.contains("when the message is sent")), "{webhook}: {notes:?}");
    }
}

/// 0.14: braces inside a tag, and `${…}`, are Braze's. Plain Liquid only reads over them, as the reference does.
#[test]
fn constructs_of_braze_are_found_elsewhere() {
    for (webhook, tag) in [(PRODUCT, "5:"), (IDENTIFY, "5:")] {
        let (webhook, _) = findings(webhook, "trigger_event");
        let template = webhook.template.as_ref().expect("a template");
        for dialect in
            [&dialect::LIQUID, &dialect::CUSTOMERIO, &dialect::CUSTOMERIO_LEGACY, &dialect::CLEVERTAP]
        {
            let found = Engine::builder().dialect(dialect).build().check(template);
            let at_tag =
                |finding: &&Diagnostic| places(&webhook, finding).any(|place| place.starts_with(tag));
            let named =
                |finding: &Diagnostic| finding.message.contains("Braze") || dialect == &dialect::LIQUID;
            let said: Vec<_> = found.iter().map(ToString::to_string).collect();
            assert!(found.iter().filter(at_tag).any(named), "{}: {said:?}", dialect.name);
        }
    }
}

/// What only looks wrong: 3.14 double quotes of a filter inside a JSON string, 3.18 `{%else %}` and the size of a missing attribute,
/// batches without events, and fields that nobody knows. No code is none at all.
#[rustfmt::skip]
static SILENT: &[(&str, &str, &str, &[&str])] = &[
    ("3.14", "customerio/help_scout_legacy_published", "plain", &["syntax", "json/unescaped-quote", "json/injection", "json/unclosed"]),
    ("3.18", CLOSE, "no_url_and_source", &["syntax", "variable", "json"]),
    ("2.4", "momentum/click", "sample", &[]),
    ("no-op", "currents/empty", "empty", &[]),
    ("no-op", "momentum/ping", "ping", &[]),
    ("no-op", "customerglu/email_click", "ping", &[]),
    ("no-op", "movable-ink/product_viewed", "empty_batch", &[]),
    ("unknown fields", "currents/purchase", "sample", &[]),
    ("unknown fields", "customerglu/email_click", "new_fields", &[]),
    ("unknown fields", "movable-ink/product_viewed", "currents_batch", &[]),
];

#[test]
fn what_is_right_is_silent() {
    for (row, webhook, case, silent) in SILENT {
        let (_, found) = findings(webhook, case);
        let counts = |code: &str| silent.is_empty() || silent.iter().any(|start| code.starts_with(start));
        let said: Vec<_> = found
            .iter()
            .filter(|finding| finding.severity > Severity::Note && counts(finding.code.name))
            .map(ToString::to_string)
            .collect();
        assert!(said.is_empty(), "{row}: {said:?}");
    }
}

/// A published example has a corrected one beside it, in which nothing is doubtful.
#[test]
fn corrected_webhooks_are_silent() {
    for name in embedded::names().into_iter().filter(|name| !name.ends_with("_published")) {
        let webhook = Webhook::read(embedded::folder(&name).expect("a folder")).expect("a webhook");
        for case in webhook.case_names() {
            let (_, found) = findings(&name, case);
            let said: Vec<_> = found
                .iter()
                .filter(|finding| finding.severity > Severity::Note)
                .map(ToString::to_string)
                .collect();
            // A case may give data that is wrong itself.
            let is_data = |line: &String| line.contains("cases/");
            assert!(said.iter().all(is_data), "{name}/{case}: {said:?}");
        }
    }
}
