//! Whole requests: what is rendered together, and what is found wrong with URL, headers and forms.
#![cfg(feature = "cli")]

use carafe::data::Inputs;
use carafe::report::{self, MessageFormat, Options};
use carafe::source::Source;
use carafe::webhook::{BodyKind, Folder, Project, Request, Webhook};
use carafe::{Arena, Diagnostic, Engine, Limits, golden};
use std::sync::Arc;

const JSON: &str = "[headers]\nContent-Type = 'application/json'\n";

fn webhook(toml: &str, template: &str) -> Webhook {
    let mut folder = Folder::new("hook");
    folder.insert("webhook.toml", toml);
    if !template.is_empty() {
        folder.insert("template.liquid", template);
    }
    Webhook::read(folder).unwrap()
}

fn project() -> Project {
    let text = "[secrets]\nKEY = { env = 'API_KEY' }\nTOKEN = { env = 'API_TOKEN' }\n";
    Project::read(&Arc::new(Source::new("carafe.toml", text))).unwrap()
}

/// The request, if there is one, and everything that is found: before, during and after the render.
fn rendered(webhook: &Webhook, defines: &[&str]) -> (Option<Request>, Vec<Diagnostic>) {
    let compiled = webhook.draft().compile(&Engine::builder().dialect(webhook.dialect).build());
    let mut found = compiled.diagnostics();
    found.extend(compiled.check(&project()));
    let inputs = defines.iter().fold(Inputs::new(webhook.dialect), |inputs, define| inputs.define(*define));
    let arena = Arena::default();
    let root = inputs.read(&arena).unwrap();
    let rendered = compiled.render(&arena, root.value, |render| render.trace(true));
    found.extend(rendered.findings.clone());
    if webhook.body == BodyKind::Json {
        found.extend(rendered.check_json());
    }
    found.extend(rendered.check_request());
    (rendered.request(), found)
}

fn lines(diagnostics: &[Diagnostic]) -> Vec<String> {
    let mut text = String::new();
    report::write(diagnostics, MessageFormat::Concise, &Options::default(), &mut text);
    text.lines().map(str::to_owned).collect()
}

/// `code line:column` of what is found, without notes.
fn codes(found: &[Diagnostic]) -> Vec<String> {
    let counts = found.iter().filter(|finding| finding.severity > carafe::Severity::Note);
    counts
        .map(|finding| {
            let label = finding.primary.as_ref().expect("a place");
            let position = label.source.position(label.span.from());
            let severity = if finding.is_error() { "error" } else { "warning" };
            format!("{severity} {} {}:{}", finding.code.name, position.line, position.column)
        })
        .collect()
}

#[test]
fn all_parts_see_the_same_data_each_in_its_own_scope() {
    let hook = webhook(
        "method = 'PUT'\nurl = 'https://a.example/{% assign x = 1 %}u/{{ ${user_id} | url_param_escape }}'\n[headers]\n\
         Content-Type = 'application/json'\nX-User = '{{ ${user_id} }}{{ x }}'",
        r#"{"id": "{{ ${user_id} | json_escape }}", "x": "{{ x }}"}"#,
    );
    let (request, found) = rendered(&hook, &["profile.user_id=7 ü"]);
    assert_eq!(codes(&found), ["warning request/header-not-ascii 5:11"]);
    assert_eq!(
        request.unwrap().to_string(),
        "PUT https://a.example/u/7%20%C3%BC\nContent-Type: application/json\nX-User: 7 ü\n\n{\"id\": \"7 ü\", \"x\": \"\"}\n"
    );
}

