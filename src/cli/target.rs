//! What an argument TEMPLATE names: a file, standard input, a folder of a webhook, or a webhook in the program.

#![expect(clippy::disallowed_methods, reason = "arguments name files")]

use super::args::Language;
use super::files::{self, Files, STDIN};
use crate::Engine;
use crate::diagnostic::{Diagnostic, code};
use crate::dialect::{BRAZE, Dialect};
use crate::engine::Builder;
use crate::error::Error;
use crate::source::Source;
use crate::webhook::{WEBHOOK_FILE, Webhook, embedded};
use std::path::Path;
use std::sync::Arc;

/// A template, with the webhook it belongs to.
pub struct Target {
    /// The template.
    pub template: Arc<Source>,
    /// The webhook, if a folder or a webhook in the program was named.
    pub webhook: Option<Webhook>,
}

impl Target {
    /// What `name` names. Files and folders win over webhooks in the program.
    ///
    /// # Errors
    /// When there is nothing of this name, or it cannot be read.
    pub fn find(name: &str, files: &Files) -> Result<Target, Error> {
        let path = Path::new(name);
        if name == STDIN || (path.exists() && !path.is_dir()) {
            return Ok(Target { template: files.template(name)?, webhook: None });
        }
        if path.join(WEBHOOK_FILE).is_file() {
            return Target::webhook(Webhook::read(files.webhook(path)?)?);
        }
        if let Some(folder) = embedded::folder(name) {
            return Target::webhook(Webhook::read(folder)?);
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

    fn webhook(webhook: Webhook) -> Result<Target, Error> {
        Ok(Target { template: webhook.template.clone(), webhook: Some(webhook) })
    }

    /// The dialect the template is in.
    pub fn dialect(&self, language: &Language) -> &'static Dialect {
        language.dialect.or(self.webhook.as_ref().map(|webhook| webhook.dialect)).unwrap_or(&BRAZE)
    }

    /// An engine for the template, to be set up further.
    pub fn engine(&self, language: &Language) -> Builder {
        let builder = Engine::builder().dialect(self.dialect(language));
        match language.error_mode {
            Some(mode) => builder.error_mode(mode),
            None => builder,
        }
    }
}
