"""Measurements and verdicts for people: tables, charts and a page."""
