"""Waiting for the disk while other episodes are made."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Generic, TypeVar

from publisher.files import settle

TOGETHER = 64
WAIT = 1.0
"""Things, and seconds, after which the disk is waited for: for many files it takes hardly longer than for one."""

Written = TypeVar("Written")


class Settling(Generic[Written]):
    """Things whose files were written without waiting for the disk, until they are lasting."""

    def __init__(
        self, files: Callable[[Written], Iterable[Path]], keep: Callable[[Sequence[Written]], None]
    ) -> None:
        """Begin with none.

        Args:
            files: The files of one.
            keep: Told of those that have become lasting, in the order in which they came; by the thread that calls.
        """
        self._files, self._keep = files, keep
        self._waiting: list[Written] = []
        self._since = time.monotonic()
        self._disk = ThreadPoolExecutor(1)
        self._running: tuple[Future[None], list[Written]] | None = None

    def add(self, one: Written) -> None:
        """One more that was written."""
        self._waiting.append(one)

    def go_on(self) -> None:
        """Keep what has become lasting, and let the disk begin with more when it is time; to be called often.

        Raises:
            OSError: The disk has a fault. What was not kept is not lasting.
        """
        if self._running and (self._running[0].done() or len(self._waiting) >= 2 * TOGETHER):
            self._end()
        if not self._running and (len(self._waiting) >= TOGETHER or time.monotonic() - self._since > WAIT):
            self._begin()

    def finish(self) -> None:
        """Wait until all of them are lasting, and keep them.

        Raises:
            OSError: As `go_on` says.
        """
        self._end()
        self._begin()
        self._end()

    def _begin(self) -> None:
        together, self._waiting = self._waiting, []
        files = [file for one in together for file in self._files(one)]
        self._running = self._disk.submit(settle, files), together
        self._since = time.monotonic()

    def _end(self) -> None:
        if self._running:
            (lasting, together), self._running = self._running, None
            lasting.result()
            self._keep(together)
