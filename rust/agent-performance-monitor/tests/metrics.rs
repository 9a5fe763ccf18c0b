//! Tests of the metrics' core: bucket bounds, and no lost updates between threads.

#![cfg(feature = "metrics")]

use std::thread;

use agent_performance_monitor::metrics::{
    Cell, Counter, Dialect, Error, Family, Gauge, Histogram, Registry, Shape,
};

const SHAPE: Shape = Shape { steps: 1, precision: 7 };

type Result<T = ()> = std::result::Result<T, Error>;

fn histogram() -> Histogram {
    Histogram::new(SHAPE)
}

#[test]
fn no_increment_is_lost_among_threads() -> Result {
    let registry = Registry::default();
    let counter = registry.register::<Counter>("requests", String::new(), vec![], SHAPE)?;
    let gauge = registry.register::<Gauge>("queue", String::new(), vec![], SHAPE)?;
    let sizes =
        registry.register::<Histogram>("sizes", String::new(), vec!["kind".to_owned()], SHAPE)?;
    let work = || -> Result {
        for turn in 0..20_000 {
            counter.member(&[])?.add(1)?;
            gauge.member(&[])?.add(0.5);
            sizes.member(&[["a", "b"][turn % 2]])?.observe(turn as u64, 1)?;
        }
        Ok(())
    };
    let outcomes = thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(thread::ScopedJoinHandle::join).collect::<Vec<_>>()
    });
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(Ok(())))));
    assert_eq!(counter.member(&[])?.value(), 160_000);
    assert!((gauge.member(&[])?.value() - 80_000.0).abs() < f64::EPSILON);
    assert_eq!(sizes.member(&["a"])?.count() + sizes.member(&["b"])?.count(), 160_000);
    Ok(())
}

#[test]
fn every_value_is_in_a_bucket_that_is_less_than_one_part_in_128_too_high() -> Result {
    let mut value = 1_u64;
    while value < u64::MAX >> 2 {
        for near in [value - 1, value, value + 1] {
            let histogram = histogram();
            histogram.observe(near, 1)?;
            histogram.observe(i64::MAX.unsigned_abs(), 1)?;
            let bound = histogram.percentile(50.0).unwrap_or(-1.0);
            #[expect(clippy::cast_precision_loss, reason = "it is compared with a float")]
            let low = near as f64;
            assert!(bound >= low && bound <= low * (1.0 + 1.0 / 128.0));
        }
        value *= 2;
    }
    Ok(())
}

#[test]
fn what_cannot_be_counted_changes_nothing() -> Result {
    let most = i64::MAX.unsigned_abs();
    let counter = Counter::new(SHAPE);
    counter.add(most)?;
    assert_eq!(counter.add(1), Err(Error::TotalTooLarge));
    assert_eq!(counter.value(), most);
    let histogram = histogram();
    histogram.observe(3, most)?;
    assert_eq!(histogram.observe(5, 1), Err(Error::TooManyObservations));
    assert_eq!(histogram.merge(&histogram), Err(Error::TooManyObservations));
    assert_eq!(histogram.filled()?, [(3.0, most)]);
    Ok(())
}

#[test]
fn a_million_observations_are_in_few_buckets() -> Result {
    let histogram = histogram();
    let mut value = 1_u64;
    for _ in 0..1_000_000 {
        value =
            value.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        histogram.observe(value >> (1 + value % 60), 1)?;
    }
    assert_eq!(histogram.count(), 1_000_000);
    assert!(histogram.filled()?.len() * size_of::<u64>() <= 64 * 1024);
    Ok(())
}

#[test]
fn a_name_is_one_metrics() -> Result {
    let registry = Registry::default();
    let first: std::sync::Arc<Family<Counter>> =
        registry.register("a", "A.".to_owned(), vec![], SHAPE)?;
    first.member(&[])?.add(2)?;
    registry.register::<Counter>("a", "Again.".to_owned(), vec![], SHAPE)?.member(&[])?.add(3)?;
    assert!(registry.register::<Gauge>("a", String::new(), vec![], SHAPE).is_err());
    assert_eq!(
        registry.snapshot::<Error>(|| Ok(()))?.expose(Dialect::OpenMetrics, &|| false)?,
        "# HELP a A.\n# TYPE a counter\na_total 5\n# EOF\n"
    );
    Ok(())
}