#[test]
fn an_abort_or_an_error_anywhere_ends_the_whole() {
    for (url, header, body) in [
        ("https://a.b/{% abort_message('why') %}", "", "{}"),
        ("https://a.b/", "{% abort_message('why') %}", "{}"),
        ("https://a.b/", "", "{% abort_message('why') %}"),
    ] {
        let hook = webhook(&format!("url = \"{url}\"\n[headers]\nX = \"{header}\""), body);
        let (request, found) = rendered(&hook, &[]);
        assert_eq!(request, None, "{url}");
        assert_eq!(found.last().unwrap().code.name, "render/aborted", "{url}");
    }
    // Customer.io fails a delivery that prints what is missing, wherever it does.
    let hook = webhook("dialect = 'customerio'\nurl = 'https://a.b/{{ customer.nope }}'", "{}");
    let (request, found) = rendered(&hook, &["customer.id=1"]);
    assert_eq!(request, None);
    assert!(found.last().unwrap().is_error());
    assert_eq!(found.last().unwrap().primary.as_ref().unwrap().source.name(), "hook/webhook.toml");
}

#[test]
fn keys_and_values_make_json_and_forms_that_data_cannot_break() {
    let json = webhook(
        "url = 'https://a.b/'\n[headers]\nContent-Type = 'application/json'\n[json]\nb = '{{ ${city} }}'\n'a\"' = ''",
        "",
    );
    let (request, found) = rendered(&json, &["profile.city=\"x\\\n"]);
    assert_eq!(codes(&found), [""; 0]);
    assert_eq!(request.unwrap().body, "{\n  \"b\": \"\\\"x\\\\\\n\",\n  \"a\\\"\": \"\"\n}\n");

    let form = webhook(
        "url = 'https://a.b/'\n[headers]\nContent-Type = 'application/x-www-form-urlencoded'\n[form]\nb = '{{ ${city} \
         }}'\n'a b' = '='",
        "",
    );
    let (request, found) = rendered(&form, &["profile.city=R&D 5%+ü"]);
    assert_eq!(codes(&found), [""; 0]);
    assert_eq!(request.unwrap().body, "b=R%26D+5%25%2B%C3%BC&a+b=%3D");
}

#[test]
fn findings_of_liquid_lead_into_the_texts_of_the_file() {
    let hook =
        webhook("url = \"https://a.b/\\u0061{{ 'x' | nope }}\"\n[headers]\nX = '''\n{{ 1 | nopo }}'''", "{}");
    let (_, found) = rendered(&hook, &[]);
    let found: Vec<_> = codes(&found).into_iter().filter(|line| line.contains("filter/")).collect();
    assert_eq!(found, ["warning filter/unknown 1:35", "warning filter/unknown 4:8"]);
}

/// What is found of a URL, without the places.
fn of_url(dialect: &str, url: &str, defines: &[&str]) -> Vec<String> {
    let hook = webhook(&format!("dialect = '{dialect}'\nurl = '''{url}'''\n{JSON}"), "{}");
    let (_, found) = rendered(&hook, defines);
    let found = codes(&found).into_iter().filter(|line| line.contains("request/"));
    found.map(|line| line.rsplit_once(' ').unwrap().0.to_owned()).collect()
}

