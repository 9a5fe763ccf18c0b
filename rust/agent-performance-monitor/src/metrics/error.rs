use std::collections::TryReserveError;

/// The errors of metrics.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A sample name of the metric is already registered.
    #[error("{sample} is taken by the {kind} {name} with labels ({labels})")]
    DuplicateMetric {
        /// The name that is registered.
        sample: String,
        /// The kind of the metric that has it.
        kind: &'static str,
        /// Its name.
        name: String,
        /// Its labels.
        labels: String,
    },
    /// A series was requested with a wrong number of label values.
    #[error("{name} takes {expected} label values, not {given}")]
    LabelCount {
        /// The metric's name.
        name: String,
        /// The number of its labels.
        expected: usize,
        /// The number of given values.
        given: usize,
    },
    /// A labelled metric was used as a series.
    #[error("{described}: ask labels()")]
    Unlabelled {
        /// The metric's name and labels.
        described: String,
    },
    /// A series of a metric without labels was to be removed.
    #[error("{name} has no labels")]
    NoLabels {
        /// The metric's name.
        name: String,
    },
    /// Histograms with different settings cannot be merged.
    #[error("histograms of other steps or precision cannot be merged")]
    MergeMismatch,
    /// The total would exceed the range of a counter.
    #[error("the total would pass {}", i64::MAX)]
    TotalTooLarge,
    /// The total would exceed the greatest finite float.
    #[error("the total would pass 1.7976931348623157e+308")]
    SumTooLarge,
    /// The number of observations would exceed the range of a histogram.
    #[error("the observations would pass {}", i64::MAX)]
    TooManyObservations,
    /// What is needed could not be allocated.
    #[error("out of memory")]
    OutOfMemory,
}

impl From<TryReserveError> for Error {
    fn from(_: TryReserveError) -> Self {
        Self::OutOfMemory
    }
}
