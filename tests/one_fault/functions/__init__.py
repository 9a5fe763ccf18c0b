"""Functions and their faults; a file for each kind."""
