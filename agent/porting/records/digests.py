"""The digests in evidence: the sources that it is valid for."""

from __future__ import annotations

from dataclasses import dataclass, fields

__all__ = ["Digests"]


@dataclass(frozen=True)
class Digests:
    """SHA-256 in hexadecimal over each part; a line end counts the same on every system."""

    contract: str
    """The contract and the factory: their modules, and which names in them."""
    reference: str
    """The module of the reference, and those of its package that it imports."""
    rust: str
    """The component's Rust files, what they share with other components' and the manifests."""
    workloads: str
    """The module of the workloads, and those of its package that it imports."""
    examples: str
    """Pinned examples and recorded scripts, which a check replays."""
    divergences: str
    """Registered divergences that are in force today: one that expires is a change."""
    equivalents: str
    """Mutants declared equivalent, which the mutation score leaves out."""

    def changed(self, since: Digests) -> frozenset[str]:
        """Return the names of the parts that are not as in `since`."""
        return frozenset(
            field.name
            for field in fields(self)
            if getattr(self, field.name) != getattr(since, field.name)
        )
