//! Filters out: ours, for a parser of the crate `liquid`.

use super::{owned, view};
use crate::arena::Arena;
use crate::dialect::Dialect;
use crate::filters::{self, Call, Environment, Need, check_count};
use crate::limits::Limits;
use crate::time::Clock;
use crate::value::Value;
use liquid_core::parser::{FilterArguments, FilterReflection, ParameterReflection, ParseFilter};
use liquid_core::partials::PartialCompiler;
use liquid_core::{Expression, Filter, Runtime, ValueView};
use std::fmt;
use std::sync::{Arc, LazyLock};

/// Gives the filters of Carafe to a parser of the crate `liquid`.
///
/// ```
/// use carafe::{dialect, liquid::ParserBuilderExt};
///
/// let parser = liquid::ParserBuilder::with_stdlib().with_carafe_filters(&dialect::LIQUID).build()?;
/// let template = parser.parse("{{ 'jug' | base64_encode }} {{ '1.5' | plus: 1 }}")?;
/// assert_eq!(template.render(&liquid::object!({}))?, "anVn 2.5");
/// # Ok::<(), liquid::Error>(())
/// ```
///
/// They win over filters of the same names. Values change sides as they do everywhere in this module; integers of more than 64
/// bits come out as text. An argument that is not defined is nil.
pub trait ParserBuilderExt {
    /// Adds every filter that `dialect` has. What asks for the time fails without the feature `clock`, else it has the
    /// system's.
    #[must_use]
    fn with_carafe_filters(self, dialect: &'static Dialect) -> Self;

    /// The same, with the time of `clock`.
    #[must_use]
    fn with_carafe_filters_at(self, dialect: &'static Dialect, clock: impl Clock + 'static) -> Self;
}

impl<P: PartialCompiler> ParserBuilderExt for ::liquid::ParserBuilder<P> {
    fn with_carafe_filters(self, dialect: &'static Dialect) -> Self {
        filters(dialect).fold(self, |builder, filter| builder.filter(filter))
    }

    fn with_carafe_filters_at(self, dialect: &'static Dialect, clock: impl Clock + 'static) -> Self {
        exported(dialect, Some(Arc::new(clock))).fold(self, |builder, filter| builder.filter(filter))
    }
}

/// Every filter that `dialect` has, as the crate `liquid` takes them; [`ParserBuilderExt`] adds all to a parser. The
/// reflection of each is that of the filter itself.
pub fn filters(dialect: &'static Dialect) -> impl Iterator<Item = Box<dyn ParseFilter>> {
    exported(dialect, system_clock())
}

#[cfg(feature = "clock")]
fn system_clock() -> Option<Arc<dyn Clock>> {
    Some(Arc::new(crate::time::SystemClock))
}

#[cfg(not(feature = "clock"))]
fn system_clock() -> Option<Arc<dyn Clock>> {
    None
}

fn exported(
    dialect: &'static Dialect,
    clock: Option<Arc<dyn Clock>>,
) -> impl Iterator<Item = Box<dyn ParseFilter>> {
    let known = TABLE.iter().filter(|entry| entry.filter.dialects.intersects(dialect.set));
    known.map(move |entry| -> Box<dyn ParseFilter> {
        Box::new(Exported { entry, dialect, clock: clock.clone() })
    })
}

/// A filter with its parameters in the crate's words.
struct Entry {
    filter: &'static filters::Filter,
    positional: Vec<ParameterReflection>,
    keyword: Vec<ParameterReflection>,
}

static TABLE: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let reflection = |parameter: &filters::Parameter| ParameterReflection {
        name: parameter.name,
        description: parameter.description,
        is_optional: parameter.need != Need::Required,
    };
    let table = filters::all().map(|filter| {
        let by = |keyword: bool| {
            let known = filter.parameters.iter().filter(move |parameter| {
                parameter.need != Need::Ignored && (parameter.need == Need::Keyword) == keyword
            });
            known.map(reflection).collect()
        };
        Entry { filter, positional: by(false), keyword: by(true) }
    });
    table.collect()
});

#[derive(Clone)]
struct Exported {
    entry: &'static Entry,
    dialect: &'static Dialect,
    clock: Option<Arc<dyn Clock>>,
}

impl FilterReflection for Exported {
    fn name(&self) -> &str {
        self.entry.filter.name
    }

    fn description(&self) -> &str {
        self.entry.filter.description
    }

    fn positional_parameters(&self) -> &'static [ParameterReflection] {
        &self.entry.positional
    }

    fn keyword_parameters(&self) -> &'static [ParameterReflection] {
        &self.entry.keyword
    }
}

impl ParseFilter for Exported {
    fn parse(&self, arguments: FilterArguments<'_>) -> liquid_core::Result<Box<dyn Filter>> {
        let positional: Vec<_> = arguments.positional.collect();
        let keyword: Vec<_> = arguments.keyword.map(|(name, value)| (name.to_owned(), value)).collect();
        let given = positional.len().saturating_add(usize::from(!keyword.is_empty()));
        check_count(self.entry.filter.parameters, given).map_err(owned::error)?;
        Ok(Box::new(Called { exported: self.clone(), positional, keyword }))
    }

    fn reflection(&self) -> &dyn FilterReflection {
        self
    }
}

/// One use of a filter in a template of the crate.
struct Called {
    exported: Exported,
    positional: Vec<Expression>,
    keyword: Vec<(String, Expression)>,
}

impl Filter for Called {
    fn evaluate(
        &self,
        input: &dyn ValueView,
        runtime: &dyn Runtime,
    ) -> liquid_core::Result<liquid_core::Value> {
        let Exported { entry, dialect, clock } = &self.exported;
        let given = |value: &'_ Expression| value.try_evaluate(runtime).map(|value| value.into_owned());
        let positional: Vec<_> = self.positional.iter().map(given).collect();
        let keyword: Vec<_> = self.keyword.iter().map(|(name, value)| (name, given(value))).collect();
        let arena = Arena::new(&Limits::default());
        let environment = Environment::new(dialect, clock.as_deref());
        let lent = |value: &Option<liquid_core::Value>| match value {
            Some(value) => owned::from_liquid(value.as_view(), &arena),
            None => Ok(Value::Nil),
        };
        let run = || {
            let input = view::value(input, view::Order::Sorted, &arena)?;
            let mut arguments = positional.iter().map(lent).collect::<Result<Vec<_>, _>>()?;
            if !keyword.is_empty() {
                let mut named = Vec::new();
                for (name, value) in &keyword {
                    named.push((arena.text(name)?, lent(value)?));
                }
                arguments.push(Value::Map(arena.map(&named)?));
            }
            let call = Call {
                input,
                positional: &arguments,
                keyword: &[],
                arena: &arena,
                environment: &environment,
            };
            owned::to_liquid((entry.filter.function)(&call)?, &arena)
        };
        run().map_err(owned::error)
    }
}

impl fmt::Debug for Called {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Called").field("filter", &self.exported.entry.filter.name).finish_non_exhaustive()
    }
}

impl fmt::Display for Called {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.exported.entry.filter.name)?;
        let positional = self.positional.iter().map(ToString::to_string);
        let keyword = self.keyword.iter().map(|(name, value)| format!("{name}: {value}"));
        let arguments: Vec<_> = positional.chain(keyword).collect();
        if arguments.is_empty() { Ok(()) } else { write!(f, ": {}", arguments.join(", ")) }
    }
}
