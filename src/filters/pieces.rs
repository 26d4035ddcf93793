//! Text put together from pieces of other text, copied only when there is more than one piece.

use crate::arena::{Arena, TextBuilder};
use crate::failure::Failure;

/// Pieces in order; [`finish`](Pieces::finish) gives their sum.
///
/// A sum of one piece is that piece itself and not a copy: the source map recognises text by its address.
pub(super) struct Pieces<'r> {
    arena: &'r Arena,
    only: &'r str,
    /// How long the sum may well be.
    room: usize,
    builder: Option<TextBuilder<'r>>,
}

impl<'r> Pieces<'r> {
    /// No pieces yet.
    pub fn new(arena: &'r Arena) -> Self {
        Pieces::with_room(arena, 0)
    }

    /// No pieces yet, whose sum may well be `room` bytes long.
    pub fn with_room(arena: &'r Arena, room: usize) -> Self {
        Pieces { arena, only: "", room, builder: None }
    }

    /// Adds a piece.
    pub fn push(&mut self, piece: &'r str) -> Result<(), Failure> {
        match &mut self.builder {
            Some(builder) => builder.push(piece),
            None if piece.is_empty() => Ok(()),
            None if self.only.is_empty() => {
                self.only = piece;
                Ok(())
            }
            None => {
                let both = self.only.len().saturating_add(piece.len());
                let mut builder = self.arena.builder_for(self.room.max(both))?;
                builder.push(self.only)?;
                builder.push(piece)?;
                self.builder = Some(builder);
                Ok(())
            }
        }
    }

    /// All pieces as one text.
    pub fn finish(self) -> &'r str {
        self.builder.map_or(self.only, TextBuilder::finish)
    }
}

/// The part of `text` between two places that are known to be boundaries of characters.
pub(super) fn part(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end).unwrap_or_default()
}
