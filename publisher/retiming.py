"""From the time of the source to the time of what is published: chapters, cues, words, turns.

Everything is found and derived in the time of the source. What belongs to the published audio goes through here once;
what belongs to the video stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from publisher.model import Chapter, Cue, EditMap, Span, TimedTurn, TimedWord, Timeline


def published_chapters(edit: EditMap, chapters: tuple[Chapter, ...]) -> tuple[Chapter, ...]:
    """The chapters of which something is left; one that begins the source begins the audio, intro and all."""
    if not edit.changes:
        return chapters
    kept = [
        Chapter(span.start, span.end, chapter.title)
        for chapter in chapters
        if (span := edit.span(Span(chapter.start, chapter.end)))
    ]
    if kept and chapters[0].start == 0:
        kept[0] = replace(kept[0], start=0)
    if kept and chapters[-1].end >= edit.duration:
        kept[-1] = replace(kept[-1], end=edit.published_duration)
    return tuple(kept)


def published_cues(edit: EditMap, cues: tuple[Cue, ...]) -> tuple[Cue, ...]:
    """The cues of which something is heard."""
    return tuple(_heard(edit, cues))


def published_words(edit: EditMap, words: tuple[TimedWord, ...]) -> tuple[TimedWord, ...]:
    """The words of which something is heard."""
    return tuple(_heard(edit, words))


_Said = TypeVar("_Said", Cue, TimedWord)


def _heard(edit: EditMap, said: Iterable[_Said]) -> Iterator[_Said]:
    """Those of which something is heard; where nothing is cut, they are not made anew."""
    whole = not edit.changes
    for each in said:
        if whole and each.span.length and each.span.end <= edit.duration:
            yield each
        elif span := edit.span(each.span):
            yield replace(each, span=span)


def published_timeline(edit: EditMap, timeline: Timeline) -> Timeline:
    """The same times in the published audio; a turn that is cut out is not present."""
    whole = not edit.changes
    return replace(
        timeline,
        duration=edit.published_duration,
        turns=tuple(
            turn if whole and _ends_by(edit.duration, turn) else _turn(edit, turn) for turn in timeline.turns
        ),
        sections=tuple(
            replace(section, span=section.span and edit.span(section.span)) for section in timeline.sections
        ),
    )


def _ends_by(duration: int, turn: TimedTurn) -> bool:
    """Whether a turn has a length, and nothing of it comes after a time."""
    times = (mark.start for mark in turn.marks)
    return turn.span is not None and turn.span.length > 0 and max((turn.span.end, *times)) <= duration


def _turn(edit: EditMap, turn: TimedTurn) -> TimedTurn:
    span = turn.span and edit.span(turn.span)
    if span is None:
        return replace(turn, span=None, present=False, marks=())
    return replace(
        turn,
        span=span,
        marks=tuple(replace(mark, start=edit.published(mark.start)) for mark in turn.marks),
    )
