use super::{Inputs, StandIn};
use crate::dialect::{BRAZE, CLEVERTAP, CUSTOMERIO, Dialect, LIQUID};
use crate::{Arena, Limits, Source, json};
use std::sync::Arc;

#[derive(Default)]
struct Given<'a> {
    data: &'a str,
    profile: &'a str,
    event: &'a str,
    number: Option<usize>,
    defines: &'a [&'a str],
}

/// The root as JSON and the findings with their notes and help, one a line; only findings if there are errors.
fn put_together(dialect: &'static Dialect, given: &Given<'_>) -> (String, Vec<String>) {
    let source = |name: &str, text: &str| Arc::new(Source::new(name, text));
    let mut inputs = Inputs::new(dialect);
    if !given.data.is_empty() {
        inputs = inputs.data(source("data.json", given.data));
    }
    if !given.profile.is_empty() {
        inputs = inputs.profile(source("profile.json", given.profile));
    }
    if !given.event.is_empty() {
        inputs = inputs.event(source("event.json", given.event), given.number);
    }
    for define in given.defines {
        inputs = inputs.define(*define);
    }
    let arena = Arena::new(&Limits { data_bytes: 4096, ..Limits::default() });
    let (root, findings) = match inputs.read(&arena) {
        Ok(root) => {
            let mut text = arena.builder();
            json::write(root.value, &arena, &mut text).expect("in limits");
            (text.finish().to_owned(), root.warnings)
        }
        Err(findings) => (String::new(), findings),
    };
    let findings = findings.iter().map(|finding| {
        let more = finding.notes.iter().chain(&finding.help).map(|line| format!(" | {line}"));
        format!("{finding}{}", more.collect::<String>())
    });
    (root, findings.collect())
}

#[track_caller]
fn gives(given: &Given<'_>, root: &str) {
    assert_eq!(put_together(&BRAZE, given), (root.to_owned(), Vec::new()));
}

#[track_caller]
fn fails(given: &Given<'_>, finding: &str) {
    assert_eq!(put_together(&BRAZE, given), (String::new(), vec![finding.to_owned()]));
}

#[track_caller]
fn warns(given: &Given<'_>, root: &str, findings: &[&str]) {
    let findings = findings.iter().map(|finding| (*finding).to_owned()).collect();
    assert_eq!(put_together(&BRAZE, given), (root.to_owned(), findings));
}

fn data(data: &str) -> Given<'_> {
    Given { data, ..Given::default() }
}

fn profile(profile: &str) -> Given<'_> {
    Given { profile, ..Given::default() }
}

fn event(event: &str) -> Given<'_> {
    Given { event, ..Given::default() }
}

fn defines<'a>(data: &'a str, defines: &'a [&'a str]) -> Given<'a> {
    Given { data, defines, ..Given::default() }
}

#[test]
fn nothing_is_an_empty_object() {
    gives(&Given::default(), "{}");
}

