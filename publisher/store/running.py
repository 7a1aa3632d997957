"""One run at a time for a show, and whether the last one ended well."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.errors import BusyError, Place
from publisher.model import Progress

if TYPE_CHECKING:
    from filelock import BaseFileLock

PATIENCE = 10.0
"""Seconds that a run waits for another one to end."""

_LOCK = "run.lock"
_NOTE = "run.json"


@contextmanager
def running(cache: Path, progress: Progress, *, patience: float = PATIENCE) -> Iterator[bool]:
    """Keep other runs away from a show while the block lasts.

    The system itself holds the lock for our process, so that of a run that was killed is gone, also after a restart of
    the computer. What such a run leaves is its note.

    Args:
        cache: The show's.
        progress: Told that we wait.
        patience: Seconds to wait for another run.

    Yields:
        Whether the last run was killed.

    Raises:
        BusyError: Another run is still at work.
    """
    note = cache / _NOTE
    lock = _acquired(cache, progress, patience)
    try:
        killed = _was_a_part_killed(cache) or note.exists()
        note.write_text(json.dumps({"process": os.getpid()}), encoding="utf-8")
        yield killed
        note.unlink(missing_ok=True)
    except Exception:
        with suppress(OSError):
            note.unlink(missing_ok=True)
        raise
    finally:
        lock.release()


@contextmanager
def running_part(
    cache: Path, number: int, total: int, progress: Progress, *, patience: float = PATIENCE
) -> Iterator[None]:
    """Prepare a part of a show's episodes while the block lasts: other parts may go on, whole runs may not.

    Args:
        cache: The show's.
        number: Which part.
        total: Of how many.
        progress: Told that we wait.
        patience: Seconds to wait for a whole run.

    Raises:
        BusyError: A whole run is at work, or this part, or parts of another count.
    """
    from filelock import FileLock, Timeout

    own = FileLock(cache / f"part-{number}-of-{total}.lock")
    note = cache / f"part-{number}-of-{total}.json"
    show = _acquired(cache, progress, patience)
    try:
        others = [part for part in _held_parts(cache) if not part.endswith(f"-of-{total}")]
        if others:
            raise _busy_part(cache, others[0])
        own.acquire(timeout=0)
    except Timeout:
        raise _busy_part(cache, f"{number}-of-{total}") from None
    finally:
        show.release()
    try:
        note.write_text(json.dumps({"process": os.getpid()}), encoding="utf-8")
        yield
        note.unlink(missing_ok=True)
    finally:
        own.release()


def _acquired(cache: Path, progress: Progress, patience: float) -> BaseFileLock:
    from filelock import FileLock, Timeout

    cache.mkdir(parents=True, exist_ok=True)
    lock = FileLock(cache / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        progress("Waiting for another run to end", None)
        try:
            lock.acquire(timeout=patience)
        except Timeout:
            raise BusyError(
                f"Another run of publish is at work on this show{_who(cache / _NOTE)}.",
                place=Place(str(cache.parent)),
                remedy="Run this again when it has ended.",
            ) from None
    return lock


def _was_a_part_killed(cache: Path) -> bool:
    """Whether a part was, now that none may begin.

    Raises:
        BusyError: One is at work.
    """
    for part in _held_parts(cache):
        raise _busy_part(cache, part)
    notes = list(cache.glob("part-*.json"))
    for file in (*notes, *cache.glob("part-*.lock")):
        file.unlink(missing_ok=True)
    return bool(notes)


def _held_parts(cache: Path) -> Iterator[str]:
    from filelock import FileLock, Timeout

    for file in sorted(cache.glob("part-*.lock")):
        lock = FileLock(file)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            yield file.stem.removeprefix("part-")
        else:
            lock.release()


def _busy_part(cache: Path, part: str) -> BusyError:
    return BusyError(
        f"Part {part.replace('-of-', '/')} of this show is being prepared.",
        place=Place(str(cache.parent)),
        remedy="Run this again when it has ended.",
    )


def _who(note: Path) -> str:
    try:
        return f" (process {int(json.loads(note.read_text(encoding='utf-8'))['process'])})"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
