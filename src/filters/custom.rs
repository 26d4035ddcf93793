//! Filters of the host.
/// x
#[derive(Debug)]
pub struct CustomFilter;
impl CustomFilter {
    /// x
    pub fn call<'r>(&self, call: &super::Call<'_, 'r>) -> Result<crate::Value<'r>, crate::Failure> {
        Ok(call.input)
    }
}
