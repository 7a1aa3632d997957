"""How long feed and files of a large show take: `python -m benchmarks.catalogue_files`.

Ten talks of a minute are made, aligned and prepared once; every episode is one of them with its own title, date and
notes, and the cache says that each was fetched, cut, levelled and encoded before. Then `publish build` runs, each time
as a process of its own: anew, with each audio file to be tagged and written; anew, with the audio in its place; with
nothing changed; with one episode changed. feedgen alone, with as many plain entries, and the same files written by
plain calls are measured beside. On a machine with other work, the processor time tells more than the seconds on the
clock.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.cost import write_json3

if TYPE_CHECKING:
    from publisher.workspace import Workspace

KINDS = 10
TURNS = 24
PACE = 90
"""Milliseconds a character; quick, so that the sound stays small."""

_RATE = 22_050
_TALK = (
    "今天我们聊聊怎么把一期长谈做得让人听得完，也找得到。",
    "我觉得章节最重要，没有章节谁会点开一个半小时的节目？",
    "那文字稿呢？很多人其实是搜索到一句话才来听的。",
    "对，所以每一句话都要知道是什么时候说的。",
)
_SHOW = """\
title = "Catalogue"
description = "A show with a long past."
link = "https://example.com/show"
base_url = "https://example.com/podcast"
language = "zh-CN"
author = "Tester"
category = "Technology"
"""
_NOTES = "第{}期讲了很多**事情**，也提到几本书。\n\n  第二段：[链接](https://example.com/a)。"
_CHILD = (
    "import resource, subprocess, sys; "
    "code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL); "
    "used = resource.getrusage(resource.RUSAGE_CHILDREN); "
    "print(used.ru_maxrss, used.ru_utime + used.ru_stime); sys.exit(code)"
)
_FEEDGEN = """\
import sys
from datetime import UTC, datetime, timedelta
from feedgen.feed import FeedGenerator
feed = FeedGenerator()
feed.load_extension("podcast")
feed.title("t"); feed.description("d"); feed.link(href="https://example.com")
for number in range(int(sys.argv[1])):
    entry = feed.add_entry(order="append")
    entry.title(f"Episode {number}")
    entry.guid(str(number))
    entry.pubDate(datetime(2010, 1, 1, tzinfo=UTC) + timedelta(days=number))
    entry.enclosure(f"https://example.com/{number}.m4a", 1000, "audio/x-m4a")
    entry.description("d" * 1000)
    entry.podcast.itunes_duration(90)
feed.rss_file(sys.argv[2], pretty=True)
"""

_PLAIN_FILES = """\
import sys
from pathlib import Path
source, target = map(Path, sys.argv[1:])
for path in source.rglob("*"):
    if path.is_file():
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.with_suffix(".part").write_bytes(path.read_bytes())
        copy.with_suffix(".part").rename(copy)
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement: what ran, seconds, processor seconds, largest size in millions of bytes, target in seconds."""

    what: str
    seconds: float
    processor: float
    megabytes: float
    target: float | None = None


def main(arguments: list[str] | None = None) -> list[Row]:
    """Make a show, measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--episodes", type=int, default=5_000)
    parser.add_argument("--jobs", type=int, default=0, help="episodes at once; 0 takes one for each core")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="make the show here and leave it")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        show = asked.keep or Path(folder, "show")
        make_show(show, asked.episodes)
        rows = _measure(show, asked.episodes, asked.jobs)
    for row in rows:
        target = f"   target {row.target:g} s" if row.target else ""
        sys.stdout.write(
            f"{row.what:<44} {row.seconds:7.2f} s {row.processor:7.2f} s processor {row.megabytes:6.0f} MB{target}\n"
        )
    if asked.json:
        asked.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")
    return rows


def _measure(show: Path, episodes: int, jobs: int) -> list[Row]:
    build = ("-m", "publisher", "build", "--offline", "-C", str(show))
    anew = (*build, "--jobs", str(jobs))
    rows = [_run("everything anew, audio tagged and written", anew)]
    _forget_all_but_audio(show)
    rows.append(_run("everything anew, audio in its place", anew, 60))
    rows.append(_run("nothing changed", build, 2))
    path = show / "content/e00000.md"
    path.write_text(path.read_text(encoding="utf-8").replace("title: ", "title: New "), encoding="utf-8")
    rows.append(_run("one episode changed", build, 3))
    plain = ("-c", _FEEDGEN, str(episodes), str(show / "plain.xml"))
    rows.append(_run("feedgen alone, plain entries", plain))
    copied = ("-c", _PLAIN_FILES, str(show / "output/episodes"), str(show / "plain"))
    return [*rows, _run("the episodes' files copied one by one", copied)]


