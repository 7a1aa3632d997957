"""Budgets of the site: a long episode's page in Chromium, and a large search index. `python -m benchmarks.site`."""

from __future__ import annotations

import argparse
import gzip
import shutil
import sys
import tempfile
import threading
import time
import wave
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from benchmarks.align import materials
from benchmarks.synthetic import CHARACTERS_AN_HOUR, long_talk
from benchmarks.texts import long_transcript
from publisher import align, site
from publisher.chapters import FORMATS, derive
from publisher.content import read_transcript
from publisher.formats import About
from publisher.model import Artefact, Episode, Media, Show, Timeline, Transcript
from publisher.site.record import Record, Said
from publisher.site.searchindex import about, folded, rows, shards, terms
from publisher.site.sentences import sentences
from publisher.transcripts import WRITERS, cues, words_json

if TYPE_CHECKING:
    from playwright.sync_api import Page

HOURS = 3
HOURS_SEARCHED = 200
RATE = 3_000
"""Samples a second of the silence that the page plays: the least that browsers take."""

FRAME = 1_000 / 60
SCROLLED = 4_000
"""Milliseconds."""

_FRAMES = """(length) => new Promise((done) => {
  const begun = performance.now(); const times = [];
  const step = (now) => {
    times.push(now); scrollBy(0, 120);
    if (now - begun < length) requestAnimationFrame(step); else done(times);
  };
  requestAnimationFrame(step);
})"""


@dataclass(frozen=True, slots=True)
class Budget:
    """One figure and what it may be at most."""

    what: str
    found: float
    most: float
    unit: str

    @property
    def kept(self) -> bool:
        """Whether it is within its bound."""
        return self.found <= self.most


