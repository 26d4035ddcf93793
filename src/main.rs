//! The program `carafe`.
fn main() {}
