//! How `lib.rs` lists the components: what the extension needs to know of each follows from its row.

/// Lists the components, one row each:
/// `module, "feature", the type that runs an exported workload on the core alone;`.
///
/// The module holds the glue, is compiled with the feature, and has a function `register`, which puts
/// its classes into the Python module. The type is left out where nothing is measured without Python.
macro_rules! components {
    ($($module:ident, $feature:literal $(, $replay:ty)?;)+) => {
        $(#[cfg(feature = $feature)] mod $module;)+

        /// Puts the classes of every component that is compiled into the Python module.
        fn register(module: &pyo3::Bound<'_, pyo3::types::PyModule>) -> pyo3::PyResult<()> {
            $(#[cfg(feature = $feature)] $module::register(module)?;)+
            Ok(())
        }

        /// The features that the extension is built with, in alphabetical order.
        fn features() -> Vec<&'static str> {
            let mut known = vec![
                ("bench", cfg!(feature = "bench")),
                ("heap", cfg!(feature = "heap")),
                $(($feature, cfg!(feature = $feature)),)+
            ];
            known.sort_unstable();
            known.into_iter().filter_map(|(name, built)| built.then_some(name)).collect()
        }

        /// Reads an exported workload of the component `name`; None if its core runs none.
        #[cfg(feature = "bench")]
        fn replay(
            name: &str,
            path: &std::path::Path,
        ) -> std::io::Result<Option<crate::bridge::bench::Run>> {
            $($(
                if name == $feature {
                    let mut replay = <$replay>::read(path)?;
                    return Ok(Some(Box::new(move |repeats| replay.time(repeats))));
                }
            )?)+
            Ok(None)
        }
    };
}

pub(crate) use components;
