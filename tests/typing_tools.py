"""Read by mypy alone: both sides are made as the contract says, and do what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent._native import Process as RustProcess  # noqa: TID251  # its stub; nothing is loaded
    from agent._native import Tools as RustTools  # noqa: TID251
    from agent.components.tools.contract import Process, Tools, ToolsFactory
    from agent.components.tools.conversation import Process as PythonProcess
    from agent.components.tools.reference import Tools as PythonTools

    python_factory: ToolsFactory = PythonTools
    python_tools: Tools = PythonTools()
    rust_factory: ToolsFactory = RustTools
    rust_tools: Tools = RustTools()
    python_process: type[Process] = PythonProcess
    rust_process: type[Process] = RustProcess
