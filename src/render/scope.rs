//! What the names of a template stand for during a render.
//!
//! Each name has a slot. A slot can hold four values, of which the first that is set counts: what a loop or a partial
//! binds it to, what `assign` or `capture` made it, what `increment` or `decrement` counted, and what the data says. The
//! data is asked once.

use crate::arena::Arena;
use crate::compile::{Base, Constant, Expression, Key, Lookup, Program, SlotKey, SlotName};
use crate::failure::Failure;
use crate::value::{KeyPlace, Object, Value, lookup};
use bumpalo::collections::Vec as BumpVec;
use std::cell::Cell;
use std::collections::BTreeMap;

/// The data of a render.
#[derive(Clone, Copy)]
pub(crate) struct Data<'r> {
    /// What plain names are looked up in.
    pub variables: Value<'r>,
    /// What Braze's references are looked up in: an object of namespaces, `profile` for those without one.
    pub attributes: Value<'r>,
    /// What plain names are looked up in where the data has none; nil where there is nothing.
    pub globals: Value<'r>,
}

/// What one name stands for.
#[derive(Clone, Copy)]
struct State<'r> {
    /// The value, if it is known already.
    shown: Option<Value<'r>>,
    /// What it is where nothing is bound to the name, if that is known.
    value: Option<Value<'r>>,
    origin: Origin,
    is_bound: bool,
}

/// Where the value of a state comes from. What stands later hides what stands earlier.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    /// The data was not asked yet.
    Unread,
    /// The data has nothing of this name.
    Missing,
    Data,
    Counter,
    Assigned,
}

impl<'r> State<'r> {
    const UNREAD: Self = State { shown: None, value: None, origin: Origin::Unread, is_bound: false };

    fn set(&mut self, value: Option<Value<'r>>, origin: Origin) {
        self.value = value;
        self.origin = origin;
        if !self.is_bound {
            self.shown = value;
        }
    }

    /// What the templates made of the name.
    fn made(&self) -> Option<Value<'r>> {
        self.shown.filter(|_| self.is_bound || self.origin >= Origin::Counter)
    }
}

/// `self`: a template's variables as an object. Lookups read the scope itself; filters cannot, so they are shown what the
/// names stand for when they are called.
pub(super) struct Itself<'r> {
    /// The scope's place on the machine's stack.
    pub scope: usize,
    shown: Cell<Value<'r>>,
    variables: Value<'r>,
}

impl Object for Itself<'_> {
    fn get<'r>(&'r self, key: Value<'r>, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        match lookup::index(self.shown.get(), key, arena)? {
            Some(found) => Ok(Some(found)),
            None => lookup::index(self.variables, key, arena),
        }
    }

    fn type_name(&self) -> &str {
        "Liquid::SelfDrop"
    }
}

/// The names of a template and of all it includes.
pub(super) struct Scope<'r> {
    states: BumpVec<'r, State<'r>>,
    /// The program whose slots come first.
    program: &'r Program,
    pub data: Data<'r>,
    /// `self`, once a template asked for it.
    pub itself: Option<&'r Itself<'r>>,
    more: Option<Box<More<'r>>>,
}

/// What only few templates ask of a scope.
#[derive(Default)]
pub(super) struct More<'r> {
    /// The names behind the slots of the program.
    names: Vec<SlotKey<'r>>,
    /// The numbers of all names, once one was looked for.
    numbers: BTreeMap<SlotKey<'r>, u32>,
    /// The numbers of the slots of programs that were included, by the program's address.
    maps: BTreeMap<usize, &'r [u32]>,
    /// The counters of `increment` and `decrement`, which live on where an assigned value hides them.
    counters: BTreeMap<usize, Value<'r>>,
    /// How far the groups of `cycle` are.
    pub cycles: BTreeMap<String, usize>,
    /// Where loops of a name stopped, for `offset: continue`.
    pub places: BTreeMap<&'r str, i64>,
    /// What the last `ifchanged` wrote.
    pub if_changed: Option<String>,
}

impl<'r> Scope<'r> {
    /// A scope for `program`, whose slots keep their numbers.
    pub fn new(program: &'r Program, data: Data<'r>, arena: &'r Arena) -> Self {
        Scope {
            states: bumpalo::vec![in arena.bump(); State::UNREAD; program.slots.len()],
            program,
            data,
            itself: None,
            more: None,
        }
    }

