//! The syntax stage through its public entry: what is refused, with which words, and that no template is slow.

use carafe::Source;
use carafe::dialect::{BRAZE, CLEVERTAP, CUSTOMERIO, Dialect, ErrorMode, LIQUID};
use carafe::limits::{Limit, Limits};
use carafe::syntax::{Parsed, parse, print};
use std::sync::Arc;

fn read(template: &str, dialect: &'static Dialect, mode: ErrorMode) -> Parsed {
    parse(&Arc::new(Source::new("t", template)), dialect, mode, &Limits::default())
}

fn findings(template: &str, dialect: &'static Dialect, mode: ErrorMode) -> Vec<String> {
    let place = |diagnostic: &carafe::diagnostic::Diagnostic| {
        let label = diagnostic.primary.as_ref()?;
        let position = label.source.position(label.span.from());
        Some(format!("{}:{} {}", position.line, position.column, diagnostic.code.name))
    };
    read(template, dialect, mode).diagnostics.iter().filter_map(place).collect()
}

#[test]
fn block_errors_have_the_references_words() {
    for (template, message, line) in [
        ("a\n{% if true %}\nb\n", "'if' tag was never closed", 4),
        ("{% if x %}{% endfor %}", "'endfor' is not a valid delimiter for if tags. use endif", 1),
        ("\n{% endif %}", "Unknown tag 'endif'", 2),
        ("{% else %}", "Unexpected outer 'else' tag", 1),
        ("{% end %}", "Unexpected outer 'end' tag", 1),
        ("{% elsif x %}", "Unknown tag 'elsif'", 1),
        ("{% capture x %}{% else %}{% endcapture %}", "capture tag does not expect 'else' tag", 1),
        ("{% nope %}", "Unknown tag 'nope'", 1),
        ("{% %}", "Tag '{% %}' was not properly terminated with regexp: /\\%\\}/", 1),
        ("x\n{{ a } }}", "Variable '{{ a }' was not properly terminated with regexp: /\\}\\}/", 2),
        ("{{ a", "Variable '{{' was not properly terminated with regexp: /\\}\\}/", 1),
        ("{% raw x %}{% endraw %}", "Syntax Error in 'raw' - Valid syntax: raw", 1),
        ("{% comment %}{% raw %}{% endcomment %}", "'raw' tag was never closed", 1),
        ("{% doc %}{% doc %}{% enddoc %}", "Syntax Error in 'doc' - Nested doc tags are not allowed", 1),
        (
            "{% # a\n b %}",
            "Syntax error in tag '#' - Each line of comments must be prefixed by the '#' character",
            1,
        ),
        (
            "{% case 1 %}{% when 1 %}{% else 2 %}{% endcase %}",
            "Syntax Error in tag 'case' - Valid else condition: {% else %} (no parameters) ",
            1,
        ),
        ("{% if x %}{% liquid endif %}", "'endif' is not a valid delimiter for liquid tags. use %}", 1),
        ("{% liquid\nif x\necho x\n%}{% endif %}", "'if' tag was never closed", 4),
        ("{% liquid\nassign a = 1\nnope\n%}", "Unknown tag 'nope'", 3),
        ("{% liquid\n  'x'\n%}", "Unknown tag ''x''", 2),
    ] {
        let parsed = read(template, &LIQUID, ErrorMode::Strict2);
        let error = parsed.reference_error.unwrap_or_else(|| panic!("{template:?} is accepted"));
        assert_eq!((error.message.as_str(), error.line), (message, line), "{template:?}");
    }
}

#[test]
fn all_errors_of_a_template_are_found() {
    for (template, expected) in [
        (
            "{% fi x %}{% if a %}{% endfi %}{{ b }",
            vec!["1:4 syntax/unknown-tag", "1:11 syntax/unclosed-block", "1:32 syntax/unclosed-output"],
        ),
        (
            "{% for a in b %}{% if c %}{% endfor %}{% endif %}",
            vec!["1:17 syntax/unclosed-block", "1:39 syntax/unexpected-tag"],
        ),
        (
            "{% if a %}{% endfi %}{% endif %}",
            vec!["1:11 syntax/unexpected-tag", "1:22 syntax/unexpected-tag"],
        ),
        ("{% nope %}{% endnope %}", vec!["1:4 syntax/unknown-tag"]),
        ("{{ a {% if b %}c", vec!["1:1 syntax/unclosed-output", "1:6 syntax/unclosed-block"]),
        ("{% if a %}{% else %}{% elsif b %}{% endif %}", vec![]),
    ] {
        let found = findings(template, &LIQUID, ErrorMode::Strict2);
        assert_eq!(found, expected, "{template}");
    }
    let parsed = read(&"{% nope %}".repeat(10_000), &LIQUID, ErrorMode::Lax);
    assert_eq!(parsed.diagnostics.len(), 1_001);
    assert_eq!(parsed.diagnostics[1_000].message, "9000 more findings are not shown");
}

