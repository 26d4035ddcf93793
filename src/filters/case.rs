//! Upper case, lower case and capitals, character by character as Ruby maps them.
//!
//! The mapping is Unicode's full one (`ß` becomes `SS`) and looks at no neighbours: a final `Σ` becomes `σ`, not `ς`.

use super::pieces::part;
use crate::arena::{Arena, TextBuilder};
use crate::failure::Failure;

/// Text is changed in chunks of so many bytes where it is ASCII.
const CHUNK: usize = 256;

/// `text` in lower case.
pub(super) fn lower<'r>(text: &'r str, arena: &'r Arena) -> Result<&'r str, Failure> {
    let Some(start) = text.find(|c: char| !c.to_lowercase().eq([c])) else {
        return Ok(text);
    };
    let mut out = arena.builder_for(text.len())?;
    out.push(part(text, 0, start))?;
    push_lower(part(text, start, text.len()), &mut out)?;
    Ok(out.finish())
}

/// `text` in upper case.
pub(super) fn upper<'r>(text: &'r str, arena: &'r Arena) -> Result<&'r str, Failure> {
    let Some(start) = text.find(|c: char| !c.to_uppercase().eq([c])) else {
        return Ok(text);
    };
    let mut out = arena.builder_for(text.len())?;
    out.push(part(text, 0, start))?;
    let rest = part(text, start, text.len());
    if rest.is_ascii() {
        push_ascii(rest, &mut out, <[u8]>::make_ascii_uppercase)?;
    } else {
        push_mapped(rest, &mut out, char::to_uppercase)?;
    }
    Ok(out.finish())
}

/// `text` with its first character in title case and all others in lower case.
pub(super) fn capital<'r>(text: &'r str, arena: &'r Arena) -> Result<&'r str, Failure> {
    let Some(first) = text.chars().next() else {
        return Ok(text);
    };
    let rest = part(text, first.len_utf8(), text.len());
    let mut title = String::new();
    push_title(first, &mut title);
    if title.chars().eq([first]) && rest.chars().all(|c| c.to_lowercase().eq([c])) {
        return Ok(text);
    }
    let mut out = arena.builder_for(text.len())?;
    out.push(&title)?;
    push_lower(rest, &mut out)?;
    Ok(out.finish())
}

fn push_lower(text: &str, out: &mut TextBuilder<'_>) -> Result<(), Failure> {
    if text.is_ascii() {
        push_ascii(text, out, <[u8]>::make_ascii_lowercase)
    } else {
        push_mapped(text, out, char::to_lowercase)
    }
}

fn push_ascii(text: &str, out: &mut TextBuilder<'_>, change: fn(&mut [u8])) -> Result<(), Failure> {
    let mut buffer = [0u8; CHUNK];
    for chunk in text.as_bytes().chunks(CHUNK) {
        // A chunk is never longer than the buffer.
        let changed = &mut buffer[..chunk.len()];
        changed.copy_from_slice(chunk);
        change(changed);
        out.push(std::str::from_utf8(changed).unwrap_or_default())?;
    }
    Ok(())
}

fn push_mapped<I>(text: &str, out: &mut TextBuilder<'_>, map: fn(char) -> I) -> Result<(), Failure>
where
    I: Iterator<Item = char>,
{
    text.chars().flat_map(map).try_for_each(|c| out.push_char(c))
}

/// Unicode's title case, which differs from upper case for digraphs, ligatures, Greek letters with a iota subscript, and
/// Georgian, whose capitals are only used for whole words.
fn push_title(character: char, out: &mut String) {
    match character {
        'Ǆ'..='ǆ' => out.push('ǅ'),
        'Ǉ'..='ǉ' => out.push('ǈ'),
        'Ǌ'..='ǌ' => out.push('ǋ'),
        'Ǳ'..='ǳ' => out.push('ǲ'),
        '\u{10d0}'..='\u{10ff}' => out.push(character),
        '\u{1c90}'..='\u{1cbf}' => out.extend(character.to_lowercase()),
        // The capital with a prosgegrammeni stands eight places behind each small letter.
        '\u{1f80}'..='\u{1faf}' => out.extend(char::from_u32(u32::from(character) | 8)),
        '\u{1fb3}' | '\u{1fbc}' => out.push('\u{1fbc}'),
        '\u{1fc3}' | '\u{1fcc}' => out.push('\u{1fcc}'),
        '\u{1ff3}' | '\u{1ffc}' => out.push('\u{1ffc}'),
        '\u{1fb2}' => out.push_str("\u{1fba}\u{345}"),
        '\u{1fb4}' => out.push_str("\u{386}\u{345}"),
        '\u{1fb7}' => out.push_str("\u{391}\u{342}\u{345}"),
        '\u{1fc2}' => out.push_str("\u{1fca}\u{345}"),
        '\u{1fc4}' => out.push_str("\u{389}\u{345}"),
        '\u{1fc7}' => out.push_str("\u{397}\u{342}\u{345}"),
        '\u{1ff2}' => out.push_str("\u{1ffa}\u{345}"),
        '\u{1ff4}' => out.push_str("\u{38f}\u{345}"),
        '\u{1ff7}' => out.push_str("\u{3a9}\u{342}\u{345}"),
        'ß' | 'և' | '\u{fb00}'..='\u{fb06}' | '\u{fb13}'..='\u{fb17}' => {
            let mut letters = character.to_uppercase();
            out.extend(letters.next());
            out.extend(letters.flat_map(char::to_lowercase));
        }
        _ => out.extend(character.to_uppercase()),
    }
}
