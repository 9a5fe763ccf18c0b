"""The world in which `process` of the metrics is compared."""

from __future__ import annotations

import os
from pathlib import Path

from agent.components.metrics.reference import Metrics
from agent.components.metrics.world import OpenFiles


def test_the_open_files_of_the_world_are_those_of_the_process() -> None:
    metrics = Metrics()
    before = metrics.process().open_fds
    with OpenFiles() as world:
        assert world.open_files(8) == 8
        assert metrics.process().open_fds == before + 8
        world.close_files()
        assert metrics.process().open_fds == before


def test_a_world_opens_few_files_and_leaves_none() -> None:
    before = os.listdir("/proc/self/fd")  # noqa: PTH208  # as the reference does
    with OpenFiles() as world:
        for _ in range(20):
            assert world.open_files(8) <= 24
    assert os.listdir("/proc/self/fd") == before  # noqa: PTH208


def test_the_null_device_is_what_is_opened() -> None:
    with OpenFiles() as world:
        world.open_files(1)
        opened = [each.readlink() for each in Path("/proc/self/fd").iterdir() if each.is_symlink()]
    assert Path(os.devnull) in opened
