//! Tags that the host adds: a small trait for tags and blocks, and closures as tags.
//!
//! A [`CustomTag`] is added by [`Builder::tag`](crate::Builder::tag), a closure by
//! [`Builder::function`](crate::Builder::function). Carafe reads the arguments, evaluates them, renders what a block
//! stands around, and keeps the limits and the source map; the tag says what is written.

mod call;
mod function;
mod set;

pub use crate::syntax::tags::custom::TagForm;
pub use call::TagCall;
pub use function::FunctionTag;

pub(crate) use call::Host;
pub(crate) use set::TagSet;

use crate::failure::Failure;
use crate::source::{Source, Span};
use std::sync::Arc;

/// A tag or block of the host.
///
/// An inline tag writes something where it stands:
///
/// ```
/// use carafe::tags::{CustomTag, TagCall};
/// use carafe::{Engine, Failure};
///
/// /// `{% button "Buy", url: link %}`
/// struct Button;
///
/// impl CustomTag for Button {
///     fn render(&self, call: &mut TagCall) -> Result<(), Failure> {
///         let (label,) = call.arguments::<(&str,)>()?;
///         let url = call.keywords().get::<Option<&str>>("url")?.unwrap_or("#");
///         call.write(&format!("<a href=\"{url}\">{label}</a>"))
///     }
/// }
///
/// let engine = Engine::builder().tag("button", Button).build();
/// let template = engine.template("{% button 'Buy', url: 'https://example.com' %}")?;
/// assert_eq!(template.render(&())?, r#"<a href="https://example.com">Buy</a>"#);
/// # Ok::<(), carafe::Error>(())
/// ```
///
/// A block decides in [`enter`](CustomTag::enter) whether what it stands around is rendered, and gets the text of it:
///
/// ```
/// use carafe::tags::{CustomTag, TagCall, TagForm};
/// use carafe::{Engine, Failure, Value};
///
/// /// `{% repeat 3 %}…{% endrepeat %}`, with the turn as `turn`
/// struct Repeat;
///
/// impl CustomTag for Repeat {
///     fn form(&self) -> TagForm {
///         TagForm::block()
///     }
///
///     fn enter(&self, call: &mut TagCall, turn: u64) -> Result<bool, Failure> {
///         let (times,) = call.arguments::<(i64,)>()?;
///         call.set("turn", Value::from(turn as i64 + 1))?;
///         Ok((turn as i64) < times)
///     }
///
///     fn render(&self, call: &mut TagCall) -> Result<(), Failure> {
///         call.write(call.body().trim())
///     }
/// }
///
/// let engine = Engine::builder().tag("repeat", Repeat).build();
/// assert_eq!(engine.template("{% repeat 3 %} {{ turn }} {% endrepeat %}")?.render(&())?, "123");
/// # Ok::<(), carafe::Error>(())
/// ```
pub trait CustomTag: Send + Sync {
    /// How the tag is written; an inline tag with arguments unless said otherwise. It is asked once, when the tag is added.
    fn form(&self) -> TagForm {
        TagForm::inline()
    }

    /// Looks at one use of the tag when a template is compiled. A tag that is given back stands in for this one there, so that
    /// what can be worked out ahead is worked out once.
    ///
    /// # Errors
    /// With what is wrong: a message for the one who writes the template. The template is refused, with the place.
    fn prepare(&self, site: &TagSite<'_>) -> Result<Option<Arc<dyn CustomTag>>, String> {
        let _ = site;
        Ok(None)
    }

    /// Of a block: whether what it stands around is rendered once more. It was rendered `turn` times before. Unless said
    /// otherwise, once.
    ///
    /// # Errors
    /// With the error of the template or its data; it is printed in place of the block, and reported.
    fn enter(&self, call: &mut TagCall<'_, '_>, turn: u64) -> Result<bool, Failure> {
        let _ = call;
        Ok(turn == 0)
    }

    /// Writes what the tag writes. Of a block this is called each time after its inside was rendered, and
    /// [`TagCall::body`] is the text that came out: nothing of it is written unless the tag writes it.
    ///
    /// # Errors
    /// With the error of the template or its data; it is printed in place of the tag, and reported.
    fn render(&self, call: &mut TagCall<'_, '_>) -> Result<(), Failure>;
}

/// One use of a tag in a template.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct TagSite<'t> {
    /// The template.
    pub source: &'t Arc<Source>,
    /// The tag, of a block the opening one.
    pub span: Span,
    /// What follows its name, without the white space around it.
    pub markup: &'t str,
    /// How many arguments it has by place.
    pub positional: usize,
    /// The names of its arguments by name, in order.
    pub keywords: &'t [&'t str],
    /// What a [verbatim](TagForm::verbatim) tag stands around.
    pub verbatim: Option<&'t str>,
}
