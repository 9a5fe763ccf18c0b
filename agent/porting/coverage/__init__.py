"""Which branches of either side run."""