#[test]
fn urls_are_checked_without_data() {
    for (dialect, url, expected) in [
        ("braze", "https://api.example.com/v1/cards?a=b", &[][..]),
        ("braze", "https://api.example.com:443/", &[]),
        ("braze", "HTTP://api.example.com:80", &[]),
        ("braze", "https://api.example.com:8443/", &["error request/port"]),
        ("braze", "https://api.example.com:80/", &["error request/port"]),
        ("liquid", "https://api.example.com:8443/", &[]),
        ("liquid", "https://api.example.com:port/", &["error request/port"]),
        ("liquid", "https://api.example.com:99999/", &["error request/port"]),
        ("braze", "", &["error request/url"]),
        ("braze", "api.example.com/x", &["error request/url"]),
        ("braze", "//api.example.com/x", &["error request/url"]),
        ("braze", "ftp://api.example.com/x", &["error request/url"]),
        ("braze", "https:///x", &["error request/url"]),
        ("braze", "https://exa mple.com/x", &["error request/url"]),
        ("braze", "https://example.com/a b", &["error request/url"]),
        ("braze", "https://example.com/a\nb", &["error request/url"]),
        ("braze", "https://[zz]/x", &["error request/url"]),
        ("braze", "https://example.com/a/../b", &["error request/url"]),
        ("braze", "https://example.com/%2E%2e/b", &["error request/url"]),
        ("braze", "https://example.com/x#y", &["warning request/url-fragment"]),
        ("braze", "https://example.com/ä", &["warning request/url-unencoded"]),
        ("braze", "https://ada:pw@example.com/", &["warning request/url-userinfo"]),
        ("braze", "https://ada@x.io:pw@example.com/", &["error request/url-userinfo"]),
        ("braze", "https://ada%40x.io:<secret:KEY>@example.com/", &[]),
        ("braze", "https://<secret:KEY>:@example.com/", &[]),
        ("braze", "https://example.com/?key=abc", &["warning request/secret-in-query"]),
        ("braze", "https://example.com/?key=<secret:KEY>", &[]),
        ("braze", "https://example.com/?key=<secret:KEI>", &["error request/unknown-secret"]),
        ("braze", "https://example.com/{{ 'a/b' }}?{% assign q = 'c=d&e=f' %}{{ q }}", &[]),
        (
            "liquid",
            "https://[YOUR-EMAIL-ADDRESS]:[YOUR-PASSWORD]@[YOUR-ZENDESK-SUBDOMAIN].zendesk.com/api/v2/tickets.json",
            &[
                "warning request/placeholder-left",
                "warning request/placeholder-left",
                "warning request/placeholder-left",
                "warning request/url-userinfo",
            ],
        ),
        (
            "liquid",
            "https://api.trello.com/1/cards?idList=[ID-OF-THE-LIST-YOU'RE-ADDING TO]&key=[YOUR-API-KEY]&token=[YOUR-TOKEN]",
            &[
                "warning request/placeholder-left",
                "warning request/placeholder-left",
                "warning request/placeholder-left",
                "warning request/secret-in-query",
                "warning request/secret-in-query",
            ],
        ),
        (
            "liquid",
            "https://YOUR-API-KEY@api.close.com/api/v1/lead/",
            &["warning request/placeholder-left", "warning request/url-userinfo"],
        ),
    ] {
        assert_eq!(of_url(dialect, url, &[]), expected, "{url}");
    }
}

#[test]
fn data_may_not_change_where_a_request_goes() {
    let injected = &["error request/url-injection"][..];
    let unencoded = &["warning request/url-unencoded"][..];
    for (url, value, expected) in [
        ("https://a.b/u/{{ ${city} }}", "7", unencoded),
        ("https://a.b/u/{{ ${city} | url_param_escape }}", "7", &[]),
        ("https://a.b/u/{% assign c = ${city} | url_encode %}{{ c }}", "7", &[]),
        ("https://a.b/u/{% assign c = ${city} | upcase %}{{ c }}", "7", unencoded),
        ("https://a.b/u/{{ ${city} | url_param_escape }}", "../admin?a=b#@evil.com", &[]),
        ("https://a.b/u/{{ ${city} | url_escape }}", "7", &[]),
        ("https://a.b/u/{{ ${city} | url_escape }}", "../x", injected),
        ("https://a.b/u/{{ ${city} | md5 }}", "../x", &[]),
        ("https://a.b/u/{{ ${city} | downcase }}", "../X", injected),
        ("https://a.b/u/{{ ${city} }}", "../admin", injected),
        ("https://a.b/u/{{ ${city} }}", "..", injected),
        ("https://a.b/u/{{ ${city} }}/x", "%2e%2E", injected),
        ("https://a.b/u/{{ ${city} }}", "?a=b", injected),
        ("https://a.b/u/{{ ${city} }}", "#", injected),
        ("https://a.b/u/{{ ${city} }}", "a\\b", &["error request/url", "error request/url-injection"]),
        ("https://a.b/u/{{ ${city} }}", "a b", &["error request/url"]),
        ("https://a.b/u/{{ ${city} }}", "a\nb", &["error request/url"]),
        ("https://a.b/u/{{ ${city} }}", "\u{1}", &["error request/url"]),
        ("https://a.b/u/{{ ${city} }}", "ä", unencoded),
        ("https://a.b/u/{{ ${city} }}/x", "", &["warning request/url-blank"]),
        ("https://a.b/u?x={{ ${city} }}&y=1", "", &["warning request/url-blank"]),
        ("https://a.b/u?x={{ ${city} }}", "1&y=2", injected),
        ("https://a.b/u?x={{ ${city} }}", "a+b", injected),
        ("https://a.b/u?x={{ ${city} }}", "a#b", injected),
        ("https://a.b/u?x={{ ${city} }}", "a/b?c", unencoded),
        ("https://{{ ${city} }}.x.com/", "shop", &["warning request/dynamic-host"]),
        ("https://{{ ${city} }}.x.com/", "evil.com/", injected),
        ("https://{{ ${city} }}.x.com/", "evil.com?", injected),
        ("https://a.b{{ ${city} }}/", "@evil.com", injected),
        ("https://a.b{{ ${city} }}/", ":22", injected),
        ("https://{{ ${city} }}:x@a.b/", "ada@evil.com", injected),
        ("{{ ${city} }}", "https://evil.com/", &["warning request/dynamic-host"]),
        ("{{ ${city} }}", "evil", &["error request/url"]),
        ("{% capture c %}u/{{ ${city} }}{% endcapture %}https://a.b/{{ c }}", "../x", injected),
    ] {
        assert_eq!(
            of_url("braze", url, &[&format!("profile.city={value}")]),
            expected,
            "{url} with {value:?}"
        );
    }
}

