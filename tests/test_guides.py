"""The tutorial and the guides: a person who types what stands there gets what they promise."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import feedparser
import pytest
import requests
from typer.testing import CliRunner

from publisher import batch
from publisher.cli.app import app
from publisher.media import probe
from publisher.workspace import Settings, open_show
from tests.conftest import CHECKOUT
from tests.documents import Terminal, blocks
from tests.npm import READERS, require_readers
from tests.standin import StandIn
from tests.standin.fixtures import make_audio


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    folder = tmp_path / "empty"
    folder.mkdir()
    return Terminal(folder, tmp_path / "tools")


@contextmanager
def going_on(command: str, terminal: Terminal) -> Iterator[str]:
    """A `publish serve`, on a free port; gives its address."""
    process = subprocess.Popen(
        (*shlex.split(command), "--port", "0"),
        cwd=terminal.folder, env=terminal.environment, stdout=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    assert process.stdout
    try:
        found = (re.match(r"Open +(http://\S+)", line) for line in process.stdout)
        yield next(each[1] for each in found if each)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()


def hear(command: str, terminal: Terminal) -> None:
    """Subscribe as an app does: the feed, a part of the audio, all of it, the chapters."""
    with going_on(command, terminal) as address:
        (entry,) = feedparser.parse(requests.get(f"{address}feed.xml", timeout=20).content).entries
        (enclosure,) = entry.enclosures
        part = requests.get(enclosure.href, headers={"Range": "bytes=100-199"}, timeout=20)
        assert (part.status_code, len(part.content)) == (206, 100)
        audio = terminal.tools / "heard.m4a"
        audio.write_bytes(requests.get(enclosure.href, timeout=20).content)
        assert abs(probe(audio).duration / 1_000 - int(entry.itunes_duration)) <= 1
        listed = requests.get(entry.podcast_chapters["url"], timeout=20).json()["chapters"]
        assert [each["title"] for each in listed][1] == "A heron in the reeds"
        assert requests.get(address, timeout=20).status_code == 200


def test_the_tutorial_leads_from_an_empty_folder_to_hearing_the_show(terminal: Terminal) -> None:
    pytest.importorskip("espeakng_loader", reason="the synthetic voice is not installed")
    terminal.follow("tutorial.md", hear)
    assert terminal.folder.name == "river-walk"
    assert terminal.commands.count("publish build") == 2


# -- guides -------------------------------------------------------------------------------------------


def record_walk(folder: Path) -> None:
    """The talk that the episode of the guide for Eleventy has, and its captions."""
    lines = (
        "Good morning, and welcome to the river walk.",
        "We walk along the river every Sunday, whatever the weather does.",
        "Do you see the grey bird over there, in the reeds?",
        "That is a heron, and it has more patience than both of us together.",
        "Boots are better than shoes, and bread is for us and not for the ducks.",
        "And a heron never checks the time. See you next Sunday.",
    )
    cues = (
        f"{at}\n00:00:{5 * at:02},000 --> 00:00:{5 * at + 4:02},000\n{line}" for at, line in enumerate(lines)
    )
    folder.mkdir(parents=True, exist_ok=True)
    make_audio(folder / "talk.m4a", 30)
    (folder / "talk.srt").write_text("\n\n".join(cues), encoding="utf-8")


def write_walk(root: Path, base_url: str) -> None:
    """The show of the guide for Eleventy, with our pages, at an address."""
    record_walk(root / "content")
    texts = {block.said.removeprefix("file: "): block.text for block in blocks("guides/eleventy.md")}
    (root / "content/first-walk.md").write_text(texts["content/first-walk.md"], encoding="utf-8")
    config = texts["podcast.toml"].replace("https://river.example.com/podcast", base_url)
    (root / "podcast.toml").write_text(config.replace("site = false\n", ""), encoding="utf-8")


def test_a_channel_of_youtube_becomes_a_show_and_its_videos_get_chapters(tmp_path: Path) -> None:
    says = [
        [at * 8.0, at * 8.0 + 4, f"This is the {word} thing that we said."]
        for at, word in enumerate(("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "last"))
    ]
    make_audio(tmp_path / "talk.m4a", 60)
    video = {
        "title": "How we met",
        "duration": 60.0,
        "media": [{"itag": 140, "file": "talk.m4a"}],
        "captions": [{"lang": "en", "kind": "asr", "cues": says}],
        "upload_date": "2026-10-01",
        "description": "Ann and Ben talk.",
        "chapters": [
            {"start": at, "title": title} for at, title in ((0, "Hello"), (20, "Then"), (40, "Bye"))
        ],
    }
    videos = {
        "video000000": video,
        "video000001": {**video, "title": "Before that", "upload_date": "2026-09-01"},
    }
    channel = {"@your-channel": {"videos": list(videos), "page_size": 3}}
    (tmp_path / "empty").mkdir()
    with StandIn({"videos": videos, "channels": channel}, root=tmp_path) as site:
        options = f"--proxy {site.proxy} --ca-file {site.ca_file}"
        terminal = Terminal(tmp_path / "empty", tmp_path / "tools", options)
        terminal.follow("guides/youtube.md")
    found = feedparser.parse((terminal.folder / "output/feed.xml").read_bytes())
    assert [entry.title for entry in found.entries] == ["How we met"]
    assert (terminal.folder / "content/2026-09-01-before-that.md").exists()


def test_a_site_made_with_eleventy_shows_audio_and_chapters_of_its_posts(terminal: Terminal) -> None:
    require_readers()
    record_walk(terminal.folder / "content")
    (terminal.folder / "node_modules").symlink_to(READERS / "node_modules")
    terminal.follow("guides/eleventy.md")
    page = (terminal.folder / "_site/content/first-walk/index.html").read_text(encoding="utf-8")
    audio = "https://river.example.com/podcast/media/2026-03-01-first-walk.m4a"
    assert f'src="{audio}"' in page
    chapters = re.findall(rf'<a href="{re.escape(audio)}#t=([\d.]+)">(.+)</a>', page)
    assert [title for _, title in chapters] == [
        "Why we walk",
        "A heron in the reeds",
        "What we learned today",
    ]
    assert [round(float(start) / 5) for start, _ in chapters] == [0, 2, 4]
    site = terminal.folder / "_site/podcast"
    assert (site / "feed.xml").read_bytes() == (terminal.folder / "output/feed.xml").read_bytes()
    assert (site / "media/2026-03-01-first-walk.m4a").exists()


def test_a_server_of_ones_own_is_set_up_and_the_show_moves_house(terminal: Terminal) -> None:
    write_walk(terminal.folder, "https://river.example.com/podcast")
    terminal.follow("guides/self-hosting.md")
    found = feedparser.parse((terminal.folder / "output/feed.xml").read_bytes())
    assert found.feed["itunes_new-feed-url"] == "https://walks.example.org/river/feed.xml"
    assert found.entries[0].enclosures[0].href.startswith("https://walks.example.org/river/media/")


# -- servers ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server is to be.

    Attributes:
        folder: For its files.
        port: A free one.
        authority: Who signs its certificate.
    """

    folder: Path
    port: int
    authority: Path

    @property
    def address(self) -> str:
        """What people type."""
        return f"https://127.0.0.1:{self.port}"

    def settings(self, name: str, *places: tuple[str, str]) -> str:
        """The settings in the guide, with our places instead of those that it names."""
        (text,) = (block.text for block in blocks("guides/self-hosting.md") if block.said == name)
        for told, here in places:
            assert told in text
            text = text.replace(told, here)
        return text


