"""Evidence of a stage: figures about a pair, valid for digests of its sources."""
