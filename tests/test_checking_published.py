"""`publish check URL`: a published feed, from servers on loopback that do well or badly."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copytree
from threading import Thread

import pytest
from typer.testing import CliRunner

from publisher.checking import RULES, Limits, check_published
from publisher.checking import mirror as mirrors
from publisher.cli.app import app
from publisher.errors import FetchError
from publisher.fetch import Network
from tests.published import EPISODE, Break, feed, file, gone, write_show
from tests.test_checking import MUTATIONS, PAGED
from tests.test_checking_tags import MUTATIONS as OF_TAGS

TYPES = {
    ".xml": "application/rss+xml",
    ".jpg": "image/jpeg",
    ".m4a": "audio/mp4",
    ".json": "application/json",
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".html": "text/html; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass
class Habits:
    """How a server serves."""

    head: bool = True
    ranges: bool = True
    conditional: bool = True
    cors: bool = True
    types: dict[str, str] = field(default_factory=lambda: dict(TYPES))
    statuses: dict[str, int] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        if self.server.habits.head:
            self.do_GET()
        else:
            self._send(405)

    def do_GET(self) -> None:
        habits, path = self.server.habits, self.path.lstrip("/")
        self.server.asked.append((self.command, path, self.headers.get("Range", "")))
        found = self.server.folder / path
        if path in habits.redirects:
            self._send(302, headers={"Location": habits.redirects[path]})
        elif path in habits.statuses:
            self._send(habits.statuses[path])
        elif not found.is_file():
            self._send(404)
        else:
            self._file(found)

    def _file(self, found: Path) -> None:
        habits, content = self.server.habits, found.read_bytes()
        headers = {"Content-Type": habits.types.get(found.suffix, "application/octet-stream")}
        if habits.cors:
            headers["Access-Control-Allow-Origin"] = "*"
        if habits.conditional:
            headers |= {"ETag": f'"{len(content)}"', "Last-Modified": formatdate(0, usegmt=True)}
            if self.headers.get("If-None-Match") == headers["ETag"]:
                self._send(304)
                return
        span = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if span and habits.ranges:
            start, end = int(span[1]), min(int(span[2]), len(content) - 1)
            headers["Content-Range"] = f"bytes {start}-{end}/{len(content)}"
            self._send(206, content[start : end + 1], headers)
        else:
            self._send(200, content, headers)

    def _send(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        self.close_connection = True
        self.send_response(status)
        for name, value in {
            **(headers or {}),
            "Content-Length": str(len(body)),
            "Connection": "close",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            try:
                self.wfile.write(body)
            except OSError:
                self.server.cut.append(self.path)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name is given
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = Path()
        self.habits = Habits()
        self.asked: list[tuple[str, str, str]] = []
        self.cut: list[str] = []

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def serving() -> Iterator[Server]:
    with Server() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A server, and a good show written for its address."""
    with serving() as server:
        yield server, write_show(tmp_path_factory.mktemp("host") / "output", server.base)


@pytest.fixture
def server(host: tuple[Server, Path], tmp_path: Path) -> Server:
    """The server with a copy of the show to break, and good habits."""
    found, good = host
    found.folder = Path(copytree(good, tmp_path / "output"))
    found.habits = Habits()
    found.asked.clear()
    return found


def codes(server: Server, *, limits: Limits | None = None) -> list[str]:
    """What is found; that loopback has no https is left out."""
    found = check_published(f"{server.base}/feed.xml", Network(), limits=limits)
    return [finding.code for finding in found if finding.code != "address-not-https"]


def test_a_good_published_show_has_no_findings(server: Server) -> None:
    assert codes(server) == []
    assert {path for _, path, _ in server.asked} >= {
        "feed.xml",
        "cover.jpg",
        "media/one.m4a",
        f"{EPISODE}/chapters.psc.xml",
        f"{EPISODE}/transcript.srt",
        f"{EPISODE}/notes.html",
    }
    assert ("HEAD", "media/one.m4a", "") in server.asked


Change = Callable[[Server], object]


def habit(**habits: object) -> Change:
    def change(server: Server) -> None:
        for name, value in habits.items():
            setattr(server.habits, name, value)

    return change


def typed(suffix: str, mime: str) -> Change:
    return lambda server: server.habits.types.update({suffix: mime})


def status(path: str, code: int) -> Change:
    return lambda server: server.habits.statuses.update({path: code})


def on_disk(change: Break) -> Change:
    return lambda server: change(server.folder)


def _grow(output: Path) -> None:
    with (output / "media/two.m4a").open("ab") as sink:
        sink.write(b"\0\0\0\x08free")


