//! What a template fetches, seen from a host: who is asked, what comes of the answer, and that nothing runs away.

use carafe::diagnostic::code;
use carafe::fetch::{Answerer, Credential, Fetch, FetchError, Method, Request, Response, Use};
use carafe::limits::Limit;
use carafe::{Engine, Limits, Outcome, Status, json};
use std::sync::{Arc, Mutex};

/// A service that answers by path, and remembers what it was asked.
#[derive(Clone, Default)]
struct Service(Arc<Mutex<Vec<Request>>>);

impl Fetch for Service {
    fn fetch(&self, request: &Request) -> Result<Response, FetchError> {
        self.0.lock().expect("no panic").push(request.clone());
        let path = request.url.strip_prefix("https://a.example/").unwrap_or_default();
        match path {
            "json" => Ok(Response::new(201, r#"{"n": 1}"#)),
            "text" => Ok(Response::new(200, "plain \"text\"")),
            "gone" => Ok(Response::new(410, r#"{"n": 1}"#)),
            "slow" => Err(FetchError::Timeout),
            "large" => Ok(Response::new(200, "x".repeat((1 << 20) + 1))),
            "edge" => Ok(Response::new(200, "x".repeat(1 << 20))),
            "deep" => Ok(Response::new(200, "[".repeat(100_000))),
            "down" => Err(FetchError::Failed("no such host".to_owned())),
            _ => Err(FetchError::NotAllowed(format!("the host of `{}` is not allowed", request.url))),
        }
    }
}

fn render(template: &str, data: &str) -> (Outcome, Vec<Request>) {
    let service = Service::default();
    let engine = Engine::builder().fetch(service.clone()).build();
    let template = engine.template(template).expect("parses");
    let outcome = template.prepare().warnings(true).trace(true).run(&json::Text(data));
    let asked = service.0.lock().expect("no panic").clone();
    (outcome, asked)
}

fn codes(outcome: &Outcome) -> Vec<&'static str> {
    outcome.diagnostics.iter().map(|finding| finding.code.name).collect()
}

#[test]
fn the_host_is_asked_what_the_data_does_not_answer() {
    let data =
        r#"{"connected_content": [{"url": "https://a.example/json", "method": "post", "body": {"n": 2}}]}"#;
    let (outcome, asked) = render(
        "{% connected_content https://a.example/json :save a :auth_credentials t %}{{ a.n }} {{ a.__http_status_code__ }}\
         {% connected_content https://a.example/json :method post :body x=1 %} {{ connected.n }}",
        data,
    );
    assert_eq!((outcome.text.as_str(), outcome.status.clone()), ("1 201 2", Status::Complete));
    assert_eq!(codes(&outcome), Vec::<&str>::new());
    let [request] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!((request.method, request.body.as_deref()), (Method::Get, None));
    assert_eq!(request.header("accept"), Some("*/*"));
    assert_eq!(request.credential, Some(Credential::Token("t".to_owned())));
    let by: Vec<_> = outcome.requests.iter().map(|exchange| exchange.answered_by).collect();
    assert_eq!(by, [Answerer::Fetch, Answerer::StandIn(0)]);
    assert_eq!(outcome.requests[0].outcome, Use::Saved("a".to_owned()));
    assert_eq!(outcome.requests[0].source.slice(outcome.requests[0].span).len(), 74);
}

#[test]
fn failures_are_warned_of_and_empty() {
    for (path, code, by) in [
        ("gone", "fetch/failed", Answerer::Fetch),
        ("slow", "fetch/failed", Answerer::Fetch),
        ("large", "fetch/failed", Answerer::Fetch),
        ("down", "fetch/failed", Answerer::Fetch),
        ("elsewhere", "fetch/unanswered", Answerer::Nobody),
    ] {
        let template = format!(
            "[{{% connected_content https://a.example/{path} %}}{{{{ connected.n | default: 'none' }}}}]"
        );
        let (outcome, _) = render(&template, "{}");
        assert_eq!((outcome.text.as_str(), codes(&outcome)), ("[none]", vec![code]), "{path}");
        assert_eq!(outcome.requests[0].answered_by, by);
        assert_eq!(outcome.requests[0].outcome, Use::Failed("connected".to_owned()));
    }
    let (outcome, _) = render("{% connected_content https://a.example/edge %}", "{}");
    assert_eq!(outcome.text.len(), 1 << 20);
    let (outcome, _) = render("{% connected_content https://a.example/deep %}", "{}");
    assert!(matches!(outcome.status, Status::Exceeded(exceeded) if exceeded.limit == Limit::DataDepth));
}

#[test]
fn an_unanswered_request_says_what_to_add() {
    let template = "{% connected_content https://a.example/offer :method post :body {\"a\":1} %}";
    let (outcome, _) = render(template, r#"{"connected_content": [{"url": "https://a.example/offers"}]}"#);
    let finding = &outcome.diagnostics[0];
    assert_eq!(finding.code, &code::FETCH_UNANSWERED);
    assert_eq!(
        finding.notes,
        ["the host of `https://a.example/offer` is not allowed", "its body is `{\"a\":1}`"]
    );
    assert_eq!(
        finding.help,
        [
            "did you mean `https://a.example/offers`?",
            "add to `connected_content` of the data: {\"method\": \"post\", \"url\": \"https://a.example/offer\", \"status\": 200, \"body\": {}}",
        ]
    );
}

#[test]
fn what_is_not_sent_is_not_asked() {
    for url in ["https://a.example:8443/json", "ftp://a.example/json", "json", "https://", "{{ nothing }}"] {
        let (outcome, asked) = render(&format!("{{% connected_content {url} %}}"), "{}");
        assert!(asked.is_empty(), "{url}");
        assert!(codes(&outcome).contains(&"fetch/invalid-request"), "{url}");
    }
}

#[test]
fn answers_are_data_to_the_check_of_a_body() {
    let (outcome, _) = render("{\"a\": \"{% connected_content https://a.example/text %}\"}", "{}");
    assert_eq!(outcome.text, "{\"a\": \"plain \"text\"\"}");
    let found = outcome.check_json();
    assert!(found.iter().any(|finding| finding.code.name.starts_with("json/")), "{found:?}");
    let label = found[0].primary.as_ref().expect("a place");
    assert!(label.source.slice(label.span).contains("connected_content"), "{found:?}");
}

#[test]
fn blame_leads_into_a_content_block() {
    let data = r#"{"content_blocks": {"tail": "\"b\": 2,\n}"}}"#;
    for template in ["{\"a\": 1, {{content_blocks.${tail}}}", "{\"a\": 1, {{content_blocks.${tail} | strip}}"]
    {
        let (outcome, _) = render(template, data);
        let found = outcome.check_json();
        let label = found[0].primary.as_ref().expect("a place");
        assert_eq!((found[0].code.name, label.source.name()), ("json/trailing-comma", "tail"), "{template}");
        assert_eq!(label.source.slice(label.span), ",");
    }
}

#[test]
fn seeds_decide_what_is_random() {
    let text = "{% for i in (1..20) %}{% random 10 %}{% endfor %}{% random %}";
    let template = Engine::default().template(text).expect("parses");
    let drawn = |seed| template.prepare().seed(seed).run(&()).text;
    assert_eq!(drawn(1), drawn(1));
    assert_ne!(drawn(1), drawn(2));
    let seeded = Engine::builder().seed(1).build().template(text).expect("parses");
    assert_eq!(seeded.render(&()).expect("renders"), drawn(1));
    assert_eq!(template.render(&()).expect("renders"), drawn(0));
}

#[test]
fn requests_are_counted() {
    let limits = {
        let mut limits = Limits::default();
        limits.requests = 3;
        limits
    };
    let engine = Engine::builder().limits(limits).build();
    let render = |turns: usize| {
        let text = format!(
            "{{% for i in (1..{turns}) %}}{{% connected_content https://a.example/{{{{ i }}}} %}}{{% endfor %}}"
        );
        engine.template(text).expect("parses").prepare().run(&()).status
    };
    assert_eq!(render(3), Status::Complete);
    assert!(matches!(render(4), Status::Exceeded(exceeded) if exceeded.limit == Limit::Requests));
}

/// Renders in a thread with a small stack; there are no clocks here: a case that is not linear would not end.
fn survives(template: String, data: String) -> Status {
    let thread = std::thread::Builder::new().stack_size(256 << 10);
    let run = move || {
        let template = Engine::default().inspect(&Arc::new(carafe::Source::new("case", template)));
        template.prepare().warnings(true).run(&json::Text(&data)).status
    };
    thread.spawn(run).expect("a thread").join().expect("no case panics")
}

#[test]
fn hostile_markup_is_read_in_linear_time() {
    for part in [
        "{{'",
        "{{",
        "{{a}}",
        "${",
        "${a}",
        ":a ",
        ":save ",
        "a:",
        "'",
        "{{a | f: {{b}} }}",
        "x.${a}",
        "[",
        "context.",
    ] {
        for tag in ["connected_content", "catalog_items c", "message_extras :key k :value", "shopping_cart"] {
            let template = format!("{{% {tag} {} %}}", part.repeat(50_000));
            survives(template, "{}".to_owned());
        }
    }
    let tags = "{% connected_content https://a.example/ :sav a %}".repeat(20_000);
    survives(tags, "{}".to_owned());
}

#[test]
fn hostile_data_ends_at_a_limit() {
    let many = (0..50_000).map(|at| format!("{{\"url\": \"https://a.example/{at}\"}}")).collect::<Vec<_>>();
    let loops = "{% for i in (1..100) %}{% connected_content https://b.example/{{ i }} %}{% endfor %}";
    survives(loops.to_owned(), format!("{{\"connected_content\": [{}]}}", many.join(",")));

    let rows =
        (0..2_000).map(|at| format!("{{\"id\": \"{at}\", \"x\": \"{{{{ 1 }}}}\"}}")).collect::<Vec<_>>();
    let ids = (0..2_000).map(|at| at.to_string()).collect::<Vec<_>>().join(" ");
    let template = format!("{{% for i in (1..100) %}}{{% catalog_items c {ids} :rerender %}}{{% endfor %}}");
    let status = survives(template, format!("{{\"catalogs\": {{\"c\": [{}]}}}}", rows.join(",")));
    assert!(matches!(status, Status::Exceeded(_)), "{status:?}");

    let block = "{{content_blocks.${b}}}".repeat(1_000);
    let data = serde_json::json!({"content_blocks": {"a": block, "b": "x".repeat(1_000)}});
    let template = "{% for i in (1..1000) %}{{content_blocks.${a}}}{% endfor %}".to_owned();
    let status = survives(template, data.to_string());
    assert!(matches!(status, Status::Exceeded(_)), "{status:?}");

    let deep = format!("{}1{}", "[".repeat(120), "]".repeat(120));
    let body = format!("{{\"a\": \"{{% if true %}}{{{{ 1 }}}}{{% endif %}}\", \"b\": {deep}}}");
    let data = format!("{{\"connected_content\": [{{\"url\": \"https://a.example/\", \"body\": {body}}}]}}");
    let template = "{% connected_content https://a.example/ :rerender %}{{ connected.a }}".to_owned();
    assert_eq!(survives(template, data), Status::Complete);
}
