//! The template of the workload `webhook` as a careful person would write it in Rust, with the white space left out.
//!
//! Once from `serde_json::Value`, every key looked up by name, and once from structs that borrow what needs no unescaping.

use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;

/// Writes the body of one row.
pub fn from_value(row: &Value, out: &mut Vec<u8>) {
    let (user, event) = (&row["user"], &row["event"]);
    let properties = &event["properties"];
    let category = &properties["categories"][0];
    match &user["external_id"] {
        Value::Null | Value::Bool(false) => {
            put(out, "{\"anonymous_id\":\"");
            put_value(out, &user["email_md5"]);
        }
        id => {
            put(out, "{\"user_id\":\"");
            put_value(out, id);
        }
    }
    put(out, "\",\"event\":\"product_viewed\",\"properties\":{\"categories\":[{\"id\":\"");
    put_value(out, &category["id"]);
    put(out, "\",\"url\":\"");
    put_value(out, &category["url"]);
    put(out, "\"}],\"meta\":{\"color\":\"");
    put_value(out, &properties["meta"]["color"]);
    put(out, "\"},\"title\":\"");
    put_value(out, &properties["title"]);
    put(out, "\",\"price\":");
    put_value(out, &properties["price"]);
    put(out, ",\"id\":\"");
    put_value(out, &properties["id"]);
    put(out, "\",\"url\":\"");
    put_value(out, &properties["url"]);
    put(out, "\"},\"timestamp\":");
    put_value(out, &event["timestamp"]);
    put(out, ",\"timezone\":\"");
    put_value(out, &user["time_zone"]);
    put(out, "\",\"email\":\"");
    put_lowercase(out, user["email"].as_str().unwrap_or_default());
    put(out, "\",\"language\":\"");
    put(out, user["language"].as_str().filter(|language| !language.is_empty()).unwrap_or("en"));
    put(out, "\",\"type\":\"track\"}");
}

/// What the template reads of a row.
#[derive(Deserialize)]
pub struct Row<'t> {
    #[serde(borrow)]
    user: User<'t>,
    event: Event<'t>,
}

#[derive(Deserialize)]
struct User<'t> {
    #[serde(borrow)]
    external_id: Option<Cow<'t, str>>,
    #[serde(borrow, default)]
    email_md5: Cow<'t, str>,
    #[serde(borrow, default)]
    email: Cow<'t, str>,
    #[serde(borrow)]
    language: Option<Cow<'t, str>>,
    #[serde(borrow, default)]
    time_zone: Cow<'t, str>,
}

#[derive(Deserialize)]
struct Event<'t> {
    timestamp: i64,
    #[serde(borrow)]
    properties: Properties<'t>,
}

#[derive(Deserialize)]
struct Properties<'t> {
    #[serde(borrow, default)]
    categories: Vec<Category<'t>>,
    #[serde(borrow)]
    meta: Meta<'t>,
    #[serde(borrow, default)]
    title: Cow<'t, str>,
    price: f64,
    #[serde(borrow, default)]
    id: Cow<'t, str>,
    #[serde(borrow, default)]
    url: Cow<'t, str>,
}

#[derive(Deserialize)]
struct Category<'t> {
    #[serde(borrow, default)]
    id: Cow<'t, str>,
    #[serde(borrow, default)]
    url: Cow<'t, str>,
}

#[derive(Deserialize)]
struct Meta<'t> {
    #[serde(borrow, default)]
    color: Cow<'t, str>,
}

/// Writes the body of one row.
pub fn from_structs(row: &Row<'_>, out: &mut Vec<u8>) {
    let (user, event) = (&row.user, &row.event);
    let properties = &event.properties;
    let category = properties.categories.first();
    let (id, url) = category.map_or(("", ""), |category| (&*category.id, &*category.url));
    match &user.external_id {
        None => {
            put(out, "{\"anonymous_id\":\"");
            put(out, &user.email_md5);
        }
        Some(id) => {
            put(out, "{\"user_id\":\"");
            put(out, id);
        }
    }
    put(out, "\",\"event\":\"product_viewed\",\"properties\":{\"categories\":[{\"id\":\"");
    put(out, id);
    put(out, "\",\"url\":\"");
    put(out, url);
    put(out, "\"}],\"meta\":{\"color\":\"");
    put(out, &properties.meta.color);
    put(out, "\"},\"title\":\"");
    put(out, &properties.title);
    put(out, "\",\"price\":");
    put_float(out, properties.price);
    put(out, ",\"id\":\"");
    put(out, &properties.id);
    put(out, "\",\"url\":\"");
    put(out, &properties.url);
    put(out, "\"},\"timestamp\":");
    put(out, itoa::Buffer::new().format(event.timestamp));
    put(out, ",\"timezone\":\"");
    put(out, &user.time_zone);
    put(out, "\",\"email\":\"");
    put_lowercase(out, &user.email);
    put(out, "\",\"language\":\"");
    put(out, user.language.as_deref().filter(|language| !language.is_empty()).unwrap_or("en"));
    put(out, "\",\"type\":\"track\"}");
}

fn put(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

fn put_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::String(text) => put(out, text),
        Value::Number(number) => match number.as_i64() {
            Some(number) => put(out, itoa::Buffer::new().format(number)),
            None => put_float(out, number.as_f64().unwrap_or_default()),
        },
        Value::Bool(yes) => put(out, if *yes { "true" } else { "false" }),
        Value::Null | Value::Array(_) | Value::Object(_) => {}
    }
}

/// As serde_json prints it, which is with the fastest printer there is.
fn put_float(out: &mut Vec<u8>, number: f64) {
    serde_json::to_writer(out, &number).expect("memory can be written to");
}

fn put_lowercase(out: &mut Vec<u8>, text: &str) {
    if text.is_ascii() {
        out.extend(text.bytes().map(|byte| byte.to_ascii_lowercase()));
    } else {
        put(out, &text.to_lowercase());
    }
}
