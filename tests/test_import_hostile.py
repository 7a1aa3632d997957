"""`publish import` of feeds that mean harm, or are broken: what is refused, and what is never asked for."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from publisher.errors import FetchError, Place
from publisher.fetch import Network
from publisher.importing import Options, State, import_from
from publisher.importing.feed import read_feed
from publisher.importing.prose import to_markdown
from publisher.model import silent
from tests.feeds import FEED, HEAD, WHOLE, old_host, run
from tests.fetching import HASTY
from tests.standin import StandIn


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with old_host(tmp_path_factory.mktemp("media")) as site:
        yield site


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><rss version='2.0'><channel><title>&i;</title></channel></rss>"
)
FILE_ENTITY = (
    '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<rss version='2.0'><channel><title>&x;</title></channel></rss>"
)


@pytest.mark.parametrize(
    "content",
    [
        BOMB.encode(),
        BOMB.encode("utf-16"),
        FILE_ENTITY.encode(),
        b"",
        b"\x00\xff" * 100,
        b"<html><body>A page about the show</body></html>",
        b"<rss version='2.0'><channel></channel></rss>",
        b"{}",
        b"<a>" * 100_000,
    ],
)
def test_what_is_no_honest_feed_is_refused(content: bytes) -> None:
    with pytest.raises(FetchError) as caught:
        read_feed(content, Place("feed.xml"))

    assert caught.value.code == "bad_feed"
    assert "root:" not in str(caught.value)


def test_a_feed_that_never_ends_is_refused(
    site: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publisher.importing.running._MOST_FEED_BYTES", 1_000)
    with pytest.raises(FetchError) as caught:
        run(site, tmp_path / "show")

    assert caught.value.code == "too_large"


@pytest.mark.parametrize(
    ("status", "code"), [(404, "gone"), (403, "forbidden"), (429, "rate_limited"), (503, "network")]
)
def test_a_feed_that_is_not_given_is_told(status: int, code: str, site: StandIn, tmp_path: Path) -> None:
    site.site.config["static"][FEED] = {"status": status}
    with pytest.raises(FetchError) as caught:
        run(site, tmp_path / "show")

    assert caught.value.code == code
    assert not (tmp_path / "show").exists()


def test_a_host_that_asks_us_to_wait_is_asked_once(site: StandIn, tmp_path: Path) -> None:
    for name in ("3.json", "3.chapters.json", "2.vtt"):
        site.site.config["static"][f"https://old.example.com/{name}"] = {"status": 429}
    found = run(site, tmp_path / "show")

    assert [row.state for row in found.rows] == [State.WRITTEN] * 3
    assert len(site.log) == 2


INSIDE = (
    "http://127.0.0.1:9/x",
    "http://169.254.169.254/x",
    "http://localhost/x",
    "http://[::1]/x",
    "file:///etc/passwd",
)


@pytest.mark.parametrize("address", INSIDE)
def test_audio_inside_our_network_is_not_taken_from_a_stranger(
    address: str, site: StandIn, tmp_path: Path
) -> None:
    feed = WHOLE.replace("https://old.example.com/1.m4a", address)
    site.site.config["static"][FEED] = {"body": feed}
    found = run(site, tmp_path / "show")

    assert [row.code for row in found.rows if row.title == "First"] in (["inside"], ["bad_feed"])
    assert not any(address in path.read_text("utf-8") for path in (tmp_path / "show/content").iterdir())


class _Loopback(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        body = self.server.pages[self.path]  # type: ignore[attr-defined]
        self.send_response(302 if body.startswith(b"http") else 200)
        self.send_header("Location", body.decode() if body.startswith(b"http") else "")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Say nothing."""


@pytest.fixture
def inside() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Loopback) as server:
        server.asked, server.pages = [], {}  # type: ignore[attr-defined]
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()


def one_item(audio: str, transcript: str, chapters: str) -> str:
    return f"""{HEAD}<item><title>One</title><guid>1</guid><pubDate>Thu, 01 Oct 2026 12:00:00 GMT</pubDate>
      <enclosure url="{audio}" type="audio/mp4" length="1"/>
      <podcast:transcript url="{transcript}" type="text/vtt"/>
      <podcast:chapters url="{chapters}" type="application/json+chapters"/></item></channel></rss>"""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"])
def test_what_a_feed_names_inside_our_network_is_never_asked_for(
    host: str, inside: ThreadingHTTPServer, tmp_path: Path
) -> None:
    secret = f"http://{host}:{inside.server_address[1]}/secret"
    file = tmp_path / "feed.xml"
    file.write_text(one_item("https://8.8.8.8/1.m4a", secret, secret), encoding="utf-8")
    found = import_from(
        tmp_path / "show", str(file), Options(patience=HASTY), network=Network(), progress=silent
    )

    [row] = found.rows
    assert row.state is State.WRITTEN
    assert len([missed for missed in row.missed if "inside" in missed]) == 2
    assert inside.asked == []  # type: ignore[attr-defined]


def test_a_feed_of_ones_own_network_may_name_its_own_host_and_no_other_port(
    inside: ThreadingHTTPServer, tmp_path: Path
) -> None:
    home = f"http://127.0.0.1:{inside.server_address[1]}"
    feed = one_item(f"{home}/1.m4a", f"{home}/1.vtt", "http://127.0.0.1:9/c.json")
    inside.pages = {  # type: ignore[attr-defined]
        "/feed.xml": feed.encode(),
        "/1.vtt": b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n",
    }
    found = import_from(
        tmp_path / "show", f"{home}/feed.xml", Options(patience=HASTY), network=Network(), progress=silent
    )

    assert inside.asked == ["/feed.xml", "/1.vtt"]  # type: ignore[attr-defined]
    [row] = found.rows
    assert row.state is State.WRITTEN
    assert len(row.missed) == 1


def test_thousands_of_elements_in_one_another_are_survived() -> None:
    assert "deep" in to_markdown("<blockquote>" * 3_000 + "deep")


def test_an_item_that_lacks_what_an_episode_needs_is_a_row_and_not_the_end(
    site: StandIn, tmp_path: Path
) -> None:
    feed = WHOLE.replace("<pubDate>Fri, 02 Oct 2026 00:00:00 GMT</pubDate>", "<pubDate>soon</pubDate>")
    site.site.config["static"][FEED] = {"body": feed.replace("<title>First</title>", "")}
    found = run(site, tmp_path / "show")

    assert sorted(row.state for row in found.rows) == ["failed", "failed", "written"]
    assert {row.code for row in found.rows if row.code} == {"bad_feed"}