#[test]
fn a_url_names_the_output_and_how_to_mend_it() {
    let hook = webhook(&format!("url = \"https://a.b/{{{{ ${{city}} }}}}\"\n{JSON}"), "{}");
    let (_, found) = rendered(&hook, &["profile.city=x/y"]);
    assert_eq!(
        lines(&found),
        ["hook/webhook.toml:1:20: error[request/url-injection]: a `/` in the data adds a step to the path"]
    );
    let fix = found[0].fix.as_ref().unwrap();
    assert_eq!((fix.source.name(), fix.edits[0].text.as_str()), ("hook/webhook.toml", " | url_param_escape"));
}

#[test]
fn headers_are_checked() {
    for (header, value, expected) in [
        ("X-Ok = '{{ ${city} }}'", "a: b, c", &[][..]),
        ("X = '{{ ${city} }}'", "a\r\nEvil: 1", &["error request/header-injection 3:6"]),
        ("X = '{{ ${city} }}'", "a\u{0}b", &["error request/header-injection 3:6"]),
        ("X = '''a\nb'''", "", &["error request/header-injection 3:9"]),
        ("X = 'ü'", "", &["warning request/header-not-ascii 3:6"]),
        ("X = '{{ ${city} }}'", "", &["warning request/header-blank 3:6"]),
        ("'X Y' = '1'", "", &["error request/header-name 3:1"]),
        ("'{{x}}' = '1'", "", &["error request/header-name 3:1"]),
        ("X = '1'\nx = '2'", "", &["error request/header-twice 4:1"]),
        ("Content-Length = '1'", "", &["error request/header-reserved 3:1"]),
        ("Authorization = 'Bearer <secret:TOKEN>'", "", &[]),
        ("Authorization = 'Bearer <secret:TOKN>'", "", &["error request/unknown-secret 3:25"]),
        (
            "Authorization = \"Basic {{ '<secret:KEY>:' | base64_encode }}\"",
            "",
            &["error request/secret-place 3:28"],
        ),
        ("Authorization = 'Basic YOUR-AUTHORIZATION'", "", &["warning request/placeholder-left 3:24"]),
    ] {
        let hook = webhook(
            &format!("url = 'https://a.b/'\n[headers]\n{header}\nContent-Type = 'application/json'"),
            "{}",
        );
        let (_, found) = rendered(&hook, &[&format!("profile.city={value}")]);
        assert_eq!(codes(&found), expected, "{header} with {value:?}");
    }
}

