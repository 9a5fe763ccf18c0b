"""The contract of an asynchronous foreign pair is inferred."""

from __future__ import annotations

from agent.porting.check.check import check
from agent.porting.check.foreign_pair import load_foreign_pair
from agent.porting.check.options import CheckOptions

HERE = "tests.async_foreign"


def _verdict(python: str, rust: str) -> str:
    pair = load_foreign_pair(f"{HERE}:{python}", f"{HERE}:{rust}")
    options = CheckOptions(examples=300, guessed=True, brief=True)
    return check(pair.name, pair.reload(), options).verdict


def test_coroutine_functions_are_compared() -> None:
    assert _verdict("join_py", "join_rs") == "identical"
    assert _verdict("join_py", "join_wrong") == "divergent"


def test_a_class_with_streams_and_contexts_is_compared() -> None:
    assert _verdict("Feed", "FeedTwin") == "identical"


def test_what_is_asynchronous_is_written_as_such() -> None:
    inferred = load_foreign_pair(f"{HERE}:Feed", f"{HERE}:FeedTwin").inferred
    assert inferred is not None
    for line in (
        "def items(self) -> AsyncIterator[Any]:",
        "def session(self) -> AbstractAsyncContextManager[Any]:",
        "async def __aenter__(self) -> int:",
        "async def __aexit__(self, *exception: object) -> Any: ...",
    ):
        assert f"    {line}\n" in inferred.text
