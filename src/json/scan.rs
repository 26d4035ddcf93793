//! Where the tokens of JSON end, by the rules of the [reader](super::read()), without making anything of them.
//!
//! What is wrong is never said here: who meets [`Trouble`] lets the reader say it.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use wide::u8x16;

/// The text is not JSON, or a limit is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Trouble;

/// How long numbers may be, and how deep collections.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Collections inside each other.
    pub depth: usize,
    /// Digits of a number.
    pub digits: usize,
}

/// A number in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// Where it ends.
    pub end: usize,
    /// Its digits without those of the exponent.
    pub digits: usize,
    /// Whether it has neither a fraction nor an exponent.
    pub integer: bool,
    /// Whether it has an exponent.
    pub exponent: bool,
}

/// A number of few digits, with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ShortNumber {
    /// Where it ends.
    pub end: usize,
    pub digits: usize,
    /// What its digits are without a point among them.
    pub value: i64,
    /// How many of them stand behind the point, if there is one.
    pub fraction: Option<usize>,
    pub is_negative: bool,
}

/// A number of more digits is not short: floats tell all others apart.
const SHORT: usize = 15;

/// A number without an exponent is a finite float up to so many digits.
const FINITE: usize = 300;

/// Collections inside each other that one walk follows.
const OPEN: usize = 64;

/// The next place from `at` on that holds no white space.
#[inline(always)]
pub(super) fn space(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(byte) if *byte > b' ' => at,
        _ => long_space_end(bytes, at),
    }
}

#[inline(never)]
fn long_space_end(bytes: &[u8], at: usize) -> usize {
    space_end(bytes, at)
}

/// The same, where white space is likely.
#[inline(always)]
pub(super) fn space_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<16>()) {
        let others = !white(*chunk) & 0xffff;
        if others != 0 {
            return at + others.trailing_zeros() as usize;
        }
        at += 16;
    }
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
    }
    at
}

/// A bit for each character of white space.
#[inline(always)]
fn white(chunk: [u8; 16]) -> u32 {
    let chunk = u8x16::new(chunk);
    let is = |byte: u8| chunk.simd_eq(u8x16::splat(byte));
    (is(b' ') | is(b'\n') | is(b'\r') | is(b'\t')).to_bitmask()
}

/// The first quote, backslash or control character from `at` on; the end of the text where there is none.
#[inline(always)]
pub(super) fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<16>()) {
        let found = special(*chunk);
        if found != 0 {
            return at + found.trailing_zeros() as usize;
        }
        at += 16;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(is_special).unwrap_or(rest.len())
}

fn is_special(byte: &u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0..0x20)
}

/// A bit for each quote, backslash and control character.
#[inline(always)]
fn special(chunk: [u8; 16]) -> u32 {
    let chunk = u8x16::new(chunk);
    // This makes the quote, 0x22, the next one after the control characters, and moves none of these beyond them.
    let moved = chunk ^ u8x16::splat(2);
    let quote_or_control = moved.min(u8x16::splat(0x20)).simd_eq(moved);
    let backslash = chunk.simd_eq(u8x16::splat(b'\\'));
    (quote_or_control | backslash).to_bitmask()
}

/// The same, for texts of very different lengths: up to 32 bytes are looked at without a branch, which would be guessed wrong
/// more often than the bytes behind the end cost.
#[inline(always)]
fn any_plain_end(bytes: &[u8], at: usize) -> usize {
    let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<32>()) else {
        return other_plain_end(bytes, at);
    };
    match special_of_two(chunk) {
        0 => other_plain_end(bytes, at + 32),
        found => at + found.trailing_zeros() as usize,
    }
}

/// A bit for each quote, backslash and control character.
#[inline(always)]
pub(super) fn special_of_two(chunk: &[u8; 32]) -> u32 {
    let (blocks, _) = chunk.as_chunks::<16>();
    let [first, second] = blocks else { return 0 };
    special(*first) | special(*second) << 16
}

#[inline(never)]
fn other_plain_end(bytes: &[u8], at: usize) -> usize {
    plain_end(bytes, at)
}