#[test]
fn the_content_type_is_that_of_the_body() {
    let wrong = "warning request/content-type";
    for (kind, content_type, body, expected) in [
        ("json", "application/json", "{}", &[][..]),
        ("json", "application/json; charset=utf-8", "{}", &[]),
        ("json", "application/vnd.api+json", "{}", &[]),
        ("json", "text/plain", "{}", &[wrong]),
        ("json", "json", "{}", &[wrong]),
        ("form", "application/x-www-form-urlencoded", "a=b", &[]),
        ("form", "x-www-form-urlencoded", "a=b", &[wrong]),
        ("form", "application/json", "a=b", &[wrong]),
        ("text", "application/json", "{}", &[wrong]),
        ("text", "text/xml", "<a/>", &[]),
        ("text", "application/x-www-form-urlencoded", "a b", &["error form/invalid"]),
    ] {
        let toml =
            format!("url = 'https://a.b/'\nbody = '{kind}'\n[headers]\nContent-Type = '{content_type}'");
        let hook = webhook(&toml, body);
        let found: Vec<_> =
            rendered(&hook, &[]).1.into_iter().filter(|found| !found.code.name.starts_with("json")).collect();
        let found: Vec<_> =
            codes(&found).iter().map(|line| line.rsplit_once(' ').unwrap().0.to_owned()).collect();
        assert_eq!(found, expected, "{kind} {content_type}");
    }
    let without = webhook("url = 'https://a.b/'\n", "{}");
    assert_eq!(codes(&rendered(&without, &[]).1), ["warning request/content-type 1:1"]);
    let customerio = webhook("dialect = 'customerio'\nurl = 'https://a.b/'\n", "{}");
    assert_eq!(codes(&rendered(&customerio, &[]).1), [""; 0]);
    let get = webhook("method = 'GET'\nurl = 'https://a.b/'\n", "{\"a\": 1}");
    assert_eq!(codes(&rendered(&get, &[]).1), ["warning request/body-with-get 1:10"]);
    let empty = webhook("method = 'GET'\nbody = 'text'\nurl = 'https://a.b/'\n", "\n");
    assert_eq!(codes(&rendered(&empty, &[]).1), [""; 0]);
}

#[test]
fn forms_are_encoded_or_flagged() {
    for (body, value, expected) in [
        ("a={{ ${city} | url_encode }}&b=1\n", "R&D 50%", &[][..]),
        ("a={{ ${city} }}&b=1", "Ulm", &["warning form/unencoded 1:3"]),
        ("a={{ ${city} }}&b=1", "R&D", &["error form/unencoded 1:3"]),
        ("a={{ ${city} }}&b=1", "a+b@x.io", &["error form/unencoded 1:3"]),
        ("a={{ ${city} }}&b=1", "50%", &["error form/unencoded 1:3"]),
        ("a={{ ${city} }}&b=1", "Köln", &["error form/unencoded 1:3"]),
        ("a=1&\nb=2", "", &["error form/invalid 1:5"]),
        ("a=b c", "", &["error form/invalid 1:4"]),
    ] {
        let toml = "url = 'https://a.b/'\nbody = 'form'\n[headers]\nContent-Type = 'application/x-www-form-urlencoded'";
        let hook = webhook(toml, body);
        assert_eq!(
            codes(&rendered(&hook, &[&format!("profile.city={value}")]).1),
            expected,
            "{body} {value}"
        );
    }
}

#[test]
fn a_secret_is_the_files_own_text_and_nothing_else() {
    let hook = webhook(
        &format!(
            "url = 'https://a.b/<secret:KEY>/{{{{ ${{city}} | url_escape }}}}'\n{JSON}X = '{{{{ ${{city}} }}}}<secret:TOKEN>{{% assign x = ${{city}} %}}'"
        ),
        "{}",
    );
    let (request, _) = rendered(&hook, &["profile.city=<secret:KEY>"]);
    let request = request.unwrap();
    assert_eq!(request.url.secrets().collect::<Vec<_>>(), ["KEY"]);
    assert_eq!(request.header("x").unwrap().secrets().collect::<Vec<_>>(), ["TOKEN"]);
    let reveal = |name: &str| Some(format!("[{name}]"));
    assert_eq!(request.header("X").unwrap().revealed(reveal).unwrap(), "<secret:KEY>[TOKEN]");
    assert!(!format!("{request:?}").contains("API_KEY"));
}

