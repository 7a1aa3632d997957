"""json3, YouTube's own caption format: events with a start, a duration and timed segments.

Events without segments set up the window, and events with `aAppend` only append a newline: both are skipped.
A segment starts at `tStartMs + tOffsetMs`; zero values may be left out. Automatic tracks time each word;
tracks typed by a person have one segment an event.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence

from publisher.fetch.captions.lines import Line, Unreadable

_OTHER = "are JSON, but not a json3 caption track"


def parse(text: str) -> tuple[Sequence[Line], bool]:
    """The lines, and whether the pieces carry their own times.

    Raises:
        Unreadable: Not JSON, or not of this form.
    """
    try:
        track = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("begin like JSON, but are damaged or cut short") from error
    events = _listed(_mapping(track).get("events"))
    lines = [line for event in events if (line := _line(_mapping(event))) is not None]
    exact = any(
        "tOffsetMs" in _mapping(segment)
        for event in events
        if "aAppend" not in event
        for segment in _listed(event.get("segs", []))
    )
    return lines, exact


def _line(event: Mapping[str, object]) -> Line | None:
    if "segs" not in event or "aAppend" in event:
        return None
    start = _milliseconds(event.get("tStartMs", 0))
    end = start + _milliseconds(event.get("dDurationMs", 0))
    segments = [_mapping(segment) for segment in _listed(event["segs"])]
    pieces = tuple(
        (start + _milliseconds(segment.get("tOffsetMs", 0)), _text(segment.get("utf8", "")))
        for segment in segments
    )
    return Line(start, end, pieces)


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise Unreadable(_OTHER)
    return value


def _listed(value: object) -> Sequence[Mapping[str, object]]:
    if not isinstance(value, list):
        raise Unreadable(_OTHER)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Unreadable(_OTHER)
    return value


def _milliseconds(value: object) -> int:
    if isinstance(value, float) and math.isfinite(value):
        return round(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise Unreadable("have a time that is not a number")
