"""What is to be said of each turn: how its time was found, and which to check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from publisher.model import Method, TimedTurn, Timeline, Transcript


class State(StrEnum):
    """How far a turn's time is to be trusted."""

    MATCHED = "matched"
    UNSURE = "unsure"
    INTERPOLATED = "interpolated"
    PINNED = "pinned"
    ABSENT = "absent"


TO_CHECK = frozenset({State.UNSURE, State.INTERPOLATED, State.ABSENT})


@dataclass(frozen=True, slots=True)
class Doubt:
    """Neighbouring turns of the same state that somebody should listen to.

    Attributes:
        state: Why.
        turns: Their indices.
        at: Milliseconds at which to listen; for absent turns, where the turn before them ends.
        confidence: Of the least sure.
        section: Index of the section that begins with one of them; None when none does.
    """

    state: State
    turns: tuple[int, ...]
    at: int
    confidence: float
    section: int | None


def state_of(turn: TimedTurn, threshold: float) -> State:
    """The state of a turn.

    Args:
        turn: The turn.
        threshold: Confidence under which a time is not sure.
    """
    if not turn.present:
        return State.ABSENT
    if turn.method is Method.PINNED:
        return State.PINNED
    if turn.method is Method.INTERPOLATED:
        return State.INTERPOLATED
    return State.MATCHED if turn.confidence >= threshold else State.UNSURE


def places(timeline: Timeline) -> list[int]:
    """Where each turn begins, in milliseconds; an absent one where the one before it ends."""
    found = []
    free = 0
    for turn in timeline.turns:
        found.append(turn.span.start if turn.span else free)
        free = turn.span.end if turn.span else free
    return found


def doubts(transcript: Transcript, timeline: Timeline, threshold: float) -> list[Doubt]:
    """All places to check, in order of time."""
    firsts = {
        section.turns[0].index: place for place, section in enumerate(transcript.sections) if section.turns
    }
    at = places(timeline)
    found = []
    for state, run in groupby(timeline.turns, lambda turn: state_of(turn, threshold)):
        turns = list(run)
        if state in TO_CHECK:
            indices = tuple(turn.index for turn in turns)
            section = next((firsts[index] for index in indices if index in firsts), None)
            confidence = min(turn.confidence for turn in turns)
            found.append(Doubt(state, indices, at[indices[0]], confidence, section))
    return found
