//! Numbers and amounts of money as a locale writes them.
//!
//! Separators and grouping are those of the Unicode CLDR; so are places and signs of currencies, in short. The vendor
//! does not say which library it uses.

use super::currency::{
    CURRENCIES, FOREIGN, LANGUAGES, LOCALES, MINUS_INSIDE, Position, SIGNS, THOUSANDTHS, WHOLE,
};
use super::{Call, Filter, Parameter, entry, is_latest, number, text_of};
use crate::diagnostic::code;
use crate::dialect::DialectSet;
use crate::failure::Failure;
use crate::number::write_ecmascript;
use crate::value::Value;
use fixed_decimal::{Decimal, Sign, SignedRoundingMode, UnsignedRoundingMode};
use icu_decimal::DecimalFormatter;
use icu_locale_core::Locale;

const LOCALE: &[Parameter] = &[
    Parameter::optional("locale", "the language and country, such as `en-GB`; `en` if not given"),
    Parameter::IGNORED,
];

const CURRENCY: &[Parameter] = &[
    Parameter::optional("locale", "the language and country, such as `en-GB`; `en` if not given"),
    Parameter::optional(
        "currency",
        "the code of the currency, such as `EUR`; the country's own if not given",
    ),
    Parameter::IGNORED,
];

const FORMAT_NUMBER: Filter = entry(
    "format_number",
    LOCALE,
    "Writes a number with the separators of a locale.",
    ("{{ 10000 | format_number }}", "10,000"),
    format_number,
);

pub(super) static FILTERS: &[Filter] = &[
    FORMAT_NUMBER,
    Filter {
        name: "number_with_delimeter",
        description: "Writes a number with the separators of a locale; the old name of `format_number`.",
        example: "{{ 10000 | number_with_delimeter }}",
        dialects: DialectSet::CUSTOMERIO_LEGACY,
        ..FORMAT_NUMBER
    },
    entry(
        "currency",
        CURRENCY,
        "Writes an amount of money. The older engine knows only the locale.",
        (r#"{{ 1234567.896 | currency }} {{ 5 | currency: "en-GB" }}"#, "$1,234,567.90 £5.00"),
        |call| currency(call, false),
    ),
    entry(
        "rounded_currency",
        CURRENCY,
        "Writes an amount of money without a fraction. The older engine knows only the locale.",
        ("{{ 1234567.896 | rounded_currency }}", "$1,234,568"),
        |call| currency(call, true),
    ),
];

/// A locale that is known.
struct Known {
    locale: Locale,
    language: String,
    region: String,
    /// Whether the region was named.
    regional: bool,
    position: Position,
}

impl Known {
    fn find(name: &str) -> Option<Known> {
        let locale: Locale = match name.replace('_', "-").as_str() {
            "zh-YUE" | "zh-yue" => "yue",
            other => other,
        }
        .parse()
        .ok()?;
        let language = locale.id.language.as_str().to_owned();
        let mut entries = LANGUAGES.iter().flat_map(|(position, list)| {
            list.split(' ').filter_map(|entry| entry.split_once('-')).map(|entry| (*position, entry))
        });
        let (position, (_, most)) = entries.find(|(_, (known, _))| *known == language)?;
        let region = locale.id.region.map(|region| region.as_str().to_owned());
        let regional = region.is_some();
        let region = region.unwrap_or_else(|| most.to_owned());
        let tag = format!("{language}-{region}");
        let exception = LOCALES.iter().find(|(_, list)| list.split(' ').any(|known| known == tag));
        let position = exception.map_or(position, |(position, _)| *position);
        Some(Known { locale, language, region, regional, position })
    }

    /// The code of the currency that is used in the region.
    fn currency(&self) -> &'static str {
        let own =
            CURRENCIES.iter().find(|(.., regions)| regions.split(' ').any(|known| known == self.region));
        own.map_or("USD", |(code, ..)| code)
    }

    /// What stands for the currency called `code`.
    fn sign<'c>(&self, code: &'c str) -> &'c str
    where
        'static: 'c,
    {
        if code == self.currency() {
            return CURRENCIES.iter().find(|(known, ..)| *known == code).map_or(code, |(_, sign, _)| sign);
        }
        // English and Spanish around the world keep to signs that are no other country's.
        match (self.language.as_str(), code) {
            ("en", "USD") if self.regional => return "US$",
            ("en", "JPY") if self.regional => return "JP¥",
            ("es", "EUR") if self.regional && !matches!(self.region.as_str(), "ES" | "GQ") => return "EUR",
            _ => {}
        }
        let own = SIGNS.iter().find(|(language, _)| *language == self.language);
        own.and_then(|(_, signs)| in_pairs(signs, code)).or_else(|| in_pairs(FOREIGN, code)).unwrap_or(code)
    }

    /// The decimal as the locale writes it.
    fn format(&self, decimal: &Decimal) -> Result<String, Failure> {
        // Swiss German is written with the numbers of Switzerland, which the data has only for German.
        let swiss = icu_locale_core::locale!("de-CH");
        let locale = if self.language == "gsw" { &swiss } else { &self.locale };
        let formatter = DecimalFormatter::try_new(locale.into(), Default::default());
        Ok(formatter.map_err(|_| Failure::internal())?.format(decimal).to_string())
    }
}

