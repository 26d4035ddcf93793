//! What differs from one platform's Liquid to another's.
//!
//! A [`Dialect`] is a value with switches, not a second engine: every rule lives in one place and asks the dialect.

mod namespace;
mod root;

pub use namespace::{NAMESPACES, Namespace, PROFILE_ATTRIBUTES};
pub use root::RootName;

/// How forgiving the parser is; the names are the reference's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum ErrorMode {
    /// Markup that makes no sense is read as far as it does; the rest is ignored.
    #[default]
    Lax,
    /// Markup must follow the grammar of Liquid 4 and 5.
    Strict,
    /// Markup must follow the grammar of Liquid 5.13 to the end of every tag.
    Strict2,
}

impl ErrorMode {
    /// `lax`, `strict` or `strict2`.
    pub fn name(self) -> &'static str {
        match self {
            ErrorMode::Lax => "lax",
            ErrorMode::Strict => "strict",
            ErrorMode::Strict2 => "strict2",
        }
    }
}

impl std::str::FromStr for ErrorMode {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        [ErrorMode::Lax, ErrorMode::Strict, ErrorMode::Strict2]
            .into_iter()
            .find(|mode| mode.name() == name)
            .ok_or(())
    }
}

/// Whose rules of markup, values and errors a platform's engine follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Family {
    /// Liquid as it is written in Ruby: `[1, 2]` in a filter is `[1, 2]`, integers stay integers, errors of a node are
    /// printed in its place.
    Ruby,
    /// LiquidJS 10, on the values of JavaScript: an object prints `[object Object]`, `10.0` is `10`, an operator may stand
    /// wherever a value may, and the first error ends the render.
    LiquidJs,
}

/// What becomes of a name that nothing defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Undefined {
    /// It is nil.
    Lenient,
    /// Printing it ends the render, and nothing is sent. Conditions and assignments take it for nil, and a `default` right
    /// behind it gives it a value.
    Strict,
}

/// One platform's Liquid.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dialect {
    /// The name by which users choose it.
    pub name: &'static str,
    /// What people call it in a sentence.
    pub title: &'static str,
    /// This dialect's place in the tables' sets of dialects.
    pub set: DialectSet,
    /// Whose rules its markup, values and errors follow.
    pub family: Family,
    /// Whether `${name}` and `namespace.${name}` read attributes, and `{{ … }}` may stand inside tags and outputs.
    pub references: bool,
    /// Whether partials are to be had by `render` and `include`; Braze has content blocks instead.
    pub partials: bool,
    /// The error mode used unless the user chooses another.
    pub error_mode: ErrorMode,
    /// What becomes of a name that nothing defines.
    pub undefined: Undefined,
    /// Whether `{%-`, `-%}`, `{{-` and `-}}` take the white space beside them.
    pub white_space_control: bool,
    /// Whether a block that holds only white space and tags without output writes that white space.
    pub keeps_blank_blocks: bool,
    /// The zone that the clock is read in and dates without a zone are shown in: seconds east of UTC.
    pub now_offset: i32,
    /// The names that the platform fills; none where every name is the user's.
    pub roots: &'static [RootName],
}

/// Liquid 5.13 as the reference implementation renders it.
pub static LIQUID: Dialect = Dialect {
    name: "liquid",
    title: "Liquid",
    set: DialectSet::LIQUID,
    family: Family::Ruby,
    references: false,
    partials: true,
    error_mode: ErrorMode::Lax,
    undefined: Undefined::Lenient,
    white_space_control: true,
    keeps_blank_blocks: false,
    now_offset: 0,
    roots: &[],
};

/// Braze's Liquid: the reference in lax mode with `${attribute}`, more filters and tags, and no partials.
pub static BRAZE: Dialect = Dialect {
    name: "braze",
    title: "Braze",
    set: DialectSet::BRAZE,
    family: Family::Ruby,
    references: true,
    partials: false,
    error_mode: ErrorMode::Lax,
    undefined: Undefined::Lenient,
    white_space_control: true,
    keeps_blank_blocks: false,
    now_offset: 0,
    roots: &[],
};

/// Customer.io's current Liquid, which behaves like LiquidJS 10.
pub static CUSTOMERIO: Dialect = Dialect {
    name: "customerio",
    title: "Customer.io",
    set: DialectSet::CUSTOMERIO,
    family: Family::LiquidJs,
    references: false,
    partials: false,
    error_mode: ErrorMode::Strict,
    undefined: Undefined::Strict,
    white_space_control: true,
    keeps_blank_blocks: true,
    now_offset: 0,
    roots: root::CUSTOMERIO,
};

