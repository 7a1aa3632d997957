"""From places to the turns and sections of a timeline: in order, inside the audio, with the times of their clauses."""

from __future__ import annotations

import re

from publisher.align.placing import Place, Placing
from publisher.align.sequences import AuthorText
from publisher.model import Mark, Method, Span, TimedSection, TimedTurn, Transcript

_CLAUSE_START = re.compile(r"(?:^|(?<=[。！？；，、：…,.!?;:\n]))[\s”’」』)）]*(?=\S)")


def time_turns(
    transcript: Transcript, author: AuthorText, placing: Placing, places: dict[int, Place], *, duration: int
) -> tuple[TimedTurn, ...]:
    """Time every turn: starts never go back, ends do not pass the next start, all lies inside the audio."""
    starts: dict[int, int] = {}
    latest = 0
    for index, place in sorted(places.items()):
        latest = starts[index] = min(max(latest, place.start), duration)
    spans: dict[int, Span] = {}
    following = duration
    for index in sorted(places, reverse=True):
        spans[index] = Span(starts[index], max(starts[index], min(places[index].end, following)))
        following = starts[index]
    turns: list[TimedTurn] = []
    for turn in transcript.turns:
        if turn.index in spans:
            place, span = places[turn.index], spans[turn.index]
            marks = _marks(turn.text, turn.index, span, author, placing)
            confidence = round(place.confidence, 3)
            turns.append(TimedTurn(turn.index, turn.speaker, span, confidence, place.method, marks=marks))
        else:
            confidence = round(1 - placing.share(turn.index), 3)
            turns.append(TimedTurn(turn.index, turn.speaker, None, confidence, placing.method, present=False))
    return tuple(turns)


def time_sections(transcript: Transcript, turns: tuple[TimedTurn, ...]) -> tuple[TimedSection, ...]:
    """Each section from its first turn that is in the audio to the end of its last one."""
    sections: list[TimedSection] = []
    for section in transcript.sections:
        there = [turns[turn.index] for turn in section.turns]
        spans = [turn.span for turn in there if turn.span]
        opening = next((turn for turn in there if turn.span), None)
        if opening is None:
            sections.append(TimedSection(section.title, None, 0.0, Method.INTERPOLATED))
        else:
            span = Span(spans[0].start, spans[-1].end)
            sections.append(TimedSection(section.title, span, opening.confidence, opening.method))
    return tuple(sections)


def _marks(text: str, index: int, span: Span, author: AuthorText, placing: Placing) -> tuple[Mark, ...]:
    """The times at which the clauses of a turn begin."""
    import numpy as np

    where, start = placing.matched(index)
    low, high = int(author.bounds[index]), int(author.bounds[index + 1])
    inside = (start > span.start) & (start < span.end)
    places = np.concatenate(([0], where[inside], [high - low]))
    times = np.concatenate(([span.start], start[inside], [span.end]))
    marks: list[Mark] = []
    for clause in _CLAUSE_START.finditer(text):
        place = int(np.searchsorted(author.offset[low:high], clause.end()))
        time = round(float(np.interp(place, places, times)))
        if not marks or (time > marks[-1].start and clause.end() > marks[-1].offset):
            marks.append(Mark(clause.end(), time))
    return tuple(marks)
