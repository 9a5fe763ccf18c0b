/// Everything that can go wrong in this crate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A name that a metric's samples would have is taken.
    #[error("{sample} is taken by the {kind} {name} with labels ({labels})")]
    DuplicateMetric {
        /// The name that is taken.
        sample: String,
        /// What kind of metric took it.
        kind: &'static str,
        /// Its name.
        name: String,
        /// Its labels.
        labels: String,
    },
    /// A series was asked for by too few or too many label values.
    #[error("{name} takes {expected} label values, not {given}")]
    LabelCount {
        /// The metric's name.
        name: String,
        /// How many labels it has.
        expected: usize,
        /// How many values there were.
        given: usize,
    },
    /// A metric with labels was used as if it were a series.
    #[error("{name} has labels ({labels}): ask labels()")]
    Unlabelled {
        /// The metric's name.
        name: String,
        /// Its labels.
        labels: String,
    },
    /// Histograms of different shapes were to be merged.
    #[error("histograms of other steps or precision cannot be merged")]
    MergeMismatch,
    /// More was to be counted than a counter can.
    #[error("the total would pass {}", i64::MAX)]
    TotalTooLarge,
    /// More was to be observed than a histogram can.
    #[error("the observations would pass {}", i64::MAX)]
    TooManyObservations,
}
