"""Records of a pair: measurements and evidence, each in one schema, and the store of both."""
