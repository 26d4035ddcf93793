//! Filters in: a filter that was written for the crate `liquid` goes in, one of ours comes out.

use super::lent::{Lent, Loan};
use super::owned;
use crate::engine::Builder;
use crate::failure::Failure;
use crate::filters::{Call, CustomFilter};
use crate::value::Value;
use liquid_core::model::{KString, KStringCow, KStringRef, ScalarCow, try_find};
use liquid_core::parser::{FilterArguments, ParseFilter};
use liquid_core::runtime::{PartialStore, Registers, Renderable, Variable};
use liquid_core::{Expression, Filter, Runtime, ValueCow};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, RwLock};

/// A filter that was written for the crate `liquid`, under its own name.
///
/// ```
/// use carafe::{Engine, dialect, liquid};
/// use liquid_lib::shopify::Pluralize;
///
/// let engine = Engine::builder().dialect(&dialect::LIQUID).custom_filter(liquid::filter(Pluralize)).build();
/// let template = engine.template("{{ n }} {{ n | pluralize: 'mug', 'mugs' }}")?;
/// assert_eq!(template.render(&serde_json::json!({"n": 3}))?, "3 mugs");
/// # Ok::<(), carafe::Error>(())
/// ```
///
/// The input and the arguments are read where they lie. Integers of more than 64 bits are text to the filter, and so are bytes
/// that are no UTF-8. What it gives is copied; the keys of an `Object` that it gives come sorted, since that type has no
/// order. An error of the filter is the error of its call, with the place. A panic of it is not caught.
pub fn filter(filter: impl Into<Box<dyn ParseFilter>>) -> CustomFilter {
    let filter = filter.into();
    let name = filter.reflection().name().to_owned();
    let imported = Imported { filter, shapes: RwLock::default() };
    CustomFilter::raw(name, move |call| imported.call(call))
}

impl Builder {
    /// Adds a filter that was written for the crate `liquid`: see [`liquid::filter`](crate::liquid::filter()).
    ///
    /// ```
    /// use carafe::{Engine, dialect};
    ///
    /// let engine = Engine::builder().dialect(&dialect::LIQUID).liquid_filter(liquid_heck::SnakeCase).build();
    /// assert_eq!(engine.template("{{ 'Jug And Mug' | snakecase }}")?.render(&())?, "jug_and_mug");
    /// # Ok::<(), carafe::Error>(())
    /// ```
    pub fn liquid_filter(self, filter: impl Into<Box<dyn ParseFilter>>) -> Self {
        self.custom_filter(self::filter(filter))
    }
}

/// How many arguments by place, and the names of the others.
type Shape = (usize, Vec<String>);

/// Shapes of calls that one filter keeps. Names may come from templates, so that there is no end of them.
const SHAPES: usize = 64;

struct Imported {
    filter: Box<dyn ParseFilter>,
    /// The filter, parsed for calls of a shape, or why it cannot be.
    shapes: RwLock<HashMap<Shape, Parsed>>,
}

type Parsed = Result<Arc<dyn Filter>, String>;

impl Imported {
    fn call<'r>(&self, call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
        let names = call.keyword.iter().map(|(name, _)| (*name).to_owned()).collect();
        let parsed = self.parsed((call.positional.len(), names)).map_err(Failure::argument)?;
        let loan = Loan::new(call.arena);
        let given = call.positional.iter().chain(call.keyword.iter().map(|(_, value)| value));
        let arguments =
            Placed { values: given.map(|value| Lent::new(*value, &loan)).collect(), ..Placed::default() };
        let result = parsed.evaluate(&Lent::new(call.input, &loan), &arguments);
        if let Some(failure) = loan.failure() {
            return Err(failure);
        }
        match result {
            Ok(value) => owned::from_liquid(value.as_view(), call.arena),
            Err(error) => Err(Failure::argument(owned::message(&error))),
        }
    }

    fn parsed(&self, shape: Shape) -> Parsed {
        // A panic of another filter in between leaves the map as it was.
        if let Some(known) = self.shapes.read().unwrap_or_else(std::sync::PoisonError::into_inner).get(&shape)
        {
            return known.clone();
        }
        let parsed = self.parse(&shape);
        let mut shapes = self.shapes.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if shapes.len() < SHAPES {
            shapes.insert(shape, parsed.clone());
        }
        parsed
    }

    /// The filter for arguments that [`Placed`] answers for.
    fn parse(&self, (positional, keyword): &Shape) -> Parsed {
        let place = |at: usize| {
            let at = i64::try_from(at).unwrap_or(i64::MAX);
            Expression::Variable(Variable::with_literal(at))
        };
        let behind = *positional..;
        let arguments = FilterArguments {
            positional: Box::new((0..*positional).map(place)),
            keyword: Box::new(keyword.iter().zip(behind).map(move |(name, at)| (name.as_str(), place(at)))),
        };
        match self.filter.parse(arguments) {
            Ok(filter) => Ok(Arc::from(filter)),
            Err(error) => Err(owned::message(&error)),
        }
    }
}

/// A runtime that knows the arguments of one call by their places, and nothing else: what is not there is nil.
#[derive(Default)]
struct Placed<'l, 'r> {
    values: Vec<Lent<'l, 'r>>,
    registers: Registers,
}

impl Runtime for Placed<'_, '_> {
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
        let (place, rest) = path.split_first()?;
        let value = self.values.get(usize::try_from(place.to_integer()?).ok()?)?;
        try_find(value, rest)
    }

    fn get(&self, path: &[ScalarCow<'_>]) -> liquid_core::Result<ValueCow<'_>> {
        Ok(self.try_get(path).unwrap_or(ValueCow::Owned(liquid_core::Value::Nil)))
    }

    fn set_global(&self, _: KString, _: liquid_core::Value) -> Option<liquid_core::Value> {
        None
    }

    fn set_index(&self, _: KString, _: liquid_core::Value) -> Option<liquid_core::Value> {
        None
    }

    fn get_index<'a>(&'a self, _: &str) -> Option<ValueCow<'a>> {
        None
    }

    fn registers(&self) -> &Registers {
        &self.registers
    }
}

/// No partials at all.
#[derive(Debug)]
pub(super) struct NoPartials;

impl PartialStore for NoPartials {
    fn contains(&self, _: &str) -> bool {
        false
    }

    fn names(&self) -> Vec<&str> {
        Vec::new()
    }

    fn try_get(&self, _: &str) -> Option<Arc<dyn Renderable>> {
        None
    }

    fn get(&self, name: &str) -> liquid_core::Result<Arc<dyn Renderable>> {
        let error = liquid_core::Error::with_msg("Partials cannot be included from here");
        Err(error.context("requested partial", name.to_owned()))
    }
}
