"""The waveform as a shape to draw."""

from __future__ import annotations

import json
from functools import cache

COLUMNS = 600
HEIGHT = 100
_MIDDLE = HEIGHT // 2


def shape(peaks: bytes) -> str:
    """Peaks as the path of an SVG of `COLUMNS` by `HEIGHT`; empty when they cannot be read.

    Args:
        peaks: As audiowaveform writes them in JSON, version 1 or 2: pairs of lowest and highest sample.
    """
    try:
        data = json.loads(peaks)
        step = 2 * int(data.get("channels", 1))
        highest = [abs(int(value)) for value in data["data"][1::step]]
    except (ValueError, TypeError, KeyError, AttributeError):
        return ""
    columns, loudest = min(COLUMNS, len(highest)), max(highest, default=0)
    if not loudest:
        return ""
    parts = [highest[len(highest) * k // columns : len(highest) * (k + 1) // columns] for k in range(columns)]
    heights = [max(1, round(max(part) * (_MIDDLE - 2) / loudest)) for part in parts]
    return "".join(
        f"M{place} {_MIDDLE - height}v{2 * height}"
        for place, height in zip(_places(columns), heights, strict=True)
    )


@cache
def _places(columns: int) -> tuple[str, ...]:
    """The middle of each column."""
    width = COLUMNS / columns
    return tuple(f"{(k + 0.5) * width:.1f}".removesuffix(".0") for k in range(columns))
