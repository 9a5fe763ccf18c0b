"""The project's sessions: ``nox -l`` lists them, ``nox -s report`` is the main one.

Every session creates its own environment from the versions in ``constraints.txt`` and builds the
extension in release mode: a fresh clone with Python and a Rust toolchain is enough. A second
run reuses environments and cargo's ``target`` folder.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from pathlib import Path

import nox

ROOT = Path(__file__).parent
PYTHONS = ["3.11", "3.12", "3.13"]
EXTENSION = {"darwin": "lib_native.dylib", "win32": "_native.dll"}.get(
    sys.platform, "lib_native.so"
)
"""Cargo's name of the extension; the copy gets Python's suffix."""

PYTEST = ["pytest", "--numprocesses=auto", "--dist=loadfile"]
"""One process for each core, and the tests of a file in one of them: they share what they build."""

COMPONENTS = list(nox.project.load_toml(ROOT / "agent" / "components.toml")["components"])

PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
# Pyenv's python3.12 works only when some 3.12 is chosen: choose all there are, after the one that
# runs this.
os.environ["PYENV_VERSION"] = ":".join(
    dict.fromkeys(
        [
            *os.environ.get("PYENV_VERSION", "").split(":"),
            *(path.name for path in PYENV.glob("3.*")),
        ]
    )
).lstrip(":")

nox.needs_version = ">=2025.2"
nox.options.default_venv_backend = "virtualenv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["lint", "tests"]
nox.options.error_on_missing_interpreters = False


@nox.session
def report(session: nox.Session) -> None:
    """Prove and measure every pair; print the table and write report/index.html."""
    install(session)
    build_extension(session)
    build_extension(session, "bench")
    build_extension(session, "heap")
    session.run("agent", "report", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run all tests: Python's, the parity suite and cargo's; arguments go to pytest."""
    install(session, "test")
    build_extension(session)
    build_extension(session, "bench")
    cargo(session, "test", "--workspace", "--exclude", "agent-native", "--all-features")
    session.run(*PYTEST, *session.posargs)


@nox.session
def seeds(session: nox.Session) -> None:
    """Run the tests of what is drawn with ten seeds, of which the session tests takes two."""
    install(session, "test")
    build_extension(session)
    session.run(*PYTEST, "-m", "more_seeds", *session.posargs)


@nox.session
def mutation(session: nox.Session) -> None:
    """Measure the mutation score of the components: `nox -s mutation -- NAME`."""
    install(session, "test")
    build_extension(session)
    session.run("agent", "check", "--mutation", *session.posargs, env=python_env(session))


@nox.session
def evidence(session: nox.Session) -> None:
    """Collect the missing evidence for stage rust: `nox -s evidence -- NAME`.

    Programs run in stage shadow; then each component, or each named one, is promoted.
    """
    install(session, "test")
    build_extension(session)
    build_extension(session, "heap")
    for program in sorted(ROOT.glob("parity_tests/programs/*.py")):
        session.run("python", str(program), env={"AGENT_IMPL": "shadow"}, silent=True)
    for name in session.posargs or COMPONENTS:
        session.run("agent", "promote", name, "--to", "rust", env=python_env(session))


