//! The program, as the documents in `tests/cli/` show it: every block there is run and compared.
//!
//! `TRYCMD=overwrite cargo test --test cli` writes the blocks anew.

#[test]
fn documents() {
    trycmd::TestCases::new().case("tests/cli/*.md");
}
