//! Which parts of a document are wanted.

use std::fmt;

/// Paths are told apart to this depth; what lies deeper is wanted whole.
const DEPTH: usize = 32;

/// So many keys of one object are told apart; of an object with more of them all is wanted.
pub(super) const KEYS: usize = 64;

/// The parts of a document that are wanted: all of it, or of an object some keys and of an array the items, each with what
/// is wanted of its value.
///
/// Text, numbers and the like are always wanted as they are: parts are told apart of objects and arrays alone.
///
/// ```
/// use carafe::json::{PathStep, Projection};
///
/// let mut wanted = Projection::nothing();
/// wanted.want(&[PathStep::Key("user"), PathStep::Key("email")]);
/// wanted.want(&[PathStep::Key("items"), PathStep::Items(usize::MAX), PathStep::Key("sku")]);
/// assert_eq!(format!("{wanted:?}"), r#"{"user": {"email": all}, "items": [{"sku": all}]}"#);
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Projection {
    /// `None` where all is wanted.
    parts: Option<Box<Parts>>,
}

/// What is wanted of an object or an array.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct Parts {
    pub keys: Vec<(Box<str>, Projection)>,
    pub items: Option<Items>,
}

/// What is wanted of an array: so many of its first items, and what of each.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Items {
    pub count: usize,
    pub each: Projection,
}

/// One step of a path into a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathStep<'p> {
    /// The value of a key. Of an array or of text it is nothing.
    Key(&'p str),
    /// Each of so many of the first items of an array. An object that is found in its place is wanted whole.
    Items(usize),
}

impl Projection {
    /// All of it.
    pub fn all() -> Self {
        Projection { parts: None }
    }

    /// Nothing but whether it is an object, an array or another value.
    pub fn nothing() -> Self {
        Projection { parts: Some(Box::default()) }
    }

    /// Whether all is wanted.
    pub fn is_all(&self) -> bool {
        self.parts.is_none()
    }

    /// What is wanted of the value of `key`, where the document is an object.
    pub fn of_key(&self, key: &str) -> Projection {
        match &self.parts {
            None => Projection::all(),
            // An object is not expected where items are wanted, and is wanted whole.
            Some(parts) if parts.items.is_some() => Projection::all(),
            Some(parts) => {
                let known = parts.keys.iter().find(|(known, _)| **known == *key);
                known.map_or_else(Projection::nothing, |(_, wanted)| wanted.clone())
            }
        }
    }

    /// Wants all that lies at the end of `path`, too.
    pub fn want(&mut self, path: &[PathStep<'_>]) {
        let whole = self.descend(path);
        whole.parts = None;
    }

    /// Wants to know whether something lies at the end of `path`, and if it is an array, how many items it has where the
    /// path ends in them.
    pub fn reach(&mut self, path: &[PathStep<'_>]) {
        self.descend(path);
    }

    /// Wants what `other` wants, too.
    pub fn merge(&mut self, other: &Projection) {
        let Some(wanted) = &other.parts else {
            self.parts = None;
            return;
        };
        for (key, value) in &wanted.keys {
            self.step(PathStep::Key(key)).merge(value);
        }
        if let Some(items) = &wanted.items {
            self.step(PathStep::Items(items.count)).merge(&items.each);
        }
    }

    pub(super) fn parts(&self) -> Option<&Parts> {
        self.parts.as_deref()
    }

    fn descend(&mut self, path: &[PathStep<'_>]) -> &mut Projection {
        let mut place = self;
        for step in path.iter().take(DEPTH) {
            place = place.step(*step);
        }
        if path.len() > DEPTH {
            place.parts = None;
        }
        place
    }

    /// The place one step on, new if need be; where all is wanted already, the place itself.
    fn step(&mut self, step: PathStep<'_>) -> &mut Projection {
        if let (Some(parts), PathStep::Key(key)) = (&self.parts, step)
            && parts.keys.len() >= KEYS
            && !parts.keys.iter().any(|(known, _)| **known == *key)
        {
            self.parts = None;
        }
        if self.parts.is_none() {
            return self;
        }
        let parts = self.parts.get_or_insert_default();
        match step {
            PathStep::Key(key) => {
                let known = parts.keys.iter().position(|(known, _)| **known == *key);
                let at = known.unwrap_or(parts.keys.len());
                if known.is_none() {
                    parts.keys.push((key.into(), Projection::nothing()));
                }
                #[expect(clippy::indexing_slicing, reason = "the key was found there, or is put there above")]
                &mut parts.keys[at].1
            }
            PathStep::Items(count) => {
                let items = parts.items.get_or_insert_with(|| Items { count, each: Projection::nothing() });
                items.count = items.count.max(count);
                &mut items.each
            }
        }
    }
}

/// `all`, or the keys with what is wanted of each, and the items in brackets: `{"user": {"email": all}} [2: all]`.
impl fmt::Debug for Projection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(parts) = &self.parts else { return f.write_str("all") };
        if !parts.keys.is_empty() || parts.items.is_none() {
            let entries = parts.keys.iter().map(|(key, wanted)| (key, wanted));
            f.debug_map().entries(entries).finish()?;
        }
        let Some(items) = &parts.items else { return Ok(()) };
        if !parts.keys.is_empty() {
            f.write_str(" ")?;
        }
        match items.count {
            usize::MAX => write!(f, "[{:?}]", items.each),
            count => write!(f, "[{count}: {:?}]", items.each),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PathStep::{Items, Key};
    use super::*;

    #[test]
    fn what_is_wanted_adds_up() {
        let wanted = |paths: &[&[PathStep<'_>]]| {
            let mut projection = Projection::nothing();
            paths.iter().for_each(|path| projection.want(path));
            projection
        };
        for (paths, expected) in [
            (&[][..], "{}"),
            (&[&[][..]][..], "all"),
            (&[&[Key("a"), Key("b")], &[Key("a")]], r#"{"a": all}"#),
            (&[&[Key("a")], &[Key("a"), Key("b")]], r#"{"a": all}"#),
            (&[&[Key("a"), Items(1)], &[Key("a"), Items(3)]], r#"{"a": [3: all]}"#),
            (&[&[Key("a"), Items(1)], &[Key("a"), Key("b")]], r#"{"a": {"b": all} [1: all]}"#),
        ] {
            assert_eq!(format!("{:?}", wanted(paths)), expected);
            let mut merged = Projection::nothing();
            paths.iter().for_each(|path| merged.merge(&wanted(&[path])));
            assert_eq!(merged, wanted(paths));
        }
        let mut reached = Projection::nothing();
        reached.reach(&[Key("a"), Items(usize::MAX)]);
        assert_eq!(format!("{reached:?}"), r#"{"a": [{}]}"#);
        assert!(reached.of_key("a").of_key("b").is_all());
        assert!(!reached.of_key("b").is_all());
    }

    #[test]
    fn depth_and_width_are_bounded() {
        let mut deep = Projection::nothing();
        deep.want(&vec![Key("a"); 100_000]);
        assert_eq!(format!("{deep:?}").matches('a').count(), DEPTH + 1);
        let mut wide = Projection::nothing();
        let names: Vec<String> = (0..=KEYS).map(|number| number.to_string()).collect();
        names.iter().take(KEYS).for_each(|name| wide.want(&[Key(name)]));
        assert!(!wide.is_all());
        names.iter().for_each(|name| wide.want(&[Key(name)]));
        assert!(wide.is_all());
    }
}
