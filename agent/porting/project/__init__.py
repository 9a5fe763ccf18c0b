"""Where a port's table is, and what the table says."""