def main(arguments: list[str] | None = None) -> int:
    """Measure and print a table.

    Returns:
        1 when a budget is broken, else 0.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.site", description=__doc__)
    parser.add_argument("--only", choices=("page", "search"), help="one half")
    chosen = parser.parse_args(arguments).only
    budgets = [
        *(page_budgets() if chosen != "search" else ()),
        *(search_budgets(HOURS_SEARCHED) if chosen != "page" else ()),
    ]
    table = Table("What", "Found", "At most", "")
    for budget in budgets:
        table.add_row(
            budget.what,
            f"{budget.found:,.1f} {budget.unit}",
            f"{budget.most:,.0f} {budget.unit}",
            "kept" if budget.kept else "BROKEN",
        )
    Console(width=120).print(table)
    return 0 if all(budget.kept for budget in budgets) else 1


# -- the page -----------------------------------------------------------------------------------------


def page_budgets() -> list[Budget]:
    """A page of HOURS hours: its size, how soon it can be used, how smoothly it scrolls."""
    with tempfile.TemporaryDirectory() as name:
        output = Path(name)
        html = write_long_page(output)
        found = [Budget("HTML of the page, compressed", len(gzip.compress(html)) / 1_000, 400, "kB")]
        program = next(
            filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
        )
        return [*found, *_in_browser(output, program)] if program else found


def write_long_page(output: Path) -> bytes:
    """Write the page of a made talk, aligned from captions with every fault, with the audio; gives its HTML."""
    case = long_talk(materials(), hours=HOURS)
    timeline = align.align(
        case.transcript, align.Evidence(duration=case.duration, captions=case.captions, audio=None)
    )
    theme = site.theme_of(output)
    material = _material(output, case.transcript, timeline)
    files = {
        **material.files,
        **{f"{material.folder}/{file.path}": file for file in site.episode_files(theme, material)},
        **{file.path: file for file in theme.assets.values()},
    }
    for path, file in files.items():
        (output / path).parent.mkdir(parents=True, exist_ok=True)
        (output / path).write_bytes(file.content)
    _silence(output / material.enclosure, case.duration)
    return files[f"{material.folder}/index.html"].content


def _material(output: Path, transcript: Transcript, timeline: Timeline) -> site.Material:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    episode = Episode("long", output / "long.md", "Three hours", day, transcript, language="zh-CN")
    show = Show("Show", "A show.", "https://example.com", "https://example.com", "zh-CN", "Author")
    chapters, _ = derive(timeline, episode, threshold=show.confidence)
    about = About(episode.title, show.title, timeline.duration)
    spoken = cues(timeline, transcript)
    made = (
        *((each.filename, each.mime, each.write(chapters, about)) for each in (FORMATS["vtt"],)),
        *((each.filename, each.mime, each.write(spoken, about)) for each in (WRITERS["vtt"],)),
        (words_json.FILENAME, words_json.MIME, words_json.write(timeline, timeline.words)),
    )
    files = [Artefact(name, mime, text.encode("utf-8")) for name, mime, text in made]
    waves = [(k * 37) % 100 for k in range(3_600)]
    peaks = {"version": 2, "channels": 1, "data": [sign * value for value in waves for sign in (-1, 1)]}
    files.append(Artefact("peaks.json", "application/json", str(peaks).replace("'", '"').encode()))
    return site.Material(
        show=show,
        episode=episode,
        guid="long",
        published=day,
        audio=Media(output, "", 0, "audio/wav", timeline.duration, "pcm", RATE, 1, 0),
        enclosure="media/long.wav",
        synthetic=False,
        timeline=timeline,
        words=timeline.words,
        chapters=chapters,
        files={f"episodes/long/{file.path}": file for file in files},
        url=lambda path: f"https://example.com/{path}",
    )


def _silence(path: Path, duration: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(RATE)
        for _ in range(duration // 1_000):
            file.writeframesraw(b"\x80" * RATE)


def _in_browser(output: Path, program: str) -> list[Budget]:
    from playwright.sync_api import sync_playwright

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            """A browser that has heard enough hangs up."""

    server = Server(("127.0.0.1", 0), partial(Quiet, directory=str(output)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1_280, "height": 800})
        page.goto(f"http://127.0.0.1:{server.server_port}/episodes/long/index.html")
        found = _measured(page)
        browser.close()
    server.shutdown()
    server.server_close()
    return found


def _measured(page: Page) -> list[Budget]:
    usable = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    page.wait_for_timeout(500)
    times = page.evaluate(_FRAMES, SCROLLED)
    gaps = sorted(later - earlier for earlier, later in pairwise(times))
    late = 100 * sum(gap > 2 * FRAME for gap in gaps) / len(gaps)
    elements = page.evaluate("document.querySelectorAll('*').length")
    return [
        Budget("page can be used after", usable, 1_000, "ms"),
        Budget("scrolling: median frame", gaps[len(gaps) // 2], 17, "ms"),
        Budget("scrolling: frames later than two screens' refresh", late, 5, "%"),
        Budget("elements of the page", elements, 12_000, ""),
    ]


# -- the search index ---------------------------------------------------------------------------------


def search_budgets(hours: int) -> list[Budget]:
    """The index of made talks of an hour each."""
    sources = [read_transcript(path) for path in materials().values()]
    listed = [_talk(number, sources) for number in range(hours)]
    begun = time.perf_counter()
    parts = shards(terms(folded("\n".join(one.text for one in said))) for _, said in listed)
    files = [about(rows(record for record, _ in listed), len(parts)), *parts]
    took = time.perf_counter() - begun
    sizes = [len(file) for file in files]
    return [
        Budget(f"search index of {hours} hours", sum(sizes) / 1e6, 10, "MB"),
        Budget("its largest part", max(sizes) / 1_000, 200, "kB"),
        Budget("seconds to make it", took, 60, "s"),
    ]


def _talk(number: int, sources: list[Transcript]) -> tuple[Record, tuple[Said, ...]]:
    chance = Random(f"search {number}")  # noqa: S311 - the same talk every time
    transcript = long_transcript(sources, CHARACTERS_AN_HOUR, chance)
    said = tuple(Said(0, True, one.speaker, one.text) for one in sentences(transcript, None, (), 0.5))
    day = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)
    return Record(f"talk-{number}", f"Talk {number}", day, 3_600_000, ""), said


if __name__ == "__main__":
    sys.exit(main())