#[test]
fn misspelt_tags_get_a_suggestion() {
    let help = |template, dialect| {
        let parsed = read(template, dialect, ErrorMode::Lax);
        let first = parsed.diagnostics.into_iter().next();
        first.map(|first| (first.help.join("; "), first.notes.join("; ")))
    };
    assert_eq!(help("{% asign x = 1 %}", &LIQUID).map(|it| it.0), Some("did you mean `assign`?".into()));
    assert!(help("{% abort_message %}", &LIQUID).is_some_and(|it| it.1.contains("dialect `braze`")));
    assert!(help("{% render 'x' %}", &BRAZE).is_some_and(|it| it.0.contains("{{content_blocks.${name}}}")));
}

#[test]
fn what_is_valid_is_accepted_without_a_word() {
    for template in [
        "{{ a.b[0]['c d'][e.f].g? | join: ', ' | f: 1, k: 'v', -2.5, | g: }}",
        "{{ a . b [ 'c' ] }}{{ ( 1 .. 5 ) }}{{ nilly }}{{ true.x }}{{ }}",
        "{% if a == 1 and b contains 'x' or c<>2 and d%}{%elsif e>0%}{% else %}{% endif %}",
        "{% unless order or android %}{% endunless %}",
        "{% case a %} x {% when 1 or 2, 3 %}b{% else %}c{% endcase %}",
        "{% for i in (1..n) reversed, limit: 2 offset:continue %}{% break %}{% else %}{% endfor %}",
        "{% tablerow i in a.b, cols: 2, limit:1 range: x %}{% endtablerow %}",
        "{% cycle 'a', b, 3 %}{% cycle g: 1, 2 %}{% increment x-y %}{% ifchanged %}{% endifchanged %}",
        "{% render 'a' for b as c, d: 1, e: f %}{% include x with y %}{% render 'a', for: 1 %}",
        "{% liquid\n  # note\n  comment a\n if\n endcomment\n  liquid liquid echo 'x'\n  if a\n echo b | c: 1\n endif %}",
        "{%- # a\n  # b -%}{% doc %}x{% enddoc %}{% raw %}{{ }{% endraw %}",
        "{% capture a %}{% capture b %}{% endcapture %}{% endcapture %}{% assign x-1 = 'a' | b %}",
    ] {
        assert_eq!(findings(template, &LIQUID, ErrorMode::Strict2), Vec::<String>::new(), "{template}");
    }
    for template in [
        "{{${first_name}}} {{ ${zip code} | default: 'x' }} {{custom_attribute.${Straße}[0].a}}",
        "{\"points\": {{custom_attribute.${p}}}}, {{custom_attribute.${p} | default: 0}}}",
        "{{api_trigger_properties.${details}.${color}}} {{a | plus: {{b}}}} cost ${{a}}",
        "{% if {{custom_attribute.${a}}} =='x' and ${b}>0 and c contains {{d}}%}{% endif %}",
        "{% assign n = {{custom_attribute.${p} | plus: 50}} | minus:{{m}} %}{% assign s = {{x}}\n| default: {{y}} %}",
        "{% for w in {{words}} limit:5 %}{{ 'now' | time_zone:{{${time_zone}}} }}{% endfor %}",
        "{% abort_message %}{% abort_message() %}{% abort_message ('no') %}{% abort_message(\"it's\") %}",
    ] {
        assert_eq!(findings(template, &BRAZE, ErrorMode::Lax), Vec::<String>::new(), "{template}");
    }
    for (template, expected) in [
        ("{{ ${a} }}", "1:1 syntax/unclosed-output"),
        ("{{ a.${b}}}", "1:6 syntax/invalid"),
        ("{% if {{a}} %}{% endif %}", "1:7 syntax/invalid"),
    ] {
        let found = findings(template, &LIQUID, ErrorMode::Strict2);
        assert_eq!(found.first().map(String::as_str), Some(expected), "{template}");
    }
}

