//! stub
/// stub
#[derive(Clone, Copy, Debug)]
pub struct Time;
impl std::fmt::Display for Time {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}
