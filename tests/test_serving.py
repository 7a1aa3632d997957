"""`publish serve`: what browsers and podcast apps get."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import feedparser
import pytest
import requests

from publisher import batch
from publisher.errors import UsageError
from publisher.serving import listen
from publisher.workspace import Settings, open_show
from tests.browsing import publish_serve
from tests.conftest import CHECKOUT, PODCAST_TOML
from tests.standin.fixtures import make_audio
from tests.talks import example, speak, write_json3

EPISODE = "episodes/talk"


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("show")
    (folder / "content").mkdir()
    (folder / "podcast.toml").write_text(PODCAST_TOML, encoding="utf-8")
    talk = speak(example())
    make_audio(folder / "content/talk.m4a", talk.duration / 1_000)
    write_json3(talk.captions, folder / "content/talk.json3")
    text = (CHECKOUT / "content/why-chapters-matter.md").read_text(encoding="utf-8")
    text = text.replace("audio: synthetic", "audio: talk.m4a\ncaptions: talk.json3")
    (folder / "content/talk.md").write_text(text, encoding="utf-8")
    assert not batch.build(open_show(folder, Settings())).failed
    return folder


@pytest.fixture(scope="module")
def address(show: Path) -> Iterator[str]:
    with publish_serve(show) as found:
        yield found


@pytest.fixture(scope="module")
def audio(show: Path) -> Path:
    (file,) = (show / "output/media").iterdir()
    return file


def get(url: str, **headers: str) -> requests.Response:
    return requests.get(url, headers=headers, timeout=20)


@pytest.mark.parametrize(
    ("path", "mime"),
    [
        ("", "text/html; charset=utf-8"),
        ("feed.xml", "application/rss+xml"),
        (f"{EPISODE}/chapters.json", "application/json+chapters"),
        (f"{EPISODE}/chapters.vtt", "text/vtt; charset=utf-8"),
        (f"{EPISODE}/transcript.vtt", "text/vtt; charset=utf-8"),
        (f"{EPISODE}/transcript.srt", "application/x-subrip"),
        (f"{EPISODE}/transcript.json", "application/json"),
        (f"{EPISODE}/oembed.json", "application/json+oembed"),
    ],
)
def test_each_file_has_its_type(address: str, path: str, mime: str) -> None:
    answer = get(address + path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == mime
    assert (
        requests.head(address + path, timeout=20).headers["Content-Length"]
        == answer.headers["Content-Length"]
    )


@pytest.mark.parametrize("name", ["chapters.json", "transcript.vtt", "transcript.json", "../../feed.xml"])
def test_players_on_other_sites_may_read_chapters_transcripts_and_feed(address: str, name: str) -> None:
    answer = get(f"{address}{EPISODE}/{name}", Origin="https://player.example")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_other_sites_may_not_read_the_pages(address: str) -> None:
    assert "Access-Control-Allow-Origin" not in get(address, Origin="https://player.example").headers


@pytest.mark.parametrize(
    ("asked", "start", "end"), [("bytes=0-0", 0, 1), ("bytes=1000-", 1_000, None), ("bytes=-500", -500, None)]
)
def test_audio_is_served_in_parts(address: str, audio: Path, asked: str, start: int, end: int | None) -> None:
    answer = get(f"{address}media/{audio.name}", Range=asked)
    assert answer.status_code == 206
    assert answer.content == audio.read_bytes()[start:end]
    assert answer.headers["Content-Type"] == "audio/mp4"


def test_a_part_past_the_end_is_refused(address: str, audio: Path) -> None:
    assert get(f"{address}media/{audio.name}", Range="bytes=999999999-").status_code == 416


@pytest.mark.parametrize("path", ["feed.xml", "", f"{EPISODE}/transcript.vtt", "media"])
def test_what_is_known_is_not_sent_again(address: str, audio: Path, path: str) -> None:
    url = f"{address}media/{audio.name}" if path == "media" else address + path
    tag = get(url).headers["ETag"]
    again = get(url, **{"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert get(url, **{"If-None-Match": '"other"'}).status_code == 200


def test_every_address_of_the_show_leads_to_the_server(address: str) -> None:
    feed = get(f"{address}feed.xml").text
    assert "https://example.com/podcast" not in feed
    ET.fromstring(feed)  # noqa: S314 - our own
    addresses = re.findall(rf'"({re.escape(address)}[^"]+)"', feed)
    assert len(addresses) >= 5
    assert {requests.head(found, timeout=20).status_code for found in addresses} == {200}
    assert f"podcast://{address.removeprefix('http://')}feed.xml" in get(address).text


def test_an_address_that_only_begins_alike_is_left_alone(address: str, show: Path) -> None:
    path = show / "output/other.html"
    path.write_text('<a href="https://example.com/podcasts/">', encoding="utf-8")
    assert "https://example.com/podcasts/" in get(f"{address}other.html").text
    path.unlink()


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "127.0.0.1.evil.example:80"])
def test_it_answers_to_no_strange_name(address: str, host: str) -> None:
    answer = get(address, Host=host)
    assert answer.status_code == 421
    assert "Test show" not in answer.text


def test_a_link_out_of_output_is_not_followed(address: str, show: Path) -> None:
    link = show / "output/linked.toml"
    link.symlink_to(show / "podcast.toml")
    try:
        answer = get(f"{address}linked.toml")
    finally:
        link.unlink()
    assert answer.status_code == 404
    assert "base_url" not in answer.text


@pytest.mark.parametrize(
    "path",
    ["../podcast.toml", "%2e%2e/podcast.toml", "..%2fpodcast.toml", "media/..%5c..%5cpodcast.toml", "%00"],
)
def test_nothing_outside_output_is_served(address: str, path: str) -> None:
    host, port = re.findall(r"//([\d.]+):(\d+)", address)[0]
    with socket.create_connection((host, int(port)), timeout=20) as raw:
        raw.sendall(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: raw.recv(65_536), b""))
    assert answer.split(b" ")[1] in {b"404", b"400"}
    assert b"base_url" not in answer


def test_a_page_that_is_not_there_is_told_so(address: str) -> None:
    answer = get(f"{address}no/such/page")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "没有这一页" in answer.text
    assert address in answer.text


def test_a_port_in_use_is_a_sentence(show: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "publisher",
            "serve",
            "-C",
            str(show),
            "--offline",
            "--port",
            str(port),
        ]
        run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=CHECKOUT)
    assert run.returncode == 2
    assert run.stderr.startswith(f"publish: Another program uses port {port}.")
    assert "Traceback" not in run.stderr


def test_a_port_that_cannot_be_is_a_sentence() -> None:
    with pytest.raises(UsageError, match="There is no port 70000"):
        listen(70_000, lan=False)


def test_without_lan_only_this_computer_gets_in() -> None:
    found = listen(0, lan=False)
    with found.socket:
        assert found.socket.getsockname()[0] == "127.0.0.1"
        assert found.url == f"http://127.0.0.1:{found.port}/"


def test_with_lan_the_feed_names_the_address_that_was_asked(show: Path) -> None:
    try:
        listen(0, lan=True).socket.close()
    except UsageError as error:
        pytest.skip(str(error))
    with publish_serve(show, "--lan") as address:
        assert "127.0.0.1" not in address
        assert f'url="{address}media/' in get(f"{address}feed.xml").text
        here = address.replace(re.findall(r"//([\d.]+)", address)[0], "127.0.0.1")
        assert f'url="{here}media/' in get(f"{here}feed.xml").text


# -- podcast apps -------------------------------------------------------------------------------------


def test_gpodder_subscribes_lists_and_downloads(address: str, audio: Path, tmp_path: Path) -> None:
    if shutil.which("gpo") is None:
        pytest.skip("gPodder's gpo is not installed")
    surroundings = {
        **os.environ,
        "GPODDER_HOME": str(tmp_path),
        "GPODDER_DOWNLOAD_DIR": str(tmp_path / "got"),
    }

    def gpo(*arguments: str) -> str:
        run = subprocess.run(
            ["gpo", *arguments], env=surroundings, capture_output=True, text=True, check=True, timeout=120
        )
        return run.stdout

    gpo("subscribe", f"{address}feed.xml")
    assert "Test show" in gpo("list")
    assert "没人听完的后半集" in gpo("episodes")
    gpo("download")
    (got,) = (tmp_path / "got").rglob("*.m4a")
    assert got.read_bytes() == audio.read_bytes()


def test_podboat_subscribes_lists_and_downloads(address: str, audio: Path, tmp_path: Path) -> None:
    if shutil.which("newsboat") is None or shutil.which("podboat") is None:
        pytest.skip("newsboat and podboat are not installed")
    (tmp_path / ".newsboat").mkdir()
    (tmp_path / ".newsboat/urls").write_text(f"{address}feed.xml\n", encoding="utf-8")
    settings = f"podcast-auto-enqueue yes\ndownload-path {tmp_path}/got/\n"
    (tmp_path / ".newsboat/config").write_text(settings, encoding="utf-8")
    (tmp_path / "got").mkdir()
    surroundings = {
        **os.environ,
        "HOME": str(tmp_path),
        "TERM": "xterm",
        "XDG_CONFIG_HOME": str(tmp_path / "none"),
    }
    listed = subprocess.run(
        ["newsboat", "-x", "reload", "print-unread"],
        env=surroundings, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert listed.stdout.startswith("1 unread")
    control, terminal = pty.openpty()
    with subprocess.Popen(
        ["podboat", "-a"], env=surroundings, stdin=terminal, stdout=terminal, stderr=terminal
    ) as podboat:
        got = tmp_path / "got" / audio.name
        for _ in range(600):
            if select.select([control], [], [], 0.1)[0]:
                os.read(control, 65_536)
            if got.is_file() and got.stat().st_size == audio.stat().st_size:
                break
            time.sleep(0.01)
        podboat.terminate()
    os.close(control)
    os.close(terminal)
    assert got.read_bytes() == audio.read_bytes()


def test_a_feed_reader_sees_what_is_served(address: str, audio: Path) -> None:
    feed = feedparser.parse(get(f"{address}feed.xml").content)
    (enclosure,) = feed.entries[0].enclosures
    answer = get(enclosure.href)
    assert len(answer.content) == int(enclosure.length) == audio.stat().st_size
