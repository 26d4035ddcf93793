//! Changes inputs the way templates, data and lines are built, where libFuzzer by itself changes bytes: puts whole tags,
//! filters, lookups and JSON values into them, doubles what is there, and takes it out. Inputs stay texts that people can read.

use carafe::filters;
use carafe::syntax::tags::TAGS;

/// What the texts of a target hold.
#[derive(Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "each target has its own")]
pub enum Kind {
    /// A template, and what stands behind a line `---` is data.
    Template,
    /// JSON.
    Json,
}

/// Changes the first `size` bytes of `data`, up to `most`; one time of three `other` does it.
pub fn mutate(
    data: &mut [u8],
    size: usize,
    most: usize,
    seed: u32,
    kind: Kind,
    other: fn(&mut [u8], usize, usize) -> usize,
) -> usize {
    let mut draw = Draw(u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let text = data.get(..size).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let Some(text) = text.filter(|_| draw.below(3) > 0) else { return other(data, size, most) };
    let mut text = text.to_owned();
    for _ in 0..1 + draw.below(3) {
        change(&mut text, kind, &mut draw);
    }
    let most = most.min(data.len());
    while text.len() > most {
        text.pop();
    }
    data[..text.len()].copy_from_slice(text.as_bytes());
    text.len()
}

/// Numbers that a seed gives.
struct Draw(u64);

impl Draw {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % count.max(1)
    }

    fn of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }
}

fn change(text: &mut String, kind: Kind, draw: &mut Draw) {
    let data = text.find("\n---\n").map_or(text.len(), |at| at + 5);
    let in_json = kind == Kind::Json || draw.below(4) == 0;
    let places = if in_json {
        joints(text, data.min(if kind == Kind::Json { 0 } else { data }), text.len(), JSON_JOINTS)
    } else {
        joints(text, 0, data, JOINTS)
    };
    let from = places[draw.below(places.len())];
    let near = (draw.below(4) + 1).min(places.len());
    let to = places.iter().copied().filter(|at| *at > from).nth(near - 1).unwrap_or(from);
    match draw.below(8) {
        0 => text.replace_range(from..to, ""),
        1 => {
            let piece = text[from..to].to_owned();
            let at = places[draw.below(places.len())];
            text.insert_str(at, &piece);
        }
        2 => {
            let piece = if in_json { json(draw, 2) } else { piece(text, from, draw) };
            text.replace_range(from..to, &piece);
        }
        _ => {
            let piece = if in_json { json(draw, 2) } else { piece(text, from, draw) };
            text.insert_str(from, &piece);
        }
    }
}

const JOINTS: &[&str] = &["{{", "}}", "{%", "%}", "|", " ", ":", ",", ".", "[", "]", "==", "\n"];
const JSON_JOINTS: &[&str] = &["{", "}", "[", "]", ",", ":", "\"", "\n"];

/// Places between the parts of a text.
fn joints(text: &str, from: usize, to: usize, parts: &[&str]) -> Vec<usize> {
    let inside = text.get(from..to).unwrap_or_default();
    let mut places = vec![from.min(text.len()), to.min(text.len())];
    for part in parts {
        for (at, _) in inside.match_indices(part) {
            places.push(from + at);
            places.push(from + at + part.len());
        }
    }
    places.retain(|at| text.is_char_boundary(*at));
    places.sort_unstable();
    places.dedup();
    places
}

/// Something that fits at `at`: inside markup a filter or lookup, outside of it a tag or output.
fn piece(text: &str, at: usize, draw: &mut Draw) -> String {
    let before = &text[..at];
    let open = before.rfind("{{").max(before.rfind("{%"));
    let closed = before.rfind("}}").max(before.rfind("%}"));
    if open.is_some_and(|open| closed.is_none_or(|closed| closed < open)) {
        return match draw.below(6) {
            0 => format!(" {} ", value(draw, 2)),
            1 => format!(" | {}", call(draw)),
            2 => segment(draw),
            3 => format!(
                " {} {}",
                draw.of(&["and", "or", "==", "!=", "<", ">=", "contains", "<>", "not"]),
                value(draw, 1)
            ),
            4 => format!(" {}: {}", draw.of(&["limit", "offset", "cols", "a", "reversed"]), value(draw, 1)),
            _ => format!(", {}", value(draw, 1)),
        };
    }
    node(draw, 2)
}