#[test]
fn what_braze_calls_wrong_is_named() {
    for (template, expected) in [
        ("{{{api_trigger_properties.${k}}}}", "1:3 braze/triple-braces"),
        ("{{{custom_attribute.${d}} | date: '%s'}}", "1:3 braze/triple-braces"),
        ("{{ {{x}} }}", "1:4 braze/triple-braces"),
        ("{{ “x” }}", "1:4 syntax/curly-quotes"),
        ("{{custom_attribute.${a} | plus: {{custom_attribute.${b}}}}}", "1:35 braze/two-attributes"),
        ("{% if {{x | size}} == 1 %}{% endif %}", "1:7 braze/inner-filter"),
        ("{% assign s = 'Hi {{${first_name}}}' %}", "1:15 braze/liquid-in-string"),
        ("{% abort_message('{{x}}') %}", "1:17 braze/liquid-in-abort-message"),
        ("{% abort_message('it's') %}", "1:17 syntax/invalid"),
        ("Hi ${first_name}, event_properties.${a}", "1:4 braze/reference-in-text"),
        ("<!-- {{x}} -->{{y}}", "1:6 braze/liquid-in-html-comment"),
        ("{{ now | date: '%Y' }}", "1:4 braze/unquoted-now"),
        ("{{custom_atribute.${a}}}", "1:3 braze/unknown-namespace"),
        ("{% connected_content https://a.b/{{c}} :sav d %}", "1:41 braze/unknown-option"),
        ("{% catalog_items games %}", "1:1 syntax/invalid"),
        ("{% promotion(spring) %}", "1:1 syntax/invalid"),
        ("{% random 1 2 %}", "1:11 syntax/invalid"),
        ("{% include 'x' %}", "1:4 braze/no-partials"),
        ("{{${}}}", "1:3 braze/invalid-reference"),
        ("{{custom_attribute.${ }}}", "1:20 braze/invalid-reference"),
        ("{{${a${b}}}}", "1:3 braze/invalid-reference"),
        ("{{custom_attribute.${a}b}}", "1:20 braze/invalid-reference"),
    ] {
        let found = findings(template, &BRAZE, ErrorMode::Lax);
        assert_eq!(found.first().map(String::as_str), Some(expected), "{template}: {found:?}");
    }
    for (template, expected) in [
        ("{% if arr | size > 3 %}{% endif %}", "1:11 braze/filter-in-condition"),
        ("{% for x in arr | reverse %}{% endfor %}", "1:17 braze/filter-in-for"),
        ("{{ arr[i | minus: 1] }}", "1:10 braze/filter-in-index"),
        ("{% assign v = total > 100 %}", "1:21 braze/operator-in-assign"),
        ("{% if (a and b) or c %}{% endif %}", "1:7 braze/parentheses"),
        ("{% if a && b %}{% endif %}", "1:9 braze/double-ampersand"),
        ("{% assign größe = 1 %}", "1:11 braze/non-ascii-name"),
    ] {
        let found = findings(template, &BRAZE, ErrorMode::Strict2);
        assert_eq!(found.first().map(String::as_str), Some(expected), "{template}: {found:?}");
    }
}

#[test]
fn fixes_mend_what_they_are_for() {
    for (template, mended) in [
        ("{{{api_trigger_properties.${k}}}}", "{{api_trigger_properties.${k}}}"),
        ("{{{custom_attribute.${d}} | date: '%s'}}", "{{custom_attribute.${d} | date: '%s'}}"),
        ("{{ {{x}} }}", "{{ x }}"),
        ("{{ “x” | append: ‘y’ }}", "{{ \"x\" | append: 'y' }}"),
        ("{{ now | date: '%Y' }}", "{{ 'now' | date: '%Y' }}"),
        ("Hi event_properties.${a}!", "Hi {{event_properties.${a}}}!"),
    ] {
        let parsed = read(template, &BRAZE, ErrorMode::Lax);
        let fix = parsed.diagnostics.iter().find_map(|diagnostic| diagnostic.fix.clone());
        let mut text = template.to_owned();
        for edit in fix.map(|fix| fix.edits).unwrap_or_default().iter().rev() {
            text.replace_range(edit.span.from()..edit.span.to(), &edit.text);
        }
        assert_eq!(text, mended);
        assert!(read(&text, &BRAZE, ErrorMode::Lax).diagnostics.is_empty(), "{text}");
    }
}