    pub fn more(&mut self) -> &mut More<'r> {
        self.more.get_or_insert_default()
    }

    /// For each slot of an included program its number here.
    pub fn map(&mut self, program: &'r Program, arena: &'r Arena) -> Result<&'r [u32], Failure> {
        let key = std::ptr::from_ref(program) as usize;
        if let Some(map) = self.more().maps.get(&key) {
            return Ok(map);
        }
        let numbers: Vec<u32> = program.slots.iter().map(|name| self.number(name.key())).collect();
        let map = arena.slice(&numbers)?;
        self.more().maps.insert(key, map);
        Ok(map)
    }

    /// The number of `name`, new if need be.
    pub fn number(&mut self, name: SlotKey<'r>) -> u32 {
        self.index_names();
        if let Some(number) = self.more().numbers.get(&name) {
            return *number;
        }
        // Names are texts in memory, of which there is no room for as many as there are numbers.
        let number = u32::try_from(self.states.len()).unwrap_or(u32::MAX);
        self.states.push(State::UNREAD);
        let more = self.more();
        more.names.push(name);
        more.numbers.insert(name, number);
        number
    }

    fn index_names(&mut self) {
        if self.more().numbers.is_empty() {
            self.more().numbers = self.names().zip(0..).collect();
        }
    }

    fn names(&self) -> impl Iterator<Item = SlotKey<'r>> + '_ {
        let more = self.more.iter().flat_map(|more| more.names.iter().copied());
        self.program.slots.iter().map(SlotName::key).chain(more)
    }

    pub fn name(&self, number: usize) -> Option<SlotKey<'r>> {
        match self.program.slots.get(number) {
            Some(name) => Some(name.key()),
            None => {
                let place = number.checked_sub(self.program.slots.len())?;
                self.more.as_ref()?.names.get(place).copied()
            }
        }
    }

    /// The value of a lookup by names where all is as it was the last time: the values are there, and objects have their
    /// keys where other objects had them. `None` says only that it takes more to find out. `map` has the numbers of the
    /// slots of an included program.
    #[inline(always)]
    pub fn quick(&self, map: Option<&[u32]>, lookup: &Lookup) -> Option<&Value<'r>> {
        let Base::Slot(slot) = &lookup.root else { return None };
        let number = match map {
            None => slot.0,
            Some(map) => *map.get(slot.0 as usize)?,
        };
        let mut value = self.states.get(number as usize)?.shown.as_ref()?;
        for key in &lookup.keys {
            value = match (value, key) {
                (Value::Map(map), Key::Name(name, place)) => map.guess(name, place)?,
                (Value::Array(items), Key::Index(Expression::Constant(Constant::Integer(at)))) => {
                    items.get(usize::try_from(*at).ok()?)?
                }
                _ => return None,
            };
        }
        if lookup.watched && value.is_nil() || lookup.spells_path { None } else { Some(value) }
    }

    /// Whether the name of a slot stands for `object`.
    #[inline]
    pub fn shows(&self, number: usize, object: &dyn Object) -> bool {
        match self.states.get(number) {
            Some(State { shown: Some(Value::Object(shown)), .. }) => std::ptr::addr_eq(*shown, object),
            _ => false,
        }
    }

    /// The value of a slot; `None` where nothing defines it.
    #[inline]
    pub fn read(&mut self, number: usize, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        let Some(state) = self.states.get(number) else { return Ok(None) };
        match state.shown {
            Some(value) => Ok(Some(value)),
            None if state.origin == Origin::Missing => Ok(None),
            None => self.load(number, arena),
        }
    }

    #[inline(never)]
    fn load(&mut self, number: usize, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        let found = self.ask(number, arena)?;
        if let Some(state) = self.states.get_mut(number) {
            state.set(found, if found.is_some() { Origin::Data } else { Origin::Missing });
        }
        Ok(found)
    }

    /// What the data says of a slot's name.
    fn ask(&self, number: usize, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        match self.name(number) {
            Some(SlotKey::Variable(name)) => match (self.data.variables, self.program.places.get(number)) {
                (Value::Map(map), Some(place)) => {
                    Ok(map.guess(name, place).or_else(|| map.find(name, place)).copied())
                }
                (variables, _) => lookup::index(variables, Value::String(name), arena),
            }
            .map_or_else(Err, |found| self.or_global(found, name, arena)),
            Some(SlotKey::Attribute { namespace, name }) => {
                let place = self.program.places.get(number);
                attribute(self.data.attributes, namespace, name, place, arena)
            }
            None => Ok(None),
        }
    }

    /// What the data says of a slot's name, whatever the template made of it.
    pub fn given(&mut self, number: usize, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        match self.states.get(number) {
            Some(State { origin: Origin::Data, value, .. }) => Ok(*value),
            Some(State { origin: Origin::Unread, .. }) => self.load(number, arena),
            Some(State { origin: Origin::Missing, .. }) | None => Ok(None),
            Some(_) => self.ask(number, arena),
        }
    }

    /// The variable called `name`, where the name is only known now.
    pub fn read_named(&mut self, name: &'r str, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        self.index_names();
        match self.more().numbers.get(&SlotKey::Variable(name)).copied() {
            Some(number) => self.read(number as usize, arena),
            None => {
                let found = lookup::index(self.data.variables, Value::String(name), arena)?;
                self.or_global(found, name, arena)
            }
        }
    }

    /// What the data has, or else the engine under this name.
    #[inline]
    fn or_global(
        &self,
        found: Option<Value<'r>>,
        name: &'r str,
        arena: &'r Arena,
    ) -> Result<Option<Value<'r>>, Failure> {
        match self.data.globals {
            globals if found.is_none() && !globals.is_nil() => {
                lookup::index(globals, Value::String(name), arena)
            }
            _ => Ok(found),
        }
    }

    pub fn assign(&mut self, number: usize, value: Value<'r>) {
        if let Some(state) = self.states.get_mut(number) {
            state.set(Some(value), Origin::Assigned);
        }
    }

    pub fn assigned(&self, number: usize) -> Option<Value<'r>> {
        self.states.get(number).filter(|state| state.origin == Origin::Assigned)?.value
    }

    /// Binds a name, as loops and partials do, and gives back what it was bound to.
    pub fn bind(&mut self, number: usize, value: Option<Value<'r>>) -> Option<Value<'r>> {
        let state = self.states.get_mut(number)?;
        let before = state.shown.filter(|_| state.is_bound);
        state.is_bound = value.is_some();
        state.shown = value.or(state.value);
        before
    }

    /// Binds a bound name to another value.
    #[inline]
    pub fn rebind(&mut self, number: usize, value: &Value<'r>) {
        if let Some(state) = self.states.get_mut(number) {
            state.shown = Some(*value);
        }
    }

    /// Takes the attributes that only `program` names for missing, and gives their names. `named` says which of those that
    /// no template reads are named by one all the same.
    pub fn hide_unnamed(
        &mut self,
        program: &'r Program,
        named: impl Fn(Option<&str>, &str) -> bool,
    ) -> Vec<String> {
        self.index_names();
        let mut hidden = Vec::new();
        for name in &program.slots {
            let SlotName::Attribute { namespace, name: attribute } = name else { continue };
            if self.more().numbers.contains_key(&name.key()) || named(namespace.as_deref(), attribute) {
                continue;
            }
            let number = self.number(name.key());
            if let Some(state) = self.states.get_mut(number as usize) {
                state.set(None, Origin::Missing);
            }
            let before = namespace.as_ref().map_or_else(String::new, |namespace| format!("{namespace}."));
            hidden.push(format!("{before}${{{attribute}}}"));
        }
        hidden
    }

    /// The name of a reference that the data has as a key and as a path.
    pub fn ambiguous(&self, number: usize, arena: &'r Arena) -> Result<Option<&'r str>, Failure> {
        let Some(SlotKey::Attribute { namespace, name }) = self.name(number) else { return Ok(None) };
        let namespace = Value::String(namespace.unwrap_or("profile"));
        let Some(object) = lookup::index(self.data.attributes, namespace, arena)? else { return Ok(None) };
        let both = path(object, name, arena)?.is_some()
            && lookup::index(object, Value::String(name), arena)?.is_some();
        Ok(both.then_some(name))
    }

    /// The counter of this name. It has its own life: it starts at nothing whatever the data says.
    pub fn counter(&self, number: usize) -> Option<Value<'r>> {
        self.more.as_ref()?.counters.get(&number).copied()
    }

    pub fn set_counter(&mut self, number: usize, value: Value<'r>) {
        self.more().counters.insert(number, value);
        if let Some(state) = self.states.get_mut(number)
            && state.origin < Origin::Assigned
        {
            state.set(Some(value), Origin::Counter);
        }
    }

    /// `self`, for the scope at `place` on the machine's stack.
    pub fn itself(&mut self, place: usize, arena: &'r Arena) -> Result<&'r Itself<'r>, Failure> {
        if let Some(itself) = self.itself {
            return Ok(itself);
        }
        let (shown, variables) = (Cell::new(Value::Nil), self.data.variables);
        let itself = arena.object(Itself { scope: place, shown, variables })?;
        self.itself = Some(itself);
        Ok(itself)
    }

    /// Shows filters what the names stand for now, as far as they are not the data's.
    pub fn show_itself(&self, arena: &'r Arena) -> Result<(), Failure> {
        let Some(itself) = self.itself else { return Ok(()) };
        let known = self.states.iter().zip(self.names()).filter_map(|(state, name)| match name {
            SlotKey::Variable(name) => Some((name, state.made()?)),
            SlotKey::Attribute { .. } => None,
        });
        let known: Vec<(&str, Value)> = known.collect();
        itself.shown.set(Value::Map(arena.map(&known)?));
        Ok(())
    }

    /// The plain names that have a value now, for "did you mean".
    pub fn known_names(&self, arena: &'r Arena) -> impl Iterator<Item = &'r str> + '_ {
        let assigned = self.states.iter().zip(self.names()).filter_map(|(state, name)| match name {
            SlotKey::Variable(name) if state.is_bound || state.origin == Origin::Assigned => Some(name),
            _ => None,
        });
        assigned.chain(keys(self.data.variables, arena))
    }
}

