"""`<slug>.timeline.json`: the timeline as a file that lives in git and that people read and pin.

The times of its words have a file of their own, `publisher.align.wordsfile`.

Version 1: `{"version": 1, "engine", "duration", "inputs", "sections": [{"title", "start", "end", "confidence",
"method"}], "turns": [{"index", "speaker", "start", "end", "confidence", "method", "present", "marks"}]}`; seconds
with three decimals, null where there is no time; `marks` are `[offset in the turn's text, seconds]`; `text` is how a
turn begins. A person who corrects a start adds `"pinned": true`. One section or turn a line, so that a changed time is
a changed line.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from publisher.align.pins import head
from publisher.errors import ContentError, Place
from publisher.model import ColdOpen, Mark, Method, Span, TimedSection, TimedTurn, Timeline, Transcript
from publisher.text import clean
from publisher.timecode import from_seconds, seconds
from publisher.untrusted import read_json

VERSION = 1


def timeline_json(timeline: Timeline, transcript: Transcript, *, inputs: str = "") -> str:
    """The file's text.

    Args:
        timeline: What to write.
        transcript: Of what; each turn's beginning is written beside its times.
        inputs: Hash of everything that the timeline was made from; empty leaves it out.
    """
    facts: dict[str, object] = {
        "version": VERSION,
        "engine": timeline.engine,
        "duration": seconds(timeline.duration),
    }
    if inputs:
        facts["inputs"] = inputs
    lines = [f" {_json(key)}: {_json(value)}," for key, value in facts.items()]
    sections = _rows(_section(section) for section in timeline.sections)
    texts = {turn.index: turn.text for turn in transcript.turns}
    turns = _rows(_turn(turn, head(texts[turn.index])) for turn in timeline.turns)
    repeats = [{"turn": opening.turn, "repeats": opening.repeats} for opening in timeline.cold_open]
    lines.append(f' "cold_open": {_json(repeats)},')
    return "\n".join(["{", *lines, f' "sections": {sections},', f' "turns": {turns}', "}", ""])


def read_timeline(path: Path) -> tuple[Timeline, str]:
    """Read the file back.

    Returns:
        The timeline and the hash of its inputs.

    Raises:
        ContentError: The file is missing or not such a timeline.
    """
    place = Place(str(path))
    remedy = "Delete it to have it made again."
    try:
        data = read_json(path)
    except OSError as error:
        raise ContentError(f"The timeline cannot be read: {error.strerror}.", place=place) from None
    except ValueError as error:
        raise ContentError(f"The timeline is not JSON: {error}.", place=place, remedy=remedy) from None
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise ContentError(f"The timeline is not of version {VERSION}.", place=place, remedy=remedy)
    try:
        timeline = Timeline(
            engine=_text(data["engine"]),
            duration=from_seconds(data["duration"]),
            sections=tuple(_read_section(row) for row in data["sections"]),
            turns=tuple(_read_turn(row) for row in data["turns"]),
            cold_open=tuple(
                ColdOpen(int(row["turn"]), tuple(int(turn) for turn in row["repeats"]))
                for row in data.get("cold_open", ())
            ),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ContentError(f"The timeline has a fault: {error!r}.", place=place, remedy=remedy) from None
    return timeline, _text(data.get("inputs", ""))


def _rows(rows: object) -> str:
    return "[\n" + ",\n".join(f"  {_json(row)}" for row in rows) + "\n ]"  # type: ignore[attr-defined]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _times(span: Span | None) -> dict[str, float | None]:
    if span is None:
        return {"start": None, "end": None}
    return {"start": seconds(span.start), "end": seconds(span.end)}


def _section(section: TimedSection) -> dict[str, object]:
    return {
        "title": section.title,
        **_times(section.span),
        "confidence": section.confidence,
        "method": str(section.method),
        **({"pinned": True} if section.method is Method.PINNED else {}),
    }


def _turn(turn: TimedTurn, beginning: str) -> dict[str, object]:
    return {
        "index": turn.index,
        "speaker": turn.speaker,
        "text": beginning,
        **_times(turn.span),
        "confidence": turn.confidence,
        "method": str(turn.method),
        "present": turn.present,
        **({"pinned": True} if turn.method is Method.PINNED else {}),
        "marks": [[mark.offset, seconds(mark.start)] for mark in turn.marks],
    }


def _text(value: object) -> str:
    return clean(str(value))


def _read_span(row: dict[str, Any]) -> Span | None:
    if row["start"] is None:
        return None
    return Span(from_seconds(row["start"]), from_seconds(row["end"]))


def _read_section(row: dict[str, Any]) -> TimedSection:
    return TimedSection(_text(row["title"]), _read_span(row), float(row["confidence"]), Method(row["method"]))


def _read_turn(row: dict[str, Any]) -> TimedTurn:
    return TimedTurn(
        index=int(row["index"]),
        speaker=_text(row["speaker"]),
        span=_read_span(row),
        confidence=float(row["confidence"]),
        method=Method(row["method"]),
        present=bool(row["present"]),
        marks=tuple(Mark(int(offset), from_seconds(start)) for offset, start in row.get("marks", ())),
    )
