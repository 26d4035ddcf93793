//! The tags that fetch something, as a render runs them: from the data, which holds what stands in for the world, and for
//! `connected_content` from the engine's [`Fetch`](crate::fetch::Fetch).

mod call;
mod catalog;
mod rerender;
mod request;
mod stand_in;

pub(super) use rerender::Rerender;

use super::machine::{Call, Flow, FrameKey, Machine};
use super::trace::Trace;
use crate::compile::{self, Base, Fetch, Lookup, Operation, Program, TagText, TextPart};
use crate::diagnostic::{Diagnostic, code, suggest};
use crate::failure::Failure;
use crate::fetch::Exchange;
use crate::source::Span;
use crate::value::{Value, convert, lookup, print};
use std::collections::BTreeMap;

/// All that `message_extras` attaches may take so many bytes; Braze cuts what is beyond.
const EXTRAS_BYTES: usize = 1024;

/// What the tags that fetch have done so far.
#[derive(Default)]
pub(super) struct Fetching {
    /// The requests made.
    pub exchanges: Vec<Exchange>,
    /// Keys and values of the send event.
    pub extras: Vec<(String, String)>,
    extras_bytes: usize,
    random: Option<fastrand::Rng>,
    /// Variables that are nil because a call failed, by scope and number: the tag's place.
    pub failed: Option<BTreeMap<(usize, usize), (FrameKey, Span)>>,
    /// Whether Braze would still try a call that failed, and give up in the end.
    pub exhausted: bool,
}

