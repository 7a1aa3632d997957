"""Thousands of builds of a show that keeps changing, in one process: `python -m benchmarks.soak`.

Each build finds another title; some find an episode gone, back, renamed, or with another sound to be republished. Every
so often the show is as it was at first. Then the files of the show, the files that the process has open, and its memory
are counted: they must not grow.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cost import write_json3
from publisher import batch
from publisher.media import encode_speech
from publisher.model import CaptionKind, Captions, Span, Word, silent
from publisher.workspace import Settings, open_show

ROUND = 20
"""Builds after which the show is as it was."""

_RATE = 22_050
_SAID = "今天我们聊聊怎么把一期长谈做得让人听得完也找得到对所以每一句话都要知道是什么时候说的"
_SHOW = """\
title = "Soak"
description = "A show that keeps changing."
link = "https://example.com/show"
base_url = "https://example.com/podcast"
language = "zh-CN"
author = "Tester"
category = "Technology"
"""


@dataclass(frozen=True, slots=True)
class Count:
    """After so many builds: files on disk, files open, and memory in millions of bytes."""

    builds: int
    files: int
    open: int
    megabytes: float


def main(arguments: list[str] | None = None) -> int:
    """Build, count and print; 1 when something grew."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--builds", type=int, default=2_000)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        show = Path(folder, "show")
        _make(show)
        counts = _soak(show, asked.builds)
    for count in counts:
        sys.stdout.write(
            f"{count.builds:6} builds {count.files:5} files {count.open:4} open {count.megabytes:7.1f} MB\n"
        )
    first, last = counts[len(counts) // 2], counts[-1]
    grown = last.files > first.files or last.open > first.open or last.megabytes > first.megabytes * 1.02
    sys.stdout.write(f"{'It grew.' if grown else 'Nothing grew in the second half.'}\n")
    return int(grown)


def _soak(show: Path, builds: int) -> list[Count]:
    counts = []
    every = max(ROUND, builds // 10 // ROUND * ROUND)
    for number in range(1, builds + 1):
        republished = _change(show, number)
        report = batch.build(open_show(show, Settings()), republish=republished)
        if report.failed:
            raise RuntimeError(next(outcome.reason for outcome in report.outcomes if outcome.reason))
        if number % every == 0:
            counts.append(_count(show, number))
    return counts


def _change(show: Path, number: int) -> tuple[str, ...]:
    content = show / "content"
    _write(content / "one.md", f"Talk {number % ROUND}", "one")
    step = number % ROUND
    if step == 3:  # noqa: PLR2004 - the steps of a round
        (content / "two.md").unlink()
    if step == 6:  # noqa: PLR2004
        _write(content / "two.md", "Talk two", "two")
    if step in {9, 12}:
        old, new = ("three", "drei") if step == 9 else ("drei", "three")  # noqa: PLR2004
        (content / f"{old}.md").rename(content / f"{new}.md")
    if step in {15, 18}:
        shutil.copyfile(show / ("other.m4a" if step == 15 else "usual.m4a"), content / "one.m4a")  # noqa: PLR2004
        return ("one",)
    return ()


def _count(show: Path, builds: int) -> Count:
    files = sum(len(names) for _, _, names in os.walk(show))
    folder = Path("/proc/self/fd")
    opened = len(list(folder.iterdir())) if folder.is_dir() else 0
    return Count(builds, files, opened, round(_resident(), 1))


def _resident() -> float:
    """Memory at this moment; the largest so far where the system does not tell."""
    statm = Path("/proc/self/statm")
    if statm.is_file():
        return int(statm.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def _make(show: Path) -> None:
    (show / "content").mkdir(parents=True)
    (show / "podcast.toml").write_text(_SHOW, encoding="utf-8")
    for place, name in enumerate(("one", "two", "three")):
        _write(show / f"content/{name}.md", f"Talk {name}", name)
        _sound(show / f"content/{name}.m4a", place)
        words = tuple(Word(letter, Span(n * 100, (n + 1) * 100)) for n, letter in enumerate(_SAID))
        write_json3(Captions(words, CaptionKind.AUTOMATIC, "zh"), show / f"content/{name}.json3")
    shutil.copyfile(show / "content/one.m4a", show / "usual.m4a")
    _sound(show / "other.m4a", 9)


def _sound(path: Path, seed: int) -> None:
    import numpy as np

    noise = np.random.default_rng(seed).integers(-3_000, 3_000, len(_SAID) * _RATE // 10)
    encode_speech(noise.astype(np.int16), _RATE, path, silent)


def _write(path: Path, title: str, audio: str) -> None:
    day = ["one", "two", "three"].index(audio) + 1
    head = f"---\ntitle: {title}\ndate: 2026-01-0{day}\naudio: {audio}.m4a\ncaptions: {audio}.json3\n---\n"
    body = f"### A\n\n**Ann**: {_SAID[:20]}\n\n### B\n\n**Ben**: {_SAID[20:]}\n"
    path.write_text(head + body, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