fn name<'t>(draw: &mut Draw) -> &'t str {
    draw.of(&[
        "a",
        "b",
        "c",
        "x",
        "i",
        "items",
        "n",
        "first_name",
        "forloop",
        "customer",
        "trigger",
        "vars",
        "é",
    ])
}

fn segment(draw: &mut Draw) -> String {
    match draw.below(5) {
        0 => format!("[{}]", value(draw, 1)),
        1 => draw.of(&[".size", ".first", ".last", ".length", ".parentloop", ".index"]).to_owned(),
        2 => format!(".${{{}}}", name(draw)),
        _ => format!(".{}", name(draw)),
    }
}

fn value(draw: &mut Draw, depth: usize) -> String {
    match draw.below(if depth == 0 { 5 } else { 9 }) {
        0 => draw.of(&["nil", "true", "false", "blank", "empty", "now", "offset:continue"]).to_owned(),
        1 => draw
            .of(&[
                "0",
                "1",
                "-1",
                "2",
                "10",
                "1.5",
                "-0.0",
                "1e3",
                "99999999999999999999",
                "0.1",
                "007",
                "1..3",
            ])
            .to_owned(),
        2 => draw
            .of(&[
                "'a'",
                "\"it's\"",
                "'%Y-%m-%d'",
                "''",
                "'{\"a\":[1]}'",
                "'a,b,c'",
                "'x\\ny'",
                "'漢é'",
                "'2024-02-29'",
            ])
            .to_owned(),
        3 | 4 => name(draw).to_owned(),
        5 => format!("({}..{})", value(draw, depth - 1), value(draw, depth - 1)),
        6 => format!("{}${{{}}}", draw.of(&["", "event_properties.", "custom_attribute."]), name(draw)),
        _ => format!("{}{}", name(draw), segment(draw)),
    }
}

fn call(draw: &mut Draw) -> String {
    let all: Vec<_> = filters::all().collect();
    let filter = all[draw.below(all.len())];
    let arguments: Vec<String> =
        (0..draw.below(filter.parameters.len().min(4) + 2)).map(|_| value(draw, 1)).collect();
    match arguments.is_empty() {
        true => filter.name.to_owned(),
        false => format!("{}: {}", filter.name, arguments.join(", ")),
    }
}

fn chain(draw: &mut Draw) -> String {
    let mut text = value(draw, 2);
    for _ in 0..draw.below(4) {
        text.push_str(&format!(" | {}", call(draw)));
    }
    text
}

fn condition(draw: &mut Draw) -> String {
    let mut text = value(draw, 2);
    for _ in 0..draw.below(3) {
        let word = draw.of(&["and", "or", "==", "!=", "<", ">", "<=", ">=", "contains"]);
        text.push_str(&format!(" {word} {}", value(draw, 1)));
    }
    text
}

