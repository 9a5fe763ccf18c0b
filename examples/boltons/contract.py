"""The contract of `boltons.mathutils:Bits`, inferred by `agent new` and edited."""

from __future__ import annotations

from typing import Annotated, Protocol

from annotated_types import Ge, Le

from agent.porting.contract.terms import Effect, open_domains, operation, unpromised

Length = Annotated[int, Ge(0), Le(2000)]
"""The length of a bit string; longer ones cost time without testing more."""


@open_domains(reason="the reference takes what it is given")
@unpromised(
    attributes="a bit string is immutable: nothing sets its value again",
    overriding="nothing overrides the methods that others of it call",
)
class Bits(Protocol):
    """An immutable bit-string or bit-array object."""

    def as_bin(self) -> str: ...

    def as_bytes(self) -> bytes: ...

    def as_hex(self) -> str: ...

    def as_int(self) -> int: ...

    def as_list(self) -> list[bool]: ...

    def from_bin(self, bin: str) -> Bits: ...

    def from_bytes(self, bytes_: bytes) -> Bits: ...

    def from_hex(self, hex: str | bytes) -> Bits: ...

    def from_int(self, int_: int, len_: Length | None = None) -> Bits: ...

    def from_list(self, list_: list[bool]) -> Bits: ...

    @property
    def len(self) -> int: ...

    @property
    def val(self) -> int: ...

    @operation(effect=Effect.READS)
    def __and__(self, other: Bits) -> Bits: ...

    @operation(effect=Effect.READS)
    def __eq__(self, other: object) -> bool: ...

    @operation(effect=Effect.READS)
    def __getitem__(self, k: int | slice) -> bool | Bits: ...

    @operation(effect=Effect.READS)
    def __hash__(self) -> int: ...

    @operation(effect=Effect.READS)
    def __len__(self) -> int: ...

    @operation(effect=Effect.READS)
    def __lshift__(self, other: Length) -> Bits: ...

    @operation(effect=Effect.READS)
    def __or__(self, other: Bits) -> Bits: ...

    @operation(effect=Effect.READS)
    def __repr__(self) -> str: ...

    @operation(effect=Effect.READS)
    def __rshift__(self, other: Length) -> Bits: ...


class BitsFactory(Protocol):
    """How a Bits is made."""

    def __call__(self, val: int | str | bytes | list[bool] = 0, len_: Length | None = None) -> Bits:
        """Make one of a number, of its digits, or of flags."""
