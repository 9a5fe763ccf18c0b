"""Paired measurement: both sides are timed in alternation; all figures are views of one record."""
