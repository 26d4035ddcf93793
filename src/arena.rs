//! Where the texts and values of one render live.
//!
//! Filters write their results here; everything is freed at once, without running a destructor. Every allocation is
//! charged to the render's [`Budget`] before memory is taken, so that no filter can forget to.

use crate::failure::Failure;
use crate::limits::{Budget, Limits};
use bumpalo::Bump;
use bumpalo::collections::String as BumpString;

/// Memory for values, with the budget it is charged to.
///
/// ```
/// use carafe::{Arena, Limits};
///
/// let arena = Arena::new(&Limits::default());
/// assert_eq!(arena.concat(&["car", "afe"]).unwrap(), "carafe");
/// ```
#[derive(Debug)]
pub struct Arena {
    bump: Bump,
    budget: Budget,
}

impl Default for Arena {
    fn default() -> Self {
        Arena::new(&Limits::default())
    }
}

impl Arena {
    /// An empty arena with a full budget.
    pub fn new(limits: &Limits) -> Self {
        Arena { bump: Bump::new(), budget: Budget::new(limits) }
    }

    /// Frees everything that lies here, keeps the memory for what comes, and fills the budget again: for the next of many
    /// renders.
    ///
    /// ```
    /// use carafe::{Arena, Engine, Limits, json};
    ///
    /// let template = Engine::default().template("Hi {{ ${first_name} }}")?;
    /// let kept = Arena::default();
    /// let data = json::read(r#"{"profile": {"first_name": "Ada"}}"#, &kept).unwrap();
    /// let mut arena = Arena::default();
    /// for _ in 0..3 {
    ///     assert_eq!(template.prepare().run_in(&arena, data).text, "Hi Ada");
    ///     arena.reset();
    /// }
    /// # Ok::<(), carafe::Error>(())
    /// ```
    pub fn reset(&mut self) {
        self.bump.reset();
        self.budget.fill();
    }

    /// Frees everything that lies here, and leaves the budget as it is: for the next of many renders that share one. What
    /// is left of [`Limits::memory_bytes`] counts what all of them took.
    pub fn clear(&mut self) {
        self.bump.reset();
    }

    /// The budget of steps and memory that this arena is charged to.
    #[inline]
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// A copy of `text`.
    ///
    /// # Errors
    /// When the text or the memory of the render is over its limit; so do all methods here.
    pub fn text(&self, text: &str) -> Result<&str, Failure> {
        self.budget.text(text.len())?;
        self.budget.allocate(text.len())?;
        Ok(self.bump.alloc_str(text))
    }

    /// A copy of `text` that `change` is let at.
    pub(crate) fn changed(&self, text: &str, change: impl FnOnce(&mut str)) -> Result<&str, Failure> {
        self.budget.text(text.len())?;
        self.budget.allocate(text.len())?;
        let copy = self.bump.alloc_str(text);
        change(copy);
        Ok(copy)
    }

    /// The texts one after another, as one.
    pub fn concat(&self, parts: &[&str]) -> Result<&str, Failure> {
        let length = parts.iter().fold(0usize, |sum, part| sum.saturating_add(part.len()));
        self.budget.text(length)?;
        let mut builder = self.builder_for(length)?;
        for part in parts {
            builder.push(part)?;
        }
        Ok(builder.finish())
    }

    /// A text that is written piece by piece.
    pub fn builder(&self) -> TextBuilder<'_> {
        TextBuilder { text: BumpString::new_in(&self.bump), budget: &self.budget }
    }

    /// A text that is written piece by piece, with room for `capacity` bytes.
    pub fn builder_for(&self, capacity: usize) -> Result<TextBuilder<'_>, Failure> {
        self.budget.allocate(capacity)?;
        Ok(TextBuilder { text: BumpString::with_capacity_in(capacity, &self.bump), budget: &self.budget })
    }

    /// Moves `value` here. For types without a destructor, since none would be run.
    pub fn put<T: Copy>(&self, value: T) -> Result<&T, Failure> {
        self.budget.allocate(size_of::<T>())?;
        Ok(self.bump.alloc(value))
    }

    /// Moves a host object here. Its destructor is not run, so it must own nothing outside the arena.
    pub fn object<T>(&self, object: T) -> Result<&T, Failure> {
        const { assert!(!std::mem::needs_drop::<T>(), "the arena runs no destructors") };
        self.budget.allocate(size_of::<T>())?;
        Ok(self.bump.alloc(object))
    }

    /// A copy of `items` of any plain type.
    pub fn slice<T: Copy>(&self, items: &[T]) -> Result<&[T], Failure> {
        self.budget.allocate(size_of_val(items))?;
        Ok(self.bump.alloc_slice_copy(items))
    }

    /// The memory itself, for what the modules above lay out and charge here.
    pub(crate) fn bump(&self) -> &Bump {
        &self.bump
    }
}

/// A place text can be written to: a text in the arena, or the body.
pub trait Sink {
    /// Writes `text` behind what is there.
    ///
    /// # Errors
    /// When a limit is met.
    fn push(&mut self, text: &str) -> Result<(), Failure>;
}

/// A text under construction in an arena.
#[derive(Debug)]
pub struct TextBuilder<'r> {
    text: BumpString<'r>,
    budget: &'r Budget,
}

impl<'r> TextBuilder<'r> {
    /// Writes `text` behind what is there.
    #[inline]
    pub fn push(&mut self, text: &str) -> Result<(), Failure> {
        let length = self.text.len().saturating_add(text.len());
        if length > self.text.capacity() {
            self.grow(length)?;
        }
        self.text.push_str(text);
        Ok(())
    }

    /// Writes one character.
    #[inline]
    pub fn push_char(&mut self, character: char) -> Result<(), Failure> {
        self.push(character.encode_utf8(&mut [0; 4]))
    }

    /// How many bytes are written.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether nothing is written yet.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// What is written so far.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The finished text.
    pub fn finish(self) -> &'r str {
        self.text.into_bump_str()
    }

    #[cold]
    fn grow(&mut self, length: usize) -> Result<(), Failure> {
        self.budget.text(length)?;
        let capacity = length.max(self.text.capacity().saturating_mul(2)).max(32);
        self.budget.allocate(capacity)?;
        self.text.reserve_exact(capacity.saturating_sub(self.text.len()));
        Ok(())
    }
}

impl Sink for TextBuilder<'_> {
    fn push(&mut self, text: &str) -> Result<(), Failure> {
        TextBuilder::push(self, text)
    }
}
