//! The names at the root of the data that platforms without `${…}` fill.

/// One name that a platform fills.
#[derive(Debug, PartialEq, Eq)]
pub struct RootName {
    /// The name, as templates write it.
    pub name: &'static str,
    /// What it holds and where the platform offers it.
    pub description: &'static str,
    /// Whether the name tells the platform: templates of others seldom have a variable of that name.
    pub is_telling: bool,
}

const fn root(name: &'static str, description: &'static str) -> RootName {
    RootName { name, description, is_telling: false }
}

const fn telling(name: &'static str, description: &'static str) -> RootName {
    RootName { name, description, is_telling: true }
}

/// Customer.io's, of both its engines.
pub(super) static CUSTOMERIO: &[RootName] = &[
    telling("customer", "the person's attributes, everywhere"),
    telling("event", "the event's data, in workflows that an event starts"),
    root("event_name", "the event's name"),
    root("event_id", "the event's id"),
    root("event_timestamp", "when the event happened, in epoch seconds"),
    root(
        "trigger",
        "what started a broadcast, a transactional message or a workflow of an object or a webhook",
    ),
    telling("journey", "attributes that the workflow has set"),
    root("objects", "objects the person is related to, by the plural of their type, newest first"),
    telling("snippets", "texts of the workspace, rendered where they are printed"),
    root("campaign", "the campaign"),
    root("message", "the message"),
    root("delivery_id", "the id of this delivery"),
    root("layout", "the layout, in layouts"),
    root("content", "the message's content, in layouts"),
    root("editor", "the editor, in layouts"),
    root("response", "the reply to a webhook action, in its Response tab"),
];

/// CleverTap's.
pub(super) static CLEVERTAP: &[RootName] = &[
    telling("Profile", "the user's profile properties"),
    telling("Event", "the event's properties, in live-behaviour campaigns"),
];
