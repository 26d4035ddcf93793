//! Data in: a value that implements liquid's `ObjectView` goes in, a [`Value`] that reads it in place comes out.
//!
//! Objects and arrays become host objects of the render. They read single properties straight from the view, and lay
//! themselves out as plain data the first time something needs all of them, one level at a time; from then on they are
//! that plain data. So lookups, loops, comparisons, filters and printing follow the rules of arrays and maps, and a
//! property that no template reads costs nothing.

use crate::arena::Arena;
use crate::failure::Failure;
use crate::time::{Time, Zone};
use crate::value::{Map, Object, ToData, Value};
use liquid_core::model::{ArrayView, KStringCow, ScalarCow, State};
use liquid_core::{ObjectView, ValueView};
use std::borrow::Cow;
use std::cell::{Cell, OnceCell};

/// A value of the crate `liquid` as data: a struct that derives its `ObjectView` and `ValueView`, one of its `Object`s,
/// a map of such values, or anything else with those traits.
///
/// ```
/// use carafe::liquid::View;
/// use liquid_core::model::{ObjectView, ValueView};
///
/// #[derive(Debug, ObjectView, ValueView)]
/// struct Order {
///     id: i64,
///     items: Vec<String>,
/// }
///
/// let order = Order { id: 7, items: vec!["tea".into(), "milk".into()] };
/// let engine = carafe::Engine::builder().dialect(&carafe::dialect::LIQUID).build();
/// let template = engine.template("{{ id }}: {{ items | join: ', ' }}")?;
/// assert_eq!(template.render(&View::new(&order))?, "7: tea, milk");
/// # Ok::<(), carafe::Error>(())
/// ```
///
/// Integers, text and booleans are themselves; floats print as Ruby prints them; dates are times at midnight UTC; an
/// `Option` without a value is nil. The fields of a derived struct come in the order of its declaration. Keys of maps
/// come sorted: most maps, liquid's own `Object` among them, have no order that two runs agree on, and a view does not
/// say which map it is. See [`in_own_order`](View::in_own_order) for those that have one.
#[derive(Clone, Copy, Debug)]
pub struct View<'v> {
    object: &'v dyn ObjectView,
    order: Order,
}

/// In which order the keys of maps come. Those of derived structs come as declared in either.
#[derive(Clone, Copy, Debug)]
pub(super) enum Order {
    Sorted,
    Own,
}

impl<'v> View<'v> {
    /// `object` as data.
    pub fn new(object: &'v dyn ObjectView) -> Self {
        View { object, order: Order::Sorted }
    }

    /// Takes the keys of every map as the map itself orders them. For maps that keep an order of their own: that of a
    /// `HashMap` changes from run to run.
    pub fn in_own_order(self) -> Self {
        View { order: Order::Own, ..self }
    }
}

/// `object` as data: [`View::new`] in one word.
pub fn view(object: &dyn ObjectView) -> View<'_> {
    View::new(object)
}

impl ToData for View<'_> {
    fn to_data<'r>(&'r self, arena: &'r Arena) -> Result<Value<'r>, Failure> {
        object(self.object, self.order, arena)
    }
}

/// As [`View`] has it.
impl ToData for liquid_core::Object {
    fn to_data<'r>(&'r self, arena: &'r Arena) -> Result<Value<'r>, Failure> {
        object(self, Order::Sorted, arena)
    }
}

/// As [`View`] has it.
impl ToData for liquid_core::Value {
    fn to_data<'r>(&'r self, arena: &'r Arena) -> Result<Value<'r>, Failure> {
        value(self.as_view(), Order::Sorted, arena)
    }
}

/// A value of the crate, read in place.
pub(super) fn value<'r>(
    view: &'r dyn ValueView,
    order: Order,
    arena: &'r Arena,
) -> Result<Value<'r>, Failure> {
    if let Some(plain) = view.as_scalar() {
        return scalar(plain, arena);
    }
    if let Some(items) = view.as_array() {
        return array(items, order, arena);
    }
    if let Some(entries) = view.as_object() {
        return object(entries, order, arena);
    }
    Ok(match view.as_state() {
        Some(State::Empty) => Value::Empty,
        Some(State::Blank) => Value::Blank,
        Some(State::Truthy | State::DefaultValue) => Value::Nil,
        None if view.is_nil() => Value::Nil,
        None => Value::String(arena.text(&view.render().to_string())?),
    })
}

