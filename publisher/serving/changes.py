"""What browsers that show a page are told: that it has changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator


class Changes:
    """A number that grows with each change. It is used inside one event loop."""

    def __init__(self) -> None:
        self._version = 0
        self._closed = False
        self._next = asyncio.Event()

    def tell(self) -> None:
        """Something has changed."""
        self._version += 1
        self._wake()

    def close(self) -> None:
        """The server stops: end what follows."""
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        waiting, self._next = self._next, asyncio.Event()
        waiting.set()

    async def follow(self) -> AsyncIterator[int]:
        """The number now, and again after each change."""
        while not self._closed:
            waiting = self._next
            yield self._version
            await waiting.wait()
