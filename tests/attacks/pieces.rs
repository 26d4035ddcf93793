//! Texts of cases, written as pieces, so that a megabyte takes a line.

use serde::Deserialize;

/// A text, or pieces one after the other.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Pieces {
    /// One text.
    Text(String),
    /// Many pieces.
    Many(Vec<Piece>),
}

/// A piece of a text.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Piece {
    /// As it is.
    Text(String),
    /// The same again and again; `@#` in it is the number of the turn, from 0.
    Repeat(Repeat),
    /// Bytes that are no text, two digits each.
    Bytes(Bytes),
}

/// `{ repeat = "ab", times = 3 }`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repeat {
    repeat: Box<Pieces>,
    times: usize,
}

/// `{ bytes = "fffe" }`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bytes {
    bytes: String,
}

impl Default for Pieces {
    fn default() -> Self {
        Pieces::Text(String::new())
    }
}

impl Pieces {
    /// The bytes, with `row` in the place of every `@@`.
    pub fn build(&self, row: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(row, &mut out);
        out
    }

    fn write(&self, row: &[u8], out: &mut Vec<u8>) {
        match self {
            Pieces::Text(text) => write_text(text, row, out),
            Pieces::Many(pieces) => pieces.iter().for_each(|piece| piece.write(row, out)),
        }
    }
}

impl Piece {
    fn write(&self, row: &[u8], out: &mut Vec<u8>) {
        match self {
            Piece::Text(text) => write_text(text, row, out),
            Piece::Repeat(Repeat { repeat, times }) => {
                let turn = repeat.build(row);
                let numbered = turn.windows(2).any(|pair| pair == b"@#");
                for number in 0..*times {
                    match numbered {
                        true => out.extend(replace(&turn, b"@#", number.to_string().as_bytes())),
                        false => out.extend_from_slice(&turn),
                    }
                }
            }
            Piece::Bytes(Bytes { bytes }) => {
                let digits = bytes.as_bytes().chunks(2);
                out.extend(digits.map(|pair| {
                    let pair = std::str::from_utf8(pair).expect("digits");
                    u8::from_str_radix(pair, 16).expect("two digits a byte")
                }));
            }
        }
    }
}

fn write_text(text: &str, row: &[u8], out: &mut Vec<u8>) {
    match text.contains("@@") {
        true => out.extend(replace(text.as_bytes(), b"@@", row)),
        false => out.extend_from_slice(text.as_bytes()),
    }
}

fn replace(text: &[u8], mark: &[u8], by: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.windows(mark.len()).position(|part| part == mark) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(by);
        rest = &rest[at + mark.len()..];
    }
    out.extend_from_slice(rest);
    out
}
