//! The reference implementation's own resource limits, and the scores it compares them with.

/// The limits of the reference's `ResourceLimits`, for hosts that already set them; none is set by default.
///
/// [`Limits`](super::Limits) stay on beside them. What counts is what the reference counts:
///
/// - the render score grows by the number of nodes of a body (texts, outputs, tags, comments) whenever that body is
///   rendered: a template, a branch, each turn of a loop;
/// - the assign score grows by what `assign` and `capture` keep: a text by its bytes, an array or object by one and what it
///   holds, anything else by one;
/// - the render length is the bytes written, looked at after each node.
///
/// A partial starts both scores anew, as in the reference; the cumulative scores count on. Each must not be exceeded.
///
/// ```
/// use carafe::{Engine, limits::ReferenceLimits, dialect};
///
/// let engine = Engine::builder().dialect(&dialect::LIQUID).build();
/// let template = engine.template("{% for i in (1..9) %}x{% endfor %}")?;
/// let mut limits = ReferenceLimits::default();
/// limits.render_score = Some(5);
/// let outcome = template.prepare().reference_limits(limits).run(&());
/// assert_eq!(outcome.text, "Liquid error: Memory limits exceeded");
/// # Ok::<(), carafe::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReferenceLimits {
    /// `render_score_limit`
    pub render_score: Option<u64>,
    /// `assign_score_limit`
    pub assign_score: Option<u64>,
    /// `render_length_limit`, in bytes.
    pub render_length: Option<u64>,
    /// `cumulative_render_score_limit`
    pub cumulative_render_score: Option<u64>,
    /// `cumulative_assign_score_limit`
    pub cumulative_assign_score: Option<u64>,
}

/// The scores a render reached; see [`ReferenceLimits`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scores {
    /// The render score since the last template or partial began.
    pub render: u64,
    /// The assign score since the last template or partial began.
    pub assign: u64,
    /// The render score of the whole render.
    pub cumulative_render: u64,
    /// The assign score of the whole render.
    pub cumulative_assign: u64,
}
