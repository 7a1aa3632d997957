"""The server at work: it answers, watches the show's folder, builds what has changed, and stops at Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.serving.addresses import Listening
from publisher.serving.changes import Changes

if TYPE_CHECKING:
    from types import FrameType

    from starlette.applications import Starlette

_SOURCES = ("content", "assets", "site", "podcast.toml")


def serve(
    output: Path, base_url: str, listening: Listening, *, root: Path, build: Callable[[], None]
) -> None:
    """Serve a show until somebody presses Ctrl-C.

    Args:
        output: What is served; browsers load their page again when something in it changes.
        base_url: The show's public address.
        listening: Where.
        root: The show's folder.
        build: Called, in a thread, when something in the show's folder has changed; raises nothing.
    """
    import uvicorn

    from publisher.serving.app import application

    changes, stop = Changes(), asyncio.Event()
    output.mkdir(parents=True, exist_ok=True)
    sources = [path for name in _SOURCES if (path := root / name).exists()]

    @contextlib.asynccontextmanager
    async def beside(_: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(_watch(sources, output, build, changes, stop))
        yield
        stop.set()
        await task

    class Server(uvicorn.Server):
        """Ends what would keep connections open before it waits for them."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            changes.close()
            stop.set()
            super().handle_exit(sig, frame)

    app = application(output, base_url, changes, beside)
    config = uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=3)
    with contextlib.suppress(KeyboardInterrupt):
        Server(config).run(sockets=[listening.socket])


async def _watch(
    sources: list[Path], output: Path, build: Callable[[], None], changes: Changes, stop: asyncio.Event
) -> None:
    from watchfiles import Change, awatch

    def counts(_: Change, path: str) -> bool:
        return not Path(path).name.startswith(".")

    async for found in awatch(*sources, output, watch_filter=counts, stop_event=stop):
        if any(not Path(path).is_relative_to(output) for _, path in found):
            await asyncio.to_thread(build)
        if any(Path(path).is_relative_to(output) for _, path in found):
            changes.tell()