/// The closing quote of the string whose text begins at `start`, and whether it has escapes.
#[inline(always)]
pub(super) fn string(bytes: &[u8], start: usize) -> Result<(usize, bool), Trouble> {
    let end = any_plain_end(bytes, start);
    match bytes.get(end) {
        Some(b'"') => Ok((end, false)),
        _ => Ok((escaped_end(bytes, end)?, true)),
    }
}

/// The closing quote of the key whose text begins at `start`: most keys are short.
#[inline(always)]
fn key_end(bytes: &[u8], start: usize) -> Result<usize, Trouble> {
    let end = plain_end(bytes, start);
    match bytes.get(end) {
        Some(b'"') => Ok(end),
        _ => escaped_end(bytes, end),
    }
}

#[inline(never)]
fn escaped_end(bytes: &[u8], mut at: usize) -> Result<usize, Trouble> {
    loop {
        match bytes.get(at) {
            Some(b'"') => return Ok(at),
            Some(b'\\') => at = escape_end(bytes, at + 1)?,
            _ => return Err(Trouble),
        }
        at = plain_end(bytes, at);
    }
}

/// The end of the escape whose letter stands at `letter`.
pub(super) fn escape_end(bytes: &[u8], letter: usize) -> Result<usize, Trouble> {
    match bytes.get(letter) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(letter + 1),
        Some(b'u') => match hex(bytes, letter + 1)? {
            0xd800..0xdc00 if bytes.get(letter + 5..letter + 7) == Some(b"\\u") => {
                match hex(bytes, letter + 7)? {
                    0xdc00..0xe000 => Ok(letter + 11),
                    _ => Err(Trouble),
                }
            }
            0xd800..0xe000 => Err(Trouble),
            _ => Ok(letter + 5),
        },
        _ => Err(Trouble),
    }
}

fn hex(bytes: &[u8], at: usize) -> Result<u32, Trouble> {
    let digits = bytes.get(at..).and_then(|rest| rest.first_chunk::<4>()).ok_or(Trouble)?;
    digits
        .iter()
        .try_fold(0, |number, digit| Ok(number << 4 | char::from(*digit).to_digit(16).ok_or(Trouble)?))
}

/// The number that begins at `start`.
#[inline(always)]
pub(super) fn number(bytes: &[u8], start: usize) -> Result<Number, Trouble> {
    let whole = start + usize::from(bytes.get(start) == Some(&b'-'));
    let mut end = digits(bytes, whole)?;
    let mut count = end - whole;
    if count > 1 && bytes.get(whole) == Some(&b'0') {
        return Err(Trouble);
    }
    let (mut integer, mut exponent) = (true, false);
    if bytes.get(end) == Some(&b'.') {
        integer = false;
        let fraction = end + 1;
        end = digits(bytes, fraction)?;
        count += end - fraction;
    }
    if let Some(b'e' | b'E') = bytes.get(end) {
        (integer, exponent) = (false, true);
        end += 1;
        if let Some(b'+' | b'-') = bytes.get(end) {
            end += 1;
        }
        end = digits(bytes, end)?;
    }
    Ok(Number { end, digits: count, integer, exponent })
}

/// The number that begins at `start`, if it is short and has no exponent. Nothing where it is none.
#[inline(always)]
pub(super) fn short_number(bytes: &[u8], start: usize) -> Option<ShortNumber> {
    let is_negative = bytes.get(start) == Some(&b'-');
    let whole = start + usize::from(is_negative);
    let mut value = 0;
    let mut end = short_digits(bytes, whole, &mut value);
    let mut digits = end - whole;
    if digits == 0 || digits > 1 && bytes.get(whole) == Some(&b'0') {
        return None;
    }
    let mut fraction = None;
    if bytes.get(end) == Some(&b'.') {
        let point = end + 1;
        end = short_digits(bytes, point, &mut value);
        fraction = Some(end - point);
        digits += end - point;
        if end == point {
            return None;
        }
    }
    let ends = digits <= SHORT && !matches!(bytes.get(end), Some(b'0'..=b'9' | b'e' | b'E'));
    ends.then_some(ShortNumber { end, digits, value, fraction, is_negative })
}

