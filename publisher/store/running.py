"""One run at a time for a show, and whether the last one ended well."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from publisher.errors import BusyError, Place
from publisher.model import Progress

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
    from filelock import FileLock, Timeout

    cache.mkdir(parents=True, exist_ok=True)
    note = cache / _NOTE
    lock = FileLock(cache / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        progress("Waiting for another run to end", None)
        try:
            lock.acquire(timeout=patience)
        except Timeout:
            raise BusyError(
                f"Another run of publish is at work on this show{_who(note)}.",
                place=Place(str(cache.parent)),
                remedy="Run this again when it has ended.",
            ) from None
    try:
        killed = note.exists()
        note.write_text(json.dumps({"process": os.getpid()}), encoding="utf-8")
        yield killed
        note.unlink(missing_ok=True)
    except Exception:
        with suppress(OSError):
            note.unlink(missing_ok=True)
        raise
    finally:
        lock.release()


def _who(note: Path) -> str:
    try:
        return f" (process {int(json.loads(note.read_text(encoding='utf-8'))['process'])})"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
