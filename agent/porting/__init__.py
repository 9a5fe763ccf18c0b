"""The framework: contracts, the registry, parity, measuring. It knows no component."""
