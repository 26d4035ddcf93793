//! What an argument TEMPLATE names: a file, standard input, a folder of a webhook, or a webhook in the program.

#![expect(clippy::disallowed_methods, reason = "arguments name files")]

use super::args::Language;
use super::files::{self, Files, STDIN};
use super::project::Settings;
use crate::Engine;
use crate::diagnostic::{Diagnostic, code};
use crate::dialect::{BRAZE, Dialect};
use crate::engine::Builder;
use crate::error::Error;
use crate::limits::Limits;
use crate::webhook::{Draft, WEBHOOK_FILE, Webhook, embedded};
use std::path::Path;

/// A template or a webhook, with the project it belongs to.
pub struct Target {
    /// The file that findings without a better place are about: the template, or what the body is made of.
    pub name: String,
    /// What is rendered.
    pub draft: Draft,
    /// The webhook, if a folder or a webhook in the program was named.
    pub webhook: Option<Webhook>,
    /// The settings of the project.
    pub project: Settings,
}

impl Target {
    /// What `name` names. Files and folders win over webhooks in the program.
    ///
    /// # Errors
    /// When there is nothing of this name, or it cannot be read.
    pub fn find(name: &str, files: &Files) -> Result<Target, Error> {
        let path = Path::new(name);
        if name == STDIN || (path.exists() && !path.is_dir()) {
            let template = files.template(name)?;
            let folder = if name == STDIN { Path::new("") } else { path.parent().unwrap_or(path) };
            return Ok(Target {
                name: template.name().to_owned(),
                draft: Draft::of_template(&template),
                webhook: None,
                project: Settings::of_folder(folder, files)?,
            });
        }
        if path.join(WEBHOOK_FILE).is_file() {
            let webhook = Webhook::read(files.webhook(path)?)?;
            return Ok(Target::webhook(webhook, Settings::of_folder(path, files)?));
        }
        if let Some(folder) = embedded::folder(name) {
            return Ok(Target::webhook(Webhook::read(folder)?, Settings::of_embedded(name, files)?));
        }
        if path.is_dir() {
            let message = format!("the folder `{name}` holds no `{WEBHOOK_FILE}`");
            let help = "name a template file, or the folder of a webhook";
            return Err(Diagnostic::new(&code::FILE_UNREADABLE, message).help(help).into());
        }
        let names = embedded::names();
        let message = format!("there is neither a file nor an embedded webhook called `{name}`");
        let help = files::near_names(path, &names)
            .unwrap_or_else(|| format!("the embedded webhooks are {}", names.join(", ")));
        Err(Diagnostic::new(&code::FILE_UNKNOWN_WEBHOOK, message).help(help).into())
    }

    fn webhook(webhook: Webhook, project: Settings) -> Target {
        let file = webhook.template.as_ref().or(webhook.folder().file(WEBHOOK_FILE));
        let name = file.map(|file| file.name().to_owned()).unwrap_or_default();
        Target { name, draft: webhook.draft(), webhook: Some(webhook), project }
    }

    /// The dialect the template is in.
    pub fn dialect(&self, language: &Language) -> &'static Dialect {
        let project = &self.project.project;
        let of_webhook = self.webhook.as_ref().map(|webhook| webhook.dialect_in(project));
        language.dialect.or(of_webhook).or(project.dialect).unwrap_or(&BRAZE)
    }

    /// An engine for the template, to be set up further.
    pub fn engine(&self, language: &Language, limits: &Limits) -> Builder {
        let builder = Engine::builder().dialect(self.dialect(language)).limits(limits.clone());
        match language.error_mode {
            Some(mode) => builder.error_mode(mode),
            None => builder,
        }
    }
}
