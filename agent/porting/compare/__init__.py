"""Comparison of two values or outcomes: how closely, and where they differ first."""
