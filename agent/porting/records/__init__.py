"""What is kept about a pair: measurements and evidence, each in one schema."""
