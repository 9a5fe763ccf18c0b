"""The benchmarks of asv: ``nox -s asv``."""
