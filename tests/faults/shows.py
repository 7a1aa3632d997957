"""A small show to be broken, its tree as an undisturbed build leaves it, and a watcher of its feed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from publisher import batch
from publisher.report import Report
from publisher.workspace import Settings, open_show
from tests.conftest import CHECKOUT, PODCAST_TOML
from tests.standin.fixtures import make_audio
from tests.talks import speak, write_json3

BASE = "https://example.com/podcast/"
_ADDRESS = re.compile(rb'(?:href|url)="' + BASE.encode("ascii") + rb'([^"#]+)')
_BODY = """\
### Start

**A**: 大家好，今天我们聊聊章节。

**B**: 好的，从头说起。

### End

**A**: 谢谢大家，再见。
"""


def make_show(folder: Path) -> Path:
    """A show of three episodes: two of AAC files, one that is encoded."""
    from publisher.content import read_transcript

    (folder / "content").mkdir(parents=True)
    (folder / "podcast.toml").write_text(PODCAST_TOML, encoding="utf-8")
    for day, (slug, suffix) in enumerate((("one", ".m4a"), ("two", ".m4a"), ("three", ".webm")), 1):
        head = f"---\ntitle: Talk {slug}\ndate: 2026-01-0{day}\naudio: {slug}{suffix}\ncaptions: {slug}.json3\n---\n"
        path = folder / f"content/{slug}.md"
        path.write_text(head + _BODY, encoding="utf-8")
        talk = speak(read_transcript(path))
        make_audio(folder / f"content/{slug}{suffix}", talk.duration / 1_000, pitch=200.0 + 50 * day)
        write_json3(talk.captions, folder / f"content/{slug}.json3")
    return folder


def change(show: Path, number: int) -> None:
    """Give an episode another title, and take one away or bring it back: feed, files and sweeping have work."""
    path = show / "content/one.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"title: .*", f"title: Talk {number}", text), encoding="utf-8")
    there, away = show / "content/two.md", show / "content/two.away"
    if number % 2:
        there.rename(away) if there.exists() else away.rename(there)


def build(show: Path) -> Report:
    """Build in this process."""
    return batch.build(open_show(show, Settings()))


def start(show: Path, *options: str) -> subprocess.Popen[bytes]:
    """Start `publish build` as a process of its own."""
    command = [sys.executable, "-m", "publisher", "build", "--offline", "-C", str(show), *options]
    surroundings = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    return subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def tree(show: Path) -> dict[str, str]:
    """What is published, the lock and the timelines, by path, as hashes; nothing else may lie there."""
    written = (
        *(show / "output").rglob("*"),
        *(show / "content").glob("*.json"),
        *show.glob("podcast.*"),
        *show.glob(".*.part"),
        *(show / "content").glob(".*"),
    )
    files = (path for path in written if path.is_file())
    return {str(path.relative_to(show)): sha256(path.read_bytes()).hexdigest() for path in files}


def undisturbed(show: Path, folder: Path) -> dict[str, str]:
    """The tree that an undisturbed build of the show as it is now, with the same lock, ends with."""
    shutil.copytree(show, folder, ignore=shutil.ignore_patterns("run.*", ".*.part"))
    build(folder)
    expected = tree(folder)
    shutil.rmtree(folder)
    return expected


def missing(show: Path) -> list[str]:
    """The files that the feed names at this moment and that are not there."""
    try:
        feed = (show / "output/feed.xml").read_bytes()
    except FileNotFoundError:
        return []
    if not feed.endswith(b"</rss>\n"):
        return ["the end of feed.xml"]
    names = [name.decode("ascii").partition("?")[0] for name in _ADDRESS.findall(feed)]
    gone = [name for name in names if not (show / "output" / name).is_file()]
    # The feed may have been replaced while we looked, and what the old one named swept.
    return gone if gone and (show / "output/feed.xml").read_bytes() == feed else []
