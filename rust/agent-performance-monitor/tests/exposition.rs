//! Random metrics, read back from their exposition. `PROPTEST_CASES` sets how many are drawn.

#![cfg(feature = "metrics")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use agent_performance_monitor::metrics::{
    Counter, Dialect, Error, Gauge, Histogram, Registry, Shape,
};
use proptest::prelude::*;

const SHAPE: Shape = Shape { steps: 1, precision: 7 };

/// A sample line: the name, the labels with their values, and the figure.
type Sample = (String, Vec<(String, String)>, String);

/// Reads a line as the format's grammar has it; None if it is not in it.
fn parse(line: &str) -> Option<Sample> {
    let end = line.find(['{', ' '])?;
    let (name, mut rest) = line.split_at(end);
    let mut labels = Vec::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        loop {
            let (label, quoted) = rest.split_once("=\"")?;
            let (value, after) = unquoted(quoted)?;
            labels.push((label.to_owned(), value));
            if let Some(next) = after.strip_prefix(',') {
                rest = next;
            } else {
                rest = after.strip_prefix('}')?;
                break;
            }
        }
    }
    Some((name.to_owned(), labels, rest.strip_prefix(' ')?.to_owned()))
}

/// A quoted value without its escapes, and what comes after its quote.
fn unquoted(quoted: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = quoted.chars();
    loop {
        match rest.next()? {
            '"' => return Some((value, rest.as_str())),
            '\\' => value.push(match rest.next()? {
                'n' => '\n',
                same @ ('\\' | '"') => same,
                _ => return None,
            }),
            plain => value.push(plain),
        }
    }
}

/// Text of all kinds, with much that is to be escaped.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[\\\\\"\n{}=, a]{0,12}"]
}

proptest! {
    #[test]
    fn every_sample_comes_back_from_its_line(
        description in text(),
        values in prop::collection::vec((text(), text()), 1..4),
        amount in 0_u64..1 << 60,
        level in any::<f64>(),
        observed in prop::collection::vec(0_u64..1 << 40, 0..20),
        open in any::<bool>(),
    ) {
        let registry = Registry::default();
        let labels = || vec!["one".to_owned(), "two".to_owned()];
        let counter = registry.register::<Counter>("visits", description, labels(), SHAPE).unwrap();
        let gauge = registry.register::<Gauge>("level", String::new(), labels(), SHAPE).unwrap();
        let sizes = registry.register::<Histogram>("sizes", String::new(), labels(), SHAPE).unwrap();
        for (one, two) in &values {
            counter.member(&[one, two]).unwrap().add(amount / 4).unwrap();
            gauge.member(&[one, two]).unwrap().set(level);
            for each in &observed {
                sizes.member(&[one, two]).unwrap().observe(*each, 1).unwrap();
            }
        }
        let dialect = if open { Dialect::OpenMetrics } else { Dialect::Prometheus };
        let exposed = registry.snapshot::<Error>(|| Ok(())).unwrap().expose(dialect, &|| false).unwrap();
        prop_assert!(exposed.ends_with('\n'));
        let mut found = Vec::new();
        for line in exposed.split_terminator('\n').filter(|line| !line.starts_with('#')) {
            let sample = parse(line);
            prop_assert!(sample.is_some(), "{line:?}");
            found.extend(sample);
        }
        for (one, two) in &values {
            let labels = [("one".to_owned(), one.clone()), ("two".to_owned(), two.clone())];
            let figure = |name: &str| {
                let same = found.iter().filter(|sample| sample.0 == name && sample.1 == labels);
                same.map(|sample| sample.2.clone()).collect::<Vec<_>>()
            };
            let total = counter.member(&[one, two]).unwrap().value();
            prop_assert_eq!(figure("visits_total"), [total.to_string()]);
            prop_assert_eq!(figure("level").len(), 1);
            let shown: f64 = figure("level")[0].replace("Inf", "inf").parse().unwrap();
            prop_assert!(shown.to_bits() == level.to_bits() || shown.is_nan() && level.is_nan());
        }
    }
}
