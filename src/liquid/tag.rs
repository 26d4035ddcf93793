//! Tags in: a tag or block that was written for the crate `liquid` goes in, one of ours comes out.
//!
//! Such a tag reads tokens of the crate's own parser, which nothing outside can make. So the text of each use is parsed by
//! that parser, in a language of the tag and the crate's standard tags; the outcome runs with the variables of our render.

use super::filter::NoPartials;
use super::lent::{Lent, Loan, property};
use super::{export, owned};
use crate::dialect::LIQUID;
use crate::engine::Builder;
use crate::failure::Failure;
use crate::limits::Budget;
use crate::tags::{CustomTag, TagCall, TagForm, TagSite};
use elsa::FrozenVec;
use liquid_core::model::{KString, KStringCow, KStringRef, ScalarCow};
use liquid_core::parser::{self, Language, ParseBlock, ParseTag};
use liquid_core::runtime::{PartialStore, Registers, Template};
use liquid_core::{Renderable, Runtime, ValueCow, ValueView};
use liquid_lib::stdlib;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

impl Builder {
    /// Adds a tag that was written for the crate `liquid`, under its own name.
    ///
    /// ```
    /// use carafe::{Engine, dialect};
    /// use liquid_lib::stdlib::CycleTag;
    ///
    /// let engine = Engine::builder().dialect(&dialect::LIQUID).liquid_tag(CycleTag).build();
    /// assert_eq!(engine.template("{% cycle 'odd', 'even' %}")?.render(&())?, "odd");
    /// # Ok::<(), carafe::Error>(())
    /// ```
    ///
    /// The tag reads and sets the variables of the template around it. It is a help for moving, with limits:
    ///
    /// - Its arguments are read as the crate reads them, and what is not defined is the crate's error.
    /// - In its arguments and its body there are the crate's standard tags, the filters of Liquid 5.13, and the tag itself;
    ///   no partials, and no other tags or filters of the engine.
    /// - What it remembers in the crate's registers lasts for one call of it. A `break` in it stays in it.
    /// - The limits bound what it writes and makes, not the turns of the crate's own loops: no templates of strangers.
    /// - A body has no places for findings of its own: what the tag writes counts as data.
    /// - A panic while a template is compiled is an error of the template; one while it is rendered is not caught.
    pub fn liquid_tag(self, tag: impl Into<Box<dyn ParseTag>>) -> Self {
        let tag = tag.into();
        let name = tag.reflection().tag().to_owned();
        let mut language = standard();
        language.tags.register(name.clone(), tag);
        self.tag(&name.clone(), Imported { name, end: None, language })
    }

    /// Adds a block that was written for the crate `liquid`, under its own name; as for [`liquid_tag`](Builder::liquid_tag).
    /// What it stands around is read as the crate reads it, and cannot hold `{% endname %}` but as its end.
    ///
    /// ```
    /// use carafe::{Engine, dialect};
    /// use liquid_lib::stdlib::IfChangedBlock;
    ///
    /// let engine = Engine::builder().dialect(&dialect::LIQUID).liquid_block(IfChangedBlock).build();
    /// let template = engine.template("{% ifchanged %}{{ name | upcase }}{% endifchanged %}")?;
    /// assert_eq!(template.render(&serde_json::json!({"name": "ada"}))?, "ADA");
    /// # Ok::<(), carafe::Error>(())
    /// ```
    pub fn liquid_block(self, block: impl Into<Box<dyn ParseBlock>>) -> Self {
        let block = block.into();
        let name = block.reflection().start_tag().to_owned();
        let end = block.reflection().end_tag().to_owned();
        let mut language = standard();
        language.blocks.register(name.clone(), block);
        self.tag(&name.clone(), Imported { name, end: Some(end), language })
    }
}

/// The crate's standard tags with our filters.
fn standard() -> Language {
    let mut language = Language::empty();
    let tags: [Box<dyn ParseTag>; 6] = [
        stdlib::AssignTag.into(),
        stdlib::BreakTag.into(),
        stdlib::ContinueTag.into(),
        stdlib::CycleTag.into(),
        stdlib::IncrementTag.into(),
        stdlib::DecrementTag.into(),
    ];
    for tag in tags {
        language.tags.register(tag.reflection().tag().to_owned(), tag);
    }
    let blocks: [Box<dyn ParseBlock>; 9] = [
        stdlib::CaptureBlock.into(),
        stdlib::CaseBlock.into(),
        stdlib::CommentBlock.into(),
        stdlib::ForBlock.into(),
        stdlib::IfBlock.into(),
        stdlib::IfChangedBlock.into(),
        stdlib::RawBlock.into(),
        stdlib::TableRowBlock.into(),
        stdlib::UnlessBlock.into(),
    ];
    for block in blocks {
        language.blocks.register(block.reflection().start_tag().to_owned(), block);
    }
    for filter in export::filters(&LIQUID) {
        language.filters.register(filter.reflection().name().to_owned(), filter);
    }
    language
}

/// A tag, or with an end a block.
struct Imported {
    name: String,
    end: Option<String>,
    language: Language,
}

/// Tags in the body of one block. The crate's parser goes into itself for blocks inside each other, without a bound.
const TAGS: usize = 200;

