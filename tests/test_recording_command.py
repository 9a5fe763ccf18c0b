"""``agent check --record`` keeps a corpus, and reports what is in it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent.cli import main
from agent.porting.project.project import Project
from agent.porting.script.store import load_corpus

if TYPE_CHECKING:
    from tests.recorded import Place


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Return the JSON that was printed after what the program printed."""
    return dict(json.loads(capsys.readouterr().out))


def test_the_command_keeps_a_corpus_and_describes_it(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Project, "parity_folder", place.folder / "parity")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    monkeypatch.setenv("AGENT_IMPL", "python")
    path = place.write("program.py", """
        import sys
        from agent import registry
        cache = registry.resolve("cache")(capacity=2, clock=lambda: 0.0)
        cache.set(sys.argv[1], "--seed")
        try:
            cache.set("a", 1, ttl=-1)
        except ValueError:
            raise SystemExit(4)
        """)  # fmt: skip
    command = ["check", "cache", "--json", "--record", "--", sys.executable, str(path), "--"]
    assert main(command) == 4
    first = told(capsys)
    assert first["calls"] == {"set": 2, "Cache": 1}
    assert first["outside"] == ["set: ttl does not allow -1, in cache.set('a', 1, ttl=-1)"]
    (script,) = load_corpus(place.folder / "parity" / "corpus" / "cache")
    assert script == [
        "clock = Clock(1000.0)",
        "cache = Cache(capacity=2, clock=clock)",
        "cache.set('--', '--seed')",
        "cache.set('a', 1, ttl=-1)",
    ]
    assert main(command) == 4
    assert told(capsys)["files"] == []


def test_calls_of_a_pair_in_no_table_inform_its_contract(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place.folder)
    place.write("slow.py", "def both(left, right): return left, right")
    place.write("fast.py", "def both(left, right): return (left, right)")
    path = place.write("program.py", """
        import fast, slow
        slow.both(["a", "b"], 5), fast.both([], right=None)
        """)  # fmt: skip
    pair = ["check", "--python", "slow:both", "--rust", "fast:both"]
    assert main([*pair, "--json", "--record", "--", sys.executable, str(path)]) == 0
    assert told(capsys)["recorded"] == 2
    assert main([*pair, "--print-contract"]) == 0
    printed = capsys.readouterr().out
    assert "left: list[Any] | list[str], right: int | None" in printed
    main([*pair, "--examples", "10"])
    assert "2 of them recorded and " in capsys.readouterr().out


def test_a_program_that_uses_neither_side_leaves_a_doubt(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Project, "parity_folder", place.folder / "parity")
    assert main(["check", "cache", "--record", "--", sys.executable, "-c", "pass"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("cache: the program ended with status 0; 0 lines kept")
    assert "nothing was recorded: no Python that the program started imported" in err
    assert not (place.folder / "parity").exists()


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["check", "cache", "--record"], 2),
        (["check", "cache", "--", "true"], 2),
        (["check", "cache", "--redact", "a:b"], 2),
        (["check", "cache", "--record", "--record-limit", "0", "--", "true"], 2),
        (["check", "cache", "--record", "--redact", "hook", "--", "true"], 2),
        (["status", "--", "true"], 2),
        (["check", "cache", "--record", "--", "no-such-program-anywhere"], 3),
    ],
)
def test_wrong_usage_of_the_command(
    words: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == status
    assert "Traceback" not in capsys.readouterr().err
