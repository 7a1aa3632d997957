"""The cold open: a montage at the start of passages that come again later, found by their text."""

from __future__ import annotations

from collections import defaultdict

from publisher.model import ColdOpen, Transcript
from publisher.text import fold

LENGTH = 6
"""Characters of the stretches that are compared."""

MIN_STRETCHES = 4
"""A later turn repeats the opening when it shares so many stretches with it that few other turns have."""

MOST_TURNS = 3
"""A stretch that is in more turns than that is a habit of speech."""

MIN_COVERAGE = 0.4
"""So large a share of a turn must come again for it to be a montage."""

MOST_OPENING = 8
"""Only so many turns at the start can be a cold open."""


def cold_open(transcript: Transcript) -> tuple[ColdOpen, ...]:
    """Find the turns at the start that are made of later passages.

    Returns:
        One for each such turn, from turn 0 on; empty when the talk begins at its beginning.
    """
    texts = [fold(turn.text).text for turn in transcript.turns]
    turns_with: dict[str, set[int]] = defaultdict(set)
    for index, text in enumerate(texts):
        for place in range(len(text) - LENGTH + 1):
            turns_with[text[place : place + LENGTH]].add(index)
    found: list[ColdOpen] = []
    for index, text in enumerate(texts[:MOST_OPENING]):
        repeats = _repeats(index, text, turns_with)
        if not repeats:
            break
        found.append(ColdOpen(index, repeats))
    return tuple(found)


def _repeats(index: int, text: str, turns_with: dict[str, set[int]]) -> tuple[int, ...]:
    """The later turns that hold passages of a turn, if these make up enough of it."""
    places: dict[int, set[int]] = defaultdict(set)
    for place in range(len(text) - LENGTH + 1):
        later = {turn for turn in turns_with[text[place : place + LENGTH]] if turn > index}
        if len(later) <= MOST_TURNS:
            for turn in later:
                places[turn].add(place)
    repeats = {turn: stretches for turn, stretches in places.items() if len(stretches) >= MIN_STRETCHES}
    covered = {place + k for stretches in repeats.values() for place in stretches for k in range(LENGTH)}
    return tuple(sorted(repeats)) if len(covered) >= MIN_COVERAGE * len(text) else ()
