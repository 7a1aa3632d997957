"""`trim:` and `cut:` in front matter: what of the source is not published."""

from __future__ import annotations

import re

from publisher import timecode
from publisher.content.frontmatter import Fields, FrontMatter, Value
from publisher.model import Span

_RANGE = re.compile(r"([\d:.,]*)\s*(?:-|–|—|~|to|至|到)\s*([\d:.,]*)")


def read_trim(fields: Fields, matter: FrontMatter) -> tuple[int, int | None]:
    """Where the audio begins and ends: `0:35 - 1:02:10`, one of the two left out, or a mapping of start and end."""
    value = matter.values.get("trim", "")
    if not value:
        return 0, None
    found = _range(value)
    if found is None or (found[1] is not None and found[1] <= (found[0] or 0)):
        fields.fault(
            "trim", f'{value!r} is not a stretch of time. Write it as "0:35 - 1:02:10", or "0:35 -".'
        )
        return 0, None
    return found[0] or 0, found[1]


def read_cut(fields: Fields, matter: FrontMatter) -> tuple[Span, ...]:
    """The stretches that are left out, each `12:00 - 13:30` or a mapping of start and end."""
    value = matter.values.get("cut", "")
    entries = value if isinstance(value, list) else [value]
    spans = []
    for entry in entries:
        if not entry:
            continue
        start, end = _range(entry) or (None, None)
        if start is None or end is None or end <= start:
            fields.fault("cut", f'{entry!r} is not a stretch of time. Write it as "12:00 - 13:30".')
        else:
            spans.append(Span(start, end))
    return tuple(sorted(spans, key=lambda span: span.start))


def _range(value: Value) -> tuple[int | None, int | None] | None:
    """Start and end; None for one that is not said, and for all when it is no range."""
    if isinstance(value, dict):
        start, end = value.get("start", ""), value.get("end", "")
    elif isinstance(value, str) and (written := _RANGE.fullmatch(value.strip())):
        start, end = written[1], written[2]
    else:
        return None
    if not isinstance(start, str) or not isinstance(end, str) or not (start or end):
        return None
    try:
        return timecode.parse(start) if start else None, timecode.parse(end) if end else None
    except ValueError:
        return None
