"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Protocol

_AT_ONCE = 24
"""Files for which is waited at once: a disk makes many lasting in the time that it takes for one."""

_TEMPORARY = re.compile(r"\..+\.\d+\.part(\.\w+)?")


class Disk(Protocol):
    """The few calls by which files come into being; tests put one in their place that fails."""

    def write(self, path: Path, content: bytes) -> None:
        """Write a new file."""

    def sync(self, path: Path) -> None:
        """Wait until a file's data, or a folder's names, are on the disk."""

    def rename(self, path: Path, target: Path) -> None:
        """Give a file another name; what has that name is replaced in one step."""


class LocalDisk:
    """The disk as the system gives it."""

    def write(self, path: Path, content: bytes) -> None:
        """See `Disk`."""
        path.write_bytes(content)

    def sync(self, path: Path) -> None:
        """See `Disk`."""
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def rename(self, path: Path, target: Path) -> None:
        """See `Disk`."""
        path.replace(target)


_disk: list[Disk] = [LocalDisk()]


@contextmanager
def through(disk: Disk) -> Iterator[None]:
    """Write by another disk while the block lasts."""
    _disk.append(disk)
    try:
        yield
    finally:
        _disk.pop()


@contextmanager
def replacing(target: Path, *, lasting: bool = True) -> Iterator[Path]:
    """Give a temporary file beside `target` that takes its place when the block ends well.

    The data is on the disk before the name is (fsync, rename, fsync of the folder); when the block fails,
    nothing of it stays.

    Args:
        target: The file.
        lasting: Wait for the disk now. Where that is false, only what is replaced is safe from a loss of power,
            and `settle` is to be called before anything names a new file.
    """
    temporary = _temporary(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield temporary
        _commit({temporary: target}, lasting=lasting)
    finally:
        temporary.unlink(missing_ok=True)


def write_whole(target: Path, content: bytes, *, lasting: bool = True) -> None:
    """Write a file so that it is there whole or not at all; `lasting` as `replacing` has it."""
    with replacing(target, lasting=lasting) as temporary:
        _disk[-1].write(temporary, content)


def write_if_changed(target: Path, content: bytes) -> bool:
    """Write a file unless it already has this content.

    Returns:
        Whether it was written.
    """
    return bool(write_together({target: content}))


def write_together(files: Mapping[Path, bytes], *, lasting: bool = True) -> tuple[Path, ...]:
    """Write those of some files that have other content: first all data, then all names.

    Each file is there whole or not at all. When data cannot be written, no name has changed yet. `lasting` is as
    `replacing` has it.

    Returns:
        Those that were written.
    """
    new = {target: content for target, content in files.items() if not _has(target, content)}
    temporaries = {_temporary(target): target for target in new}
    for folder in {target.parent for target in new}:
        folder.mkdir(parents=True, exist_ok=True)
    try:
        for temporary, target in temporaries.items():
            _disk[-1].write(temporary, new[target])
        _commit(temporaries, lasting=lasting)
    except BaseException:
        for temporary in temporaries:
            temporary.unlink(missing_ok=True)
        raise
    return tuple(new)


def settle(files: Collection[Path]) -> None:
    """Wait until files that were written without waiting, and their names, are on the disk."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for sync, paths in ((_disk[-1].sync, files), (_sync_folder, {file.parent for file in files})):
            each = list(paths)
            shares = (each[first::_AT_ONCE] for first in range(min(_AT_ONCE, len(each))))
            for _ in pool.map(partial(_for_each, sync), shares):
                pass


def _for_each(sync: Callable[[Path], None], paths: Iterable[Path]) -> None:
    for path in paths:
        sync(path)


def move(source: Path, target: Path) -> None:
    """Give a whole file its place, also in another file system."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        _commit({source: target}, lasting=True)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with replacing(target) as temporary:
            shutil.copyfile(source, temporary)
        source.unlink()


def _commit(temporaries: Mapping[Path, Path], *, lasting: bool) -> None:
    disk = _disk[-1]
    for temporary, target in temporaries.items():
        if lasting or target.exists():
            disk.sync(temporary)
    for temporary, target in temporaries.items():
        disk.rename(temporary, target)
    for folder in {target.parent for target in temporaries.values()} if lasting else ():
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    with suppress(PermissionError):  # systems that cannot open a folder make names durable by themselves
        _disk[-1].sync(folder)


def _has(target: Path, content: bytes) -> bool:
    with suppress(OSError):
        return target.stat().st_size == len(content) and target.read_bytes() == content
    return False


def _temporary(target: Path) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}.part")


def is_temporary(name: str) -> bool:
    """Whether a file's name is one that a killed run may have left."""
    return bool(_TEMPORARY.fullmatch(name))


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
