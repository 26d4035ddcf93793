//! Texts that are kept in files: a test makes the text anew and compares.

use std::path::Path;

/// Fails unless the file at `path`, from the package's folder, holds `actual`.
///
/// With `CARAFE_UPDATE=1` in the environment the file is written instead.
pub fn expect(path: &str, actual: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("CARAFE_UPDATE").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("folder");
        std::fs::write(&file, actual).expect("write the expected text");
        return;
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        expected == actual,
        "{path} holds another text; CARAFE_UPDATE=1 rewrites it.\n--- expected\n{expected}\n--- actual\n{actual}"
    );
}