#[test]
fn printed_trees_read_to_the_same_tree() {
    for (template, dialect, expected) in [
        ("a {{- b.c[0]['d']|e:1,f:-2.50,g }} {", &LIQUID, "a{{ b.c[0]['d'] | e: 1, g, f: -2.5 }} {"),
        ("{ {{- a }}{% raw %}{{{% endraw %}", &LIQUID, "{ {{- a }}{% raw %}{{{% endraw %}"),
        (
            "{% if a==1 or b %}x{% elsif c %}y{% else %}z{% endif %}{% unless a<>b %}{% endunless %}",
            &LIQUID,
            "{% if a == 1 or b %}x{% elsif c %}y{% else %}z{% endif %}{% unless a != b %}{% endunless %}",
        ),
        (
            "{% liquid\nfor i in (1..n) reversed offset:continue\n echo i\nelse\n break\nendfor %}",
            &LIQUID,
            "{% for i in (1..n) reversed offset: continue %}{{ i }}{% else %}{% break %}{% endfor %}",
        ),
        (
            "{% case a %}x{% when 1 or \"it's\" %}{% else %}{% endcase %}{% cycle g:a,b %}",
            &LIQUID,
            "{% case a %}{% when 1, \"it's\" %}{% else %}{% endcase %}{% cycle g: a, b %}",
        ),
        (
            "{%render 'a' for b as c d:1%}{%include x,e:2%}{%increment n%}{%# x%}{%capture y%}{%endcapture%}",
            &LIQUID,
            "{% render 'a' for b as c, d: 1 %}{% include x, e: 2 %}{% increment n %}{% capture y %}{% endcapture %}",
        ),
        (
            "{{a.${ b }.${c}|d:{{e|f}}}}{%assign g = {{${h}}}%}{%abort_message(no)%}",
            &BRAZE,
            "{{ a.${b}.${c} | d: {{e | f}} }}{% assign g = {{${h}}} %}{% abort_message('no') %}",
        ),
        (
            "{%connected_content https://a.b/${c}?d={{e|f}}\n:retry :body {{g}} :method  post :save h %}{%random%}",
            &BRAZE,
            "{% connected_content https://a.b/{{ ${c} }}?d={{ e | f }} :method post :body {{ g }} :save h :retry %}\
             {% random %}",
        ),
        (
            "{%catalog_items a {{b}} c  :rerender%}{%message_extras :key k :value v w%}{%promotion (\"p\")%}",
            &BRAZE,
            "{% catalog_items a {{ b }} c :rerender %}{% message_extras :key k :value v w %}{% promotion ('p') %}",
        ),
        (
            "{%catalog_selection_items a b :rerender%}{%shopping_cart {{a}} :abort_if_not_abandoned false%}\
             {%random 10%}{%promotion('p')%}",
            &BRAZE,
            "{% catalog_selection_items a b :rerender %}\
             {% shopping_cart {{ a }} :abort_if_not_abandoned false %}{% random 10 %}{% promotion ('p') %}",
        ),
        (
            r#"{%if not a and b or c contains "it's \\"|size%}{%endif%}{%case a|size%}{%when 1%}{%endcase%}"#,
            &CUSTOMERIO,
            r"{% if not a and b or c contains 'it\'s \\' | size %}{% endif %}{% case a | size %}{% when 1 %}{% endcase %}",
        ),
        ("{%if a%}{%abort%}{%endif%}", &CLEVERTAP, "{% if a %}{% abort %}{% endif %}"),
    ] {
        let again = |template: &str| {
            let source = Arc::new(Source::new("t", template));
            print(&parse(&source, dialect, ErrorMode::Strict2, &Limits::default()).ast, &source, dialect)
        };
        let printed = again(template);
        assert_eq!(printed, expected);
        assert_eq!(again(&printed), printed);
    }
}

#[test]
fn the_examples_of_the_tags_are_valid() {
    for tag in carafe::syntax::tags::TAGS {
        for dialect in Dialect::all().into_iter().filter(|dialect| tag.dialects.intersects(dialect.set)) {
            let found = findings(tag.example, dialect, ErrorMode::Strict2);
            assert_eq!(found, Vec::<String>::new(), "{}", tag.example);
        }
    }
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| "{% if true %}".repeat(depth) + "x" + &"{% endif %}".repeat(depth);
    assert!(read(&nested(100), &LIQUID, ErrorMode::Lax).diagnostics.is_empty());
    for depth in [101, 20_000, 200_000] {
        let parsed = read(&nested(depth), &LIQUID, ErrorMode::Lax);
        assert_eq!(parsed.limit.map(|exceeded| exceeded.limit), Some(Limit::BlockDepth));
        assert_eq!(parsed.reference_error.map(|error| error.message).as_deref(), Some("Nesting too deep"));
        assert_eq!(parsed.diagnostics.len(), 1);
    }
    let mut limits = Limits::default();
    limits.template_bytes = 3;
    let parsed = parse(&Arc::new(Source::new("t", "abcd")), &LIQUID, ErrorMode::Lax, &limits);
    assert_eq!(parsed.limit.map(|exceeded| exceeded.limit), Some(Limit::TemplateBytes));
}

