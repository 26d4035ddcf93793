//! What a filter gets to work with: its input, its arguments, the arena for its result, and the render around it.

use crate::arena::Arena;
use crate::diagnostic::Code;
use crate::dialect::{Dialect, DialectSet};
use crate::failure::Failure;
use crate::number::Number;
use crate::time::{Clock, Time, Zone};
use crate::value::{Value, convert, print};
use std::cell::{Cell, OnceCell, RefCell};

/// One call of a filter.
#[derive(Clone, Copy)]
pub struct Call<'c, 'r> {
    /// The value before the `|`.
    pub input: Value<'r>,
    /// The arguments by place.
    pub positional: &'c [Value<'r>],
    /// The arguments by name, of a custom filter. One of the language is given them as its last argument by place, an
    /// object, as in the reference.
    pub keyword: &'c [(&'r str, Value<'r>)],
    /// Where results are made.
    pub arena: &'r Arena,
    /// The render around the call.
    pub environment: &'c Environment<'c>,
}

/// What a render offers its filters besides values.
pub struct Environment<'c> {
    /// The dialect of the template.
    pub dialect: &'static Dialect,
    clock: Option<&'c dyn Clock>,
    now: OnceCell<Time>,
    random: RefCell<Option<fastrand::Rng>>,
    doubts: RefCell<Vec<Doubt>>,
    doubtful: Cell<bool>,
}

/// Something a filter finds doubtful: it does what the reference does, and says so.
#[derive(Debug, Clone, PartialEq)]
pub struct Doubt {
    /// The kind of finding.
    pub code: &'static Code,
    /// What is doubtful.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl<'c> Environment<'c> {
    /// The surroundings of one render; without a clock, what asks for the time fails.
    pub fn new(dialect: &'static Dialect, clock: Option<&'c dyn Clock>) -> Self {
        Environment {
            dialect,
            clock,
            now: OnceCell::new(),
            random: RefCell::default(),
            doubts: RefCell::default(),
            doubtful: Cell::new(false),
        }
    }

    /// The time of the render, in the zone in which the dialect shows it: the clock is read once, so that `now` is the
    /// same throughout.
    ///
    /// # Errors
    /// When there is no clock.
    pub fn now(&self) -> Result<Time, Failure> {
        self.known_now().ok_or_else(no_clock)
    }

    fn known_now(&self) -> Option<Time> {
        let clock = self.clock?;
        Some(*self.now.get_or_init(|| {
            let now = clock.now();
            match Zone::from_offset_seconds(self.dialect.now_offset) {
                Some(zone) if self.dialect.now_offset != 0 => now.with_zone(zone),
                _ => now,
            }
        }))
    }

    /// A number from 0 up to `bound`, which it never reaches; 0 if that is 0. The numbers of two renders at the same time
    /// are the same.
    ///
    /// # Errors
    /// When there is no clock.
    pub fn random(&self, bound: u64) -> Result<u64, Failure> {
        let now = self.now()?;
        let mut random = self.random.borrow_mut();
        let random = random.get_or_insert_with(|| {
            let seconds = now.unix_seconds().cast_unsigned();
            fastrand::Rng::with_seed(seconds.rotate_left(30) ^ u64::from(now.subsec_nanos()))
        });
        Ok(if bound == 0 { 0 } else { random.u64(0..bound) })
    }

    /// Whether a filter found anything doubtful since the last [`take_doubts`](Self::take_doubts).
    #[inline]
    pub fn has_doubts(&self) -> bool {
        self.doubtful.get()
    }

    /// Takes what filters found doubtful since the last call.
    pub fn take_doubts(&self) -> Vec<Doubt> {
        self.doubtful.set(false);
        std::mem::take(&mut self.doubts.borrow_mut())
    }
}

#[cold]
fn no_clock() -> Failure {
    Failure::argument("there is no clock to tell the time")
}

impl<'c, 'r> Call<'c, 'r> {
    /// The argument at place `at`; nil where it is not given.
    #[inline]
    pub fn argument(&self, at: usize) -> Value<'r> {
        self.positional.get(at).copied().unwrap_or(Value::Nil)
    }

    /// The argument at place `at`, if it is given.
    #[inline]
    pub fn given(&self, at: usize) -> Option<Value<'r>> {
        self.positional.get(at).copied()
    }

    /// The argument called `name` of a custom filter, if it is given.
    pub fn named(&self, name: &str) -> Option<Value<'r>> {
        self.keyword.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// The input as text (`to_s`).
    #[inline]
    pub fn text(&self) -> Result<&'r str, Failure> {
        self.to_text(self.input)
    }

    /// The argument at place `at` as text.
    #[inline]
    pub fn text_argument(&self, at: usize) -> Result<&'r str, Failure> {
        self.to_text(self.argument(at))
    }

    /// The input as a number.
    pub fn number(&self) -> Result<Number, Failure> {
        self.to_number(self.input)
    }

    /// The argument at place `at` as a number.
    pub fn number_argument(&self, at: usize) -> Result<Number, Failure> {
        self.to_number(self.argument(at))
    }

    /// Any value as a number. In Braze a time counts as its Unix seconds, where the reference takes it for 0.
    #[inline]
    pub fn to_number(&self, value: Value<'r>) -> Result<Number, Failure> {
        match value {
            Value::Integer(value) => Ok(Number::Integer(value)),
            Value::Float(value) => Ok(Number::Float(value)),
            other => self.coerced_number(other),
        }
    }

    fn coerced_number(&self, value: Value<'r>) -> Result<Number, Failure> {
        match value.resolve(self.arena)? {
            Value::Time(time) if self.environment.dialect.set.intersects(DialectSet::BRAZE) => {
                Ok(Number::Integer(time.unix_seconds()))
            }
            other => convert::to_number(other, self.arena),
        }
    }

    /// Any value as a time, as the reference's date filters read it; `None` where it is none.
    ///
    /// # Errors
    /// When it depends on the time of the render, as `now` and `March 3` do, and there is no clock.
    pub fn to_time(&self, value: Value<'r>) -> Result<Option<Time>, Failure> {
        if let Some(now) = self.environment.known_now() {
            return convert::to_time(value, now, self.arena);
        }
        // What is the same at two times that have no part in common does not depend on the time.
        let at = |seconds| Time::from_unix(seconds).unwrap_or(Time::UNIX_EPOCH);
        let read = |seconds| convert::to_time(value, at(seconds), self.arena);
        let (early, late) = (read(0)?, read(1_000_000_000)?);
        if early == late { Ok(early) } else { Err(no_clock()) }
    }

    /// Any value as text. The walk over it is charged.
    #[inline]
    pub fn to_text(&self, value: Value<'r>) -> Result<&'r str, Failure> {
        let text = print::to_text(value, self.arena)?;
        self.arena.budget().spend_bytes(text.len())?;
        Ok(text)
    }

    /// The bytes of the input's text; of binary text they are no UTF-8.
    pub fn bytes(&self) -> Result<&'r [u8], Failure> {
        self.to_bytes(self.input)
    }

    /// The bytes of any value's text. The walk over them is charged.
    pub fn to_bytes(&self, value: Value<'r>) -> Result<&'r [u8], Failure> {
        let bytes = print::to_bytes(value, self.arena)?;
        self.arena.budget().spend_bytes(bytes.len())?;
        Ok(bytes)
    }

    /// Reports something doubtful at the place of this call.
    #[cold]
    pub fn doubt(&self, code: &'static Code, message: impl Into<String>, help: Option<String>) {
        self.environment.doubtful.set(true);
        self.environment.doubts.borrow_mut().push(Doubt { code, message: message.into(), help });
    }
}