/// Customer.io's Liquid of workspaces from before November 2023: a fork of Ruby's Liquid 2.5.
pub static CUSTOMERIO_LEGACY: Dialect = Dialect {
    name: "customerio-legacy",
    title: "Customer.io's old engine",
    set: DialectSet::CUSTOMERIO_LEGACY,
    family: Family::Ruby,
    references: false,
    partials: false,
    error_mode: ErrorMode::Lax,
    undefined: Undefined::Strict,
    white_space_control: false,
    keeps_blank_blocks: true,
    now_offset: 0,
    roots: root::CUSTOMERIO,
};

/// CleverTap's Liquid.
pub static CLEVERTAP: Dialect = Dialect {
    name: "clevertap",
    title: "CleverTap",
    set: DialectSet::CLEVERTAP,
    family: Family::Ruby,
    references: false,
    partials: false,
    error_mode: ErrorMode::Lax,
    undefined: Undefined::Lenient,
    white_space_control: true,
    keeps_blank_blocks: false,
    now_offset: 19_800,
    roots: root::CLEVERTAP,
};

/// Namespaces of Braze whose names nobody gives to a variable of their own.
static NAMESPACES_OF_BRAZE: &[&str] = &[
    "custom_attribute",
    "event_properties",
    "api_trigger_properties",
    "canvas_entry_properties",
    "subscribed_state",
    "most_recently_used_device",
    "targeted_device",
];

impl Dialect {
    /// Every dialect there is.
    pub fn all() -> [&'static Dialect; 5] {
        [&BRAZE, &LIQUID, &CUSTOMERIO, &CUSTOMERIO_LEGACY, &CLEVERTAP]
    }

    /// The other platform that fills a name like this at the root of a path; `None` where none does, or this one does.
    pub fn home_of(&self, name: &str) -> Option<&'static Dialect> {
        if self.roots.iter().any(|root| root.name == name) {
            return None;
        }
        let is_namespace = !self.references && NAMESPACES_OF_BRAZE.contains(&name);
        if is_namespace {
            return Some(&BRAZE);
        }
        let platforms: [&'static Dialect; 2] = [&CUSTOMERIO, &CLEVERTAP];
        platforms.into_iter().find(|home| {
            let telling = home.roots.iter().filter(|root| root.is_telling);
            telling.into_iter().any(|root| root.name == name)
        })
    }

    /// The dialect called `name`.
    pub fn find(name: &str) -> Option<&'static Dialect> {
        Dialect::all().into_iter().find(|dialect| dialect.name == name)
    }
}

/// A set of dialects: the column of the tables of tags and filters that says where an entry exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DialectSet(u8);

impl DialectSet {
    /// Only `liquid`.
    pub const LIQUID: DialectSet = DialectSet(1);
    /// Only `braze`.
    pub const BRAZE: DialectSet = DialectSet(2);
    /// Only `customerio`.
    pub const CUSTOMERIO: DialectSet = DialectSet(4);
    /// Only `customerio-legacy`.
    pub const CUSTOMERIO_LEGACY: DialectSet = DialectSet(8);
    /// Only `clevertap`.
    pub const CLEVERTAP: DialectSet = DialectSet(16);
    /// Every dialect.
    pub const ALL: DialectSet = DialectSet(u8::MAX);
    /// Those whose engine follows Ruby's Liquid: all but `customerio`.
    pub const RUBY: DialectSet = DialectSet::ALL.except(DialectSet::CUSTOMERIO);
    /// Those whose engine follows Ruby's Liquid from version 3 on.
    pub const RUBY_3: DialectSet = DialectSet::RUBY.except(DialectSet::CUSTOMERIO_LEGACY);
    /// Both engines of Customer.io.
    pub const CUSTOMERIO_ANY: DialectSet = DialectSet::CUSTOMERIO.union(DialectSet::CUSTOMERIO_LEGACY);

    /// The dialects of both sets.
    pub const fn union(self, other: DialectSet) -> DialectSet {
        DialectSet(self.0 | other.0)
    }

    /// The dialects that are not in `other`.
    pub const fn except(self, other: DialectSet) -> DialectSet {
        DialectSet(self.0 & !other.0)
    }

    /// Whether the two sets share a dialect.
    pub const fn intersects(self, other: DialectSet) -> bool {
        self.0 & other.0 != 0
    }
}