SERVED: list[tuple[str, Change]] = [
    ("server-head", habit(head=False)),
    ("server-range", habit(ranges=False)),
    ("server-conditional", habit(conditional=False)),
    ("server-cors", habit(cors=False)),
    ("server-type", typed(".m4a", "application/octet-stream")),
    ("server-type", typed(".vtt", "text/plain")),
    ("server-type", typed(".xml", "text/html")),
    ("server-answer", status("cover.jpg", 403)),
    ("server-answer", status("media/two.m4a", 401)),
    ("server-answer", status("media/two.m4a", 500)),
    ("server-answer", status(f"{EPISODE}/chapters.json", 429)),
    ("link-broken", status("media/two.m4a", 404)),
    ("link-broken", on_disk(gone("cover.jpg"))),
    ("chapters-missing", on_disk(gone(f"{EPISODE}/chapters.ffmetadata"))),
    ("chapters-differ", on_disk(file(f"{EPISODE}/chapters.psc.xml", "00:00:24.500", "00:00:24.400"))),
    ("enclosure-length", on_disk(_grow)),
    ("enclosure-duration", on_disk(feed("<itunes:duration>36", "<itunes:duration>39"))),
    ("transcript-differ", on_disk(file(f"{EPISODE}/transcript.srt", "--> 00:00:09,000", "--> 00:00:08,000"))),
    ("feed-not-xml", on_disk(feed("</channel>", ""))),
    ("feed-missing", on_disk(gone("feed.xml"))),
]


@pytest.mark.parametrize(
    ("code", "change"), SERVED, ids=[f"{n}-{code}" for n, (code, _) in enumerate(SERVED)]
)
def test_what_is_broken_is_named_and_nothing_else(server: Server, code: str, change: Change) -> None:
    change(server)
    assert set(codes(server)) == {code}


def test_every_rule_has_a_mutation() -> None:
    assert {code for code, _ in (*MUTATIONS, *PAGED, *OF_TAGS, *SERVED)} == set(RULES)


def test_of_long_audio_only_the_beginning_and_the_end_are_fetched(server: Server) -> None:
    size = (server.folder / "media/two.m4a").stat().st_size
    limits = Limits(head=20_000, tail=30_000)
    assert size > 60_000
    assert codes(server, limits=limits) == []
    assert ("GET", "media/two.m4a", f"bytes={size - 30_000}-{size - 1}") in server.asked
    feed("<itunes:duration>36", "<itunes:duration>39")(server.folder)
    assert codes(server, limits=limits) == ["enclosure-duration"]


def test_audio_of_which_too_little_is_known_is_only_measured_in_bytes(server: Server) -> None:
    limits = Limits(head=100, tail=100)
    assert codes(server, limits=limits) == []
    _grow(server.folder)
    assert codes(server, limits=limits) == ["enclosure-length"]


def test_no_more_than_the_newest_episodes_are_fetched(server: Server) -> None:
    assert codes(server, limits=Limits(episodes=1)) == []
    assert not any("one" in path for _, path, _ in server.asked)


def test_a_file_that_is_too_large_is_left_alone(server: Server) -> None:
    (server.folder / "cover.jpg").write_bytes(bytes(3_000_000))
    assert codes(server, limits=Limits(file=2_000_000)) == []


def test_audio_on_another_host_is_checked_too(server: Server) -> None:
    with serving() as other:
        other.folder = server.folder
        feed(f'<enclosure url="{server.base}/', f'<enclosure url="{other.base}/')(server.folder)
        assert codes(server) == []
        assert {path for _, path, _ in other.asked} == {"media/two.m4a"}
        feed('(<enclosure [^>]*length)="[0-9]+"', r'\1="7"')(server.folder)
        assert codes(server) == ["enclosure-length"]


def test_a_public_feed_leads_to_no_address_inside(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as inside:
        inside.folder = server.folder
        feed(f'<enclosure url="{server.base}/', f'<enclosure url="{inside.base}/')(server.folder)
        server.habits.redirects["cover.jpg"] = f"{inside.base}/cover.jpg"
        public = server.base.partition("://")[2]
        from publisher.fetch import session

        monkeypatch.setattr(session, "_is_private", lambda url: public not in url)
        assert codes(server) == ["server-answer", "server-answer"]
        assert inside.asked == []


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("feed.xml", "unsupported_url"),
        ("file:///etc/passwd", "unsupported_url"),
        ("https://", "unsupported_url"),
        ("http://[", "unsupported_url"),
        ("https://例.example/feed.xml", "unsupported_url"),
        ("http://127.0.0.1:9/feed.xml", "network"),
        ("http://169.254.169.254/feed.xml", "network"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(url: str, code: str) -> None:
    with pytest.raises(FetchError) as caught:
        check_published(url, Network())
    assert caught.value.code == code
    assert caught.value.remedy


def test_offline_asks_nobody(server: Server) -> None:
    with pytest.raises(FetchError, match="offline"):
        check_published(f"{server.base}/feed.xml", Network(offline=True))
    assert server.asked == []


def test_the_command_checks_a_published_feed(server: Server) -> None:
    run = CliRunner().invoke
    good = run(app, ["check", f"{server.base}/feed.xml", "--profile", "spotify"])
    assert (good.exit_code, good.stdout) == (0, "0 errors, 0 warnings.\n")
    server.habits.ranges = False
    bad = run(app, ["check", f"{server.base}/feed.xml", "--profile", "apple", "--json"])
    assert bad.exit_code == 1
    assert {(row["code"], row["where"]) for row in json.loads(bad.stdout)} == {
        ("server-range", f"{server.base}/media/{name}.m4a") for name in ("one", "two")
    }
    wrong = run(app, ["check", "http://127.0.0.1:9/feed.xml"])
    assert wrong.exit_code == 1
    assert "The server cannot be reached." in wrong.stderr


def test_the_limits_bound_what_one_check_asks(server: Server) -> None:
    codes(server)
    assert len(server.asked) < 2 * 20
    assert mirrors.Limits().episodes * 20 < 1_000
