"""The command line: its exit statuses, its sentences, and what it does not import."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib import import_module, metadata
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

import agent
from agent import cli
from agent.cli import distribution
from agent.errors import (
    AgentError,
    ContractError,
    ImplementationUnavailable,
    MeasurementRefused,
    UnknownComponent,
    UsageError,
)

if TYPE_CHECKING:
    from tests.conftest import Run, Toys

ROOT = Path(__file__).parents[1]

# What start-up must not wait for. A time would say less: it is the machine's as much as ours.
HEAVY = [
    "asyncio", "dataclasses", "griffe", "hypothesis", "inspect", "jinja2", "json", "msgspec",
    "rich", "shutil", "tomlkit", "tomllib", "typing",
]  # fmt: skip


@pytest.fixture
def verb(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make ``agent status`` do something else; return how."""

    def replace(run: Any) -> None:
        module = ModuleType("agent.cli.status")
        vars(module).update(run=run, configure=lambda parser: None)
        monkeypatch.setitem(sys.modules, "agent.cli.status", module)

    return replace


def raiser(error: BaseException) -> Any:
    def run(arguments: object) -> int:
        raise error

    return run


def missing(name: str) -> ModuleNotFoundError:
    return ModuleNotFoundError(f"No module named {name!r}", name=name)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UsageError("no such thing"), 2),
        (UnknownComponent("no such thing"), 2),
        (ImplementationUnavailable("not here"), 3),
        (MeasurementRefused("not now"), 3),
        (ContractError("not so"), 1),
        (AgentError("not at all"), 1),
        (PermissionError(13, "Permission denied", "/file"), 3),
    ],
)
def test_an_error_is_a_sentence_and_an_exit_status(
    verb: Any, capsys: pytest.CaptureFixture[str], error: Exception, status: int
) -> None:
    verb(raiser(error))

    assert cli.main(["status"]) == status
    assert capsys.readouterr() == ("", f"agent: {error}\n")


def test_a_defect_is_reported_in_a_sentence_too(
    verb: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    verb(raiser(KeyError("x")))

    assert cli.main(["status"]) == 1
    told = "agent: a defect of agent itself: KeyError: 'x' (python -X dev -m agent shows where)\n"
    assert capsys.readouterr() == ("", told)


def test_an_interrupt_is_quiet(verb: Any, capsys: pytest.CaptureFixture[str]) -> None:
    verb(raiser(KeyboardInterrupt()))

    assert cli.main(["status"]) == 130
    assert capsys.readouterr() == ("", "")


def test_the_verbs_answer_is_the_exit_status(verb: Any) -> None:
    verb(lambda arguments: 1)

    assert cli.main(["status"]) == 1


def test_a_missing_extra_is_named(
    verb: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["annotated-types>=0.7", 'hypothesis>=6.170; extra == "check"']
    monkeypatch.setattr(metadata, "requires", lambda name: lines)
    verb(raiser(missing("hypothesis.strategies")))

    assert cli.main(["status"]) == 3
    told = (
        "agent status needs hypothesis.strategies, which is not installed; get it with: pip install"
    )
    assert capsys.readouterr().err == f"agent: {told} 'agent-port[check]'\n"


def test_every_module_of_the_tools_is_in_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [
        f'{line}; extra == "{extra}"'
        for extra, needed in project["optional-dependencies"].items()
        for line in needed
    ]
    monkeypatch.setattr(metadata, "requires", lambda name: lines)
    for module in ("griffe", "hypothesis", "jinja2", "msgspec", "tomlkit"):
        assert distribution.requirement(module) == "agent-port[check]"
        import_module(module)
    for module in ("coverage", "tree_sitter", "tree_sitter_rust"):
        assert distribution.requirement(module) == "agent-port[mutation]"


def test_a_requirement_without_an_extra_is_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "requires", lambda name: ["annotated-types>=0.7"])
    assert distribution.requirement("annotated_types") == "annotated-types"


def test_a_package_that_is_not_installed_has_no_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribution, "_NAME", "no-such-distribution")

    assert distribution.requirement("hypothesis") == "hypothesis"
    assert distribution.version() == "(not installed)"


