"""The tutorial and the guides: a person who types what stands there gets what they promise."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import feedparser
import pytest
import requests

from publisher.media import probe
from tests.conftest import CHECKOUT
from tests.documents import Terminal, blocks


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


def test_every_block_of_commands_in_a_guide_is_run_or_says_what_it_needs() -> None:
    guides = [path.relative_to(CHECKOUT / "docs") for path in (CHECKOUT / "docs/guides").glob("*.md")]
    for document in ("tutorial.md", *map(str, guides)):
        for block in blocks(document):
            assert block.kind in {"sh", "text"} or block.said, f"{document}: {block.text}"
            assert block.kind == "sh" or block.said, f"{document}: {block.text}"
