"""Pairs of one behaviour and a port of it that is wrong in one way, as real ports were."""
