"""Whether two values are the same: what is compared, how closely, where they differ first."""