@nox.session
def sanitize(session: nox.Session) -> None:
    """Run the parity tests of the pairs with AddressSanitizer in the extension; Linux with gcc."""
    install(session, "test")
    flags = {"RUSTC_BOOTSTRAP": "1", "RUSTFLAGS": "-Zsanitizer=address"}  # for stable
    machine = f"{platform.machine()}-unknown-linux-gnu"
    folder = ROOT / "target" / "sanitize"
    package = ["--release", "--package", "agent-native", "--lib"]
    target = [f"--target={machine}", f"--target-dir={folder}"]
    cargo(session, "build", *package, *target, settings=flags)
    copy = ROOT / "build" / "sanitize"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(ROOT / "agent", copy / "agent", ignore=shutil.ignore_patterns("_native.*.so"))
    built = folder / machine / "release" / EXTENSION
    shutil.copy2(built, copy / "agent" / f"_native{extension_suffix(session)}")
    runtime = session.run("gcc", "-print-file-name=libasan.so", external=True, silent=True)
    session.run(
        *(
            "pytest",
            "--capture=sys",
            "--implementation=rust",
            "-m",
            "not unsanitized",
            *(
                str(path)
                for name in COMPONENTS
                for path in sorted(ROOT.glob(f"parity_tests/test_{name}*.py"))
            ),
        ),
        *session.posargs,
        env={
            "PYTHONSAFEPATH": "1",  # neither here nor in a child comes the checkout before the copy
            "PYTHONPATH": os.pathsep.join([str(copy), str(ROOT)]),
            "LD_PRELOAD": str(runtime).strip(),
            "ASAN_OPTIONS": "detect_leaks=0",  # the interpreter keeps interned objects
            "PYTHONMALLOC": "malloc",
        },
    )


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types, imports between packages, the extension's stub, evidence and crates."""
    install(session, "lint")
    build_extension(session)
    session.run("ruff", "check", "--output-format=concise")
    session.run("ruff", "format", "--check")
    session.run("mypy")
    session.run("stubtest", "agent._native")
    session.run("lint-imports", "--no-cache")
    session.run("agent", "status", "--strict")
    # Named one by one: rustfmt does not look for the modules that a macro declares.
    sources = sorted(str(path) for path in ROOT.glob("rust/**/*.rs"))
    cargo(session, "fmt", "--all", "--check", "--", *sources, locked=False)
    cargo(session, "clippy", "--workspace", "--all-targets", "--all-features", "--", "-Dwarnings")
    check_crates(session)


@nox.session
def build(session: nox.Session) -> None:
    """Build the wheel for this Python and the source distribution into dist/."""
    install(session, "test")
    session.run(
        "python", "-m", "build", "--no-isolation", "--outdir", "dist", env=python_env(session)
    )


@nox.session
def bench(session: nox.Session) -> None:
    """Time every workload on both sides with pytest-benchmark; arguments go to pytest."""
    install(session, "bench")
    build_extension(session)
    session.run("pytest", "benchmarks", "--benchmark-enable", *session.posargs)


@nox.session
def criterion(session: nox.Session) -> None:
    """Time the component crates without Python; arguments go to criterion."""
    install(session)
    for name in COMPONENTS:
        session.run("agent", "bench", name, "--export", "build/traces")
    crates = ["--workspace", "--exclude", "agent-native", "--all-features", "--bench", "*"]
    cargo(session, "bench", *crates, "--", *session.posargs)


@nox.session
def heap(session: nox.Session) -> None:
    """Count the allocations of both sides, the Rust one's with dhat in a build of its own."""
    install(session)
    build_extension(session)
    build_extension(session, "heap")
    session.run("python", "benchmarks/heap.py", *session.posargs)


@nox.session
def asv(session: nox.Session) -> None:
    """Measure the last commits with asv and publish its site; arguments replace the range."""
    session.install(*pinned("asv"))
    commits = session.posargs or ["HEAD~2..HEAD"]
    session.run("asv", "machine", "--yes")
    session.run("asv", "run", *commits)
    session.run("asv", "publish")


@nox.session
def peers(session: nox.Session) -> None:
    """Measure both sides and alternative libraries in one run."""
    install(session, "peers")
    build_extension(session)
    build_extension(session, "bench")
    build_contender(session)
    session.run("python", "-m", "benchmarks.peers.run", *session.posargs)


@nox.session(python=PYTHONS)
def compat(session: nox.Session) -> None:
    """Run the Python and parity tests on each supported Python on this machine."""
    install(session, "test")
    build_extension(session)
    build_extension(session, "bench")
    session.run(*PYTEST, *session.posargs)


@nox.session(python=PYTHONS)
def torture(session: nox.Session) -> None:
    """Attack every component; `nox -s torture -- --full` updates docs/reliability.md."""
    install(session, "test")
    build_extension(session)
    build_extension(session, "bench")
    session.run("python", "-m", "tests.torture", *session.posargs)


@nox.session
def one_fault(session: nox.Session) -> None:
    """Check the corpus of faults and write docs/one-fault.md; arguments go to the runner."""
    install(session, "test")
    page = "docs/one-fault.md"
    session.run("python", "-m", "tests.one_fault", "--write", page, *session.posargs)


