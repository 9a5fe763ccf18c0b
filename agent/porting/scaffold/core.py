"""The Rust of a component in two crates: a core free of Python, and the glue that calls it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from inspect import getattr_static
from typing import TYPE_CHECKING

from agent.porting.contract.terms import Effect
from agent.porting.infer.usage import usage_of
from agent.porting.infer.writing import first_line
from agent.porting.scaffold.classes import GIVEN, ORDINARY, TAKING
from agent.porting.scaffold.component import pyo3_signature
from agent.porting.scaffold.names import camel_case, identifier
from agent.porting.scaffold.signature import signature_of
from agent.porting.scaffold.templates import rendered
from agent.porting.scaffold.types import ANY, Mapping, quoted

if TYPE_CHECKING:
    from collections.abc import Container

    from agent.porting.contract.reader import Contract, OperationSpec
    from agent.porting.scaffold.signature import Signature
    from agent.porting.scaffold.target import Target

__all__ = ["CrateNames", "RustFiles", "rust_files"]

_TRANSLATED = ".map_err(|error| translate(&error))"
_ERRORS = "///\n/// # Errors\n/// [`Error::NotPorted`], until it is written.\n"
_IMPORTED = ("Exact", "Give", "Given", "Unsupported")
_GUARDS = ("add_class", "guarded")
_TYPES = ("PyDict", "PyTuple")
_EMPTY = {"&str": '""', "()": "()", "bool": "false", "f64": "0.0", "i64": "0"}
_OWNED = re.compile("String|Vec|Box|HashSet")
"""What is in a type whose values are moved."""


@dataclass(frozen=True)
class CrateNames:
    """How Rust calls what the glue is made of."""

    core: str
    """The crate of the core."""
    values: str
    """The crate that takes and gives Python's values."""
    extension: str
    """The full name of the extension."""
    guarded: bool
    """Whether the extension has a guard that all its functions have to begin with."""


@dataclass(frozen=True)
class RustFiles:
    """The texts of the files of a component."""

    core: str
    glue: str
    bench: str
    remarks: list[str]
    """What has to be given a core by hand, a sentence each."""


def rust_files(name: str, target: Target, contract: Contract, crates: CrateNames) -> RustFiles:
    """Write the core and the glue of a component, none of whose operations is ported yet."""
    written = _Written(name, target, contract, crates)
    call = written.function() if contract.factory is None else written.class_(contract.factory)
    core, glue = "\n\n".join(written.core), "\n\n".join(written.glue)
    words = set(re.findall(r"\w+", glue)) | {"Unsupported"}
    if ".give(" in glue:
        words.add("Give")
    told = {"name": name, "reference": target.reference, "object": target.name}
    return RustFiles(
        core=rendered("house/core.rs", body=core, sets="HashSet" in core, **told),
        glue=rendered(
            "house/glue.rs",
            body=glue,
            sets="HashSet" in glue,
            library=crates.core,
            values=crates.values,
            uses=[each for each in _IMPORTED if each in words],
            types=[each for each in _TYPES if each in words],
            lent=written.lent,
            guards=[each for each in _GUARDS if each in words] if crates.guarded else [],
            **told,
        ),
        bench=rendered("house/bench.rs", call=f"{crates.core}::{call}", **told),
        remarks=written.remarks,
    )


