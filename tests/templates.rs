//! Every case of every webhook in `templates/`, one test each: `movable-ink/product_viewed/known_user`.
//!
//! With `CARAFE_UPDATE=1` the expectations are written anew.

use carafe::report::{self, MessageFormat, Options};
use carafe::webhook::{Project, Webhook, embedded};
use carafe::{Limits, golden};
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
            Ok(webhook) => trials.extend(webhook.case_names().map(|case| {
                let (webhook, case) = (webhook.clone(), case.to_owned());
                Trial::test(format!("{name}/{case}"), move || run(&webhook, &case))
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