/// A tag or output, with white-space control now and then.
fn node(draw: &mut Draw, depth: usize) -> String {
    let (open, close) = if draw.below(6) == 0 { ("-", "-") } else { ("", "") };
    let tag = |markup: String| format!("{{%{open} {markup} {close}%}}");
    let inner = |draw: &mut Draw| {
        if depth == 0 {
            draw.of(&["", "x", " ", "\n", "\"", ",", "{", "漢"]).to_owned()
        } else {
            node(draw, depth - 1)
        }
    };
    match draw.below(18) {
        0 => {
            draw.of(&["text", " ", "\n", "\"", "\\", "{", "}", "[", "{\"a\": ", ",", "<b>&", "é"]).to_owned()
        }
        1 => tag(format!("assign {} = {}", name(draw), chain(draw))),
        2 => tag(format!("capture {}", name(draw))) + &inner(draw) + &tag("endcapture".to_owned()),
        3 => {
            tag(format!("if {}", condition(draw)))
                + &inner(draw)
                + &tag("else".to_owned())
                + &inner(draw)
                + "{% endif %}"
        }
        4 => {
            tag(format!("unless {}", condition(draw)))
                + &inner(draw)
                + &tag(format!("elsif {}", condition(draw)))
                + "{% endunless %}"
        }
        5 => format!(
            "{}{}{}{{% else %}}{}{{% endcase %}}",
            tag(format!("case {}", value(draw, 1))),
            tag(format!("when {}, {}", value(draw, 1), value(draw, 0))),
            inner(draw),
            inner(draw)
        ),
        6 | 7 => {
            let options =
                draw.of(&["", " reversed", " limit:2", " offset:1", " offset:continue", " limit:n offset:1"]);
            tag(format!("for {} in {}{options}", name(draw), value(draw, 2)))
                + &inner(draw)
                + draw.of(&["", "{% break %}", "{{ forloop.index }}", "{% continue %}", "{% else %}"])
                + &tag("endfor".to_owned())
        }
        8 => {
            tag(format!("tablerow {} in {} cols:{}", name(draw), value(draw, 2), value(draw, 0)))
                + &inner(draw)
                + "{% endtablerow %}"
        }
        9 => tag(format!("cycle {}, {}", value(draw, 0), value(draw, 0))),
        10 => tag(format!("{} {}", draw.of(&["increment", "decrement"]), name(draw))),
        11 => format!(
            "{{% {} '{}' {} %}}",
            draw.of(&["render", "include"]),
            draw.of(&["a", "b", "c"]),
            draw.of(&["", "with a", "for items as i", ", x: 1", "for (1..3)"])
        ),
        12 => format!(
            "{{% liquid\n{}\necho {} %}}",
            draw.of(&["assign x = 1", "if a\nendif", "for i in a\nendfor", "break"]),
            chain(draw)
        ),
        13 => draw
            .of(&[
                "{% comment %}{% if %}{% endcomment %}",
                "{% raw %}{{ a }}{% endraw %}",
                "{%# note %}",
                "{% ifchanged %}{{ i }}{% endifchanged %}",
                "{%- -%}",
                "{{- -}}",
            ])
            .to_owned(),
        14 => TAGS[draw.below(TAGS.len())].example.to_owned(),
        15 => {
            let all: Vec<_> = filters::all().collect();
            all[draw.below(all.len())].example.to_owned()
        }
        _ => format!("{{{{{open} {} {close}}}}}", chain(draw)),
    }
}

fn json(draw: &mut Draw, depth: usize) -> String {
    match draw.below(if depth == 0 { 6 } else { 10 }) {
        0 => draw
            .of(&[
                "null",
                "true",
                "false",
                "0",
                "-0",
                "-1",
                "1.50",
                "1e3",
                "1E-400",
                "9223372036854775808",
                "12345678901234567890123",
            ])
            .to_owned(),
        1 => draw
            .of(&[
                "\"a\"",
                "\"\\u00e9\\\"\"",
                "\"\\ud83d\\ude00\"",
                "\"漢\"",
                "\"2024-02-29T12:00:00Z\"",
                "\"12.50\"",
                "\"x\\\",\\\"admin\\\":true\"",
                "\"\"",
            ])
            .to_owned(),
        2 => draw
            .of(&[
                ",", ":", "[", "]", "{", "}", "\"", "\\", " ", "\n", "\u{feff}", "//x\n", "'", "\\u",
                "\\ud800", ".", "e", "-", "+",
            ])
            .to_owned(),
        3 => format!("\"{}\": {},", name(draw), json(draw, depth.saturating_sub(1))),
        4 => format!(", \"{}\": {}", name(draw), json(draw, depth.saturating_sub(1))),
        5 => format!(", {}", draw.of(&["1", "null", "\"b\"", "[]", "{}"])),
        6 | 7 => format!("[{}, {}]", json(draw, depth - 1), json(draw, depth - 1)),
        8 => format!("{{\"$time\": \"2021-06-03T17:13:4{}Z\"}}", draw.below(10)),
        _ => format!(
            "{{\"{}\": {}, \"{}\": {}}}",
            name(draw),
            json(draw, depth - 1),
            name(draw),
            json(draw, depth - 1)
        ),
    }
}
