"""One colour a speaker, the same in every episode."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from publisher.text import one_line

COLOURS = 10
"""How many the stylesheet has."""


def colours(speakers: Iterable[str]) -> dict[str, int]:
    """The number of each speaker's colour, from 0.

    It depends on the name alone, but where two of an episode would share one, the later takes the next free one.
    """
    found: dict[str, int] = {}
    for speaker in speakers:
        wanted = int(sha256(one_line(speaker).encode()).hexdigest(), 16) % COLOURS
        free = [number for k in range(COLOURS) if (number := (wanted + k) % COLOURS) not in found.values()]
        found.setdefault(speaker, free[0] if free else wanted)
    return found