impl Imported {
    fn parse(&self, text: &str) -> Result<Template, String> {
        // Numbers of more than 64 bits make the crate's parser panic.
        match catch_unwind(AssertUnwindSafe(|| parser::parse(text, &self.language))) {
            Ok(Ok(parsed)) => Ok(Template::new(parsed)),
            Ok(Err(error)) => Err(owned::message(&error)),
            Err(_) => Err("the crate `liquid` fails on it".to_owned()),
        }
    }
}

impl CustomTag for Imported {
    fn form(&self) -> TagForm {
        if self.end.is_some() { TagForm::verbatim().with_text() } else { TagForm::inline().with_text() }
    }

    fn prepare(&self, site: &TagSite<'_>) -> Result<Option<Arc<dyn CustomTag>>, String> {
        let mut text = format!("{{% {} {} %}}", self.name, site.markup);
        if let Some(end) = &self.end {
            let body = site.verbatim.unwrap_or_default();
            if body.matches("{%").nth(TAGS).is_some() {
                return Err(format!("there are more than {TAGS} tags in it"));
            }
            text.push_str(&format!("{body}{{% {end} %}}"));
        }
        Ok(Some(Arc::new(Parsed { template: self.parse(&text)? })))
    }

    fn render(&self, _: &mut TagCall<'_, '_>) -> Result<(), Failure> {
        Ok(())
    }
}

/// One use of a tag.
struct Parsed {
    template: Template,
}

impl CustomTag for Parsed {
    fn render(&self, call: &mut TagCall<'_, '_>) -> Result<(), Failure> {
        let arena = call.arena();
        let loan = Loan::new(arena);
        let mut written = Bounded { text: Vec::new(), budget: arena.budget(), loan: &loan };
        let runtime = Frames {
            call: RefCell::new(call),
            loan: &loan,
            lent: FrozenVec::new(),
            counters: RefCell::default(),
            registers: Registers::default(),
        };
        let rendered = self.template.render_to(&mut written, &runtime);
        let Bounded { text, .. } = written;
        if let Some(failure) = loan.failure() {
            return Err(failure);
        }
        rendered.map_err(|error| Failure::argument(owned::message(&error)))?;
        call.write(&String::from_utf8_lossy(&text))
    }
}

/// What a tag writes, up to the limits.
struct Bounded<'b, 'r> {
    text: Vec<u8>,
    budget: &'b Budget,
    loan: &'b Loan<'r>,
}

impl Write for Bounded<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.text.len().saturating_add(bytes.len());
        let charged = self.budget.spend_bytes(bytes.len()).and_then(|()| self.budget.text(length));
        if let Err(exceeded) = charged {
            self.loan.fail(exceeded.into());
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The variables of our render.
struct Frames<'c, 'h, 'l, 'r> {
    call: RefCell<&'c mut TagCall<'h, 'r>>,
    loan: &'l Loan<'r>,
    lent: FrozenVec<Box<Lent<'l, 'r>>>,
    counters: RefCell<BTreeMap<KString, liquid_core::Value>>,
    registers: Registers,
}

impl Runtime for Frames<'_, '_, '_, '_> {
    fn partials(&self) -> &dyn PartialStore {
        &NoPartials
    }

    fn name(&self) -> Option<KStringRef<'_>> {
        None
    }

    fn roots(&self) -> BTreeSet<KStringCow<'_>> {
        BTreeSet::new()
    }

    fn try_get(&self, path: &[ScalarCow<'_>]) -> Option<ValueCow<'_>> {
        let (name, rest) = path.split_first()?;
        let found = match self.call.borrow_mut().get(&name.to_kstr()) {
            Ok(found) => found?,
            Err(failure) => {
                self.loan.fail(failure);
                return None;
            }
        };
        let mut lent = Lent::new(found, self.loan);
        for key in rest {
            lent = property(lent.value(), key, self.loan)?;
        }
        Some(ValueCow::Borrowed(self.lent.push_get(Box::new(lent))))
    }

    fn get(&self, path: &[ScalarCow<'_>]) -> liquid_core::Result<ValueCow<'_>> {
        self.try_get(path).ok_or_else(|| {
            let path: Vec<_> = path.iter().map(|key| key.to_kstr().to_string()).collect();
            liquid_core::Error::with_msg("Unknown variable").context("requested variable", path.join("."))
        })
    }

    fn set_global(&self, name: KString, value: liquid_core::Value) -> Option<liquid_core::Value> {
        let set = owned::from_liquid(value.as_view(), self.loan.arena)
            .and_then(|value| self.call.borrow_mut().set(&name, value));
        if let Err(failure) = set {
            self.loan.fail(failure);
        }
        None
    }

    fn set_index(&self, name: KString, value: liquid_core::Value) -> Option<liquid_core::Value> {
        self.counters.borrow_mut().insert(name, value)
    }

    fn get_index<'a>(&'a self, name: &str) -> Option<ValueCow<'a>> {
        self.counters.borrow().get(name).cloned().map(ValueCow::Owned)
    }

    fn registers(&self) -> &Registers {
        &self.registers
    }
}
