//! Comparing with the widest registers that the processor has.

#![expect(unsafe_code, reason = "the one place that asks what the processor can do")]

use agent_core_utils::text::Steps;
use agent_core_utils::text::similarity::Choices;

/// Writes the similarity of a query to each choice.
pub(super) fn compare(
    choices: &Choices<'_>,
    query: &[u32],
    similarities: &mut [f64],
    steps: &mut Steps<'_>,
) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("popcnt")
    {
        // SAFETY: the processor has what the function is compiled for.
        return unsafe { compare_wide(choices, query, similarities, steps) };
    }
    choices.compare(query, similarities, steps);
}

/// The same, compiled for processors since 2013: registers are twice as wide, and count bits.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
fn compare_wide(
    choices: &Choices<'_>,
    query: &[u32],
    similarities: &mut [f64],
    steps: &mut Steps<'_>,
) {
    choices.compare(query, similarities, steps);
}
