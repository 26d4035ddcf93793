//! The parser that pest makes of the files in `grammar/`.
#![allow(missing_docs, reason = "the rules are documented where they are written, in grammar/*.pest")]

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/markup.pest"]
#[grammar = "../grammar/braze.pest"]
pub(super) struct Rules;