/// The end of the digits from `at` on, of which no more than are short are looked at. The value goes on with them.
#[inline(always)]
fn short_digits(bytes: &[u8], at: usize, value: &mut i64) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let mut count = 0;
    for byte in rest.iter().take(SHORT) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        // Two stretches of so few digits are less than 10 to the 30: what goes beyond is not short.
        *value = value.wrapping_mul(10).wrapping_add(i64::from(digit));
        count += 1;
    }
    at + count
}

/// The end of the digits, of which there is at least one, from `at` on.
#[inline(always)]
fn digits(bytes: &[u8], start: usize) -> Result<usize, Trouble> {
    let mut at = start;
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<16>()) {
        let others = other_than_digits(*chunk);
        if others != 0 {
            at += others.trailing_zeros() as usize;
            return if at == start { Err(Trouble) } else { Ok(at) };
        }
        at += 16;
    }
    while let Some(b'0'..=b'9') = bytes.get(at) {
        at += 1;
    }
    if at == start { Err(Trouble) } else { Ok(at) }
}

/// A bit for each character that is no digit.
#[inline(always)]
fn other_than_digits(chunk: [u8; 16]) -> u32 {
    let values = u8x16::new(chunk) - u8x16::splat(b'0');
    !values.min(u8x16::splat(9)).simd_eq(values).to_bitmask() & 0xffff
}

/// The end of the word `true`, `false` or `null` that begins at `at`. What follows a word, such as a letter, is not looked at:
/// nothing but a bracket, a comma or white space may follow a value.
#[inline(always)]
pub(super) fn word(bytes: &[u8], at: usize) -> Result<usize, Trouble> {
    const TRUE: u32 = u32::from_le_bytes(*b"true");
    const NULL: u32 = u32::from_le_bytes(*b"null");
    const FALS: u32 = u32::from_le_bytes(*b"fals");
    let begin = bytes.get(at..).and_then(|rest| rest.first_chunk::<4>()).ok_or(Trouble)?;
    match u32::from_le_bytes(*begin) {
        TRUE | NULL => Ok(at + 4),
        FALS if bytes.get(at + 4) == Some(&b'e') => Ok(at + 5),
        _ => Err(Trouble),
    }
}

impl Bounds {
    /// Whether `number`, which begins at `start`, is in bounds.
    #[inline(always)]
    fn allow(&self, text: &str, start: usize, number: Number) -> Result<(), Trouble> {
        if number.digits > self.digits {
            return Err(Trouble);
        }
        if number.exponent || number.digits > FINITE {
            let digits = text.get(start..number.end).unwrap_or_default();
            let finite = number.integer || digits.parse().is_ok_and(f64::is_finite);
            return finite.then_some(()).ok_or(Trouble);
        }
        Ok(())
    }
}

/// The end of the number or word that begins at `at`.
#[inline(always)]
pub(super) fn scalar(text: &str, at: usize, bounds: Bounds) -> Result<usize, Trouble> {
    let bytes = text.as_bytes();
    match bytes.get(at) {
        Some(b'-' | b'0'..=b'9') => {
            if let Some(short) = short_number(bytes, at)
                && short.digits <= bounds.digits
            {
                return Ok(short.end);
            }
            let number = number(bytes, at)?;
            bounds.allow(text, at, number)?;
            Ok(number.end)
        }
        _ => word(bytes, at),
    }
}

/// The end of the value that begins at `at`, inside of `depth` collections.
#[inline(always)]
pub(super) fn value(text: &str, mut at: usize, depth: usize, bounds: Bounds) -> Result<usize, Trouble> {
    let bytes = text.as_bytes();
    let most = bounds.depth.saturating_sub(depth).min(OPEN);
    // A bit for each open collection, set for objects; the lowest is the innermost.
    let mut objects: u64 = 0;
    let mut open = 0;
    loop {
        match bytes.get(at) {
            Some(b'"') => at = string(bytes, at + 1)?.0 + 1,
            Some(bracket @ (b'{' | b'[')) => {
                if open >= most {
                    return Err(Trouble);
                }
                let object = *bracket == b'{';
                at = space(bytes, at + 1);
                let close = if object { b'}' } else { b']' };
                if bytes.get(at) == Some(&close) {
                    at += 1;
                } else {
                    objects = objects << 1 | u64::from(object);
                    open += 1;
                    if object {
                        at = key(bytes, at)?;
                    }
                    continue;
                }
            }
            _ => at = scalar(text, at, bounds)?,
        }
        loop {
            if open == 0 {
                return Ok(at);
            }
            at = space(bytes, at);
            let object = objects & 1 == 1;
            match bytes.get(at) {
                Some(b',') => {
                    at = space(bytes, at + 1);
                    if object {
                        at = key(bytes, at)?;
                    }
                    break;
                }
                Some(b'}') if object => {}
                Some(b']') if !object => {}
                _ => return Err(Trouble),
            }
            at += 1;
            open -= 1;
            objects >>= 1;
        }
    }
}

