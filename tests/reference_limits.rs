//! The reference's resource limits and scores. Scores and texts are what ruby-liquid gives for the same templates.

use carafe::limits::Limit;
use carafe::{Engine, Outcome, Status, dialect, json, limits::ReferenceLimits};
use std::collections::BTreeMap;

const DATA: &str = r#"{"items": [9, 1, 9], "list": [1, "ab", {"k": [1, "x"], "é": null}]}"#;

const PARTIALS: &[(&str, &str)] = &[
    ("loop", "x{% for i in (1..9) %}y{{ i }}{% endfor %}"),
    ("kept", "{% capture b %}66{% if true %}77{% endif %}{% endcapture %}88"),
    ("counted", "{% capture k %}x{% for i in (1..counted) %}y{% endfor %}{% endcapture %}{{ k }}"),
    ("table", "<{% tablerow j in (1..9) %}z{{ j }}{% endtablerow %}"),
    ("z", "z"),
];

fn engine() -> Engine {
    let partials: BTreeMap<String, String> =
        PARTIALS.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    Engine::builder().dialect(&dialect::LIQUID).loader(partials).build()
}

fn run(template: &str, set: impl FnOnce(&mut ReferenceLimits)) -> Outcome {
    let mut limits = ReferenceLimits::default();
    set(&mut limits);
    let template = engine().template(template).expect("parses");
    template.prepare().trace(true).reference_limits(limits).run(&json::Text(DATA))
}

fn codes(outcome: &Outcome) -> Vec<&str> {
    outcome.diagnostics.iter().map(|finding| finding.code.name).collect()
}

#[test]
fn scores_are_those_of_the_reference() {
    for (template, render, assign) in [
        ("", 0, 0),
        ("a{{ 1 }}{% comment %}c{% endcomment %}{% # c %}{{ }}", 5, 0),
        ("{% for i in (1..5) %}{% if i == 2 %}a{% break %}{% endif %}b{% endfor %}c", 8, 0),
        ("{% for i in empty %}a{% else %}b{% endfor %}{% unless false %}u{% else %}v{% endunless %}", 4, 0),
        ("{% if true %} {% comment %}x{% endcomment %}{% raw %}{% endraw %} {% endif %}", 3, 0),
        ("{% case 1 %}{% when 1, 1 %}a{% else %}b{% endcase %}", 3, 0),
        ("a {%- liquid\nassign x = 'foo'\nif true\n echo x\nendif\n-%} b {{- x -}} ", 7, 3),
        (
            "{% assign a = 'abcé' %}{% assign b = list %}{% assign c = empty %}{% assign d = 1 %}",
            4,
            5 + 12 + 1,
        ),
        ("{% assign a = 1 | divided_by: 0 %}{% assign b = nil %}", 2, 1),
        ("{% capture x %}abc{% if true %}é{% endif %}{% endcapture %}{{ x }}", 5, 5),
        ("{% capture x %}abc{% ifchanged %}d{% endifchanged %}{% endcapture %}", 4, 4),
        (
            "{% tablerow i in (1..3) cols:2 %}{{ i }}{% capture y %}q{{ i }}{% endcapture %}{% endtablerow %}",
            13,
            6,
        ),
        ("{% render 'loop' %}x{% render 'z' %}{% if true %}y{% endif %}", 2, 0),
        ("{% capture a %}12{% include 'kept' %}34{% if true %}5{% endif %}{% endcapture %}", 6, 4),
    ] {
        let outcome = run(template, |_| {});
        let scores = outcome.scores.expect("they were asked for");
        assert_eq!((scores.render, scores.assign), (render, assign), "{template}");
        let plain = engine().template(template).unwrap().prepare().run(&json::Text(DATA));
        assert_eq!(outcome.text, plain.text, "{template}");
        assert_eq!(plain.scores, None, "{template}");
        if !template.contains("'loop'") && !template.contains("'kept'") {
            assert_eq!((scores.cumulative_render, scores.cumulative_assign), (render, assign), "{template}");
        }
    }
}