#[test]
fn no_template_is_slow() {
    let templates = [
        "{% if true %}".repeat(20_000),
        "{{".repeat(50_000),
        "{%".repeat(50_000),
        "{% comment %}".repeat(20_000),
        "{% case x %}".to_owned(),
        format!("{{% if true {} %}}y{{% endif %}}", "and true ".repeat(20_000)),
        format!("{{{{ a{} }}}}", ".a".repeat(50_000)),
        format!("{{{{ 'a' {} }}}}", "| upcase ".repeat(50_000)),
        format!("{{{{ {}0{} }}}}", "a[".repeat(5_000), "]".repeat(5_000)),
        format!("{{{{ {}0{} }}}}", "(".repeat(50_000), "..1)".repeat(50_000)),
        format!("{{% liquid {} %}}", "liquid ".repeat(50_000)),
        format!("{{% liquid\n{} %}}", "if x\n".repeat(50_000)),
        format!("{{% {} %}}", "x".repeat(1_000_000)),
        "{% endif %}".repeat(50_000),
        "${a".repeat(50_000),
        "<!--".repeat(50_000),
        format!("{{{{ {} }}}}", "${".repeat(50_000)),
        format!("{{{{ {} }}}}", "'\"".repeat(50_001)),
        format!("{{% if {} %}}", "(".repeat(50_000)),
    ];
    for template in &templates {
        for dialect in Dialect::all() {
            let parsed = read(template, dialect, ErrorMode::Strict2);
            assert!(parsed.diagnostics.len() <= 1_001, "{}", parsed.diagnostics.len());
        }
    }
}

#[test]
fn operators_want_spaces_where_ruby_reads_other_words() {
    let warnings = |condition: &str, mode| {
        let template = format!("{{% if {condition} %}}{{% endif %}}");
        findings(&template, &LIQUID, mode)
    };
    for condition in
        ["a==b", "a ==b", "a== b", "a.b[0]=='x'", "a>0", "1 <b", "'x'==a", "x and a==1", "1==1", "1== a"]
    {
        assert_eq!(warnings(condition, ErrorMode::Lax).len(), 1, "{condition}");
        assert_eq!(warnings(condition, ErrorMode::Strict2), Vec::<String>::new(), "{condition}");
    }
    for condition in ["a == b", "a >0", "a =='x'", "'x'=='y'", "a contains 'x'"] {
        assert_eq!(warnings(condition, ErrorMode::Lax), Vec::<String>::new(), "{condition}");
    }
    for braze in ["{% if {{a}}==1 %}{% endif %}", "{% if ${a} =='x' %}{% endif %}"] {
        assert_eq!(findings(braze, &BRAZE, ErrorMode::Lax), Vec::<String>::new(), "{braze}");
    }
}

#[test]
fn the_first_error_is_kept_behind_a_thousand_warnings() {
    let parsed = read(&("{{ a b }}".repeat(1_200) + "{% nope %}"), &LIQUID, ErrorMode::Lax);
    assert!(parsed.diagnostics.iter().any(|found| found.code.name == "syntax/unknown-tag"));
    let last = parsed.diagnostics.last().map(|found| (found.code.name, found.is_error()));
    assert_eq!(last, Some(("syntax/more-findings", false)));
}

/// The template with every fix of its findings made.
fn mended(template: &str, dialect: &'static Dialect) -> String {
    let fixes = read(template, dialect, ErrorMode::Lax).diagnostics.into_iter().filter_map(|found| found.fix);
    let mut edits: Vec<_> = fixes.flat_map(|fix| fix.edits).collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.from()));
    let mut text = template.to_owned();
    for edit in edits {
        text.replace_range(edit.span.from()..edit.span.to(), &edit.text);
    }
    text
}

#[test]
fn fixes_make_what_was_meant() {
    for (template, expected) in [
        ("{% if a %}{% else if b %}{% endif %}", "{% if a %}{% elsif b %}{% endif %}"),
        ("{% if a %}{%-else  if b-%}{% endif %}", "{% if a %}{%-elsif b-%}{% endif %}"),
        ("{{ x | append \"y\" | upcase }}", "{{ x | append: \"y\" | upcase }}"),
        ("{% assign a = x | plus 1 %}", "{% assign a = x | plus: 1 %}"),
        ("{{ cycle 'a', 'b' }}", "{% cycle 'a', 'b' %}"),
        ("{% if a==b and c ==d or e>0 %}{% endif %}", "{% if a == b and c == d or e > 0 %}{% endif %}"),
    ] {
        assert_eq!(mended(template, &LIQUID), expected, "{template}");
    }
}
