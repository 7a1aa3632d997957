"""Turns begin where the sound begins: the end of the pause between the last word before a turn and its own first words.

Recognisers stamp the first word after a pause up to a second early and sometimes late; the pause is in the sound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.align.placing import Place
from publisher.media import STEP, Levels, levels
from publisher.model import Method, Span

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


AROUND = 1_000
"""Milliseconds of sound looked at on both sides of a window, to know how loud speech and silence are here."""

MIN_PAUSE = 60
"""Milliseconds of silence that are a pause; shorter ones are inside words."""

LONG_PAUSE = 1_000
"""A pause of so many milliseconds is as good as any longer one."""

MIN_CONTRAST = 12.0
"""Decibels between loud and silent; with less (a bed of music) pauses cannot be heard."""

THRESHOLD = 0.3
"""Where silence ends, as a share of the way from the silent to the loud."""

UNCONFIRMED = 0.75
"""How sure a start can be that no pause confirms: heard times are up to a second early."""

HOPELESS, GAIN, NEARLY_SURE = 0.2, 0.25, 0.79
"""A pause makes an unsure start surer by GAIN, up to NEARLY_SURE; one that is HOPELESS stays so."""

FAR = 1_500
"""Milliseconds from the expected start that cost a pause as much as LONG_PAUSE is worth."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A silence; `end` is where the sound sets in again, both in milliseconds."""

    start: int
    end: int


def snap(places: Mapping[int, Place], audio: Path) -> dict[int, Place]:
    """Move each matched start to the end of its pause.

    Args:
        places: Turns by index.
        audio: The sound.

    Returns:
        The same turns; those without a clear pause stay where they were, and are less sure.

    Raises:
        MediaError: The audio cannot be read.
    """
    sought = [place for place in places.values() if place.method is not Method.INTERPOLATED]
    spans = [Span(max(0, place.earliest - AROUND), place.latest + AROUND) for place in sought]
    return snapped_to(levels(audio, spans), places)


def snapped_to(heard: Sequence[Levels], places: Mapping[int, Place]) -> dict[int, Place]:
    """The same, by levels that are known: each window and `AROUND` on both sides lies inside one of them."""
    sought = {index: place for index, place in places.items() if place.method is not Method.INTERPOLATED}
    snapped = dict(places)
    for index, place in sought.items():
        around = next(found for found in heard if _covers(found, place))
        if pause := _best(pauses(around, place), place):
            sure = _confirmed(place.confidence)
            snapped[index] = replace(place, start=pause.end, end=max(place.end, pause.end), confidence=sure)
        else:
            snapped[index] = _unconfirmed(place)
    return snapped


def unconfirmed(places: Mapping[int, Place]) -> dict[int, Place]:
    """The same turns where no sound is at hand: none is surer than `UNCONFIRMED`."""
    return {index: _unconfirmed(place) for index, place in places.items()}


def _confirmed(confidence: float) -> float:
    """How sure a start is that a pause confirms."""
    if confidence < HOPELESS:
        return confidence
    return max(confidence, min(confidence + GAIN, NEARLY_SURE))


def _unconfirmed(place: Place) -> Place:
    return replace(place, confidence=min(place.confidence, UNCONFIRMED))


def _covers(found: Levels, place: Place) -> bool:
    return found.start <= place.earliest and place.latest <= found.start + len(found.decibels) * STEP


def pauses(around: Levels, place: Place) -> list[Pause]:
    """The pauses that end inside a place's window."""
    import numpy as np

    first = max(0, place.earliest - AROUND - around.start) // STEP
    last = (place.latest + AROUND - around.start) // STEP
    decibels = around.decibels[first:last]
    silent, loud = (float(level) for level in np.percentile(decibels, (5, 90)))
    if loud - silent < MIN_CONTRAST:
        return []
    quiet = decibels < silent + THRESHOLD * (loud - silent)
    offset = around.start + first * STEP
    found = (Pause(offset + start * STEP, offset + end * STEP) for start, end in _stretches(quiet))
    return [
        pause
        for pause in found
        if pause.end - pause.start >= MIN_PAUSE and place.earliest <= pause.end <= place.latest
    ]


def _stretches(flags: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where a row of flags is true: start and end of each stretch."""
    import numpy as np

    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _best(pauses: Sequence[Pause], place: Place) -> Pause | None:
    """The longest pause, the nearer to the expected start the better."""

    def worth(pause: Pause) -> float:
        length = min(pause.end - pause.start, LONG_PAUSE) / LONG_PAUSE
        return length - max(0, place.soonest - pause.end, pause.end - place.start) / FAR

    return max(pauses, key=worth, default=None)
