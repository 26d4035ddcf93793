//! The limits as a host sets them. What ends at them stands in `tests/attacks/`.

use carafe::Limits;
use carafe::limits::Limit;

#[test]
fn presets_have_names_and_every_limit_can_be_set() {
    for name in Limits::PRESETS {
        let mut limits = Limits::preset(name).expect(name);
        for (number, limit) in (7..).zip(Limit::ALL) {
            assert!(limits.get(*limit).is_some(), "{}", limit.name());
            limits.set(*limit, number);
            assert_eq!(limits.get(*limit), Some(number), "{}", limit.name());
            assert_eq!(Limit::find(limit.name()), Some(*limit));
        }
    }
    assert_eq!(Limits::default(), Limits::local());
}