@nox.session
def one_fault_peers(session: nox.Session) -> None:
    """Let other tools look for the faults and write docs/one-fault-peers.md."""
    install(session, "one-fault-peers")
    page = "docs/one-fault-peers.md"
    session.run("python", "-m", "tests.one_fault.peers", "--write", page, *session.posargs)


@nox.session
def lock(session: nox.Session) -> None:
    """Update constraints.txt with the dependency groups of pyproject.toml."""
    session.install(*pinned("lock"))
    groups = nox.project.load_toml("pyproject.toml")["dependency-groups"]
    chosen = [argument for group in groups for argument in ("--group", group)]
    session.run(
        *("uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11"),
        *(
            "--extra",
            "mutation",
            "--no-header",
            "--no-annotate",
            "--quiet",
            "--output-file",
            "constraints.txt",
        ),
        *chosen,
        *session.posargs,
    )


def install(session: nox.Session, *groups: str) -> None:
    """Install this checkout without its extension, and the dependency groups."""
    pure = {"AGENT_NATIVE": "0"}
    backend = ["--build-constraint", "constraints.txt"]
    session.install(*pinned(*groups), *backend, "--editable", ".[check,mutation]", env=pure)


def pinned(*groups: str) -> list[str]:
    """Return pip's arguments for dependency groups in their pinned versions."""
    pyproject = nox.project.load_toml("pyproject.toml")
    return ["--constraint", "constraints.txt", *nox.project.dependency_groups(pyproject, *groups)]


def build_extension(session: nox.Session, variant: str = "") -> None:
    """Build the extension in release mode: the shipped one, or that of ``build/<variant>``."""
    features = ["--features", variant] if variant else []
    linking = (
        ["-Clink-arg=-undefined", "-Clink-arg=dynamic_lookup"] if sys.platform == "darwin" else []
    )
    package = ["--release", "--package", "agent-native", "--lib"]
    folder = ROOT / "target" / variant  # in a shared folder, variants would overwrite each other
    cargo(session, "rustc", *package, *features, f"--target-dir={folder}", "--", *linking)
    suffix = extension_suffix(session)
    target = (
        ROOT / "build" / variant / f"_native{suffix}"
        if variant
        else ROOT / f"agent/_native{suffix}"
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)  # overwriting would change it under a running process
    shutil.copy2(folder / "release" / EXTENSION, target)


def build_contender(session: nox.Session) -> None:
    """Build what pyo3-async-runtimes does in the comparison, a crate outside of the workspace."""
    manifest = ROOT / "benchmarks" / "peers" / "bridge" / "contender" / "Cargo.toml"
    folder = ROOT / "target" / "contender"
    place = [f"--manifest-path={manifest}", f"--target-dir={folder}"]
    cargo(session, "build", "--release", *place)
    target = ROOT / "build" / "contender" / f"contender{extension_suffix(session)}"
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(folder / "release" / EXTENSION.replace("_native", "contender"), target)


def extension_suffix(session: nox.Session) -> str:
    """Return the extension suffix of the session's Python."""
    find_suffix = "import sysconfig; print(sysconfig.get_config_var('EXT_SUFFIX'))"
    return str(session.run("python", "-c", find_suffix, silent=True)).strip()


def cargo(
    session: nox.Session,
    command: str,
    *arguments: str,
    locked: bool = True,
    settings: dict[str, str] | None = None,
) -> None:
    """Run a cargo command for the session's Python, with additional variables."""
    lock = ["--locked"] if locked else []
    env = {**python_env(session), **(settings or {})}
    session.run("cargo", command, *lock, *arguments, external=True, env=env)


def python_env(session: nox.Session) -> dict[str, str]:
    """Return the variables for PyO3; the same path in all sessions avoids rebuilding."""
    interpreter = shutil.which("python", path=os.pathsep.join(session.bin_paths or []))
    python = os.path.realpath(interpreter or sys.executable)
    return {"PYO3_PYTHON": python, "PYO3_BUILD_EXTENSION_MODULE": "1"}


def check_crates(session: nox.Session) -> None:
    """Check licences, sources and duplicates in Cargo.lock, if cargo-deny is installed."""
    if shutil.which("cargo-deny") is None:
        session.warn("cargo-deny is not installed: licences of the crates are not checked here")
        return
    session.run("cargo", "deny", "check", "licenses", "bans", "sources", external=True)