@dataclass
class _Written:
    """What was written of a component so far."""

    name: str
    target: Target
    contract: Contract
    crates: CrateNames
    core: list[str] = field(default_factory=list)
    glue: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    lent: bool = False
    """Whether an argument of the glue is not given away to the core."""

    @property
    def _guard(self) -> str:
        return "#[guarded]\n" if self.crates.guarded else ""

    def function(self) -> str:
        """Write a function; return a call of its core."""
        spec = self.contract.operations["__call__"]
        changed = (
            {parameter.name for parameter in spec.parameters}
            if spec.effect is Effect.WRITES
            else usage_of(self.target.described).changed
        )
        signature, plain = self._signature(spec, self.target.name, changed)
        core = identifier(self.name)
        doc = self._doc(f"Does what `{self.target.reference}` does.")
        self.core.append(_core(doc, signature, core, self.name, plain=plain))
        call, ignored = _call(signature, f"{self.crates.core}::{core}", plain=plain)
        self.glue.append(
            f"/// {doc}\n{self._guard}#[pyfunction]\n#[pyo3(name = {quoted(self.target.name)})]\n"
            f"{pyo3_signature(signature)}\n{signature.glue('glue')} {{\n"
            f"{ignored}{call}{_TRANSLATED}?.give(py)\n}}"
        )
        self.glue.append(_register("module.add_function(wrap_pyfunction!(glue, module)?)"))
        return f"{core}({_defaults(signature, plain=plain)})"

    def class_(self, factory: OperationSpec) -> str:
        """Write a class; return a call that makes an object of its core."""
        title = camel_case(self.target.name)
        operations = [spec for spec in self.contract.operations.values() if self._is_own(spec)]
        changed = usage_of(self.target.described.__init__).changed
        signature, plain = self._signature(factory, self.target.name, changed, returns="Self")
        doc = self._doc(f"What `{self.target.reference}` is.")
        core = [_core("Makes an object.", signature, "new", self.name, plain=plain, returns="Self")]
        call, ignored = _call(signature, f"{self.crates.core}::{title}::new", plain=plain)
        head = signature.glue("new", returns="PyResult<Self>")
        body = f"{ignored}{call}.map(Self){_TRANSLATED}"
        glue = [f"#[new]\n{pyo3_signature(signature)}\n{head} {{\n{body}\n}}"]
        for spec in operations:
            self._operation(spec, core, glue)
        frozen = all(spec.effect is not Effect.WRITES for spec in operations)
        options = ", ".join(["subclass", *(["frozen"] if frozen else [])])
        inside, outside = "\n\n".join(core), "\n\n".join(glue)
        self.core.append(f"/// {doc}\npub struct {title} {{}}\n\nimpl {title} {{\n{inside}\n}}")
        self.glue.append(
            f"/// {doc}\n#[pyclass(name = {quoted(self.target.name)}, "
            f"module = {quoted(self.crates.extension)}, {options})]\n"
            f"struct {title}({self.crates.core}::{title});\n\n"
            f"{self._guard}#[pymethods]\nimpl {title} {{\n{outside}\n}}"
        )
        add = f"add_class::<{title}>(module)" if self._guard else f"module.add_class::<{title}>()"
        self.glue.append(_register(add))
        return f"{title}::new({_defaults(signature, plain=plain)})"

    def _operation(self, spec: OperationSpec, core: list[str], glue: list[str]) -> None:
        member = getattr_static(self.target.described, spec.name, None)
        place = f"{self.target.name}.{spec.name}"
        special = spec.name.startswith("__") and spec.name not in ORDINARY
        slot = special and spec.name != "__call__"
        if slot:  # no more is passed than the operation requires
            required = tuple(each for each in spec.parameters if each.required)
            spec = replace(spec, parameters=required)
        returned = GIVEN.get(spec.name)
        signature, plain = self._signature(
            spec,
            place,
            usage_of(getattr(member, "fget", member)).changed,
            objects=special and spec.name not in TAKING,
            returns=returned,
        )
        name, label = identifier(spec.name), f"{self.name}.{spec.name}"
        receiver = "&mut self" if spec.effect is Effect.WRITES else "&self"
        doc = first_line(member) or f"Does what `{place}` does."
        attributes = "#[getter]\n" if spec.kind == "property" else ""
        if spec.kind == "method" and not slot:
            attributes = pyo3_signature(signature, bound=True) + "\n"
        head = signature.glue(name, receiver=receiver, returns=returned and f"PyResult<{returned}>")
        if returned is not None and not plain:  # there is no value of that type without Python
            ignored = _ignored(signature, "py" if "py: Python" in head else "")
            body = f"{ignored}Err(translate(&Error::NotPorted({quoted(label)})))"
        else:
            core.append(_core(doc, signature, name, label, receiver=receiver, plain=plain))
            call, ignored = _call(signature, f"self.0.{name}", plain=plain)
            body = f"{ignored}{call}{_TRANSLATED}{'' if returned else '?.give(py)'}"
        glue.append(f"/// {doc}\n{attributes}{head} {{\n{body}\n}}")

    def _signature(  # what `signature_of` is given
        self,
        spec: OperationSpec,
        place: str,
        changed: Container[str],
        *,
        objects: bool = False,
        returns: str | None = None,
    ) -> tuple[Signature, bool]:
        """Return how an operation looks in the glue, and whether its core can look like that."""
        mapping = Mapping()
        found = signature_of(spec, mapping, place, changed, objects=objects, returns=returns)
        types = [*(each.taken for each in found.arguments), found.returns]
        owned = mapping.records or any("IndexMap" in each for each in types)
        plain = not owned and not any("'py" in each or "Given<" in each for each in types)
        if not plain:
            self.remarks.append(
                f"{place} takes or returns what has no type without Python: its core takes nothing "
                "until you decide what it is given"
            )
        if owned:
            found = signature_of(
                spec, Mapping(), place, changed, objects=True, returns=returns or ANY
            )
        self.lent |= any(not plain or not _OWNED.search(each.taken) for each in found.arguments)
        return found, plain

    def _is_own(self, spec: OperationSpec) -> bool:
        """Return whether an operation belongs to an object; remark on one of the class."""
        member = getattr_static(self.target.described, spec.name, None)
        if not isinstance(member, classmethod | staticmethod):
            return True
        self.remarks.append(
            f"{self.target.name}.{spec.name} belongs to the class, so Python serves it until you "
            f"write it as #[{type(member).__name__}]"
        )
        return False

    def _doc(self, otherwise: str) -> str:
        return first_line(self.target.described) or otherwise