@pytest.fixture
def place(tmp_path: Path) -> Place:
    import trustme

    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    own = authority.issue_cert("127.0.0.1")
    own.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    own.private_key_pem.write_to_path(tmp_path / "key.pem")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found = Place(tmp_path, free.getsockname()[1], tmp_path / "authority.pem")
    write_walk(tmp_path / "show", f"{found.address}/podcast")
    assert not batch.build(open_show(tmp_path / "show", Settings())).failed
    shutil.copytree(tmp_path / "show/output", tmp_path / "www/podcast")
    return found


def needed(program: str) -> str:
    path = shutil.which(program, path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
    if path is None:
        pytest.skip(f"{program} is not installed")
    return path


@contextmanager
def running(place: Place, *command: str) -> Iterator[None]:
    surroundings = {**os.environ, "HOME": str(place.folder), "XDG_DATA_HOME": str(place.folder)}
    with (
        (place.folder / "log").open("wb") as log,
        subprocess.Popen(command, env=surroundings, stdout=log, stderr=log) as server,
    ):
        try:
            for _ in range(100):
                with suppress(OSError), socket.create_connection(("127.0.0.1", place.port)):
                    break
                time.sleep(0.1)
            else:
                pytest.fail((place.folder / "log").read_text(encoding="utf-8"))
            yield
        finally:
            server.terminate()


def check_as_apps_do(place: Place) -> None:
    options = ("--ca-file", str(place.authority), "--json")
    done = CliRunner().invoke(app, ["check", f"{place.address}/podcast/feed.xml", *options])
    assert done.exit_code == 0, done.output
    assert {each["code"] for each in json.loads(done.stdout)} == {
        "show-owner",
        "show-image-plain",
    }
    lost = requests.get(f"{place.address}/podcast/none", verify=str(place.authority), timeout=20)
    assert (lost.status_code, "<html" in lost.text) == (404, True)
    page = requests.head(f"{place.address}/podcast/index.html", verify=str(place.authority), timeout=20)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"


def test_nginx_with_the_settings_of_the_guide_serves_as_apps_want(place: Place) -> None:
    nginx = needed("nginx")
    server = place.settings(
        "nginx",
        ("/srv/river", str(place.folder / "www")),
        ("/etc/ssl/river", str(place.folder)),
        ("listen 443 ssl", f"listen 127.0.0.1:{place.port} ssl"),
    )
    moved = place.settings("nginx that redirects", ("/podcast/feed.xml {", "/old/feed.xml {"))
    server = server.replace("    location /podcast/", f"{moved}\n    location /podcast/")
    own = "".join(
        f"{kind}_temp_path {place.folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""  # who may read the test's folder
    config = place.folder / "nginx.conf"
    config.write_text(
        f"pid {place.folder}/pid;\nerror_log {place.folder}/errors;\ndaemon off;\n{user}events {{}}\n"
        f"http {{\naccess_log off;\n{own}{server}}}\n",
        encoding="utf-8",
    )
    with running(place, nginx, "-c", str(config)):
        check_as_apps_do(place)
        led = requests.get(
            f"{place.address}/old/feed.xml", verify=str(place.authority), allow_redirects=False, timeout=20
        )
        assert (led.status_code, led.headers["Location"]) == (301, "https://walks.example.org/river/feed.xml")


def test_caddy_with_the_settings_of_the_guide_serves_as_apps_want(place: Place) -> None:
    caddy = needed("caddy")
    site = f"{place.address} {{\n    tls {place.folder}/cert.pem {place.folder}/key.pem"
    server = place.settings("caddy", ("/srv/river", str(place.folder / "www")), ("river.example.com {", site))
    config = place.folder / "Caddyfile"
    config.write_text(f"{{\n    admin off\n    auto_https off\n}}\n{server}", encoding="utf-8")
    with running(place, caddy, "run", "--config", str(config), "--adapter", "caddyfile"):
        check_as_apps_do(place)


# -- all ----------------------------------------------------------------------------------------------


def test_every_block_of_commands_in_a_guide_is_run_or_says_what_it_needs() -> None:
    guides = [path.relative_to(CHECKOUT / "docs") for path in (CHECKOUT / "docs/guides").glob("*.md")]
    for document in ("tutorial.md", *map(str, guides)):
        for block in blocks(document):
            assert block.kind == "sh" or block.said, f"{document}: {block.text}"