def _forget_all_but_audio(show: Path) -> None:
    """Put aside what was written: where many files were just deleted, ext4 is ten times as slow to make new ones."""
    aside = show / "aside"
    aside.mkdir()
    for path in (show / "output").iterdir():
        if path.name != "media":
            path.rename(aside / path.name)
    for name in ("ledger.sqlite3", "site.sqlite3", "site.json", "feed.json"):
        (show / ".publisher" / name).unlink(missing_ok=True)


def _run(what: str, command: tuple[str, ...], target: float | None = None) -> Row:
    begun = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-c", _CHILD, sys.executable, *command],
        capture_output=True,
        check=True,
        cwd=Path(__file__).resolve().parents[1],
        encoding="utf-8",
        env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    )
    seconds = time.perf_counter() - begun
    unit = 1 if sys.platform == "darwin" else 1_024
    peak, processor = done.stdout.split()
    return Row(what, round(seconds, 2), round(float(processor), 2), round(int(peak) * unit / 1e6, 1), target)


def make_show(show: Path, episodes: int) -> None:
    """Write a show of so many episodes, with their times, and their sound in the cache."""
    from publisher import batch
    from publisher.workspace import Settings, open_show

    (show / "content").mkdir(parents=True)
    (show / "podcast.toml").write_text(_SHOW, encoding="utf-8")
    for kind in range(KINDS):
        _write_talk(show, kind)
        _write_episode(show, kind)
    space = open_show(show, Settings(debug=True))
    batch.build(space)
    for number in range(KINDS, episodes):
        _write_episode(show, number)
        _know_as(space, f"e{number % KINDS:05}", f"e{number:05}")
    shutil.rmtree(show / "output")
    for gone in ("podcast.lock.json", ".publisher/ledger.sqlite3"):
        (show / gone).unlink()


def _know_as(space: Workspace, slug: str, other: str) -> None:
    """Let the cache know of another episode what it knows of one with the same text and sound."""
    from publisher.enclosures import memory

    for name in ("timeline", "words"):
        shutil.copyfile(
            space.root / f"content/{slug}.{name}.json", space.root / f"content/{other}.{name}.json"
        )
    known, copy = memory(space, slug), memory(space, other)
    for file in known.parent.glob(f"{known.stem}.*"):
        target = copy.with_name(file.name.replace(known.stem, copy.stem))
        if file.suffix == ".json":
            text = file.read_text(encoding="utf-8")
            target.write_text(text.replace(known.stem, copy.stem), encoding="utf-8")
        else:
            target.hardlink_to(file)


def _turns(kind: int) -> list[str]:
    return [f"第{kind}次的第{turn}句，{_TALK[(kind + turn) % len(_TALK)]}" for turn in range(TURNS)]


def _write_episode(show: Path, number: int) -> None:
    kind = number % KINDS
    day = datetime(2010, 1, 1, tzinfo=UTC) + timedelta(days=number)
    head = (
        f"---\ntitle: Episode {number}\ndate: {day:%Y-%m-%d}\naudio: talk{kind}.m4a\ncaptions: talk{kind}.json3\n"
        f"summary: |\n  {_NOTES.format(number)}\ntags: [topic {number % 40}, series {number % 97}]\n"
        f"people: [Ann, Ben]\nepisode: {number + 1}\n---\n"
    )
    lines = []
    for turn, text in enumerate(_turns(kind)):
        if turn % 6 == 0:
            lines.append(f"### 第{turn // 6}节")
        lines.append(f"**{('Ann', 'Ben')[turn % 2]}**: {text}")
    (show / f"content/e{number:05}.md").write_text(head + "\n\n".join(lines) + "\n", encoding="utf-8")


def _write_talk(show: Path, kind: int) -> None:
    import numpy as np

    from publisher.media import encode_speech
    from publisher.model import CaptionKind, Captions, Span, Word, silent

    said = [letter for text in _turns(kind) for letter in text if letter.isalnum()]
    words = tuple(Word(letter, Span(n * PACE, (n + 1) * PACE)) for n, letter in enumerate(said))
    write_json3(Captions(words, CaptionKind.AUTOMATIC, "zh"), show / f"content/talk{kind}.json3")
    noise = np.random.default_rng(kind).integers(-3_000, 3_000, len(said) * PACE * _RATE // 1_000)
    encode_speech(noise.astype(np.int16), _RATE, show / f"content/talk{kind}.m4a", silent)


if __name__ == "__main__":
    main()
