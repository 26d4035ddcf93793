//! What the library promises: the listing `docs/public-api.txt` is what it has, so that no change of it goes unnoticed.
//! `CARAFE_UPDATE=1` writes it.

use std::path::Path;
use std::process::Command;

#[test]
fn the_listing_is_what_the_library_has() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = root.join("target/public-api");
    // The documentation as JSON is not stable: another compiler may write what the listing's maker does not read.
    let documented = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["rustdoc", "--quiet", "--lib", "--target-dir"])
        .arg(&target)
        .args(["--", "-Z", "unstable-options", "--output-format", "json"])
        .env("RUSTC_BOOTSTRAP", "1")
        .output()
        .expect("cargo runs");
    assert!(documented.status.success(), "{}", String::from_utf8_lossy(&documented.stderr));
    let json = target.join("doc/carafe.json");
    let api = public_api::Builder::from_rustdoc_json(&json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build();
    let api = match api {
        Ok(api) => api,
        Err(error) => {
            let json = std::fs::read_to_string(&json).expect("it was written");
            assert!(!json.contains("\"format_version\":57"), "{error}");
            eprintln!("this compiler's documentation cannot be read, the listing is not compared: {error}");
            return;
        }
    };
    let listing: String = api.items().map(|item| format!("{item}\n")).collect();
    let file = root.join("docs/public-api.txt");
    if std::env::var_os("CARAFE_UPDATE").is_some() {
        std::fs::write(&file, &listing).expect("the listing can be written");
    }
    let promised = std::fs::read_to_string(&file).expect("the listing is there");
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<std::collections::BTreeSet<_>>();
    let (promised, listing) = (lines(&promised), lines(&listing));
    let added: Vec<_> = listing.difference(&promised).collect();
    let removed: Vec<_> = promised.difference(&listing).collect();
    assert!(
        added.is_empty() && removed.is_empty(),
        "the public API changed; `CARAFE_UPDATE=1 cargo test --test public_api` writes docs/public-api.txt\nadded: {added:#?}\nremoved: {removed:#?}"
    );
}