fn scalar<'r>(scalar: ScalarCow<'r>, arena: &'r Arena) -> Result<Value<'r>, Failure> {
    match plain(&scalar, arena)? {
        Some(plain) => Ok(plain),
        None => Ok(Value::String(text(scalar.into_cow_str(), arena)?)),
    }
}

/// A scalar that is no text. It does not show what it is but by its type's name: its accessors also read text.
pub(super) fn plain<'r>(scalar: &ScalarCow<'_>, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
    Ok(match scalar.type_name() {
        "whole number" => scalar.to_integer().map(Value::Integer),
        "fractional number" => scalar.to_float().map(Value::Float),
        "boolean" => scalar.to_bool().map(Value::Bool),
        "date" | "date time" => match time(scalar) {
            Some(time) => Some(Value::Time(arena.put(time)?)),
            None => None,
        },
        _ => None,
    })
}

fn time(scalar: &ScalarCow<'_>) -> Option<Time> {
    match scalar.to_date_time() {
        Some(instant) => {
            let zone = Zone::from_offset_seconds(instant.offset().whole_seconds())?;
            Some(Time::from_unix_nanos(instant.unix_timestamp(), instant.nanosecond())?.with_zone(zone))
        }
        None => Time::from_unix(scalar.to_date()?.midnight().assume_utc().unix_timestamp()),
    }
}

fn text<'r>(text: Cow<'r, str>, arena: &'r Arena) -> Result<&'r str, Failure> {
    match text {
        Cow::Borrowed(text) => Ok(text),
        Cow::Owned(text) => arena.text(&text),
    }
}

fn object<'r>(view: &'r dyn ObjectView, order: Order, arena: &'r Arena) -> Result<Value<'r>, Failure> {
    let found = Found::default();
    Ok(Value::Object(arena.object(ObjectNode { view, order, arena, found, laid_out: OnceCell::new() })?))
}

fn array<'r>(view: &'r dyn ArrayView, order: Order, arena: &'r Arena) -> Result<Value<'r>, Failure> {
    let found = Found::default();
    Ok(Value::Object(arena.object(ArrayNode { view, order, arena, found, laid_out: OnceCell::new() })?))
}

/// An object in the data of one render.
struct ObjectNode<'n> {
    view: &'n dyn ObjectView,
    order: Order,
    arena: &'n Arena,
    found: Found<'n, str>,
    laid_out: OnceCell<&'n Map<'n>>,
}

impl<'n> ObjectNode<'n> {
    fn property(&self, key: &str) -> Result<Option<Value<'n>>, Failure> {
        if let Some(value) = self.laid_out.get().and_then(|map| map.get(key)) {
            return Ok(Some(value));
        }
        if let Some(value) = self.found.get(key) {
            return Ok(Some(value));
        }
        let Some(view) = self.view.get(key) else { return Ok(None) };
        let value = value(view, self.order, self.arena)?;
        // What was laid out already and lacks the key is a view that computes it.
        if matches!(value, Value::Object(_)) && self.laid_out.get().is_none() {
            if self.found.is_full() {
                return Ok(self.map()?.get(key).or(Some(value)));
            }
            self.found.add(self.arena.text(key)?, value, self.arena)?;
        }
        Ok(Some(value))
    }

    fn map(&self) -> Result<&'n Map<'n>, Failure> {
        if let Some(map) = self.laid_out.get() {
            return Ok(map);
        }
        let mut entries = Vec::new();
        let mut declared = false;
        for (key, view) in self.view.iter() {
            if entries.is_empty() {
                declared = is_static(&key);
            }
            let key = text(key.into_cow_str(), self.arena)?;
            let value = match self.found.get(key) {
                Some(known) => known,
                None => value(view, self.order, self.arena)?,
            };
            entries.push((key, value));
        }
        self.arena.budget().spend_items(entries.len())?;
        if matches!(self.order, Order::Sorted) && !declared {
            entries.sort_by_key(|(key, _)| *key);
        }
        let map = self.arena.map(&entries)?;
        Ok(self.laid_out.get_or_init(|| map))
    }
}

/// Whether the key is part of the program, as the names of fields are.
fn is_static(key: &KStringCow<'_>) -> bool {
    matches!(key.clone().into_owned().into_cow_str(), Cow::Borrowed(_))
}

