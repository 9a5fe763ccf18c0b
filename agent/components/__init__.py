"""The components: a folder each, of one inner shape, none of which knows another."""
