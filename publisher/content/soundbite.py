"""`soundbites:` in front matter: passages that a person chose, by their times or by their words."""

from __future__ import annotations

import re

from publisher import timecode
from publisher.content.frontmatter import Fields, FrontMatter, Value
from publisher.model import Span, Transcript, TypedSoundbite

FIELD = "soundbites"
LONGEST_TITLE = 128
"""Characters, as `podcast:soundbite` bounds them."""

_TIME = r"\d{1,3}(?::\d{2}){1,2}(?:[.,]\d{1,3})?"
_TIMED = re.compile(rf"({_TIME})\s*[-–—~～]\s*({_TIME})(?:\s+(.+))?", re.DOTALL)


def typed(fields: Fields, matter: FrontMatter, transcript: Transcript) -> tuple[TypedSoundbite, ...]:
    """Read the field; what is wrong becomes a fault of the file."""
    value = matter.values.get(FIELD, "")
    entries: list[Value] = value if isinstance(value, list) else [value]
    found = []
    for entry in entries:
        if not entry:
            continue
        try:
            bite = _soundbite(entry)
        except ValueError:
            fields.fault(
                FIELD, f'{entry!r} is no soundbite. Write it as "12:34-13:10 Title", or as words of the talk.'
            )
            continue
        if bite.quote and not _stands_in(transcript, bite.quote):
            fields.fault(FIELD, f"{bite.quote!r} does not stand in one turn of the transcript.")
        if len(bite.title) > LONGEST_TITLE:
            fields.fault(FIELD, f"{bite.title[:20]!r}… is longer than {LONGEST_TITLE} characters.")
        found.append(bite)
    return tuple(found)


def _soundbite(entry: Value) -> TypedSoundbite:
    if isinstance(entry, dict):
        parts = {key: value for key, value in entry.items() if isinstance(value, str) and value}
        if len(parts) != len(entry):
            raise ValueError(entry)
        title = parts.get("title", "")
        if "quote" in parts:
            return TypedSoundbite(title, quote=parts["quote"])
        start = timecode.parse(parts.get("start", ""))
        if "end" in parts:
            return TypedSoundbite(title, _span(start, timecode.parse(parts["end"])))
        return TypedSoundbite(title, _span(start, start + timecode.parse(parts.get("duration", ""))))
    if not isinstance(entry, str):
        raise ValueError(entry)  # noqa: TRY004 - one kind of fault for the caller
    if timed := _TIMED.fullmatch(entry):
        start, end = timecode.parse(timed[1]), timecode.parse(timed[2])
        return TypedSoundbite(timed[3] or "", _span(start, end))
    return TypedSoundbite(quote=entry)


def _span(start: int, end: int) -> Span:
    if end <= start:
        raise ValueError(end)
    return Span(start, end)


def _stands_in(transcript: Transcript, words: str) -> bool:
    from publisher.mentions import Mentions

    return next(Mentions(transcript).of(words), None) is not None