/// The keys of an object.
pub(super) fn keys<'r>(value: Value<'r>, arena: &'r Arena) -> impl Iterator<Item = &'r str> {
    let entries = match value.resolve(arena) {
        Ok(Value::Map(map)) => map.entries(),
        Ok(Value::Object(host)) => host.entries(arena).ok().flatten().unwrap_or_default(),
        _ => &[],
    };
    entries.iter().map(|(key, _)| *key)
}

/// Braze's `namespace.${name}`: the key `name` itself, else the path that it spells.
fn attribute<'r>(
    root: Value<'r>,
    namespace: Option<&'r str>,
    name: &'r str,
    place: Option<&KeyPlace>,
    arena: &'r Arena,
) -> Result<Option<Value<'r>>, Failure> {
    let namespace = Value::String(namespace.unwrap_or("profile"));
    let Some(object) = lookup::index(root, namespace, arena)? else { return Ok(None) };
    let found = match (object, place) {
        (Value::Map(map), Some(place)) => map.guess(name, place).or_else(|| map.find(name, place)).copied(),
        _ => lookup::index(object, Value::String(name), arena)?,
    };
    match found {
        Some(value) => Ok(Some(value)),
        None => path(object, name, arena),
    }
}

/// `a.b[0].c` written inside `${…}`.
pub(super) fn path<'r>(
    object: Value<'r>,
    path: &'r str,
    arena: &'r Arena,
) -> Result<Option<Value<'r>>, Failure> {
    if !path.contains(['.', '[']) {
        return Ok(None);
    }
    let mut value = object;
    for step in path.split(['.', '[']) {
        let found = match step.strip_suffix(']') {
            Some(index) => match index.trim().parse() {
                Ok(at) => lookup::index(value, Value::Integer(at), arena)?,
                Err(_) => lookup::index(value, Value::String(index.trim_matches(['"', '\''])), arena)?,
            },
            None => lookup::property(value, step, arena)?,
        };
        match found {
            Some(found) => value = found,
            None => return Ok(None),
        }
    }
    Ok(Some(value))
}