/// The start of the value behind the key that begins at `at`.
#[inline(always)]
fn key(bytes: &[u8], at: usize) -> Result<usize, Trouble> {
    if bytes.get(at) != Some(&b'"') {
        return Err(Trouble);
    }
    let colon = space(bytes, key_end(bytes, at + 1)? + 1);
    if bytes.get(colon) != Some(&b':') {
        return Err(Trouble);
    }
    Ok(space(bytes, colon + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_are_found_where_they_stand() {
        let mut rng = fastrand::Rng::with_seed(7);
        for _ in 0..100_000 {
            let mut chunk = [0; 16];
            // Bytes around those that are looked for, and any others.
            let near = [0x00, 0x1f, 0x20, 0x21, b'"', b'#', b'[', b'\\', b']', 0x7f, 0x80, 0xa2, 0xdc, 0xff];
            chunk.fill_with(|| if rng.u8(..6) == 0 { near[rng.usize(..near.len())] } else { rng.u8(0x20..) });
            let at = rng.usize(..=16);
            let end = chunk.iter().skip(at).position(is_special).map_or(16, |found| at + found);
            assert_eq!(plain_end(&chunk, at), end, "{chunk:?}");
            let mut long = [b'a'; 150];
            long.iter_mut().for_each(|byte| {
                if rng.u8(..60) == 0 {
                    *byte = near[rng.usize(..near.len())]
                }
            });
            let end = long.iter().skip(at).position(is_special).map_or(150, |found| at + found);
            assert_eq!(any_plain_end(&long, at), end, "{long:?}");
            let mut number = [b'0'; 40];
            number.fill_with(|| if rng.u8(..20) == 0 { rng.u8(..) } else { rng.u8(b'0'..=b'9') });
            let end = number.iter().skip(at).position(|byte| !byte.is_ascii_digit());
            let end = end.map_or(40, |found| at + found);
            assert_eq!(digits(&number, at).ok(), Some(end).filter(|end| *end > at), "{number:?}");
            chunk.fill_with(|| if rng.u8(..6) == 0 { rng.u8(..) } else { b"\t\n\r "[rng.usize(..4)] });
            let other = chunk.iter().skip(at).position(|byte| !b"\t\n\r ".contains(byte));
            assert_eq!(space(&chunk, at), other.map_or(16, |found| at + found), "{chunk:?}");
        }
    }

    #[test]
    fn values_end_where_they_end() {
        let bounds = Bounds { depth: 3, digits: 4 };
        for (text, end) in [
            ("null,", Some(4)),
            ("true", Some(4)),
            ("false]", Some(5)),
            ("fals", None),
            ("-0", Some(2)),
            ("-", None),
            ("01", None),
            ("0.", None),
            ("1e", None),
            ("1e+2}", Some(4)),
            ("1e400", None),
            ("12345", None),
            (r#""a\u00e9\ud83d\ude00\/" "#, Some(23)),
            (r#""\ud83d""#, None),
            (r#""\ude00""#, None),
            (r#""\ud83d\u0041""#, None),
            (r#""\x""#, None),
            (r#""a"#, None),
            ("[1 , {\"a\" : [ ] } ] x", Some(19)),
            ("[[[1]]]", Some(7)),
            ("[[[[1]]]]", None),
            ("[1,]", None),
            ("{\"a\":1,}", None),
            ("[}", None),
            ("", None),
        ] {
            assert_eq!(value(text, 0, 0, bounds).ok(), end, "{text}");
        }
    }
}
