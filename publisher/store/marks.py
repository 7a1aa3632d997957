"""By what a file is known to be as it was: its size and times, and its content where these do not tell."""

from __future__ import annotations

import os
import time
from functools import lru_cache
from pathlib import Path

from publisher.files import sha256_of

MISSING = "-"
"""The mark of a file that is not there."""

_LONGEST_HASHED = 4_000_000
_UNSURE = 50_000_000
"""Nanoseconds: a file that changed so short a time ago may change once more within one tick of its clock."""

_COARSE = 1_000_000_000
_UNSURE_WHERE_COARSE = 2 * _COARSE
"""The same where a file system counts whole seconds, or two."""


def mark(path: str | Path, *, always_hashed: bool = False) -> str:
    """The mark of a file: `SIZE.MODIFIED.CHANGED SHA256`, or `MISSING`.

    A file over 4 MB has no hash unless that is asked for. The times are left out while they are too fresh to be relied
    on, so that the next look compares the content.
    """
    try:
        status = os.stat(path)  # noqa: PTH116 - five times as fast, and this is done a hundred thousand times
        digest = ""
        if always_hashed or status.st_size <= _LONGEST_HASHED:
            digest = sha256_of(Path(path))
    except (OSError, ValueError):
        return MISSING
    return _mark(status, digest)


def mark_of_written(path: str | Path, digest: str) -> str:
    """The mark of a file that was just written, without reading it again.

    Args:
        path: The file.
        digest: SHA-256 of what was written.
    """
    try:
        return _mark(os.stat(path), digest)  # noqa: PTH116
    except (OSError, ValueError):
        return MISSING


def _mark(status: os.stat_result, digest: str) -> str:
    return f"{'?' if digest and _may_change_unseen(status) else _stamp(status)} {digest}"


def _may_change_unseen(status: os.stat_result) -> bool:
    times = (status.st_mtime_ns, status.st_ctime_ns)
    coarse = not any(moment % _COARSE for moment in times)
    return time.time_ns() - max(times) < (_UNSURE_WHERE_COARSE if coarse else _UNSURE)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's bytes; one that this process knows is read again only if its size or times changed.

    Raises:
        OSError: It cannot be read.
    """
    status = os.stat(path)  # noqa: PTH116
    return sha256_of(path) if _may_change_unseen(status) else _digest(path, _stamp(status))


@lru_cache(maxsize=4)
def _digest(path: Path, _stamp: str) -> str:
    return sha256_of(path)


def renewed(path: str | Path, known: str, *, verify: bool = False) -> str | None:
    """The mark of a file that has the content it had; None when it has another.

    Args:
        path: The file.
        known: Its mark as it was.
        verify: Read the content even where size and times are the same.
    """
    stamp, _, digest = known.partition(" ")
    try:
        status = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return known if known == MISSING else None
    if stamp == _stamp(status) and not (verify and digest):
        return known
    if not digest:
        return None
    fresh = mark(path, always_hashed=True)
    return fresh if fresh.endswith(f" {digest}") else None


def _stamp(status: os.stat_result) -> str:
    return f"{status.st_size}.{status.st_mtime_ns}.{status.st_ctime_ns}"
