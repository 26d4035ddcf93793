//! Text that is written piece by piece, where the pieces are short.
//!
//! A body is thousands of pieces of a few bytes. Appending one to a `String` calls `memcpy` with a length that is only known
//! then; here pieces of up to 32 bytes are written as two blocks of fixed size that may overlap, which the compiler turns
//! into plain stores. That took a third off a render of small pieces. The price is that the bytes are no `String` until the
//! end, where checking them again would cost more than writing them did: hence the only `unsafe` of this crate.

#![allow(
    unsafe_code,
    reason = "bytes are written as blocks into room that is there; said above, and at each block"
)]
#![expect(
    clippy::arithmetic_side_effects,
    reason = "lengths of texts in memory; `room` is never less than the length"
)]

use crate::compile::{BLOCK, Text};

/// Digits of an integer of 64 bits, with its sign.
const LONGEST_INTEGER: usize = 20;

/// Text under construction, up to a length. Its bytes are UTF-8 at all times: whole texts come in, and only whole texts go
/// out again.
#[derive(Debug, Default)]
pub(super) struct Body {
    bytes: Vec<u8>,
    /// How long the text may become: never less than it is, never more than the capacity of `bytes`.
    room: usize,
}

impl Body {
    /// An empty text in the memory of `buffer`, and without room.
    pub fn new(mut buffer: String) -> Self {
        buffer.clear();
        Body { bytes: buffer.into_bytes(), room: 0 }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there is room for `more` bytes.
    #[inline(always)]
    fn fits(&self, more: usize) -> bool {
        more <= self.room - self.bytes.len()
    }

    /// Makes room for `more` bytes where that leaves no more than `most`; whether there is.
    #[cold]
    #[inline(never)]
    pub fn make_room(&mut self, more: usize, most: usize) -> bool {
        if self.len().saturating_add(more) > most {
            return false;
        }
        self.bytes.reserve(more);
        self.bound(most);
        true
    }

    /// Leaves room for no more than `most` bytes. What is there already may be longer, until it is taken off.
    pub fn bound(&mut self, most: usize) {
        self.room = self.bytes.capacity().min(most).max(self.bytes.len());
    }

    /// Writes `text` behind what is there; whether there is room for it.
    #[inline(always)]
    pub fn push(&mut self, text: &str) -> bool {
        let bytes = text.as_bytes();
        if !self.fits(bytes.len()) {
            return false;
        }
        match bytes {
            [] => true,
            [a] => self.push_block([*a], 1),
            [a, b] => self.push_block([*a, *b], 2),
            [a, b, c] => self.push_block([*a, *b, *c], 3),
            [_, _, _, _, ..] => match bytes.len() {
                4..=8 => self.push_blocks::<4>(bytes),
                9..=16 => self.push_blocks::<8>(bytes),
                17..=32 => self.push_blocks::<16>(bytes),
                33..=64 => self.push_blocks::<32>(bytes),
                _ => self.push_long(text),
            },
        }
    }

    #[inline(never)]
    fn push_long(&mut self, text: &str) -> bool {
        self.bytes.extend_from_slice(text.as_bytes());
        true
    }

    /// Writes a text of the template behind what is there; whether there is room for it.
    #[inline(always)]
    pub fn push_text(&mut self, text: &Text) -> bool {
        match text.block() {
            Some(block) if self.fits(BLOCK) => self.push_block(*block, text.len()),
            _ => self.push(text.as_str()),
        }
    }

    /// Writes `text`, whose first and last `N` bytes are all of it, into room that is there.
    #[inline(always)]
    fn push_blocks<const N: usize>(&mut self, text: &[u8]) -> bool {
        let (start, end) = (self.bytes.len(), self.bytes.len() + text.len());
        let (Some(first), Some(last)) = (text.first_chunk::<N>(), text.last_chunk::<N>()) else {
            return false;
        };
        if text.len() > 2 * N || end > self.room {
            return false;
        }
        let to = self.bytes.as_mut_ptr();
        // SAFETY: `text` has at least `N` bytes, so both blocks lie between `start` and `end`, which is within the memory of
        // the vector, as `room` is; it has at most `2 * N`, so they leave no byte in between unwritten. `text` cannot lie in
        // that memory, which is borrowed mutably. What is written are the bytes of a whole text.
        unsafe {
            to.add(start).cast::<[u8; N]>().write_unaligned(*first);
            to.add(end - N).cast::<[u8; N]>().write_unaligned(*last);
            self.bytes.set_len(end);
        }
        true
    }

    /// Writes the digits of `number`; whether there is room for the longest ones.
    #[inline(always)]
    pub fn push_integer(&mut self, number: i64) -> bool {
        if !self.fits(LONGEST_INTEGER) {
            return false;
        }
        match number {
            // The lowest byte of the number is the digit.
            0..10 => self.push_block([b'0' | number.to_le_bytes()[0]], 1),
            10..100_000_000 => {
                let digits = digits(number.cast_unsigned());
                // The first digit is the lowest byte, so that leading zeros of the number are trailing zeros of these bits;
                // not all are zeros, as the number is not.
                let zeros = digits.trailing_zeros() / 8;
                let text = (digits | 0x3030_3030_3030_3030).wrapping_shr(8 * zeros);
                self.push_block(text.to_le_bytes(), 8_usize.wrapping_sub(zeros as usize))
            }
            _ => self.push(itoa::Buffer::new().format(number)),
        }
    }

    /// Writes the first `length` bytes of `block`, which are a text, where there is room for all of it.
    #[inline(always)]
    fn push_block<const N: usize>(&mut self, block: [u8; N], length: usize) -> bool {
        let start = self.bytes.len();
        if length > N || !self.fits(N) {
            return false;
        }
        // SAFETY: there is room for `N` bytes behind `start`, which is within the memory of the vector, and all of them are
        // written. The first `length` are ASCII or, in `push_text`, a whole text, as `Text` is made of one.
        unsafe {
            self.bytes.as_mut_ptr().add(start).cast::<[u8; N]>().write_unaligned(block);
            self.bytes.set_len(start + length);
        }
        true
    }

    /// The text from `start` on; nothing where no text begins at `start`.
    pub fn since(&self, start: usize) -> &str {
        self.as_str().get(start..).unwrap_or_default()
    }

    /// Drops the text from `length` on, where a text began.
    pub fn truncate(&mut self, length: usize) {
        if self.as_str().is_char_boundary(length) {
            self.bytes.truncate(length);
        }
    }

    fn as_str(&self) -> &str {
        // SAFETY: what adds bytes adds those of a whole `&str`, or ASCII digits, behind what is there; what takes bytes away
        // cuts between two characters.
        unsafe { std::str::from_utf8_unchecked(&self.bytes) }
    }

    /// The finished text.
    pub fn into_string(self) -> String {
        // SAFETY: as in `as_str`.
        unsafe { String::from_utf8_unchecked(self.bytes) }
    }
}

/// The eight digits of a number below 100,000,000, the first one in the lowest byte: two halves of four digits, four
/// quarters of two, eight digits are divided side by side. No product reaches the part above it, and nothing is taken from
/// less.
#[inline(always)]
fn digits(number: u64) -> u64 {
    let halves = (number / 10_000) | ((number % 10_000) << 32);
    let hundreds = (halves.wrapping_mul(10_486) >> 20) & 0x7f_0000_007f;
    let quarters = hundreds | (halves.wrapping_sub(hundreds.wrapping_mul(100)) << 16);
    let tens = (quarters.wrapping_mul(103) >> 10) & 0x000f_000f_000f_000f;
    tens | (quarters.wrapping_sub(tens.wrapping_mul(10)) << 8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Step {
        Text(String),
        TemplateText(String),
        Integer(i64),
        Cut(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            6 => "\\PC{0,70}".prop_map(Step::Text),
            6 => "\\PC{0,40}".prop_map(Step::TemplateText),
            2 => prop_oneof![any::<i64>(), -20_000..20_000i64].prop_map(Step::Integer),
            1 => (0..400usize).prop_map(Step::Cut),
        ]
    }

    fn write(body: &mut Body, most: usize, mut push: impl FnMut(&mut Body) -> bool) {
        assert!(push(body) || body.make_room(most, 1_000_000) && push(body));
    }

    proptest! {
        #[test]
        fn it_holds_what_a_string_would(steps in prop::collection::vec(step(), 0..60)) {
            let (mut body, mut string) = (Body::new("x".repeat(7)), String::new());
            for step in steps {
                match step {
                    Step::Text(text) => {
                        write(&mut body, text.len(), |body| body.push(&text));
                        string.push_str(&text);
                    }
                    Step::TemplateText(text) => {
                        let written = Text::new(&text, Span::default());
                        write(&mut body, text.len(), |body| body.push_text(&written));
                        string.push_str(&text);
                    }
                    Step::Integer(number) => {
                        write(&mut body, LONGEST_INTEGER, |body| body.push_integer(number));
                        string.push_str(&number.to_string());
                    }
                    Step::Cut(length) => {
                        body.truncate(length);
                        if string.is_char_boundary(length) {
                            string.truncate(length);
                        }
                    }
                }
                prop_assert_eq!(body.bytes.as_slice(), string.as_bytes());
            }
            prop_assert_eq!(body.into_string(), string);
        }
    }

    #[test]
    fn every_length_is_written_whole() {
        for length in 0..100 {
            let text: String = ('a'..='z').cycle().take(length).collect();
            let mut body = Body::new(String::new());
            assert!(body.make_room(7 + 2 * length + BLOCK, 1000));
            assert!(body.push("before ") && body.push(&text));
            assert!(body.push_text(&Text::new(&text, Span::default())));
            assert_eq!(body.since(7), text.repeat(2));
        }
    }

    #[test]
    fn nothing_is_written_beyond_the_room() {
        for length in 1..100 {
            let text = "x".repeat(length);
            let mut body = Body::new(String::with_capacity(200));
            body.bound(length - 1);
            assert!(!body.push(&text) && !body.push_text(&Text::new(&text, Span::default())));
            assert!(!body.make_room(length, length - 1) && body.make_room(length, length));
            assert!(body.push(&text) && !body.push("x") && !body.push_integer(1));
            assert_eq!(body.into_string(), text);
        }
    }
}
