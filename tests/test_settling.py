"""Waiting for the disk beside the work."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path
from threading import Event

import pytest

from publisher.files import LocalDisk, is_temporary, through
from publisher.settling import TOGETHER, Settling


class SlowDisk(LocalDisk):
    """A disk that is done when it is told."""

    def __init__(self) -> None:
        self.released = Event()

    def sync(self, path: Path) -> None:
        self.released.wait(30)
        super().sync(path)


class FailingDisk(LocalDisk):
    """A disk that takes new files, and cannot make them lasting afterwards."""

    def sync(self, path: Path) -> None:
        if path.is_file() and not is_temporary(path.name):
            raise OSError(errno.EIO, "the disk is broken", str(path))
        super().sync(path)


@pytest.fixture
def kept() -> list[Path]:
    return []


@pytest.fixture
def settling(kept: list[Path]) -> Settling[Path]:
    def keep(files: Sequence[Path]) -> None:
        kept.extend(files)

    return Settling(lambda file: [file], keep)


def files(folder: Path, count: int) -> list[Path]:
    made = [folder / f"{number:03}" for number in range(count)]
    for file in made:
        file.touch()
    return made


def test_nothing_is_kept_before_the_disk_has_it_and_nobody_waits(
    settling: Settling[Path], kept: list[Path], tmp_path: Path
) -> None:
    disk = SlowDisk()
    with through(disk):
        for file in files(tmp_path, TOGETHER + 1):
            settling.add(file)
            settling.go_on()
        assert kept == []
        disk.released.set()
        settling.finish()
    assert kept == sorted(tmp_path.iterdir())


def test_all_are_kept_in_their_order_however_many(
    settling: Settling[Path], kept: list[Path], tmp_path: Path
) -> None:
    made = files(tmp_path, 5 * TOGETHER + 3)
    for file in made:
        settling.add(file)
        settling.go_on()
    settling.finish()
    assert kept == made
    settling.finish()
    assert kept == made


def test_where_the_disk_fails_nothing_is_kept(
    settling: Settling[Path], kept: list[Path], tmp_path: Path
) -> None:
    with through(FailingDisk()):
        settling.add(*files(tmp_path, 1))
        with pytest.raises(OSError, match="broken"):
            settling.finish()
    assert kept == []
