//! Text expositions: Prometheus and `OpenMetrics`.

use super::cells::Kind;
use super::family::AnyFamily;
use super::numbers::repr;
use super::snapshot::{Held, Reading};

/// The text formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Prometheus' own, version 0.0.4.
    Prometheus,
    /// `OpenMetrics` 1.0.
    OpenMetrics,
}

/// All series of `families` as text, one line for each sample.
pub(super) fn expose(families: &[AnyFamily], dialect: Dialect) -> String {
    let open = dialect == Dialect::OpenMetrics;
    let mut lines = Vec::new();
    for family in families {
        let ending = if family.kind() == Kind::Counter { "_total" } else { "" };
        let name = family.name();
        let head = if open { "" } else { ending };
        if !family.description().is_empty() {
            let description = escaped(family.description(), open);
            lines.push(format!("# HELP {name}{head} {description}\n"));
        }
        lines.push(format!("# TYPE {name}{head} {}\n", family.kind().name()));
        for reading in family.read() {
            write(&mut lines, &reading, ending);
        }
    }
    if open {
        lines.push("# EOF\n".to_owned());
    }
    lines.concat()
}

fn write(lines: &mut Vec<String>, reading: &Reading, ending: &str) {
    let quoted: Vec<_> = reading
        .labels()
        .map(|(label, value)| format!("{label}=\"{}\"", escaped(value, true)))
        .collect();
    let mut sample = |ending: &str, labels: &[String], value: &str| {
        let name = reading.name();
        lines.push(if labels.is_empty() {
            format!("{name}{ending} {value}\n")
        } else {
            format!("{name}{ending}{{{}}} {value}\n", labels.join(","))
        });
    };
    match &reading.held {
        Held::Counter(total) => sample(ending, &quoted, &total.to_string()),
        Held::Gauge(value) => sample(ending, &quoted, &number(*value)),
        Held::Histogram(buckets) => {
            let rows = buckets.cumulative().into_iter().map(|(bound, below)| (repr(bound), below));
            for (le, below) in rows.chain([("+Inf".to_owned(), buckets.count)]) {
                let labels = [&quoted[..], &[format!("le=\"{le}\"")]].concat();
                sample("_bucket", &labels, &below.to_string());
            }
            sample("_sum", &quoted, &number(buckets.sum()));
            sample("_count", &quoted, &buckets.count.to_string());
        }
    }
}

fn escaped(text: &str, quoted: bool) -> String {
    let text = text.replace('\\', r"\\").replace('\n', r"\n");
    if quoted { text.replace('"', "\\\"") } else { text }
}

fn number(value: f64) -> String {
    match value {
        f64::INFINITY => "+Inf".to_owned(),
        f64::NEG_INFINITY => "-Inf".to_owned(),
        _ if value.is_nan() => "NaN".to_owned(),
        _ => repr(value),
    }
}
