"""Fixed points: starts that a person set, in a timeline or as chapters in front matter.

An aligner moves only what lies between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from publisher.align.placing import Place
from publisher.errors import AlignmentError, ContentError
from publisher.errors import Place as Where
from publisher.model import Method, Pin, Transcript, TypedChapter
from publisher.text import fold, one_line
from publisher.timecode import clock, from_seconds
from publisher.untrusted import read_json

HEAD = 16
"""Characters of a turn that are written beside its times, to know it by when the transcript has changed."""


def head(text: str) -> str:
    """The beginning of a turn's text, as a timeline shows it."""
    return one_line(text)[:HEAD]


def pins_of(path: Path, transcript: Transcript) -> tuple[Pin, ...]:
    """The rows of a timeline file that say `"pinned": true`.

    A turn that has moved in the transcript is the nearest one with its beginning; a section is found by its title.

    Raises:
        ContentError: The file cannot be read, or a pin fits nothing in the transcript any more.
    """
    where = Where(str(path))
    try:
        data = read_json(path)
        sections = [row for row in data["sections"] if row.get("pinned")]
        turns = [row for row in data["turns"] if row.get("pinned")]
        pins = [_section_pin(row, transcript, where) for row in sections]
        pins += [_turn_pin(row, transcript, where) for row in turns]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ContentError(
            f"The timeline has a fault: {error!r}.",
            place=where,
            remedy="Mend it, or delete it to have it made again.",
        ) from None
    return tuple(pins)


def _section_pin(row: Mapping[str, Any], transcript: Transcript, where: Where) -> Pin:
    for section in transcript.sections:
        if section.turns and section.title == row["title"]:
            return Pin(section.turns[0].index, from_seconds(row["start"]))
    raise _lost(f"section {row['title']!r}", where)


def _turn_pin(row: Mapping[str, Any], transcript: Transcript, where: Where) -> Pin:
    turns = transcript.turns
    index, written = int(row["index"]), str(row.get("text", ""))
    if index < len(turns) and written in {"", head(turns[index].text)}:
        return Pin(index, from_seconds(row["start"]))
    moved = [turn.index for turn in turns if head(turn.text) == written]
    if moved:
        return Pin(min(moved, key=lambda place: abs(place - index)), from_seconds(row["start"]))
    raise _lost(f"turn {index} ({written!r})", where)


def _lost(what: str, where: Where) -> ContentError:
    return ContentError(
        f"The pin of {what} fits nothing in the transcript any more.",
        place=where,
        remedy='Take "pinned" away from that row, or pin the right one.',
    )


def chapter_pins(chapters: Iterable[TypedChapter], transcript: Transcript) -> tuple[Pin, ...]:
    """Chapters in front matter that bear the title of a section pin its first turn."""
    firsts = {
        fold(section.title).text: section.turns[0].index for section in transcript.sections if section.turns
    }
    titled = ((fold(chapter.title).text, chapter.start) for chapter in chapters)
    return tuple(Pin(firsts[title], start) for title, start in titled if title and title in firsts)


def in_order(pins: Iterable[Pin], duration: int) -> tuple[Pin, ...]:
    """Pins by turn; of two for the same turn the last counts.

    Raises:
        AlignmentError: They contradict each other, or lie outside the audio.
    """
    ordered = tuple(pin for _, pin in sorted({pin.turn: pin for pin in pins}.items()))
    for before, after in zip((None, *ordered), ordered, strict=False):
        if after.start > duration:
            raise AlignmentError(
                f"Turn {after.turn} is pinned at {clock(after.start)}, but the audio ends at {clock(duration)}.",
                remedy="Correct the pin.",
            )
        if before and after.start < before.start:
            raise AlignmentError(
                f"Turn {after.turn} is pinned before turn {before.turn}: at {clock(after.start)} "
                f"and {clock(before.start)}.",
                remedy="Correct one of the two pins.",
            )
    return ordered


def pinned(places: Mapping[int, Place], pins: tuple[Pin, ...]) -> dict[int, Place]:
    """Places with the pinned turns where their pins are, and the others between them."""
    result = dict(places)
    for pin in pins:
        at = pin.start
        known = places.get(pin.turn)
        end = max(at, known.end) if known else at
        result[pin.turn] = Place(at, end, at, at, at, 1.0, Method.PINNED)
    for pin in pins:
        for index, place in result.items():
            if index < pin.turn and place.start > pin.start:
                result[index] = replace(place, start=pin.start, end=pin.start, confidence=0.0)
            elif index > pin.turn and place.start < pin.start:
                result[index] = replace(place, start=pin.start, end=max(place.end, pin.start), confidence=0.0)
    return result
