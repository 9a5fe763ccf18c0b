"""What files, builds and programs say cannot steer the terminal or page that shows it."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from agent.cli.output import say, tell
from agent.porting.report.printable import printable
from agent.porting.report.rendering import template

if TYPE_CHECKING:
    import pytest

    from tests.conftest import Run, Toys

HOSTILE = "\x1b]0;owned\x07\x1b[2J\r\x9b2Jevil\u202etxt\ud800\u2066\x00\x7f"


def test_text_that_steers_nothing_stays() -> None:
    assert printable("plain text") == "plain text"
    assert printable("µs\tÄ\n→ 日本 🦀") == "µs\tÄ\n→ 日本 🦀"


def test_every_control_and_mark_of_direction_is_escaped() -> None:
    for code in range(0x110000):
        character = chr(code)
        steers = unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or (
            unicodedata.bidirectional(character)
            in {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
        )
        if steers and character not in "\n\t":
            assert printable(character).isascii(), hex(code)
            assert printable(character).startswith("\\"), hex(code)


def test_the_command_prints_no_control(capsys: pytest.CaptureFixture[str]) -> None:
    say(HOSTILE)
    tell(HOSTILE)
    out, err = capsys.readouterr()
    assert (out.rstrip("\n"), err.rstrip("\n")) == (
        printable(HOSTILE),
        f"agent: {printable(HOSTILE)}",
    )
    assert out.rstrip("\n").isascii()
    assert out.rstrip("\n").isprintable()


def test_a_page_shows_no_control() -> None:
    environment: Any = template("page.html").environment
    page = environment.from_string("<p>{{ text }}</p>{{ 'a' | upper }}").render(
        text=HOSTILE + "<b>"
    )
    assert page.startswith("<p>\\x1b]0;owned\\x07")
    assert page.endswith("&lt;b&gt;</p>A")
    assert "\u202e" not in page


def test_what_a_build_says_is_escaped(toys: Toys, run: Run) -> None:
    toys.add("duck", rust=f"raise ImportError({HOSTILE.encode('utf-8', 'replace').decode()!r})")
    (toys.folder / "pyproject.toml").write_text(
        '[tool.agent-port]\ntable = "components.toml"\nenvironment = "TOY_IMPL"\n', encoding="utf-8"
    )
    code = f"import os, sys; os.chdir({str(toys.folder)!r}); from agent.cli import main; main()"
    for words in (["status"], ["status", "--json"]):
        done = run("-c", f"import sys; sys.argv[1:] = {words!r}; {code}")
        assert "owned" in done.stdout
        assert "\x1b" not in done.stdout + done.stderr
        assert "\x9b" not in done.stdout + done.stderr
