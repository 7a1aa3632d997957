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
    import numpy as np

    try:
        data = json.loads(peaks)
        step = 2 * int(data.get("channels", 1))
        highest = np.abs(np.array(data["data"][1::step], dtype=np.int64))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return ""
    if not highest.any():
        return ""
    columns = min(COLUMNS, len(highest))
    loudest = np.maximum.reduceat(highest, len(highest) * np.arange(columns) // columns)
    scaled = np.rint(loudest * (_MIDDLE - 2) / highest.max())
    heights = np.maximum(1, scaled).astype(np.int64).tolist()
    return "".join(
        f"M{place} {_MIDDLE - height}v{2 * height}"
        for place, height in zip(_places(columns), heights, strict=True)
    )


@cache
def _places(columns: int) -> tuple[str, ...]:
    """The middle of each column."""
    width = COLUMNS / columns
    return tuple(f"{(k + 0.5) * width:.1f}".removesuffix(".0") for k in range(columns))
