"""The same show gives the same bytes, whoever builds it and wherever."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT
from tests.standin.fixtures import make_audio
from tests.talks import example, speak, write_json3

HEAD = """\
---
title: 没人听完的后半集
date: 2026-01-01
summary: 谈**章节**。
people: [Ann, Bob]
audio: talk.m4a
captions: talk.json3
---
"""

TELLING = """
hub = "https://hub.example.com/"
license = "CC-BY-4.0"

[speakers]
"小苏" = "苏某人"
"老谭" = ""

[update_frequency]
text = "每周二"
rrule = "FREQ=WEEKLY;BYDAY=TU"
dtstart = 2026-01-06T08:00:00+08:00

[[trailer]]
title = "即将"
url = "https://example.com/soon.mp3"
published = 2026-01-01T00:00:00+08:00
"""

PLACES = (
    {"TZ": "UTC", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "0"},
    {"TZ": "Asia/Shanghai", "LC_ALL": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8", "PYTHONHASHSEED": "1"},
    {"TZ": "America/St_Johns", "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "4711"},
)


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with audio and captions of its own, never built."""
    folder = tmp_path_factory.mktemp("example")
    (folder / "content").mkdir()
    shutil.copytree(CHECKOUT / "assets", folder / "assets")
    about = (CHECKOUT / "podcast.toml").read_text(encoding="utf-8")
    above, owner = about.split("[owner]")
    keys, tables = TELLING.split("[speakers]")
    text = f"{above}{keys}\n[owner]{owner}\n[speakers]{tables}"
    (folder / "podcast.toml").write_text(text, encoding="utf-8")
    written = (CHECKOUT / "content/why-chapters-matter.md").read_text(encoding="utf-8")
    body = written.split("---\n", 2)[2]
    (folder / "content/talk.md").write_text(HEAD + body, encoding="utf-8")
    talk = speak(example(), wrong=0.1)
    make_audio(folder / "content/talk.m4a", talk.duration / 1_000)
    write_json3(talk.captions, folder / "content/talk.json3")
    return folder


def built(show: Path, folder: Path, place: dict[str, str]) -> dict[str, str]:
    """Build a copy of the show as somebody else would; what is published and the lock, by path, as hashes."""
    shutil.copytree(show, folder)
    surroundings = {**os.environ, **place, "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-m", "publisher", "build", "--show", str(folder), "--offline"]
    run = subprocess.run(command, env=surroundings, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode(errors="replace")
    written = (*folder.glob("output/**/*"), *folder.glob("content/*.json"), folder / "podcast.lock.json")
    files = (path for path in written if path.is_file())
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}


def test_time_zone_language_hash_order_and_folder_change_no_byte_that_is_published(
    show: Path, tmp_path: Path
) -> None:
    first, *others = (built(show, tmp_path / f"place {n}", place) for n, place in enumerate(PLACES))
    assert {"podcast.lock.json", "content/talk.timeline.json", "output/feed.xml"} <= set(first)
    feed = (tmp_path / "place 0/output/feed.xml").read_text(encoding="utf-8")
    for part in (
        "<psc:chapter ",
        "<podcast:person>",
        "<podcast:soundbite ",
        "<podcast:trailer ",
        'rel="hub"',
    ):
        assert part in feed
    assert others == [first, first]