#[test]
fn a_data_file_is_an_object_of_namespaces() {
    gives(
        &data("{\"vars\":{\"x\":1},\"context\":{\"b\":1,\"a\":2,\"b\":3},\"catalogs\":{},\"sms\":null}"),
        r#"{"vars":{"x":1},"context":{"b":3,"a":2},"catalogs":{}}"#,
    );
    gives(
        &data(r#"{"custom_attribute":{"t":{"$time":"2021-06-03T17:13:41Z"}},"connected_content":[]}"#),
        r#"{"custom_attribute":{"t":"2021-06-03 17:13:41 UTC"},"connected_content":[]}"#,
    );
    warns(
        &data("{\n  \"custom_atribute\": {},\n  \"profile\": {\"first_nam\": \"A\"},\n  \"zzzzzz\": 1\n}"),
        r#"{"profile":{"first_nam":"A"}}"#,
        &[
            "data.json:2:3: warning[data/unknown-key]: `custom_atribute` is no namespace, and no template can read it | did you mean `custom_attribute`?",
            "data.json:4:3: warning[data/unknown-key]: `zzzzzz` is no namespace, and no template can read it",
            "data.json:3:15: warning[data/unknown-key]: `first_nam` is no profile attribute of Braze | did you mean `first_name`?",
        ],
    );
    fails(
        &data(" [1]"),
        "data.json:1:2: error[data/wrong-shape]: the document must be an object whose keys are namespaces, such as {\"custom_attribute\": {…}}, found an array",
    );
    fails(
        &data("{\"context\":\n 5}"),
        "data.json:2:2: error[data/wrong-shape]: `context` must be an object, found a number",
    );
    fails(
        &data("{\"context\": {},}"),
        "data.json:1:15: error[data/invalid-json]: a trailing comma before `}` | remove the comma",
    );
    fails(
        &data(&" ".repeat(4097)),
        "data.json:1:1: error[limit/data-bytes]: the data is larger than 4096 bytes | if it is right that way, allow more with `--limit data-bytes=NUMBER`, in Rust with `Limits::data_bytes`",
    );
}

#[test]
fn many_unknown_keys_are_counted() {
    let keys: Vec<String> = (0..30).map(|at| format!("\"{at}\":0")).collect();
    let (_, findings) = put_together(&BRAZE, &data(&format!("{{{}}}", keys.join(","))));
    assert_eq!(findings.len(), 20);
    assert!(findings[19].ends_with(" | 10 more keys of this object are unknown"), "{}", findings[19]);
}

#[test]
fn a_profile_is_an_export_or_flat() {
    let export = r#"{
        "external_id": "7", "email": "a@b.c", "phone": "+49", "dob": "1980-12-21", "home_city": "Ulm",
        "random_bucket": 3501, "last_coordinates": [13.4, 52.5], "country": "DE", "devices": [{}], "apps": [],
        "custom_attributes": {"plan": "gold"}, "created_at": "2020-07-10 15:00:00.000 UTC"
    }"#;
    let root = r#"{"profile":{"user_id":"7","email_address":"a@b.c","phone_number":"+49","date_of_birth":"1980-12-21","city":"Ulm","random_bucket_number":3501,"most_recent_location":{"latitude":52.5,"longitude":13.4},"country":"DE"},"custom_attribute":{"plan":"gold"}}"#;
    gives(&profile(export), root);
    gives(&profile(&format!(r#"{{"users":[{export}],"message":"success"}}"#)), root);
    gives(
        &profile(r#"{"first_name":"Ada","custom_attribute":{"a":1}}"#),
        r#"{"profile":{"first_name":"Ada"},"custom_attribute":{"a":1}}"#,
    );
    warns(
        &profile(r#"{"users": [{"firstname": "Ada"}]}"#),
        "{}",
        &[
            "profile.json:1:13: warning[data/unknown-key]: `firstname` is no profile attribute of Braze | did you mean `first_name`?",
        ],
    );
    for (text, finding) in [
        (
            "5",
            "1:1: error[data/wrong-shape]: the document must be an object with the attributes of one user, found a number",
        ),
        (
            r#"{"users": {}}"#,
            "1:11: error[data/wrong-shape]: `users` must be an array of one user, found an object",
        ),
        (r#"{"users": []}"#, "1:2: error[data/wrong-shape]: `users` holds no user"),
        (r#"{"users": [null]}"#, "1:12: error[data/wrong-shape]: `users[0]` must be an object, found null"),
        (
            r#"{"users": [{"external_id": "7"}, {"email": "a@b.c"}, {}]}"#,
            "1:2: error[data/wrong-shape]: `users` holds 3 users, and a render is for one | 1: 7 | 2: a@b.c | 3: without an id | keep the one that is meant",
        ),
        (
            r#"{"users": [{"custom_attributes": "x"}]}"#,
            "1:34: error[data/wrong-shape]: `users[0].custom_attributes` must be an object, found text",
        ),
        (
            r#"{"last_coordinates": [1]}"#,
            "1:22: error[data/wrong-shape]: `last_coordinates` must be two numbers, [longitude, latitude], found an array",
        ),
    ] {
        fails(&profile(text), &format!("profile.json:{finding}"));
    }
}

#[test]
fn an_event_gives_properties_and_identifiers() {
    let viewed = r#"{"external_id":"7","email":"a@b.c","name":"Viewed","time":"2023-12-06T19:20:45+01:00","properties":{"title":"Mug"}}"#;
    let root = r#"{"profile":{"user_id":"7","email_address":"a@b.c"},"event_properties":{"title":"Mug"}}"#;
    gives(&event(viewed), root);
    gives(&event(&format!(r#"{{"events":[{viewed}]}}"#)), root);
    gives(&event(r#"{"events":[{"name":"Created","properties":null,"email":null}]}"#), "{}");
    let batch = format!(r#"{{"events":[{{"name":"Created"}},{viewed}]}}"#);
    gives(&Given { number: Some(2), ..event(&batch) }, root);
    gives(&Given { number: Some(1), ..event(&batch) }, "{}");
    gives(&Given { number: Some(1), ..event(viewed) }, root);
    let list = "#1: Created | #2: Viewed, 2023-12-06T19:20:45+01:00";
    fails(
        &event(&batch),
        &format!(
            "event.json:1:2: error[data/several-events]: `events` holds 2 events, and none was chosen | {list} | choose one by its number: `event.json#1`"
        ),
    );
    for number in [0, 3] {
        fails(
            &Given { number: Some(number), ..event(&batch) },
            &format!(
                "event.json:1:2: error[data/wrong-shape]: there is no event {number}: there are 2 | {list}"
            ),
        );
    }
    warns(
        &event(r#"{"name": "Viewed", "propertys": {}, "title": "Mug"}"#),
        "{}",
        &[
            "event.json:1:20: warning[data/unknown-key]: `propertys` is no field of an event, and no template can read it | did you mean `properties`? | what templates read as `event_properties.${…}` stands in `properties`",
            "event.json:1:37: warning[data/unknown-key]: `title` is no field of an event, and no template can read it | did you mean `time`?",
        ],
    );
    for (text, finding) in [
        (
            "1",
            "1:1: error[data/wrong-shape]: the document must be an event, a batch {\"events\": […]}, or a batch of Momentum's, found a number",
        ),
        (
            r#"[{"name": "Viewed"}]"#,
            "1:2: error[data/wrong-shape]: a list of events must stand in an object: {\"events\": […]}; only Momentum and SparkPost send a bare list",
        ),
        (
            r#"{"events": 1}"#,
            "1:12: error[data/wrong-shape]: `events` must be an array of events, found a number",
        ),
        (r#"{"events": ["x"]}"#, "1:13: error[data/wrong-shape]: `events[0]` must be an object, found text"),
        (
            "{\"events\": [{\"properties\":\n[1]}]}",
            "2:1: error[data/wrong-shape]: `events[0].properties` must be an object, found an array",
        ),
        (
            r#"{"external_id": 7}"#,
            "1:17: error[data/wrong-shape]: `external_id` must be text, found a number",
        ),
    ] {
        fails(&event(text), &format!("event.json:{finding}"));
    }
}

#[test]
fn a_currents_batch_gives_its_events() {
    let custom = r#"{"event_type":"users.behaviors.CustomEvent","id":"a","time":1701886845,"user":{"user_id":"5f","external_user_id":"7","device_id":"d","timezone":"Europe/Berlin"},"properties":{"name":"Viewed","app_id":"x","custom_properties":{"title":"Mug"}},"new":1}"#;
    let person = r#""profile":{"user_id":"7","braze_id":"5f","time_zone":"Europe/Berlin"}"#;
    let root = format!(r#"{{{person},"event_properties":{{"title":"Mug"}}}}"#);
    gives(&event(custom), &root);
    gives(&event(&format!(r#"{{"events":[{custom}]}}"#)), &root);
    let bought = r#"{"event_type":"users.behaviors.Purchase","time":1,"user":{"external_user_id":null},"properties":{"product_id":"p","price":1.5,"currency":"EUR","app_id":"x","purchase_properties":{"price":2}}}"#;
    gives(&event(bought), r#"{"event_properties":{"price":2,"product_id":"p","currency":"EUR"}}"#);
    let click = r#"{"event_type":"users.messages.email.Click","properties":{"url":"u","campaign_id":"c"}}"#;
    gives(&event(click), r#"{"event_properties":{"url":"u","campaign_id":"c"}}"#);
    gives(&event(r#"{"event_type":"users.canvas.Entry"}"#), "{}");
    let batch = format!(r#"{{"events":[{custom},{bought},{click}]}}"#);
    gives(&Given { number: Some(1), ..event(&batch) }, &root);
    fails(
        &event(&batch),
        "event.json:1:2: error[data/several-events]: `events` holds 3 events, and none was chosen | #1: Viewed, 1701886845 \
         | #2: users.behaviors.Purchase, 1 | #3: users.messages.email.Click | choose one by its number: `event.json#1`",
    );
    for (text, finding) in [
        (
            r#"{"event_type":"users.a","user":"u"}"#,
            "1:32: error[data/wrong-shape]: `user` must be an object, found text",
        ),
        (
            r#"{"events":[{"event_type":"users.a","user":{"external_user_id":7}}]}"#,
            "1:63: error[data/wrong-shape]: `events[0].user.external_user_id` must be text, found a number",
        ),
        (
            r#"{"event_type":"users.behaviors.CustomEvent","properties":{"custom_properties":[]}}"#,
            "1:79: error[data/wrong-shape]: `properties.custom_properties` must be an object, found an array",
        ),
    ] {
        fails(&event(text), &format!("event.json:{finding}"));
    }
}

#[test]
fn a_momentum_batch_gives_its_events() {
    let click = r#"{"msys":{"track_event":{"type":"click","timestamp":"1418407074","customer_id":"1","rcpt_to":"a@b.c"}}}"#;
    let root = r#"{"profile":{"email_address":"a@b.c"},"event_properties":{"type":"click","timestamp":"1418407074","customer_id":"1","rcpt_to":"a@b.c"}}"#;
    gives(&event(click), root);
    gives(&event(&format!("[{click}]")), root);
    let bounce = r#"{"msys":{"message_event":{"type":"bounce","timestamp":1418407075}}}"#;
    let batch = format!(r#"[{{"msys":{{}}}},{click},{bounce}]"#);
    gives(&Given { number: Some(2), ..event(&batch) }, root);
    fails(
        &event(&batch),
        "event.json:1:1: error[data/several-events]: the batch holds 2 events, and none was chosen | #1: without a name \
         | #2: click, 1418407074 | #3: bounce, 1418407075 | choose one by its number: `event.json#1`",
    );
    gives(&event(&format!(r#"[{{"msys":{{}}}},{click}]"#)), root);
    for (text, finding) in [
        (r#"[{"msys":1}]"#, "1:10: error[data/wrong-shape]: `[0].msys` must be an object, found a number"),
        (
            r#"[{"msys":{"track_event":[]}}]"#,
            "1:25: error[data/wrong-shape]: `[0].msys.track_event` must be an object, found an array",
        ),
        (
            r#"{"msys":{"track_event":{},"message_event":{}}}"#,
            "1:27: error[data/wrong-shape]: `msys` holds one event, and here both `track_event` and `message_event`",
        ),
        (r#"[1]"#, "1:2: error[data/wrong-shape]: `[0]` must be an object, found a number"),
    ] {
        fails(&event(text), &format!("event.json:{finding}"));
    }
}

#[test]
fn an_empty_batch_is_nothing_to_send() {
    let note = "event.json:1:1: note[data/empty-batch]: the batch holds no event: there is nothing to send";
    for batch in [r#"{"events":[]}"#, "[]", r#"[{"msys":{}}]"#, r#"{"msys":{}}"#] {
        warns(&event(batch), "{}", &[note]);
        let inputs = Inputs::new(&BRAZE).event(Arc::new(Source::new("event.json", batch)), None);
        assert!(inputs.read(&Arena::default()).expect(batch).is_without_event);
    }
    warns(&Given { number: Some(1), ..event(r#"[{"msys":{}}]"#) }, "{}", &[note]);
    fails(
        &Given { number: Some(1), ..event(r#"{"events":[]}"#) },
        "event.json:1:2: error[data/wrong-shape]: there is no event 1: the batch is empty",
    );
}

#[test]
fn later_inputs_win_and_keys_keep_their_place() {
    let given = Given {
        data: r#"{"event_properties":{"a":0,"b":0,"c":0},"profile":{"user_id":"data","email_address":"data","city":"data"},"custom_attribute":{"x":0,"y":0}}"#,
        profile: r#"{"external_id":"profile","custom_attribute":{"y":1,"z":1}}"#,
        event: r#"{"external_id":"event","email":"event","properties":{"d":2,"b":2,"c":2}}"#,
        number: None,
        defines: &[
            "event_properties.c=3",
            "custom_attribute.z:=[3]",
            "profile.city=Ulm",
            "profile.city=Bonn",
        ],
    };
    gives(
        &given,
        r#"{"event_properties":{"a":0,"b":2,"c":"3","d":2},"profile":{"user_id":"profile","email_address":"event","city":"Bonn"},"custom_attribute":{"x":0,"y":1,"z":[3]}}"#,
    );
}

#[test]
fn defines_set_single_values() {
    let data = r#"{"custom_attribute":{"plan":"free","items":[{"id":1},2],"o":{"k":null}}}"#;
    for (define, root) in [
        ("custom_attribute.plan=a=b:=c", r#"{"plan":"a=b:=c","items":[{"id":1},2],"o":{"k":null}}"#),
        ("custom_attribute.plan=", r#"{"plan":"","items":[{"id":1},2],"o":{"k":null}}"#),
        ("custom_attribute.items[0].id:=7", r#"{"plan":"free","items":[{"id":7},2],"o":{"k":null}}"#),
        ("custom_attribute.items.1=x", r#"{"plan":"free","items":[{"id":1},"x"],"o":{"k":null}}"#),
        ("custom_attribute.items[2]:=null", r#"{"plan":"free","items":[{"id":1},2,null],"o":{"k":null}}"#),
        (
            "custom_attribute.o.k.new[0].deep:={}",
            r#"{"plan":"free","items":[{"id":1},2],"o":{"k":{"new":[{"deep":{}}]}}}"#,
        ),
        (
            "custom_attribute.a b['x.y']:= true ",
            r#"{"plan":"free","items":[{"id":1},2],"o":{"k":null},"a b":{"x.y":true}}"#,
        ),
        ("custom_attribute.${plan}=a", r#"{"plan":"a","items":[{"id":1},2],"o":{"k":null}}"#),
        ("custom_attribute.${items}[0].id:=7", r#"{"plan":"free","items":[{"id":7},2],"o":{"k":null}}"#),
        ("custom_attribute[\"plan\"]=a", r#"{"plan":"a","items":[{"id":1},2],"o":{"k":null}}"#),
        ("custom_attribute:={\"only\":1}", r#"{"only":1}"#),
    ] {
        gives(&defines(data, &[define]), &format!("{{\"custom_attribute\":{root}}}"));
    }
    gives(
        &defines("", &["custom_attribute.t:={\"$time\":\"1980-01-01\"}", "promotions:=[\"A\"]", "vars.x=1"]),
        r#"{"custom_attribute":{"t":"1980-01-01 00:00:00 UTC"},"promotions":["A"],"vars":{"x":"1"}}"#,
    );
    gives(&defines("", &["${first_name}=Ada"]), r#"{"profile":{"first_name":"Ada"}}"#);
    for (define, finding) in [
        (
            "vars.a[x]=1",
            "1:7: error[data/wrong-shape]: expected the number of an item or a key in quotes | write `[0]` or `[\"key\"]`",
        ),
        ("vars.${a=1", "1:6: error[data/wrong-shape]: this `${` is not closed"),
        ("vars.${a}b=1", "1:10: error[data/wrong-shape]: expected a point, `[` or `=`"),
        ("plain", "1:1: error[data/wrong-shape]: expected `path=text` or `path:=json`, found no `=`"),
        ("=x", "1:1: error[data/wrong-shape]: expected a path before `=`"),
        ("vars..x=1", "1:6: error[data/wrong-shape]: expected a name between the points"),
        ("vars.x:=[1,]", "1:11: error[data/invalid-json]: a trailing comma before `]` | remove the comma"),
        ("vers.x=1", "1:1: error[data/unknown-key]: `vers` is no namespace | did you mean `vars`?"),
        (
            "first_name=Ada",
            "1:1: error[data/unknown-key]: `first_name` is no namespace | a profile attribute is written `profile.first_name=…`",
        ),
        (
            "something_else=1",
            "1:1: error[data/unknown-key]: `something_else` is no namespace | a path begins with a namespace, `profile` or `vars`, as in `custom_attribute.plan=gold`",
        ),
        ("vars=1", "1:6: error[data/wrong-shape]: `vars` must be an object, found text"),
        ("vars:=[1]", "1:7: error[data/wrong-shape]: `vars` must be an object, found an array"),
        ("vars[0]=1", "1:5: error[data/wrong-shape]: `vars` is an object and has no items"),
        (
            "custom_attribute.plan.tier=x",
            "1:23: error[data/wrong-shape]: `custom_attribute.plan` is text and has no such member | replace it as a whole with `custom_attribute.plan:=…`",
        ),
        (
            "custom_attribute.items[9]=x",
            "1:23: error[data/wrong-shape]: `custom_attribute.items` is an array and has no item 9 | replace it as a whole with `custom_attribute.items:=…`",
        ),
    ] {
        fails(&defines(data, &[define]), &format!("-D:{finding}"));
    }
    let deep = format!("vars{}=1", ".x".repeat(200));
    fails(
        &defines(data, &[&deep]),
        "-D:1:1: error[limit/data-depth]: the data is nested more than 128 deep | if it is right that way, allow more with `--limit data-depth=NUMBER`, in Rust with `Limits::data_depth`",
    );
    warns(
        &defines("", &["profile.firstname=Ada"]),
        r#"{"profile":{"firstname":"Ada"}}"#,
        &[
            "-D:1:9: warning[data/unknown-key]: `firstname` is no profile attribute of Braze | did you mean `first_name`?",
        ],
    );
}

#[test]
fn errors_of_all_inputs_are_given_at_once() {
    let given = Given { data: "{", profile: "1", event: "{}", number: Some(2), defines: &["x"] };
    let (_, findings) = put_together(&BRAZE, &given);
    let places: Vec<_> = findings.iter().filter_map(|finding| finding.split(':').next()).collect();
    assert_eq!(places, ["data.json", "event.json", "profile.json", "-D"]);
}

#[test]
fn in_plain_liquid_every_key_is_a_variable() {
    let given = defines(r#"{"b":{"$time":"1980-01-01"},"a":[1]}"#, &["a[0]=x", "c.d:=1"]);
    let root = r#"{"b":"1980-01-01 00:00:00 UTC","a":["x"],"c":{"d":1}}"#;
    assert_eq!(put_together(&LIQUID, &given), (root.to_owned(), Vec::new()));
    let (_, findings) = put_together(&LIQUID, &Given { event: "{}", ..Given::default() });
    assert_eq!(
        findings,
        [
            "event.json:1:1: error[data/wrong-shape]: an event is Braze's: the dialect `liquid` knows none | choose the dialect `braze`, or give the data as a data file"
        ]
    );
}

#[test]
fn data_and_profiles_that_were_mixed_up_are_told_apart() {
    let help = |given: &Given| put_together(&BRAZE, given).1.join("\n");
    let data = help(&defines(r#"{"first_name":"Ada"}"#, &[]));
    assert!(data.contains("attributes of the user, such as `first_name`, stand in `profile`"), "{data}");
    let profile = help(&Given { profile: r#"{"profile":{"first_name":"Ada"}}"#, ..Given::default() });
    assert!(profile.contains("a document with namespaces is a data file"), "{profile}");
}

/// The root that stand-ins and a data document give, and the findings, as [`put_together`] writes them.
fn standing_in(stand_ins: &[(StandIn, &str, &str)], data: &str) -> (String, Vec<String>) {
    let mut inputs = Inputs::new(&BRAZE);
    for (stand_in, name, text) in stand_ins {
        inputs = inputs.stand_in(stand_in.clone(), Arc::new(Source::new(*name, *text)));
    }
    if !data.is_empty() {
        inputs = inputs.data(Arc::new(Source::new("data.json", data)));
    }
    let arena = Arena::default();
    let (root, findings) = match inputs.read(&arena) {
        Ok(root) => {
            let mut text = arena.builder();
            json::write(root.value, &arena, &mut text).expect("in limits");
            (text.finish().to_owned(), root.warnings)
        }
        Err(findings) => (String::new(), findings),
    };
    let findings = findings.iter().map(|finding| {
        let more = finding.notes.iter().chain(&finding.help).map(|line| format!(" | {line}"));
        format!("{finding}{}", more.collect::<String>())
    });
    (root, findings.collect())
}

fn catalog(name: &str) -> StandIn {
    StandIn::Catalog(name.to_owned())
}

#[test]
fn stand_ins_come_from_files_of_their_own() {
    let selections = StandIn::Selections("games".to_owned());
    let footer = StandIn::ContentBlock("footer".to_owned());
    let given = [
        (catalog("games"), "games.json", r#"{"items":{"a":{"n":1}}}"#),
        (catalog("shops"), "shops.json", r#"[{"id":1,"n":2}]"#),
        (selections, "cheap.json", r#"{"cheap":["a"]}"#),
        (footer, "footer.liquid", "Bye {{ x }}\n"),
        (StandIn::Promotions, "codes.json", r#"{"vip":"V-1","old":[]}"#),
        (StandIn::ShoppingCarts, "carts.json", r#"{"c-1":{"total_value":2}}"#),
        (StandIn::ConnectedContent, "calls.json", r#"[{"url":"https://a.example/","status":500}]"#),
    ];
    let data = r#"{"content_blocks":{"top":"T"},"promotions":{"vip":"V-2"},"connected_content":[{"url":"https://b.example/"}],
        "catalogs":{"games":{"items":{"b":{}}},"shops":{"selections":{"s":[1]}}}}"#;
    let root = concat!(
        r#"{"catalogs":{"games":{"items":{"b":{}},"selections":{"cheap":["a"]}},"#,
        r#""shops":{"items":[{"id":1,"n":2}],"selections":{"s":[1]}}},"#,
        r#""content_blocks":{"footer":"Bye {{ x }}\n","top":"T"},"promotions":{"vip":"V-2","old":[]},"#,
        r#""shopping_carts":{"c-1":{"total_value":2}},"#,
        r#""connected_content":[{"url":"https://b.example/"},{"url":"https://a.example/","status":500}]}"#,
    );
    assert_eq!(standing_in(&given, data), (root.to_owned(), Vec::new()));
}

#[test]
fn tables_become_catalogs() {
    for (table, root) in [
        (
            "id,title,price,on_sale,code\r\n1234,\"Tales, too\",7.49,true,007\r\n1235,,10,,9\r\n",
            concat!(
                r#"{"1234":{"id":"1234","title":"Tales, too","price":7.49,"on_sale":true,"code":"007"},"#,
                r#""1235":{"id":"1235","title":null,"price":10,"on_sale":null,"code":"9"}}"#,
            ),
        ),
        ("\u{feff}id, n \na,1\nb,x\n", r#"{"a":{"id":"a","n":"1"},"b":{"id":"b","n":"x"}}"#),
        ("n,id\n1,a\ntrue,b\n", r#"{"a":{"n":"1","id":"a"},"b":{"n":"true","id":"b"}}"#),
        ("id,n\n", "{}"),
    ] {
        let root = format!(r#"{{"catalogs":{{"c":{{"items":{root}}}}}}}"#);
        assert_eq!(standing_in(&[(catalog("c"), "c.csv", table)], ""), (root, Vec::new()), "{table}");
    }
    let (root, findings) = standing_in(&[(catalog("c"), "c.CSV", "id,n\na,1\na,2\n")], "");
    assert_eq!(root, r#"{"catalogs":{"c":{"items":{"a":{"id":"a","n":2}}}}}"#);
    assert_eq!(
        findings,
        ["c.CSV:3:1: warning[data/duplicate-row]: the id `a` stands in two rows; the last one counts"]
    );
}

#[test]
fn stand_ins_of_the_wrong_shape_are_errors_with_their_place() {
    for (stand_in, text, finding) in [
        (
            catalog("c.csv"),
            "ID,n\na,1\n",
            "f.csv:1:1: error[data/wrong-shape]: the table has no column `id` | did you mean `ID`?",
        ),
        (
            catalog("c.csv"),
            "id,n\na,1,2\n",
            "f.csv:2:1: error[data/invalid-json]: the table cannot be read: CSV error: record 1 (line: 2, byte: 5): found record with 3 fields, but the previous record has 2 fields",
        ),
        (
            catalog("c"),
            "3",
            "f.json:1:1: error[data/wrong-shape]: the document must be a catalog: {\"items\": …}, or a list of rows, found a number",
        ),
        (
            catalog("c"),
            "[{\"id\": 1},\n {}]",
            "f.json:2:2: error[data/wrong-shape]: `[1]` must be a row with an `id`, found an object",
        ),
        (
            catalog("c"),
            r#"{"items": {"a": 1}}"#,
            "f.json:1:17: error[data/wrong-shape]: `items.a` must be a row: an object of cells, by column, found a number",
        ),
        (
            catalog("c"),
            r#"{"selections": {"a": "b"}}"#,
            "f.json:1:22: error[data/wrong-shape]: `selections.a` must be a list of ids, found text",
        ),
        (
            StandIn::Promotions,
            r#"{"a": 1}"#,
            "f.json:1:7: error[data/wrong-shape]: `a` must be a code, or a list of codes that are left, found a number",
        ),
        (
            StandIn::ShoppingCarts,
            r#"{"a": []}"#,
            "f.json:1:7: error[data/wrong-shape]: `a` must be an object with the fields of a cart, found an array",
        ),
        (
            StandIn::ConnectedContent,
            "{}",
            "f.json:1:1: error[data/wrong-shape]: the document must be a list of answers, each with its `url`, found an object",
        ),
        (
            StandIn::ConnectedContent,
            r#"[{"status": 200}]"#,
            "f.json:1:2: error[data/wrong-shape]: `[0]` must be an answer with a `url`, found an object",
        ),
        (
            StandIn::ConnectedContent,
            r#"[{"url": "u", "method": "put"}]"#,
            "f.json:1:25: error[data/wrong-shape]: `[0].method` must be `get` or `post`, found text",
        ),
        (
            StandIn::ConnectedContent,
            r#"[{"url": "u", "status": 42}]"#,
            "f.json:1:25: error[data/wrong-shape]: `[0].status` must be a status from 100 to 599, found a number",
        ),
        (
            StandIn::ConnectedContent,
            "[1,",
            "f.json:1:4: error[data/invalid-json]: expected a value, found the end of the text | the `[` of line 1 is not closed",
        ),
    ] {
        let file = if stand_in == catalog("c.csv") { "f.csv" } else { "f.json" };
        let (_, findings) = standing_in(&[(stand_in, file, text)], "");
        assert_eq!(findings, [finding], "{text}");
    }
}

#[test]
fn what_stands_in_is_checked_in_data_files_too() {
    fails(
        &data("{\"content_blocks\": {\"a\": 1}}"),
        "data.json:1:26: error[data/wrong-shape]: `content_blocks.a` must be the text of a content block, found a number",
    );
    fails(
        &data("{\"catalogs\": {\"a\": {\"items\": 1}}}"),
        "data.json:1:30: error[data/wrong-shape]: `catalogs.a.items` must be rows by id, or a list of rows with an `id`, found a number",
    );
    warns(
        &data(r#"{"connected_content":[{"url":"u","boddy":1}]}"#),
        r#"{"connected_content":[{"url":"u","boddy":1}]}"#,
        &[
            "data.json:1:34: warning[data/unknown-key]: `boddy` is no field of an answer | did you mean `body`?",
        ],
    );
}

#[test]
fn only_braze_fetches() {
    let source = Arc::new(Source::new("f.json", "{}"));
    let inputs = Inputs::new(&LIQUID).stand_in(StandIn::Promotions, source);
    let arena = Arena::default();
    let findings = inputs.read(&arena).expect_err("an error");
    assert!(findings[0].message.contains("a stand-in for what is fetched is Braze's"), "{findings:?}");
}

#[test]
fn the_same_batches_give_the_events_of_other_dialects() {
    let custom = r#"{"events":[{"event_type":"users.behaviors.CustomEvent","time":1701886845,"properties":{"name":"Viewed","custom_properties":{"title":"Mug"}}}]}"#;
    let click = r#"[{"msys":{"track_event":{"type":"click","timestamp":"1418407074"}}}]"#;
    let own = r#"{"event_type":"sale","title":"Mug"}"#;
    let named = r#"{"name":"Viewed","properties":{"title":"Mug"}}"#;
    for (dialect, batch, root) in [
        (
            &CUSTOMERIO,
            custom,
            r#"{"event":{"title":"Mug"},"event_name":"Viewed","event_timestamp":1701886845}"#,
        ),
        (
            &CUSTOMERIO,
            click,
            r#"{"event":{"type":"click","timestamp":"1418407074"},"event_name":"click","event_timestamp":"1418407074"}"#,
        ),
        (&CUSTOMERIO, own, r#"{"event":{"event_type":"sale","title":"Mug"}}"#),
        (&CUSTOMERIO, named, r#"{"event":{"title":"Mug"},"event_name":"Viewed"}"#),
        (&CLEVERTAP, custom, r#"{"Event":{"title":"Mug","name":"Viewed"}}"#),
        (&CLEVERTAP, own, r#"{"Event":{"event_type":"sale","title":"Mug"}}"#),
    ] {
        assert_eq!(put_together(dialect, &event(batch)), (root.to_owned(), Vec::new()), "{batch}");
    }
    let inputs = Inputs::new(&CUSTOMERIO).event(Arc::new(Source::new("event.json", "[]")), None);
    assert!(inputs.read(&Arena::default()).expect("a batch").is_without_event);
}
