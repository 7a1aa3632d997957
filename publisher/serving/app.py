"""The folder `output/` over HTTP, with every address of the show leading here."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from publisher.serving.changes import Changes

if TYPE_CHECKING:
    import os

    from starlette.types import ASGIApp, Receive, Scope, Send

TYPES = {
    "feed.xml": "application/rss+xml",
    "chapters.json": "application/json+chapters",
    "oembed.json": "application/json+oembed",
    ".xml": "application/xml",
    ".html": "text/html",
    ".json": "application/json",
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".txt": "text/plain",
    ".css": "text/css",
    ".js": "text/javascript",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".opus": "audio/ogg",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}
"""Media types by name or suffix, whatever this computer's own table says."""

SHARED = {".xml", ".json", ".vtt", ".srt", ".txt"}
"""Feeds, chapters and transcripts: players on other sites may read them (CORS)."""

_REWRITTEN = {".xml", ".html", ".json", ".opml"}
_OWN = "/.publish"
_RELOAD = f'<script src="{_OWN}/reload.js" defer></script></body>'.encode()
_LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}


def application(
    output: Path,
    base_url: str,
    changes: Changes,
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]] | None = None,
) -> ASGIApp:
    """The server.

    Args:
        output: What is served.
        base_url: The show's public address; where it stands in feed, pages and data, the address that the client
            uses takes its place.
        changes: Tells browsers when to load a page again.
        lifespan: What runs beside it.
    """

    async def events(_: Request) -> Response:
        return StreamingResponse(_stream(changes), media_type="text/event-stream")

    async def script(_: Request) -> Response:
        text = resources.files("publisher.serving").joinpath("reload.js").read_bytes()
        return Response(text, media_type="text/javascript")

    app = Starlette(
        routes=[
            Route(f"{_OWN}/events", events),
            Route(f"{_OWN}/reload.js", script),
            Mount("/", _Output(output, base_url)),
        ],
        lifespan=lifespan,
    )
    return _HostCheck(app)


async def _stream(changes: Changes) -> AsyncIterator[str]:
    async for version in changes.follow():
        yield f"data: {version}\n\n"


class _HostCheck:
    """Answers only to the names of this computer, so that no web site can read a preview through a name of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _is_ours(scope):
            refusal = PlainTextResponse("This is not a name of this server.\n", 421)
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _host(scope: Scope) -> str:
    headers = dict(scope["headers"])
    return str(headers.get(b"host", b"").decode("latin-1"))


def _is_ours(scope: Scope) -> bool:
    name = re.sub(r":\d+$", "", _host(scope)).lower()
    reached = scope["server"][0] if scope.get("server") else ""
    return name in _LOOPBACK or name == reached


class _Output(StaticFiles):
    def __init__(self, output: Path, base_url: str) -> None:
        super().__init__(directory=output, html=True, check_dir=False)
        rest = re.escape(base_url.partition("://")[2])
        self._address = re.compile(rf"(?:(podcast)|https?)://{rest}(?=[/\"'<&\\]|$)".encode())

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 404:  # noqa: PLR2004
            response = self._rewritten(Path(self.directory or "", "404.html"), scope, 404)
            response.headers["Content-Type"] = "text/html; charset=utf-8"
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    def file_response(
        self,
        full_path: os.PathLike[str] | str,
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        path = Path(full_path)
        suffix = path.suffix.lower()
        if suffix in _REWRITTEN:
            response = self._rewritten(path, scope, status_code)
        else:
            response = super().file_response(full_path, stat_result, scope, status_code)
        if mime := TYPES.get(path.name) or TYPES.get(suffix):
            text = mime.startswith("text/")
            response.headers["Content-Type"] = f"{mime}; charset=utf-8" if text else mime
        if suffix in SHARED:
            response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    def _rewritten(self, path: Path, scope: Scope, status_code: int) -> Response:
        host = _host(scope).encode("latin-1")

        def here(found: re.Match[bytes]) -> bytes:
            return (found[1] or b"http") + b"://" + host

        content = self._address.sub(here, path.read_bytes())
        if path.suffix == ".html":
            content = content.replace(b"</body>", _RELOAD)
        etag = f'"{sha256(content).hexdigest()[:32]}"'
        if status_code == 200 and etag in _known(scope):  # noqa: PLR2004
            return Response(status_code=304, headers={"ETag": etag})
        return Response(content, status_code, headers={"ETag": etag})


def _known(scope: Scope) -> list[str]:
    headers: dict[bytes, Any] = dict(scope["headers"])
    known = headers.get(b"if-none-match", b"").decode("latin-1")
    return [tag.strip().removeprefix("W/") for tag in known.split(",")]
