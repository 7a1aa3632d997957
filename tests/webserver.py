"""A server on loopback that misbehaves as it is told, and an episode that is fetched from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from publisher.errors import FetchError
from publisher.fetch import Network, fetch_episode
from publisher.model import Episode, Fetched, Transcript, silent


@dataclass
class Page:
    """What the server says for a path; `cuts` holds how many bytes to send before hanging up, a request each."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cuts: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.close_connection = True
        span = self.headers.get("Range", "")
        self.server.asked.append((self.path, span))
        page = self.server.pages.get(self.path, Page(status=404))
        status = page.statuses.pop(0) if page.statuses else page.status
        body, headers = page.body, {"ETag": '"one"', **page.headers}
        if span and self.headers.get("If-Range") == headers["ETag"]:
            start = int(span.removeprefix("bytes=").removesuffix("-"))
            status, headers["Content-Range"] = 206, f"bytes {start}-{len(body) - 1}/{len(body)}"
            body = body[start:]
        self.send_response(status)
        headers |= {"Content-Length": str(len(body)), "Connection": "close"}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: page.cuts.pop(0)] if page.cuts else body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, str]] = []

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server_address[1]}{path}"


def fetched(folder: Path, *, network: Network | None = None, **fields: Any) -> Fetched:
    episode = Episode(
        slug="talk",
        path=folder / "talk.md",
        title="Talk",
        published=datetime(2026, 1, 1, tzinfo=UTC),
        transcript=Transcript(()),
        language="en",
        **fields,
    )
    return fetch_episode(
        episode, root=folder, cache=folder / "cache", network=network or Network(), progress=silent
    )


def failure(folder: Path, **fields: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetched(folder, **fields)
    return caught.value