impl Object for ObjectNode<'_> {
    fn get<'r>(&'r self, key: Value<'r>, _: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        match key {
            Value::String(key) => self.property(key),
            Value::Integer(_) => Ok(Some(Value::Nil)),
            _ => Ok(None),
        }
    }

    fn entries<'r>(&'r self, _: &'r Arena) -> Result<Option<&'r [(&'r str, Value<'r>)]>, Failure> {
        Ok(Some(self.map()?.entries()))
    }

    fn to_value<'r>(&'r self, _: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        Ok(Some(Value::Map(self.map()?)))
    }

    fn type_name(&self) -> &str {
        "Hash"
    }
}

/// An array in the data of one render.
struct ArrayNode<'n> {
    view: &'n dyn ArrayView,
    order: Order,
    arena: &'n Arena,
    found: Found<'n, i64>,
    laid_out: OnceCell<&'n [Value<'n>]>,
}

impl<'n> ArrayNode<'n> {
    fn item(&self, at: i64) -> Result<Option<Value<'n>>, Failure> {
        let place = if at < 0 { self.view.size().checked_add(at) } else { Some(at) };
        let Some(place) = place.filter(|place| *place >= 0) else { return Ok(None) };
        if let Some(items) = self.laid_out.get() {
            return Ok(usize::try_from(place).ok().and_then(|place| items.get(place)).copied());
        }
        if let Some(value) = self.found.get(&place) {
            return Ok(Some(value));
        }
        let Some(view) = self.view.get(place) else { return Ok(None) };
        let value = value(view, self.order, self.arena)?;
        if matches!(value, Value::Object(_)) {
            if self.found.is_full() {
                let items = self.items()?;
                return Ok(usize::try_from(place).ok().and_then(|place| items.get(place)).copied());
            }
            self.found.add(self.arena.put(place)?, value, self.arena)?;
        }
        Ok(Some(value))
    }

    fn items(&self) -> Result<&'n [Value<'n>], Failure> {
        if let Some(items) = self.laid_out.get() {
            return Ok(items);
        }
        let mut list = self.arena.list();
        for (place, view) in (0..).zip(self.view.values()) {
            list.push(match self.found.get(&place) {
                Some(known) => known,
                None => value(view, self.order, self.arena)?,
            })?;
        }
        self.arena.budget().spend_items(list.len())?;
        let items = list.finish();
        Ok(self.laid_out.get_or_init(|| items))
    }
}

impl Object for ArrayNode<'_> {
    fn get<'r>(&'r self, key: Value<'r>, _: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        match key {
            Value::Integer(at) => Ok(Some(self.item(at)?.unwrap_or(Value::Nil))),
            _ => Ok(None),
        }
    }

    fn items<'r>(&'r self, _: &'r Arena) -> Result<Option<&'r [Value<'r>]>, Failure> {
        Ok(Some(ArrayNode::items(self)?))
    }

    fn to_value<'r>(&'r self, _: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        Ok(Some(Value::Array(ArrayNode::items(self)?)))
    }

    fn type_name(&self) -> &str {
        "Array"
    }
}

/// The objects and arrays that were read from one before all of it was laid out, so that each is laid out once however
/// often a loop comes back to it. A handful; who reads more is better off with everything laid out.
struct Found<'n, K: ?Sized> {
    last: Cell<Option<&'n Child<'n, K>>>,
    count: Cell<u8>,
}

struct Child<'n, K: ?Sized> {
    key: &'n K,
    value: Value<'n>,
    before: Option<&'n Child<'n, K>>,
}

impl<K: ?Sized> Default for Found<'_, K> {
    fn default() -> Self {
        Found { last: Cell::new(None), count: Cell::new(0) }
    }
}

impl<'n, K: PartialEq + ?Sized> Found<'n, K> {
    fn get(&self, key: &K) -> Option<Value<'n>> {
        std::iter::successors(self.last.get(), |child| child.before)
            .find(|child| child.key == key)
            .map(|child| child.value)
    }

    fn is_full(&self) -> bool {
        self.count.get() >= 8
    }

    fn add(&self, key: &'n K, value: Value<'n>, arena: &'n Arena) -> Result<(), Failure> {
        let child = arena.object(Child { key, value, before: self.last.get() })?;
        self.last.set(Some(child));
        self.count.set(self.count.get().saturating_add(1));
        Ok(())
    }
}
