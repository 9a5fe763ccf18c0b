"""Which implementation of a component runs, and why."""
