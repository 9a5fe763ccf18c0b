"""The parity check: draws calls, runs them on both sides, and reports differences."""
