"""The branches of either side that run."""
