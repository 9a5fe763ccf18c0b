"""The decorator that `agent new` puts before a definition."""

from __future__ import annotations

import pytest

from agent.errors import UsageError
from agent.porting.scaffold.decoration import decorated


@pytest.mark.parametrize(("text", "expected"), [
    ("def f(): ...\n", "from p._port import registry\n\n@registry.port('f')\ndef f(): ...\n"),
    (
        '"""Doc."""\n\nimport re\n\n@cache\n# why\ndef f(): ...',
        ('"""Doc."""\n\nimport re\n\nfrom p._port import registry\n\n'
        "@registry.port('f')\n@cache\n# why\ndef f(): ..."),
    ),
    (
        "from p import a\nregistry = 1\nif a:\n    class f: ...",
        ("from p import a\nfrom p._port import registry as port_registry\nregistry = 1\nif a:\n"
        "    @port_registry.port('f')\n    class f: ..."),
    ),
    (
        ("from p._port import registry\n@registry.port('g')\ndef g(): ...\n@overload\n"
        "def f(a): ...\ndef f(*a):\n    def f(): ..."),
        ("from p._port import registry\n@registry.port('g')\ndef g(): ...\n@overload\n"
        "def f(a): ...\n@registry.port('f')\ndef f(*a):\n    def f(): ..."),
    ),
])  # fmt: skip
def test_a_definition_is_decorated_and_nothing_else_changes(text: str, expected: str) -> None:
    assert decorated(text, "f", "p", "f").replace('"f"', "'f'") == expected


def test_of_two_definitions_none_is_decorated() -> None:
    with pytest.raises(UsageError, match="there are 2 definitions of f"):
        decorated("if 1:\n    def f(): ...\nelse:\n    def f(): ...", "f", "p", "f")
