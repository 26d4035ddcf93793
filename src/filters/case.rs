//! Upper case, lower case and capitals, character by character as Ruby maps them.
//!
//! The mapping is Unicode's full one (`ß` becomes `SS`) and looks at no neighbours: a final `Σ` becomes `σ`, not `ς`.

use super::pieces::part;
use crate::arena::{Arena, TextBuilder};
use crate::failure::Failure;

/// `text` in lower case.
pub(super) fn lower<'r>(text: &'r str, arena: &'r Arena) -> Result<&'r str, Failure> {
    if text.is_ascii() {
        return match any(text, u8::is_ascii_uppercase) {
            true => arena.changed(text, str::make_ascii_lowercase),
            false => Ok(text),
        };
    }
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
    if text.is_ascii() {
        return match any(text, u8::is_ascii_lowercase) {
            true => arena.changed(text, str::make_ascii_uppercase),
            false => Ok(text),
        };
    }
    let Some(start) = text.find(|c: char| !c.to_uppercase().eq([c])) else {
        return Ok(text);
    };
    let mut out = arena.builder_for(text.len())?;
    out.push(part(text, 0, start))?;
    push_mapped(part(text, start, text.len()), &mut out, char::to_uppercase)?;
    Ok(out.finish())
}

/// `text` with its first character in title case and all others in lower case.
pub(super) fn capital<'r>(text: &'r str, arena: &'r Arena) -> Result<&'r str, Failure> {
    let Some(first) = text.chars().next() else {
        return Ok(text);
    };
    let rest = part(text, first.len_utf8(), text.len());
    if text.is_ascii() {
        if !first.is_ascii_lowercase() && !any(rest, u8::is_ascii_uppercase) {
            return Ok(text);
        }
        return arena.changed(text, |text| {
            text.make_ascii_lowercase();
            if let Some(first) = text.get_mut(..1) {
                first.make_ascii_uppercase();
            }
        });
    }
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
    push_mapped(text, out, char::to_lowercase)
}

/// Whether a byte of the text is of the kind. All are looked at, which the processor does many at a time.
fn any(text: &str, is: impl Fn(&u8) -> bool) -> bool {
    text.bytes().fold(false, |any, byte| any | is(&byte))
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