/// The word behind `key` in a list of pairs.
fn in_pairs(list: &'static str, key: &str) -> Option<&'static str> {
    let mut words = list.split(' ');
    while let (Some(known), Some(word)) = (words.next(), words.next()) {
        if known == key {
            return Some(word);
        }
    }
    None
}

/// The locale of the first argument; English where it is unknown.
fn locale(call: &Call<'_, '_>) -> Result<Known, Failure> {
    let name = match call.argument(0).resolve(call.arena)? {
        Value::Nil => "en",
        other => text_of(call, other)?,
    };
    let name = if name.trim().is_empty() { "en" } else { name.trim() };
    if let Some(known) = Known::find(name) {
        return Ok(known);
    }
    call.doubt(
        &code::FILTER_WARNING,
        format!("there is no locale `{}`; English is used", name.chars().take(40).collect::<String>()),
        Some("write a language and a country, such as `en-GB`".to_owned()),
    );
    // English is in the table.
    Known::find("en").ok_or_else(Failure::internal)
}

/// The input as a decimal; `None`, and a doubt, where it is no number.
fn decimal(call: &Call<'_, '_>, name: &str) -> Result<Option<Decimal>, Failure> {
    let input = call.input.resolve(call.arena)?;
    let value = if input.is_nil() { f64::NAN } else { number(call, input)? };
    let mut text = String::new();
    write_ecmascript(value, &mut text);
    // The decimal has no use for the sign that JavaScript writes before an exponent.
    let decimal = Decimal::try_from_str(&text.replace("e+", "e")).ok().filter(|_| value.is_finite());
    if decimal.is_none() {
        call.doubt(
            &code::FILTER_WARNING,
            format!("`{name}` needs a number; the {} is unchanged", input.kind()),
            Some("use `default` before it where the value may be missing".to_owned()),
        );
    }
    Ok(decimal)
}

fn format_number<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let Some(decimal) = decimal(call, "format_number")? else { return Ok(call.input) };
    Ok(Value::String(call.arena.text(&locale(call)?.format(&decimal)?)?))
}

fn currency<'r>(call: &Call<'_, 'r>, rounded: bool) -> Result<Value<'r>, Failure> {
    let Some(mut amount) = decimal(call, "currency")? else { return Ok(call.input) };
    let known = locale(call)?;
    let code = match call.argument(1).resolve(call.arena)? {
        Value::Nil => None,
        _ if !is_latest(call) => None,
        other => Some(text_of(call, other)?.trim().to_uppercase()),
    };
    let code = code.as_deref().filter(|code| !code.is_empty()).unwrap_or(known.currency());
    if !CURRENCIES.iter().any(|(name, ..)| *name == code) {
        call.doubt(
            &code::FILTER_WARNING,
            format!("there is no currency `{}`", code.chars().take(40).collect::<String>()),
            Some("write a code of three letters, such as `EUR`".to_owned()),
        );
    }
    let has = |list: &str| list.split(' ').any(|listed| listed == code);
    // The power of ten of the last digit.
    let last = match rounded {
        true => 0,
        false if has(WHOLE) => 0,
        false if has(THOUSANDTHS) => -3,
        false => -2,
    };
    amount.round_with_mode(last, SignedRoundingMode::Unsigned(UnsignedRoundingMode::HalfExpand));
    amount.absolute.trim_end();
    amount.absolute.pad_end(last);
    let shown = known.format(&amount)?;
    amount.sign = Sign::None;
    let plain = known.format(&amount)?;
    let minus = shown.strip_suffix(&plain).unwrap_or_default();
    let sign = known.sign(code);
    let tag = format!("{}-{}", known.language, known.region);
    let inside = MINUS_INSIDE.iter().any(|listed| *listed == known.language || *listed == tag);
    // A sign of letters does not touch the digits.
    let gap = match known.position {
        Position::Prefix if sign.chars().next_back().is_some_and(char::is_alphabetic) => "\u{a0}",
        Position::Suffix if sign.chars().next().is_some_and(char::is_alphabetic) => "\u{a0}",
        Position::Prefix | Position::Suffix => "",
        Position::PrefixSpaced | Position::SuffixSpaced => "\u{a0}",
    };
    let text = match known.position {
        Position::Prefix | Position::PrefixSpaced if inside => {
            call.arena.concat(&[sign, gap, minus, &plain])?
        }
        Position::Prefix | Position::PrefixSpaced => call.arena.concat(&[minus, sign, gap, &plain])?,
        Position::Suffix | Position::SuffixSpaced => call.arena.concat(&[minus, &plain, gap, sign])?,
    };
    Ok(Value::String(text))
}