def test_a_missing_module_of_its_own_is_a_defect(
    verb: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    verb(raiser(missing("agent.cli.nothing")))

    assert cli.main(["status"]) == 1
    assert "a defect of agent itself" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        ([], "a verb is needed: new, status, check, bench, shadow, promote, report"),
        (["stauts"], "invalid choice: 'stauts'"),
        (["--jsno"], "unrecognized arguments: --jsno"),
        (["status", "--jsno"], "unrecognized arguments: --jsno"),
        (["--json", "status"], "unrecognized arguments: --json"),
    ],
)
def test_wrong_usage_is_2(argv: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(argv) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err


def test_help_lists_the_verbs(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    out = capsys.readouterr().out
    for name, line in cli.VERBS.items():
        assert re.search(rf"{name} +{line}", out)


@pytest.mark.parametrize("name", cli.VERBS)
def test_every_verb_has_help_of_its_own(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([name, "--help"]) == 0
    out = capsys.readouterr().out
    assert cli.VERBS[name] in out
    assert "--json" in out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"agent {distribution.version()}\n"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_closed_pipe_is_no_error(run: Run, unbuffered: str) -> None:
    code = (
        "import os, sys; from agent.cli import main\n"
        "reader, writer = os.pipe(); os.dup2(writer, 1); os.close(writer); os.close(reader)\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    assert run("-c", code, "status", code=1, PYTHONUNBUFFERED=unbuffered).stderr == ""


def test_python_m_agent_is_the_command(run: Run) -> None:
    assert run("-m", "agent", "--help").stdout.startswith("usage: agent [-h]")


def imported(run: Run, *argv: str) -> set[str]:
    code = (
        "import sys; from agent.cli import main; main(sys.argv[1:]);"
        "print(*sys.modules, file=sys.stderr)"
    )
    # -S: a site's own start-up files may import anything.
    return set(run("-S", "-c", code, *argv).stderr.split())


def test_help_imports_nothing_heavy(run: Run) -> None:
    modules = imported(run, "--help")

    assert modules.isdisjoint(HEAVY)
    assert {name for name in modules if name.startswith("agent")} == {
        "agent",
        "agent.cli",
        "agent.cli.output",
        "agent.errors",
    }


def test_status_imports_what_it_needs(run: Run, toys: Toys) -> None:
    toys.add("duck", stage="python")  # what runs on Python rests on no evidence
    (toys.folder / "pyproject.toml").write_text(
        '[tool.agent-port]\ntable = "components.toml"\nenvironment = "TOY_IMPL"\n',
        encoding="utf-8",
    )
    code = (
        f"import os, sys; os.chdir({str(toys.folder)!r})\n"
        "from agent.cli import main; main(['status']); print(*sys.modules, file=sys.stderr)"
    )
    modules = set(run("-S", "-c", code).stderr.split())

    assert "toy_duck.reference" in modules
    assert modules.isdisjoint(set(HEAVY) - {"tomllib", "typing"})
    assert modules.isdisjoint({"annotated_types", "pathlib", "threading"})
    assert {name for name in modules if name.startswith("agent.porting")} == {
        "agent.porting",
        "agent.porting.ledger",
        "agent.porting.ledger.ledger_path",
        "agent.porting.project",
        "agent.porting.project.import_path",
        "agent.porting.project.project",
        "agent.porting.project.settings",
        "agent.porting.project.table",
        "agent.porting.files",
        "agent.porting.files.digest_cache",
        "agent.porting.files.reading",
        "agent.porting.registry",
        "agent.porting.registry.environment",
        "agent.porting.registry.interpreters",
        "agent.porting.registry.loading",
        "agent.porting.registry.registry",
        "agent.porting.sources",
        "agent.porting.sources.build",
        "agent.porting.files.trace",
    }


def test_programs_need_no_extra(run: Run) -> None:
    code = (
        "import sys\n"
        "sys.modules |= dict.fromkeys(('griffe', 'hypothesis', 'jinja2', 'msgspec', 'tomlkit'))\n"
        "import agent.porting.shadow, agent.porting.fallback\n"
        "from agent import registry\n"
        "for name in registry.names:\n"
        "    for flag in ('python', 'shadow', 'auto'):\n"
        "        with registry.override(**{name: flag}):\n"
        "            registry.resolve(name)\n"
        "            registry.resolve('cache')(capacity=2).set('key', 1)\n"
    )
    run("-c", code)


def test_the_front_door_is_sorted_and_opens(run: Run) -> None:
    assert agent.__all__ == sorted(agent.__all__)
    assert agent.AgentError is AgentError
    assert agent.registry is import_module("agent.registry")
    assert set(agent.__all__) <= set(dir(agent))
    with pytest.raises(AttributeError, match="module 'agent' has no attribute 'nothing'"):
        _ = agent.nothing
    code = "import sys, agent; print(*[m for m in sys.modules if m.startswith('agent')])"
    assert run("-S", "-c", code).stdout == "agent\n"


def test_dev_mode_shows_where_a_defect_is() -> None:
    code = (
        "import sys; from agent import cli; cli.VERBS['broken'] = 'x'\n"
        "import types; broken = types.ModuleType('agent.cli.broken')\n"
        "broken.configure = lambda parser: None; broken.run = lambda arguments: 1 / 0\n"
        "sys.modules['agent.cli.broken'] = broken; cli.main(['broken'])"
    )
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
