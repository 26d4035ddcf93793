//! The table of the contracts in the program.

use super::rules::{self, Rules};

/// A contract in the program.
#[derive(Debug)]
#[non_exhaustive]
pub struct Name {
    /// What it is called.
    pub name: &'static str,
    /// What it is about, one line.
    pub about: &'static str,
    /// Its schema's file in the folder `contracts`.
    pub(super) file: &'static str,
    /// The schema.
    pub(super) schema: &'static str,
    /// The rules that the schema cannot say.
    pub(super) rules: Option<Rules>,
}

macro_rules! contracts {
    ($($name:literal $file:literal $rules:expr, $about:literal;)*) => {
        static ALL: &[Name] = &[$(Name {
            name: $name,
            about: $about,
            file: $file,
            schema: include_str!(concat!("../../contracts/", $file)),
            rules: $rules,
        }),*];
    };
}

contracts! {
    "amplitude" "amplitude.json" Some(rules::amplitude), "an event as Amplitude streams it";
    "clevertap" "clevertap.json" None, "the profiles of a CleverTap webhook campaign";
    "currents" "currents.json" Some(rules::currents), "a batch of Braze Currents' HTTP connector";
    "customerglu" "customerglu.json" None, "an event to CustomerGlu's server API";
    "customerglu-segment" "segment.json" Some(rules::customerglu_segment), "a Segment event as CustomerGlu takes it: one a request";
    "customerio-reporting" "customerio-reporting.json" None, "a report of Customer.io's reporting webhooks";
    "moengage" "moengage.json" Some(rules::moengage), "a batch of MoEngage Streams";
    "momentum" "momentum.json" Some(rules::momentum), "a batch of Momentum's event webhooks";
    "movable-ink" "movable-ink.json" Some(rules::movable_ink), "events to Movable Ink's Customer Data API";
    "segment" "segment.json" Some(rules::segment), "an event, or a batch of them, of Segment's webhooks";
    "sparkpost" "momentum.json" Some(rules::momentum), "a batch of SparkPost's event webhooks";
    "webengage" "webengage.json" Some(rules::webengage), "an event of WebEngage's webhooks";
}

/// The contracts in the program, in the order of the alphabet.
pub fn all() -> &'static [Name] {
    ALL
}

pub(super) fn find(name: &str) -> Option<&'static Name> {
    let plain = |name: &str| -> String {
        name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let wanted = plain(name);
    ALL.iter().find(|known| plain(known.name) == wanted)
}
