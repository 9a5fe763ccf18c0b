"""Times, memory and reports: both sides work in turns; all figures are views of one record."""
