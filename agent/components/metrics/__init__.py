"""Counters, gauges, histograms and timers, exposed to Prometheus."""
