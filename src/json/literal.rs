//! Bytes that are looked for where they are expected.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use wide::u8x16;

/// A stretch of text, laid out so that comparing it with what stands at a place takes few steps.
#[derive(Clone, Debug)]
pub(super) struct Literal {
    /// The first 16 bytes.
    head: [u8; 16],
    /// Of more than 16 bytes the last 16.
    last: [u8; 16],
    /// A bit for each of the first 16 bytes that counts.
    mask: u32,
    length: u32,
    text: Box<[u8]>,
}

/// A bit for each byte that is the same.
#[inline(always)]
fn same(a: &[u8; 16], b: &[u8; 16]) -> u32 {
    u8x16::new(*a).simd_eq(u8x16::new(*b)).to_bitmask()
}

impl Literal {
    /// Of `text`, which is shorter than 4 GiB.
    pub fn new(text: &[u8]) -> Self {
        let mut head = [0; 16];
        head.iter_mut().zip(text).for_each(|(head, byte)| *head = *byte);
        let mask = (1 << text.len().min(16)) - 1;
        let last = text.last_chunk::<16>().copied().unwrap_or_default();
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        Literal { head, last, mask, length, text: text.into() }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.length as usize
    }

    pub fn bytes(&self) -> &[u8] {
        &self.text
    }

    /// Whether this is what stands at `at`.
    #[inline(always)]
    pub fn stands(&self, bytes: &[u8], at: usize) -> bool {
        bytes.get(at..).is_some_and(|rest| self.begins(rest))
    }

    /// Whether this is what `rest` begins with.
    #[inline(always)]
    pub fn begins(&self, rest: &[u8]) -> bool {
        let Some(chunk) = rest.first_chunk::<16>() else { return rest.starts_with(&self.text) };
        if !same(chunk, &self.head) & self.mask != 0 {
            return false;
        }
        match self.len() {
            ..=16 => true,
            length @ 17..=32 => {
                let chunk = rest.get(length - 16..).and_then(|rest| rest.first_chunk::<16>());
                chunk.is_some_and(|chunk| same(chunk, &self.last) == 0xffff)
            }
            _ => rest.starts_with(&self.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_stands_where_its_bytes_do() {
        let text: Vec<u8> = (0..80).collect();
        for length in 0..50 {
            let literal = Literal::new(&text[5..5 + length]);
            assert_eq!((literal.len(), literal.bytes()), (length, &text[5..5 + length]));
            assert!(literal.stands(&text, 5) && literal.stands(&text[..5 + length], 5), "{length}");
            assert!(length == 0 || !literal.stands(&text[..4 + length], 5), "{length}");
            for wrong in 0..length {
                let mut other = text.clone();
                other[5 + wrong] ^= 0x40;
                assert!(!literal.stands(&other, 5), "{length} {wrong}");
            }
        }
    }
}
