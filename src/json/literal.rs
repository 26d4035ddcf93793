//! Bytes that are looked for where they are expected.

/// A stretch of text, laid out so that comparing it with what stands at a place takes few steps.
#[derive(Clone, Debug)]
pub(super) struct Literal {
    /// The first 16 bytes, and which bits of them count.
    head: u128,
    mask: u128,
    /// Of 17 to 32 bytes the last 16, and where they begin.
    last: u128,
    rest: usize,
    text: Box<[u8]>,
}

impl Literal {
    pub fn new(text: &[u8]) -> Self {
        let mut head = [0; 16];
        let mut mask = [0; 16];
        for ((head, mask), byte) in head.iter_mut().zip(&mut mask).zip(text) {
            (*head, *mask) = (*byte, 0xff);
        }
        let (head, mask) = (u128::from_le_bytes(head), u128::from_le_bytes(mask));
        let last = text.last_chunk::<16>().map_or(0, |last| u128::from_le_bytes(*last));
        Literal { head, mask, last, rest: text.len().saturating_sub(16), text: text.into() }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.text.len()
    }

    pub fn bytes(&self) -> &[u8] {
        &self.text
    }

    /// Whether this is what stands at `at`.
    #[inline(always)]
    pub fn stands(&self, bytes: &[u8], at: usize) -> bool {
        let after = bytes.get(at..).unwrap_or_default();
        let Some(chunk) = after.first_chunk::<16>() else { return after.starts_with(&self.text) };
        if (u128::from_le_bytes(*chunk) ^ self.head) & self.mask != 0 {
            return false;
        }
        match self.rest {
            0 => true,
            rest @ 1..=16 => {
                let chunk = after.get(rest..).and_then(|rest| rest.first_chunk::<16>());
                chunk.is_some_and(|chunk| u128::from_le_bytes(*chunk) == self.last)
            }
            _ => after.starts_with(&self.text),
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
