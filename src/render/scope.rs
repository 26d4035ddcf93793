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
}

/// What one name stands for.
#[derive(Clone, Copy)]
struct State<'r> {
    is_bound: bool,
    origin: Origin,
    bound: Value<'r>,
    /// What it stands for where nothing is bound to it.
    value: Value<'r>,
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
    const UNREAD: Self =
        State { is_bound: false, origin: Origin::Unread, bound: Value::Nil, value: Value::Nil };

    /// The value, if it is known already.
    #[inline]
    fn known(&self) -> Option<&Value<'r>> {
        match self {
            State { is_bound: true, bound, .. } => Some(bound),
            State { origin: Origin::Unread | Origin::Missing, .. } => None,
            State { value, .. } => Some(value),
        }
    }

    /// What the templates made of the name.
    fn made(&self) -> Option<Value<'r>> {
        self.known().filter(|_| self.is_bound || self.origin >= Origin::Counter).copied()
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
    /// The names behind them.
    more: Vec<SlotKey<'r>>,
    /// The numbers of all names, once one was looked for.
    numbers: BTreeMap<SlotKey<'r>, u32>,
    /// The numbers of the slots of programs that were included, by the program's address.
    maps: BTreeMap<usize, &'r [u32]>,
    /// The counters of `increment` and `decrement`, which live on where an assigned value hides them.
    counters: BTreeMap<usize, Value<'r>>,
    pub data: Data<'r>,
    /// How far the groups of `cycle` are.
    pub cycles: BTreeMap<String, usize>,
    /// Where loops of a name stopped, for `offset: continue`.
    pub places: BTreeMap<&'r str, i64>,
    /// What the last `ifchanged` wrote.
    pub if_changed: Option<String>,
    /// `self`, once a template asked for it.
    pub itself: Option<&'r Itself<'r>>,
}

impl<'r> Scope<'r> {
    /// A scope for `program`, whose slots keep their numbers.
    pub fn new(program: &'r Program, data: Data<'r>, arena: &'r Arena) -> Self {
        Scope {
            states: bumpalo::vec![in arena.bump(); State::UNREAD; program.slots.len()],
            program,
            more: Vec::new(),
            numbers: BTreeMap::new(),
            maps: BTreeMap::new(),
            counters: BTreeMap::new(),
            data,
            cycles: BTreeMap::new(),
            places: BTreeMap::new(),
            if_changed: None,
            itself: None,
        }
    }

    /// For each slot of an included program its number here.
    pub fn map(&mut self, program: &'r Program, arena: &'r Arena) -> Result<&'r [u32], Failure> {
        let key = std::ptr::from_ref(program) as usize;
        if let Some(map) = self.maps.get(&key) {
            return Ok(map);
        }
        let numbers: Vec<u32> = program.slots.iter().map(|name| self.number(name.key())).collect();
        let map = arena.slice(&numbers)?;
        self.maps.insert(key, map);
        Ok(map)
    }

    /// The number of `name`, new if need be.
    pub fn number(&mut self, name: SlotKey<'r>) -> u32 {
        self.index_names();
        if let Some(number) = self.numbers.get(&name) {
            return *number;
        }
        let number = self.states.len() as u32;
        self.more.push(name);
        self.states.push(State::UNREAD);
        self.numbers.insert(name, number);
        number
    }

    fn index_names(&mut self) {
        if self.numbers.is_empty() {
            self.numbers = self.names().zip(0..).collect();
        }
    }

    fn names(&self) -> impl Iterator<Item = SlotKey<'r>> + '_ {
        self.program.slots.iter().map(SlotName::key).chain(self.more.iter().copied())
    }

    pub fn name(&self, number: usize) -> Option<SlotKey<'r>> {
        match self.program.slots.get(number) {
            Some(name) => Some(name.key()),
            None => self.more.get(number - self.program.slots.len()).copied(),
        }
    }

    /// The value of a lookup by names where all is as it was the last time: the values are there, and objects have their
    /// keys where other objects had them. `None` says only that it takes more to find out. `map` has the numbers of the
    /// slots of an included program.
    #[inline]
    pub fn quick(&self, map: Option<&[u32]>, lookup: &Lookup) -> Option<&Value<'r>> {
        let Base::Slot(slot) = &lookup.root else { return None };
        let number = match map {
            None => slot.0,
            Some(map) => *map.get(slot.0 as usize)?,
        };
        let mut value = self.states.get(number as usize)?.known()?;
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

    /// The value of a slot; `None` where nothing defines it.
    #[inline]
    pub fn read(&mut self, number: usize, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        let Some(state) = self.states.get(number) else { return Ok(None) };
        match state.known() {
            Some(value) => Ok(Some(*value)),
            None if state.origin == Origin::Missing => Ok(None),
            None => self.load(number, arena),
        }
    }

    #[inline(never)]
    fn load(&mut self, number: usize, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        let found = self.ask(number, arena)?;
        if let Some(state) = self.states.get_mut(number) {
            state.value = found.unwrap_or(Value::Nil);
            state.origin = if found.is_some() { Origin::Data } else { Origin::Missing };
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
            },
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
            Some(State { origin: Origin::Data, value, .. }) => Ok(Some(*value)),
            Some(State { origin: Origin::Unread, .. }) => self.load(number, arena),
            Some(State { origin: Origin::Missing, .. }) | None => Ok(None),
            Some(_) => self.ask(number, arena),
        }
    }

    /// The variable called `name`, where the name is only known now.
    pub fn read_named(&mut self, name: &'r str, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        self.index_names();
        match self.numbers.get(&SlotKey::Variable(name)).copied() {
            Some(number) => self.read(number as usize, arena),
            None => lookup::index(self.data.variables, Value::String(name), arena),
        }
    }

    pub fn assign(&mut self, number: usize, value: Value<'r>) {
        if let Some(state) = self.states.get_mut(number) {
            state.value = value;
            state.origin = Origin::Assigned;
        }
    }

    pub fn assigned(&self, number: usize) -> Option<Value<'r>> {
        self.states.get(number).filter(|state| state.origin == Origin::Assigned).map(|state| state.value)
    }

    /// Binds a name, as loops and partials do, and gives back what it was bound to.
    pub fn bind(&mut self, number: usize, value: Option<Value<'r>>) -> Option<Value<'r>> {
        let state = self.states.get_mut(number)?;
        let before = state.is_bound.then_some(state.bound);
        state.is_bound = value.is_some();
        state.bound = value.unwrap_or(Value::Nil);
        before
    }

    /// Binds a bound name to another value.
    #[inline]
    pub fn rebind(&mut self, number: usize, value: &Value<'r>) {
        if let Some(state) = self.states.get_mut(number) {
            state.bound = *value;
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
            if self.numbers.contains_key(&name.key()) || named(namespace.as_deref(), attribute) {
                continue;
            }
            let number = self.number(name.key());
            if let Some(state) = self.states.get_mut(number as usize) {
                state.origin = Origin::Missing;
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
        self.counters.get(&number).copied()
    }

    pub fn set_counter(&mut self, number: usize, value: Value<'r>) {
        self.counters.insert(number, value);
        if let Some(state) = self.states.get_mut(number)
            && state.origin < Origin::Assigned
        {
            state.value = value;
            state.origin = Origin::Counter;
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
