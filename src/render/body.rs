//! Text that is written piece by piece, where the pieces are short.
//!
//! A body is thousands of pieces of a few bytes. Appending one to a `String` calls `memcpy` with a length that is only known
//! then; here pieces of up to 32 bytes are written as two blocks of fixed size that may overlap, which the compiler turns
//! into plain stores. That took a third off a render of small pieces. The price is that the bytes are no `String` until the
//! end, where checking them again would cost more than writing them did: hence the only `unsafe` of this crate.

#![allow(unsafe_code)]

/// Text under construction. Its bytes are UTF-8 at all times: whole texts come in, and only whole texts go out again.
#[derive(Debug, Default)]
pub(super) struct Body {
    bytes: Vec<u8>,
}

impl Body {
    /// An empty text in the memory of `buffer`.
    pub fn new(mut buffer: String) -> Self {
        buffer.clear();
        Body { bytes: buffer.into_bytes() }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    pub fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    pub fn reserve(&mut self, more: usize) {
        self.bytes.reserve(more);
    }

    /// Writes `text` behind what is there.
    #[inline(always)]
    pub fn push(&mut self, text: &str) {
        let bytes = text.as_bytes();
        if self.bytes.capacity() - self.bytes.len() < bytes.len() {
            self.bytes.reserve(bytes.len());
        }
        let length = bytes.len();
        match length {
            0 => {}
            1..4 => self.push_block([bytes[0], bytes[length / 2], bytes[length - 1]], length),
            4..=8 => self.push_blocks::<4>(bytes),
            9..=16 => self.push_blocks::<8>(bytes),
            17..=32 => self.push_blocks::<16>(bytes),
            _ => self.bytes.extend_from_slice(bytes),
        }
    }

    /// Writes `text`, whose first and last `N` bytes are all of it, into room that is there.
    #[inline(always)]
    fn push_blocks<const N: usize>(&mut self, text: &[u8]) {
        let (start, end) = (self.bytes.len(), self.bytes.len() + text.len());
        if let (Some(first), Some(last)) = (text.first_chunk::<N>(), text.last_chunk::<N>())
            && text.len() <= 2 * N
            && end <= self.bytes.capacity()
        {
            let to = self.bytes.as_mut_ptr();
            // SAFETY: `text` has at least `N` bytes, so both blocks lie between `start` and `end`, which is within the
            // memory of the vector; it has at most `2 * N`, so they leave no byte in between unwritten. `text` cannot
            // lie in that memory, which is borrowed mutably. What is written are the bytes of a whole text.
            unsafe {
                to.add(start).cast::<[u8; N]>().write_unaligned(*first);
                to.add(end - N).cast::<[u8; N]>().write_unaligned(*last);
                self.bytes.set_len(end);
            }
        }
    }

    /// Writes the digits of `number`.
    #[inline]
    pub fn push_integer(&mut self, number: i64) {
        let pair = |number: u32| PAIRS[number as usize % 100];
        match number {
            0..10 => self.push_block([b'0' + number as u8], 1),
            10..100_000_000 => {
                let number = number as u32;
                let (high, low) = (number / 10_000, number % 10_000);
                let ([a, b], [c, d]) = (pair(high / 100), pair(high));
                let ([e, f], [g, h]) = (pair(low / 100), pair(low));
                let length = number.ilog10() + 1;
                let digits = u64::from_be_bytes([a, b, c, d, e, f, g, h]) << (8 * (8 - length));
                self.push_block(digits.to_be_bytes(), length as usize);
            }
            _ => self.push(itoa::Buffer::new().format(number)),
        }
    }

    /// Writes the first `length` bytes of `block`, which are a text.
    #[inline(always)]
    fn push_block<const N: usize>(&mut self, block: [u8; N], length: usize) {
        let start = self.bytes.len();
        if self.bytes.capacity() - start < N {
            self.bytes.reserve(N);
        }
        if length <= N {
            // SAFETY: there is room for `N` bytes behind `start`, and all of them are written.
            unsafe {
                self.bytes.as_mut_ptr().add(start).cast::<[u8; N]>().write_unaligned(block);
                self.bytes.set_len(start + length);
            }
        }
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
        // SAFETY: what adds bytes adds those of a whole `&str`, or ASCII digits, behind what is there (a text of one to three
        // bytes is its first, middle and last byte); what takes bytes away cuts between two characters.
        unsafe { std::str::from_utf8_unchecked(&self.bytes) }
    }

    /// The finished text.
    pub fn into_string(self) -> String {
        // SAFETY: as in `as_str`.
        unsafe { String::from_utf8_unchecked(self.bytes) }
    }
}

/// The digits of 0 to 99, two each.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut number = 0;
    while number < 100 {
        pairs[number as usize] = [b'0' + number / 10, b'0' + number % 10];
        number += 1;
    }
    pairs
};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Step {
        Text(String),
        Integer(i64),
        Cut(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            6 => "\\PC{0,40}".prop_map(Step::Text),
            2 => prop_oneof![any::<i64>(), -20_000..20_000i64].prop_map(Step::Integer),
            1 => (0..400usize).prop_map(Step::Cut),
        ]
    }

    proptest! {
        #[test]
        fn it_holds_what_a_string_would(steps in prop::collection::vec(step(), 0..60)) {
            let (mut body, mut string) = (Body::new("x".repeat(7)), String::new());
            for step in steps {
                match step {
                    Step::Text(text) => {
                        body.push(&text);
                        string.push_str(&text);
                    }
                    Step::Integer(number) => {
                        body.push_integer(number);
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
            body.push("before ");
            body.push(&text);
            assert_eq!(body.since(7), text);
        }
    }
}
