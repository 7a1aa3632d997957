"""The page as a whole."""

from __future__ import annotations

import base64
import hashlib
import html
import os
import re
from importlib import resources
from pathlib import Path
from string import Template
from urllib.parse import quote

from publisher.align.mishearings import Mishearing
from publisher.align.report import picture, tables
from publisher.align.report.markup import Player, safe
from publisher.align.report.peaks import peaks
from publisher.align.report.states import State, doubts, state_of
from publisher.align.report.wording import Wording, wording
from publisher.model import Timeline, Transcript
from publisher.text import one_line

_SCHEMES = frozenset({"http", "https", "file"})


def relative_href(audio: Path, page: Path) -> str:
    """The address of an audio file as a page that lies elsewhere on the same disk links to it."""
    try:
        way = os.path.relpath(audio.resolve(), page.resolve().parent)
    except ValueError:  # another drive
        return audio.resolve().as_uri()
    return "./" + quote(Path(way).as_posix())


def report_html(
    transcript: Transcript,
    timeline: Timeline,
    *,
    title: str,
    audio: Path,
    audio_href: str,
    threshold: float,
    language: str,
    mishearings: tuple[Mishearing, ...],
) -> str:
    """Make the report: one HTML file that needs nothing but the audio beside it.

    Args:
        transcript: What is spoken.
        timeline: When; the transcript's own.
        title: Of the talk.
        audio: The file that the waveform is drawn from.
        audio_href: Its address as the page links to it, such as `relative_href` gives.
        threshold: Confidence under which chapters are withheld.
        language: BCP 47; empty when unknown.
        mishearings: As `publisher.align.mishearings` lists them.

    Raises:
        MediaError: The audio cannot be decoded.
    """
    words = wording(language, transcript)
    player = Player(_harmless(audio_href), timeline.duration)
    found = doubts(transcript, timeline, threshold)
    starts = [section.span.start for section in timeline.sections if section.span]
    script = _part("page.js")
    return Template(_part("page.html")).substitute(
        language=safe(language or "und", 35),
        title=safe(title),
        style=_part("page.css"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii"),
        audio=html.escape(player.href),
        duration=timeline.duration / 1_000,
        facts=_facts(timeline, player, words, threshold),
        sections_lane=picture.section_lane(timeline, player, words),
        waveform=picture.waveform(peaks(audio, timeline.duration), player, starts),
        turns_lane=picture.turn_lane(transcript, timeline, player, words, threshold),
        ticks=picture.ticks(player),
        legend=picture.legend(words),
        checks=tables.checks(found, transcript, player, words),
        checks_count=len(found),
        sections_table=tables.sections(timeline, player, words, threshold),
        mishearings_table=tables.misheard(mishearings, player, words),
        mishearings_hidden="" if mishearings else "hidden",
        turns_table=tables.turns(transcript, timeline, player, words, threshold),
        **{f"w_{name}": getattr(words, name) for name in Wording.__slots__},
    )


def _part(name: str) -> str:
    return resources.files("publisher.align.report").joinpath(name).read_text(encoding="utf-8")


def _harmless(href: str) -> str:
    """An address that is relative or of a file or a web server, whatever comes in."""
    address = one_line(href)
    scheme, colon, _ = re.split(r"[/?#]", address, maxsplit=1)[0].partition(":")
    return f"./{quote(address)}" if colon and scheme.lower() not in _SCHEMES else address


def _facts(timeline: Timeline, player: Player, words: Wording, threshold: float) -> str:
    states = [state_of(turn, threshold) for turn in timeline.turns]
    facts = [
        (words.length, player.clock(timeline.duration)),
        (words.engine, safe(timeline.engine, 40)),
        (words.turns, str(len(states))),
        *((picture.words_of(state, words), str(states.count(state))) for state in State if state in states),
    ]
    return "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