#[test]
fn cases_expect_requests() {
    let mut folder = Folder::new("hook");
    folder.extend([
        ("webhook.toml", "url = 'https://a.b/{{ ${city} | url_param_escape }}'\n[headers]\nContent-Type = 'application/json'\n"),
        ("template.liquid", "{\"a\": 1.0}"),
        ("cases/a.toml", "expected_request = 'a.json'\n[defines]\n'profile.city' = 'Ulm'"),
        ("cases/a.json", r#"{"body": {"a": 1}, "headers": {"Content-Type": "application/json"}, "method": "PUT", "url": "https://a.b/Ulm"}"#),
    ]);
    let hook = Webhook::read(folder).unwrap();
    let result = golden::run(&hook, &hook.case("a").unwrap(), &Limits::default());
    let messages: Vec<_> = result.differences.iter().map(|found| found.message.as_str()).collect();
    assert_eq!(messages, [r#"method: "POST" → "PUT""#]);
    let mended = golden::apply(&hook, &result.updates).unwrap();
    assert!(golden::run(&mended, &mended.case("a").unwrap(), &Limits::default()).passed());
}

#[test]
fn projects_say_what_is_wrong_with_them() {
    for (text, place, message) in [
        (
            "[secrets]\nA = { env = 'hunter2!' }",
            "2:5",
            "the secret `A` names what cannot be an environment variable",
        ),
        ("dialekt = 'braze'", "1:1", "unknown key `dialekt`"),
        ("dialect = 'braise'", "1:11", "`braise` is no dialect"),
        ("[secrets]\nA = 'hunter2'", "2:1", "the secret `A` must name its environment variable"),
        (
            "[secrets]\nA = { env = 'A B' }",
            "2:5",
            "the secret `A` names what cannot be an environment variable",
        ),
        ("[secrets]\n'A B' = { env = 'A' }", "2:1", "`A B` cannot be the name of a secret"),
        ("[stubs]\ncatalog = 'x'", "2:1", "`catalog` is nothing that is fetched"),
        ("[stubs]\ncatalogs = 1", "2:12", "`catalogs` must be the path of a folder, in quotes"),
        ("[stubs]\ncatalogs = '../x'", "2:12", "a project names files below its own folder only"),
        ("[stubs]\ncatalogs = '/etc'", "2:12", "a project names files below its own folder only"),
        ("[credentials]\na = { user = 'x' }", "2:1", "the credential `a` does not say where it may be sent"),
        (
            "[credentials]\na = { hosts = ['x'] }",
            "2:1",
            "the credential `a` needs either `user` or `headers`",
        ),
        ("[credentials]\na = { hosts = ['x'], user = '<secret:B>' }", "2:1", "there is no secret `B`"),
    ] {
        let error = Project::read(&Arc::new(Source::new("carafe.toml", text))).unwrap_err();
        let expected = format!("carafe.toml:{place}: error[project/invalid]: {message}");
        assert_eq!(lines(error.diagnostics()), [expected], "{text}");
        assert!(!format!("{error:#}").contains("hunter2"), "the secret itself is repeated");
    }
}

#[test]
fn turns_of_a_loop_are_told_of_once_and_cost_no_more_than_their_bytes() {
    let toml = "dialect = 'liquid'\nurl = 'https://a.b/'\nbody = 'form'\n[headers]\nContent-Type = \
                'application/x-www-form-urlencoded'";
    let hook =
        webhook(toml, &format!("{}{{% for i in items %}}a={{{{ i }}}}&{{% endfor %}}", "b=1&".repeat(5_000)));
    let items = serde_json::to_string(&vec!["R&D"; 20_000]).unwrap();
    let (_, found) = rendered(&hook, &[&format!("items:={items}")]);
    assert_eq!(codes(&found), ["error form/unencoded 1:20023"]);
}
