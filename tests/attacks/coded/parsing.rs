//! The cases P that need code.

use super::Coded;
use crate::here::in_small_stack;
use carafe::{Engine, Limits, dialect};

pub const ALL: &[Coded] =
    &[("P27", "names near thousands of undefined ones are looked for within bounds", near_names)];

fn near_names() {
    let assigned = (0..5_000).map(|at| format!("{{% assign v{at} = 1 %}}"));
    let used = (0..5_000).map(|at| format!("{{{{ w{at} }}}}"));
    let template: String = assigned.chain(used).collect();
    for (limits, kept) in [(Limits::local(), 1_000), (Limits::untrusted(), 100)] {
        let template = template.clone();
        let found = in_small_stack(move || {
            let engine = Engine::builder().dialect(&dialect::LIQUID).limits(limits).build();
            let template = engine.template(template).expect("it parses");
            template.prepare().warnings(true).run(&()).diagnostics
        });
        assert_eq!(found.len(), kept + 1);
        let helped = found.iter().filter(|found| found.help.iter().any(|help| help.contains("did you mean")));
        assert_eq!(helped.count(), 50);
        let last = found.last().map(|found| (found.code.name, found.message.as_str()));
        let more = format!("{} findings of the render are not shown", 5_000 - kept);
        assert_eq!(last, Some(("render/more-findings", more.as_str())));
    }
}
