//! The namespaces of Braze's attributes and the names of its standard profile attributes.

/// One namespace: what stands before `${…}`, and before the name in a data file.
#[derive(Debug, PartialEq, Eq)]
pub struct Namespace {
    /// The word before `.${`.
    pub name: &'static str,
    /// What it holds and where Braze offers it.
    pub description: &'static str,
}

const fn namespace(name: &'static str, description: &'static str) -> Namespace {
    Namespace { name, description }
}

/// Every namespace of Braze's attributes.
pub static NAMESPACES: &[Namespace] = &[
    namespace("custom_attribute", "a user's custom attributes"),
    namespace("event_properties", "properties of the event or purchase that triggers the message"),
    namespace("api_trigger_properties", "properties of the API call that triggers the campaign"),
    namespace("context", "entry properties and context variables of a Canvas"),
    namespace("canvas_entry_properties", "entry properties of a Canvas, under their older name"),
    namespace("subscribed_state", "subscription states, by subscription group id or `email_global`"),
    namespace("most_recently_used_device", "the device the user used last"),
    namespace("targeted_device", "the device the message goes to"),
    namespace("app", "the app, in in-app messages"),
    namespace("campaign", "the campaign"),
    namespace("canvas", "the Canvas"),
    namespace("card", "the Content Card"),
    namespace("sms", "the inbound SMS"),
    namespace("whats_app", "the inbound WhatsApp message"),
    namespace("content_blocks", "content blocks, by name"),
];

/// The standard profile attributes, read as `${name}`.
pub static PROFILE_ATTRIBUTES: &[&str] = &[
    "city",
    "country",
    "first_name",
    "last_name",
    "date_of_birth",
    "email_address",
    "phone_number",
    "gender",
    "language",
    "most_recent_locale",
    "last_used_app_date",
    "most_recent_app_version",
    "most_recent_location",
    "time_zone",
    "user_id",
    "braze_id",
    "random_bucket_number",
    "set_user_to_unsubscribed_url",
    "set_user_to_subscribed_url",
    "set_user_to_opted_in_url",
    "set_user_to_one_click_list_unsubscribe",
    "unsubscribe_url",
    "twitter_handle",
];
