"""The parity check: draws calls, runs them on both sides, and tells what differs."""
