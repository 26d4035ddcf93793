//! Closures as tags.

use super::{CustomTag, TagCall, TagSite};
use crate::arena::Arena;
use crate::failure::Failure;
use crate::filters::{Arguments, FilterFunction, FilterResult};
use crate::value::Value;
use std::sync::Arc;

type Boxed = Box<dyn for<'c, 'r> Fn(&TagCall<'c, 'r>, &'r Arena) -> Result<Value<'r>, Failure> + Send + Sync>;

/// A tag that writes what a closure gives for its arguments: [`Builder::function`](crate::Builder::function) adds one.
pub struct FunctionTag {
    check: fn(usize) -> Result<(), Failure>,
    takes_keywords: bool,
    function: Boxed,
}

impl FunctionTag {
    /// A tag that does what `function` does; its arguments are those of the tag, with the types that
    /// [`Argument`](crate::filters::Argument) lists.
    pub fn new<F, R, A>(function: F) -> Self
    where
        F: FilterFunction<R, A> + for<'a> FilterFunction<R, <A as Arguments<'a>>::Output>,
        R: FilterResult,
        A: for<'a> Arguments<'a>,
    {
        let function: Boxed = Box::new(move |call, arena| {
            let arguments = call.arguments::<A>()?;
            function.invoke(arguments).into_value(arena)
        });
        FunctionTag { check: A::check_count, takes_keywords: A::TAKES_KEYWORDS, function }
    }
}

impl CustomTag for FunctionTag {
    fn prepare(&self, site: &TagSite<'_>) -> Result<Option<Arc<dyn CustomTag>>, String> {
        if let (false, Some(name)) = (self.takes_keywords, site.keywords.first()) {
            return Err(format!("unknown keyword: {name}"));
        }
        match (self.check)(site.positional) {
            Err(Failure::Error(error)) => Err(error.message),
            _ => Ok(None),
        }
    }

    fn render(&self, call: &mut TagCall<'_, '_>) -> Result<(), Failure> {
        let value = (self.function)(call, call.arena())?;
        call.write_value(value)
    }
}
