//! The contract of a webhook's body: the name of one in the program, or a schema beside `webhook.toml`.

use super::table::Reader;
use super::{BodyKind, Folder, SCHEMA_SUFFIX};
use crate::contract::Contract;
use crate::diagnostic::suggest;

/// The contract that the key `contract` names.
pub(super) fn read(reader: &mut Reader<'_>, folder: &Folder, body: BodyKind) -> Option<Contract> {
    let named = reader.text("contract")?;
    if body != BodyKind::Json {
        reader.fault(named.span, "only a JSON body has a contract", "this body is none");
        return None;
    }
    let found = match folder.file(&named.value) {
        Some(schema) if named.value.ends_with(SCHEMA_SUFFIX) => Contract::from_schema(schema),
        _ if named.value.ends_with(".json") => {
            let files = folder.paths().filter(|path| path.ends_with(SCHEMA_SUFFIX));
            let near = suggest::did_you_mean(&named.value, files);
            reader.fault(named.span, format!("there is no schema `{}`", named.value), "no such file");
            let rule = format!("a schema lies beside `webhook.toml`, and its name ends in `{SCHEMA_SUFFIX}`");
            reader.advise(near.unwrap_or(rule));
            return None;
        }
        _ => Contract::find(&named.value).inspect_err(|error| {
            for unknown in error.diagnostics() {
                reader.fault(named.span, unknown.message.clone(), "no such contract");
                unknown.help.iter().for_each(|help| reader.advise(help.as_str()));
            }
        }),
    };
    match found {
        Ok(contract) => Some(contract),
        Err(error) => {
            // What is wrong with a schema stands in the schema.
            reader.add(error.into_diagnostics().into_iter().filter(|found| found.primary.is_some()));
            None
        }
    }
}
