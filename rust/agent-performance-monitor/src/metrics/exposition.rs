//! Text expositions: Prometheus and `OpenMetrics`.

use super::Error;
use super::cells::Kind;
use super::memory::push_str;
use super::numbers::repr;
use super::snapshot::{Held, Part, Reading};

/// The text formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Prometheus' own, version 0.0.4.
    Prometheus,
    /// `OpenMetrics` 1.0.
    OpenMetrics,
}

/// All series as text, one line for each sample; of any length if `stop` says so.
pub(super) fn expose(
    parts: &[Part],
    dialect: Dialect,
    stop: &dyn Fn() -> bool,
) -> Result<String, Error> {
    let open = dialect == Dialect::OpenMetrics;
    let mut lines = String::new();
    for Part { source, readings } in parts {
        let ending = if source.kind == Kind::Counter { "_total" } else { "" };
        let head = if open { "" } else { ending };
        if !source.description.is_empty() {
            join(&mut lines, &["# HELP ", &source.name, head, " "])?;
            escape(&mut lines, &source.description, open)?;
            push_str(&mut lines, "\n")?;
        }
        join(&mut lines, &["# TYPE ", &source.name, head, " ", source.kind.name(), "\n"])?;
        for reading in readings {
            if stop() {
                return Ok(lines);
            }
            write(&mut lines, reading, ending)?;
        }
    }
    if open {
        push_str(&mut lines, "# EOF\n")?;
    }
    Ok(lines)
}

fn write(lines: &mut String, reading: &Reading, ending: &str) -> Result<(), Error> {
    let mut labels = String::new();
    for (label, value) in reading.labels() {
        let comma = if labels.is_empty() { "" } else { "," };
        join(&mut labels, &[comma, label, "=\""])?;
        escape(&mut labels, value, true)?;
        push_str(&mut labels, "\"")?;
    }
    let name = &reading.source.name;
    let mut sample = |ending: &str, labels: &str, value: &str| {
        if labels.is_empty() {
            join(lines, &[name, ending, " ", value, "\n"])
        } else {
            join(lines, &[name, ending, "{", labels, "} ", value, "\n"])
        }
    };
    match &reading.held {
        Held::Counter(total) => sample(ending, &labels, &total.to_string()),
        Held::Sum(value) | Held::Gauge(value) => sample(ending, &labels, &number(*value)),
        Held::Histogram(buckets) => {
            let rows = buckets.cumulative().into_iter().map(|(bound, below)| (repr(bound), below));
            let comma = if labels.is_empty() { "" } else { "," };
            let mut bounded = String::new();
            for (le, below) in rows.chain([("+Inf".to_owned(), buckets.count)]) {
                bounded.clear();
                join(&mut bounded, &[&labels, comma, "le=\"", &le, "\""])?;
                sample("_bucket", &bounded, &below.to_string())?;
            }
            sample("_sum", &labels, &number(buckets.sum()))?;
            sample("_count", &labels, &buckets.count.to_string())
        }
    }
}

/// Appends some texts.
fn join(text: &mut String, parts: &[&str]) -> Result<(), Error> {
    parts.iter().try_for_each(|part| push_str(text, part))
}

/// Appends a text with backslashes before what is special in it.
fn escape(escaped: &mut String, text: &str, quoted: bool) -> Result<(), Error> {
    for piece in text.split_inclusive(['\\', '\n', '"']) {
        let (plain, special) = match piece.as_bytes().last() {
            Some(b'\\') => (piece.strip_suffix('\\'), "\\\\"),
            Some(b'\n') => (piece.strip_suffix('\n'), "\\n"),
            Some(b'"') if quoted => (piece.strip_suffix('"'), "\\\""),
            _ => (None, ""),
        };
        join(escaped, &[plain.unwrap_or(piece), special])?;
    }
    Ok(())
}

fn number(value: f64) -> String {
    match value {
        f64::INFINITY => "+Inf".to_owned(),
        f64::NEG_INFINITY => "-Inf".to_owned(),
        _ if value.is_nan() => "NaN".to_owned(),
        _ => repr(value),
    }
}
