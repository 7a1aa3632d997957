"""The law for every reader of strangers' bytes, and how a case is given to one.

A reader gives a value or raises a `PublisherError` whose text is short and free of control characters. Nothing else is
raised, it ends within `SECONDS` of processor time, and what it gives can be written again.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from publisher.errors import PublisherError
from publisher.text import clean

SECONDS = 5
"""Processor time that a case may take, far more than any needs."""

LONGEST_MESSAGE = 30_000
"""Characters of an error: enough for fifty faults, too few for a stranger to fill a screen for ever."""

Read = Callable[[bytes, Path], None]


@dataclass(frozen=True, slots=True)
class Target:
    """A reader.

    Attributes:
        name: What the command line calls it.
        seeds: Good files.
        read: Takes a case and an empty folder, reads the case, and asserts what holds for whatever was read.
    """

    name: str
    seeds: tuple[bytes, ...]
    read: Read


class _HangError(BaseException):
    """A case took too long. No handler of `Exception` may swallow it on its way up."""


def check(target: Target, case: bytes, folder: Path) -> bool:
    """Give a case to a reader.

    Returns:
        Whether it was read; False when it was refused as it should be.

    Raises:
        AssertionError: It takes too long, or what it gives breaks the law.
        Exception: Whatever else the reader raises that is not ours.
    """
    try:
        with _bounded():
            target.read(case, folder)
    except _HangError:
        raise AssertionError(f"more than {SECONDS} seconds of processor time") from None
    except PublisherError as error:
        said = str(error)
        assert len(said) <= LONGEST_MESSAGE, "a message without end"
        assert clean(said) == said, "control characters in a message"
        return False
    return True


@contextmanager
def _bounded() -> Iterator[None]:
    def stop(_signal: int, _frame: object) -> None:
        raise _HangError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def file(folder: Path, name: str, case: bytes) -> Path:
    """A file with a case in it."""
    path = folder / name
    path.write_bytes(case)
    return path


def is_clean(*texts: str) -> None:
    """Nothing in these texts steers a terminal."""
    assert all(clean(text) == text for text in texts), "control characters in a text that is published"