#[test]
fn a_limit_is_met_beyond_the_score() {
    let template = "é{% for i in (1..3) %}{% assign a = 'xy' %}{{ i }}{% endfor %}";
    let limited = |limit: Limit, most: u64| {
        run(template, |limits| {
            let field = match limit {
                Limit::RenderScore => &mut limits.render_score,
                Limit::AssignScore => &mut limits.assign_score,
                Limit::RenderLength => &mut limits.render_length,
                Limit::CumulativeRenderScore => &mut limits.cumulative_render_score,
                Limit::CumulativeAssignScore => &mut limits.cumulative_assign_score,
                other => panic!("{other:?}"),
            };
            *field = Some(most);
        })
    };
    for (limit, score, code) in [
        (Limit::RenderScore, 8, "limit/render-score"),
        (Limit::AssignScore, 6, "limit/assign-score"),
        (Limit::RenderLength, 5, "limit/render-length"),
        (Limit::CumulativeRenderScore, 8, "limit/cumulative-render-score"),
        (Limit::CumulativeAssignScore, 6, "limit/cumulative-assign-score"),
    ] {
        let within = limited(limit, score);
        assert_eq!((within.text.as_str(), within.diagnostics.len()), ("é123", 0), "{limit:?}");
        for most in [score - 1, 1, 0] {
            let beyond = limited(limit, most);
            assert_eq!(beyond.text, "Liquid error: Memory limits exceeded", "{limit:?} {most}");
            assert_eq!(beyond.status, Status::Complete);
            assert_eq!(codes(&beyond), [code]);
            let trace = beyond.trace.expect("it was asked for");
            assert_eq!(trace.segments.len(), 1);
            assert_eq!(trace.segments[0].range, 0..beyond.text.len());
        }
    }
}

#[test]
fn a_partial_scores_anew_and_ends_alone() {
    for (template, most, text) in [
        ("a{% render 'loop' %}b{% render 'z' %}", 5, "axy1bz"),
        ("a{% render 'loop' %}b{% if true %}c{% endif %}d", 5, "Liquid error: Memory limits exceeded"),
        (
            "{% for i in (1..2) %}{{ i }}{% include 'counted' for items %}{% include 'z' %}{% endfor %}",
            6,
            "1xyz2xyz",
        ),
        (
            "a{% include 'table' %}b{{ j }}{% include 'z' %}",
            5,
            "a<<tr class=\"row1\">\n<td class=\"col1\">z1</td><td class=\"col2\">bz",
        ),
    ] {
        let outcome = run(template, |limits| limits.render_score = Some(most));
        assert_eq!(outcome.text, text, "{template}");
        let codes = codes(&outcome);
        assert!(!codes.is_empty() && codes.iter().all(|code| *code == "limit/render-score"), "{template}");
    }
}

#[test]
fn cumulative_scores_count_over_partials() {
    let template = "{% render 'loop' %}{% render 'loop' %}";
    let scores = run(template, |_| {}).scores.unwrap();
    assert_eq!((scores.render, scores.cumulative_render), (20, 42));
    assert!(run(template, |limits| limits.render_score = Some(20)).diagnostics.is_empty());
    assert!(run(template, |limits| limits.cumulative_render_score = Some(42)).diagnostics.is_empty());
    let beyond = run(template, |limits| limits.cumulative_render_score = Some(41));
    assert_eq!(codes(&beyond), ["limit/cumulative-render-score"]);
    assert_eq!(beyond.text, "xy1y2y3y4y5y6y7y8y9xy1y2y3y4y5y6y7y8");
}

#[test]
fn a_limit_is_raised_where_errors_are() {
    let engine = engine();
    let template = engine.template("{% for i in (1..9) %}x{% endfor %}").unwrap();
    let mut limits = ReferenceLimits::default();
    limits.render_score = Some(5);
    let outcome = template.prepare().stop_at_error(true).reference_limits(limits).run(&());
    let Status::Exceeded(exceeded) = outcome.status else { panic!("{:?}", outcome.status) };
    assert_eq!((exceeded.limit, exceeded.value), (Limit::RenderScore, 5));
    assert_eq!(exceeded.to_string(), "the render score is higher than 5");
    assert_eq!(outcome.scores.unwrap().render, 6);
    assert_eq!(template.render(&()).unwrap(), "xxxxxxxxx");
}