impl<'r, T: Trace> Machine<'r, '_, T> {
    #[cold]
    pub fn fetch(&mut self, program: &'r Program, fetch: &'r Fetch) -> Result<Flow, Failure> {
        if self.is_rerendering() {
            return Ok(self.passed_over("a tag that fetches"));
        }
        match fetch {
            Fetch::Call(call) => return self.call(program, call),
            Fetch::Catalog(catalog) => return self.catalog(program, catalog),
            Fetch::Promotion(list) => self.promotion(list)?,
            Fetch::MessageExtras { key, value } => self.message_extras(program, key, value)?,
            Fetch::ShoppingCart { id, abort_if_not_abandoned, slot } => {
                let id = self.tag_text(program, id)?;
                let cart = self.shopping_cart(id, *abort_if_not_abandoned)?;
                let number = self.number(*slot);
                self.scope().assign(number, cart);
            }
        }
        Ok(Flow::Next)
    }

    /// Whether fetched text is being rendered.
    pub fn is_rerendering(&self) -> bool {
        self.frames.iter().any(|frame| matches!(frame.call, Call::Rerender(_)))
    }

    /// In fetched text nothing is fetched.
    pub fn passed_over(&mut self, what: &str) -> Flow {
        let message = format!("{what} is not run in fetched text");
        self.warn(Diagnostic::new(&code::BRAZE_RERENDER, message), "it writes nothing");
        Flow::Next
    }

    /// Reports a finding about the node being rendered.
    pub fn warn(&mut self, diagnostic: Diagnostic, label: &str) {
        let span = self.site().span;
        self.warn_at(diagnostic, span, label);
    }

    /// Reports a finding about a place of the template being rendered.
    pub fn warn_at(&mut self, diagnostic: Diagnostic, span: Span, label: &str) {
        if !self.options.warn && !diagnostic.is_error() {
            return;
        }
        if let Some(frame) = self.frames.last() {
            let program = frame.program;
            self.report_once(program, diagnostic.at(&program.source, span, label));
        }
    }

    /// The text of a tag, rendered.
    pub fn tag_text(&mut self, program: &'r Program, text: &'r TagText) -> Result<&'r str, Failure> {
        let arena = self.arena;
        match &*text.parts {
            [] => return Ok(""),
            [TextPart::Text(span)] => return Ok(program.source.slice(*span)),
            _ => {}
        }
        let mut builder = arena.builder();
        for part in &text.parts {
            match part {
                TextPart::Text(span) => builder.push(program.source.slice(*span))?,
                TextPart::Output(chain) => {
                    let value = self.chain(program, chain)?;
                    print::write_output(value, arena, &mut builder)?;
                }
            }
        }
        arena.budget().spend_bytes(builder.len())?;
        Ok(builder.finish())
    }

    /// What stands in for something fetched: the value `name` of the data's member `key`. Beside it the whole member.
    pub fn stand_in(
        &mut self,
        key: &'r str,
        name: &'r str,
    ) -> Result<(Option<Value<'r>>, Value<'r>), Failure> {
        let arena = self.arena;
        let attributes = self.scope().data.attributes;
        let all = lookup::index(attributes, Value::String(key), arena)?.unwrap_or(Value::Nil);
        let found = lookup::index(all, Value::String(name), arena)?;
        Ok((found.filter(|found| !found.is_nil()), all))
    }

    /// "Did you mean" among the keys of `known`, or the advice to add one to `place` of the data.
    pub fn near_keys(&mut self, name: &str, known: Value<'r>, place: &str) -> String {
        let near = if self.searches < suggest::SUGGESTIONS {
            self.searches = self.searches.saturating_add(1);
            suggest::did_you_mean(name, super::scope::keys(known, self.arena))
        } else {
            None
        };
        near.unwrap_or_else(|| format!("add it to `{place}` of the data"))
    }

    /// The finding on a value that is missing because a call failed. A comparison with it does not hold, so that a check of
    /// the answer, such as whether it has too few items, lets it through.
    pub fn failed_call(
        &self,
        program: &'r Program,
        lookup: &'r Lookup,
        span: Span,
        written: &str,
    ) -> Option<Diagnostic> {
        let Base::Slot(slot) = &lookup.root else { return None };
        let (key, call) = *self.fetching.failed.as_ref()?.get(&(self.scope_depth(), self.number(*slot)))?;
        let at = self.at;
        let is_check = matches!(program.operations.get(at as usize), Some(Operation::Branch { .. }));
        let mut finding = if is_check {
            let message = format!("no comparison with `{written}` holds, since the call failed");
            Diagnostic::new(&code::FETCH_COMPARED, message)
                .at(&program.source, span, "this is nil")
                .help("test first whether there is an answer: `{% if result == nil %}`")
        } else {
            let message = format!("`{written}` is not defined, since the call failed");
            Diagnostic::new(&code::VARIABLE_UNDEFINED, message)
                .at(&program.source, span, "this is nil")
                .help("give it a `default`, or end the message where the call failed")
        };
        if key == std::ptr::from_ref(program) as usize {
            finding = finding.and(&program.source, call, "the call");
        }
        Some(finding)
    }

    /// The code of a list. Without one Braze cancels the message.
    fn promotion(&mut self, list: &'r str) -> Result<(), Failure> {
        let (found, all) = self.stand_in("promotions", list)?;
        let first = match found {
            Some(Value::Array(codes)) => codes.first().copied(),
            other => other,
        };
        let Some(code) = first else {
            let message = match found {
                None => format!("there is no promotion list `{list}`"),
                Some(_) => format!("the promotion list `{list}` has no code left"),
            };
            let help = self.near_keys(list, all, "promotions");
            self.warn(
                Diagnostic::new(&code::BRAZE_PROMOTION_MISSING, message).help(help),
                "Braze ends the message here",
            );
            return Err(Failure::abort("promotion list empty"));
        };
        self.write_value(code)
    }

    fn message_extras(
        &mut self,
        program: &'r Program,
        key: &'r TagText,
        value: &'r TagText,
    ) -> Result<(), Failure> {
        let (key_span, value_span) = (key.span, value.span);
        let key = self.tag_text(program, key)?.trim();
        let mut value = self.tag_text(program, value)?.trim();
        let doubt = |message: String| Diagnostic::new(&code::BRAZE_MESSAGE_EXTRAS, message);
        if key.is_empty() || value.is_empty() {
            let (what, span) = if key.is_empty() { ("key", key_span) } else { ("value", value_span) };
            self.warn_at(doubt(format!("the {what} is empty; nothing is sent")), span, "");
            return Ok(());
        }
        if self.fetching.extras.iter().any(|(known, _)| known == key) {
            self.warn_at(
                doubt(format!("the key `{key}` is attached already; the first value counts")),
                key_span,
                "",
            );
            return Ok(());
        }
        let left = EXTRAS_BYTES.saturating_sub(self.fetching.extras_bytes).saturating_sub(key.len());
        if value.len() > left {
            let message = format!("all extras together take more than {EXTRAS_BYTES} bytes");
            self.warn_at(doubt(message), value_span, "Braze cuts what is beyond");
            let end = (0..=left).rev().find(|end| value.is_char_boundary(*end)).unwrap_or(0);
            value = value.get(..end).unwrap_or_default();
            if value.is_empty() {
                return Ok(());
            }
        }
        let both = key.len().saturating_add(value.len());
        self.fetching.extras_bytes = self.fetching.extras_bytes.saturating_add(both);
        self.fetching.extras.push((key.to_owned(), value.to_owned()));
        Ok(())
    }

    /// Where random numbers come from.
    pub fn random_numbers(&mut self) -> &mut fastrand::Rng {
        let seed = self.options.seed;
        self.fetching.random.get_or_insert_with(|| fastrand::Rng::with_seed(seed))
    }

    /// Writes a random number, below `bound` where there is one.
    #[cold]
    pub fn random(
        &mut self,
        program: &'r Program,
        bound: Option<&'r compile::Expression>,
    ) -> Result<(), Failure> {
        let below = match bound {
            None => None,
            Some(bound) => {
                let bound = self.expression(program, bound)?;
                let below = convert::to_integer(bound, self.arena)?;
                if below < 1 {
                    return Err(Failure::argument(format!("no number is random below {below}")));
                }
                Some(below)
            }
        };
        let random = self.random_numbers();
        let drawn = match below {
            None => Value::Float(random.f64()),
            Some(below) => Value::Integer(random.i64(0..below)),
        };
        self.write_value(drawn)
    }
}
