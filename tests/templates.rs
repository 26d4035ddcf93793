//! Every case of every webhook in `templates/`, one test each: `movable-ink/product_viewed/known_user`.
//!
//! With `CARAFE_UPDATE=1` the expectations are written anew.

use carafe::report::{self, MessageFormat, Options};
use carafe::webhook::{Project, Webhook, embedded};
use carafe::{Arena, Engine, Limits, Status, Value, golden};
use libtest_mimic::{Arguments, Failed, Trial};
use std::path::Path;
use std::sync::Arc;

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for name in embedded::names() {
        match read(&name) {
            Ok(webhook) if webhook.case_names().next().is_none() => {
                trials.push(Trial::test(name, || Err("the webhook has no case".into())));
            }
            Ok(webhook) => trials.extend(webhook.case_names().flat_map(|case| {
                let (webhook, case) = (webhook.clone(), case.to_owned());
                let of_schema = (webhook.clone(), case.clone());
                [
                    Trial::test(format!("{name}/{case}"), move || run(&webhook, &case)),
                    Trial::test(format!("{name}/{}/schema", of_schema.1), move || {
                        validate(&of_schema.0, &of_schema.1)
                    }),
                ]
            })),
            Err(failed) => trials.push(Trial::test(name, || Err(failed))),
        }
    }
    if trials.is_empty() {
        trials.push(Trial::test("templates", || Err("there are no webhooks".into())));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn read(name: &str) -> Result<Webhook, Failed> {
    let folder = embedded::folder(name).ok_or("the webhook is listed and cannot be had")?;
    Webhook::read(folder).map_err(|error| format!("{error:#}").into())
}

/// Cases that show what a published template does without what it needs.
const LACKING: &[(&str, &str, &str)] = &[
    (
        "movable-ink/category_viewed_published",
        "anonymous_user",
        "/profile: \"user_id\" is a required property",
    ),
    ("movable-ink/identify_published", "missing_email", "/profile: \"email_address\" is a required property"),
    (
        "movable-ink/product_viewed_published",
        "missing_email",
        "/profile: \"email_address\" is a required property",
    ),
    (
        "movable-ink/product_viewed_published",
        "no_categories",
        "/event_properties: \"categories\" is a required property",
    ),
];

/// The data of a case that gives a body is what the schema of the webhook's template asks for.
fn validate(webhook: &Webhook, case: &str) -> Result<(), Failed> {
    let case = webhook.case(case).map_err(|error| format!("{error:#}"))?;
    let limits = Limits::default();
    let dialect = webhook.dialect_in(&Project::default());
    let compiled = webhook.draft().compile(&Engine::builder().dialect(dialect).build());
    let inputs = case.inputs(dialect);
    let arena = Arena::new(&limits);
    let root = inputs.read(&arena).map_err(|findings| format!("{findings:?}"))?;
    if compiled.render(&arena, root.value, |render| render).status != Status::Complete {
        return Ok(());
    }
    let validator = jsonschema::validator_for(&compiled.schema()).map_err(|error| error.to_string())?;
    let data = json(root.value);
    let errors: Vec<String> =
        validator.iter_errors(&data).map(|error| format!("{}: {error}", error.instance_path())).collect();
    let lacking =
        LACKING.iter().find(|(name, lacking, _)| *name == webhook.folder().name() && *lacking == case.name);
    let expected: Vec<String> = lacking.iter().map(|(_, _, error)| (*error).to_owned()).collect();
    if errors == expected { Ok(()) } else { Err(errors.join("\n").into()) }
}

fn json(value: Value<'_>) -> serde_json::Value {
    match value {
        Value::Nil => serde_json::Value::Null,
        Value::Bool(value) => value.into(),
        Value::Integer(value) => value.into(),
        Value::Float(value) => value.into(),
        Value::String(value) => value.into(),
        Value::Array(items) => items.iter().map(|item| json(*item)).collect(),
        Value::Map(map) => map.entries().iter().map(|(key, value)| (key.to_string(), json(*value))).collect(),
        other => other.kind().into(),
    }
}

fn run(webhook: &Webhook, case: &str) -> Result<(), Failed> {
    let case = webhook.case(case).map_err(|error| format!("{error:#}"))?;
    let project = match embedded::project(webhook.folder().name()) {
        Some(source) => Project::read(&Arc::new(source)).map_err(|error| format!("{error:#}"))?,
        None => Project::default(),
    };
    let mut result = golden::run_in(webhook, &case, &Limits::default(), &project);
    if std::env::var_os("CARAFE_UPDATE").is_some_and(|value| value == "1") {
        let updates = std::mem::take(&mut result.updates);
        let updated = golden::apply(webhook, &updates).map_err(|error| format!("{error:#}"))?;
        let case = updated.case(&case.name).map_err(|error| format!("{error:#}"))?;
        result = golden::run_in(&updated, &case, &Limits::default(), &project);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(webhook.folder().name());
        for update in &updates {
            let path = folder.join(&update.path);
            std::fs::create_dir_all(path.parent().unwrap_or(&folder))?;
            std::fs::write(path, &update.text)?;
        }
    }
    if result.passed() {
        return Ok(());
    }
    let mut picture = String::new();
    report::write(&result.differences, MessageFormat::Full, &Options::default(), &mut picture);
    Err(picture.into())
}