def _core(  # noqa: PLR0913  # the parts of a function
    doc: str,
    signature: Signature,
    name: str,
    label: str,
    *,
    plain: bool,
    receiver: str = "",
    returns: str = "()",
) -> str:
    """Return a function of the core that refuses, with no parameters unless it can have them."""
    unused = ""
    head = f"pub fn {name}({receiver}) -> Result<{returns}, Error>"
    if plain:
        head = signature.core(name, receiver=receiver, lead="pub fn")
        head = head.replace("-> PyResult<", "-> Result<").removesuffix(">") + ", Error>"
        unused = signature.unused
    return f"/// {doc}\n{_ERRORS}{head} {{\n{unused}Err(Error::NotPorted({quoted(label)}))\n}}"


def _call(signature: Signature, name: str, *, plain: bool) -> tuple[str, str]:
    """Return a call of a function of the core, and a statement about arguments it is not given."""
    if plain:
        return signature.call(name), ""
    return f"{name}()", _ignored(signature)


def _ignored(signature: Signature, more: str = "") -> str:
    names = [*filter(None, [more]), *(argument.name for argument in signature.arguments)]
    if not names:
        return ""
    return f"let _ = {names[0] if len(names) == 1 else '(' + ', '.join(names) + ')'};\n"


def _defaults(signature: Signature, *, plain: bool) -> str:
    """Return arguments that the core takes: empty ones."""
    return ", ".join(_default(each.taken) for each in signature.arguments) if plain else ""


def _default(rust: str) -> str:
    if rust.startswith("Option<"):
        return "None"
    return _EMPTY.get(rust) or f"<{rust}>::default()"


def _register(statement: str) -> str:
    return (
        "/// Puts what this file holds into the module.\n"
        f"pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {{\n{statement}\n}}"
    )
