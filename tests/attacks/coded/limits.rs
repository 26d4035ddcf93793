//! The pairs of limits that need code: a request is met and passed only where a host answers it.

use super::Coded;
use carafe::fetch::{Fetch, FetchError, Request, Response};
use carafe::limits::Limit;
use carafe::{Engine, Limits, Status};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub const ALL: &[Coded] = &[("N11", "requests of the network up to the limit and one more", network)];

#[derive(Clone, Default)]
struct Host(Arc<AtomicUsize>);

impl Fetch for Host {
    fn fetch(&self, _: &Request) -> Result<Response, FetchError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(Response::new(200, "1"))
    }
}

fn network() {
    let run = |most: u64| {
        let mut limits = Limits::untrusted();
        limits.set(Limit::NetworkRequests, most);
        limits.deadline = None;
        let host = Host::default();
        let engine = Engine::builder().limits(limits).fetch(host.clone()).build();
        let template = "{% for i in (1..3) %}{% connected_content https://a.example/{{ i }} %}{% endfor %}";
        let end = engine.template(template).expect("it parses").prepare().run(&());
        (end.status, host.0.load(Ordering::Relaxed))
    };
    assert_eq!(run(3), (Status::Complete, 3));
    let (Status::Exceeded(met), 2) = run(2) else { panic!("{:?}", run(2)) };
    assert_eq!((met.limit, met.value), (Limit::NetworkRequests, 2));
    assert_eq!(run(0), (Status::Complete, 0));
}
