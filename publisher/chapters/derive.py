"""From sections with times to chapters: what is sure is published, what is not is withheld with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from publisher import timecode
from publisher.model import Chapter, Episode, Timeline, Withheld
from publisher.text import one_line

LONGEST_TITLE = 255
"""Characters of a title, as PSP-1 bounds every value of a feed."""

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_PIN = "pin it in the timeline or type `chapters:` in the front matter."


@dataclass(frozen=True, slots=True)
class _Place:
    """A chapter that may be: its place in the list, and its start, None when that is unknown."""

    order: int
    title: str
    start: int | None
    confidence: float


def derive(
    timeline: Timeline, episode: Episode, *, threshold: float
) -> tuple[tuple[Chapter, ...], tuple[Withheld, ...]]:
    """Make chapters.

    Chapters typed in front matter win entirely. Otherwise each section with a heading is a chapter. The first
    section starts the audio: its chapter is at 0, however late its first word and however unsure that time,
    because everything before the second chapter belongs to it.

    Args:
        timeline: Where the sections are.
        episode: For its typed chapters and its language.
        threshold: Sections with a lower confidence are withheld, 0 to 1.

    Returns:
        Chapters with strictly ascending starts inside the audio, and what is withheld, in the order of the list.
    """
    places = _typed(episode) if episode.chapters else _sections(timeline, episode.language)
    doubts = {place.order: doubt for place in places if (doubt := _doubt(place, timeline.duration))}
    unsure = {
        place.order: _unsure(place)
        for place in places
        if place.order not in doubts and place.confidence < threshold
    }
    another_is_sure = len(places) > len(doubts) + len(unsure)
    if another_is_sure:
        unsure.pop(0, None)
    doubts |= unsure
    doubts |= _out_of_order([place for place in places if place.order not in doubts])
    withheld = tuple(
        Withheld(place.title, place.start, place.confidence, doubts[place.order])
        for place in places
        if place.order in doubts
    )
    return _chapters([place for place in places if place.order not in doubts], timeline.duration), withheld


def _typed(episode: Episode) -> list[_Place]:
    ordered = sorted(episode.chapters, key=lambda chapter: chapter.start)
    return [_Place(order, _title(typed.title), typed.start, 1.0) for order, typed in enumerate(ordered)]


def _sections(timeline: Timeline, language: str) -> list[_Place]:
    titles = [_title(section.title) for section in timeline.sections]
    if not any(titles):
        return []
    titles[0] = titles[0] or _opening(language)
    places = []
    for order, (title, section) in enumerate(zip(titles, timeline.sections, strict=True)):
        start = section.span.start if section.span else None
        if start and order == 0:
            start = 0
        if title:
            places.append(_Place(order, title, start, section.confidence))
    return places


def _opening(language: str) -> str:
    return "开场" if language.lower().startswith("zh") else "Introduction"


def _title(text: str) -> str:
    title = one_line(_BOLD.sub(r"\1", one_line(text)))
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"


def _doubt(place: _Place, duration: int) -> str:
    """Why a chapter cannot be at all; empty when it can."""
    if not place.title:
        return "It has no title: give it one in the front matter."
    if place.start is None:
        return f"None of its text was found in the audio: listen whether it is there, then {_PIN}"
    if place.start >= duration:
        return (
            f"Its start, {timecode.clock(place.start)}, is not before the end of the audio, "
            f"{timecode.clock(duration)}: correct it or remove it."
        )
    return ""


def _unsure(place: _Place) -> str:
    where = timecode.clock(place.start or 0)
    return f"Its start is only {place.confidence:.0%} sure: play the audio at {where}, then {_PIN}"


def _out_of_order(places: list[_Place]) -> dict[int, str]:
    """Reasons against the chapters that stand in the way of strictly ascending starts."""
    doubts: dict[int, str] = {}
    kept: list[_Place] = []
    for place in places:
        start, before = place.start or 0, (kept[-1].start or 0) if kept else -1
        where = timecode.clock(start)
        if start < before:
            doubts[place.order] = (
                f"It would start at {where}, before the chapter above it: play both, then {_PIN}"
            )
            continue
        if start == before:
            doubts[kept.pop().order] = (
                f"“{place.title}” starts at the same time, {where}: play the audio there, then {_PIN}"
            )
        kept.append(place)
    return doubts


def _chapters(places: list[_Place], duration: int) -> tuple[Chapter, ...]:
    starts = [*(place.start or 0 for place in places), duration]
    return tuple(
        Chapter(start, end, place.title) for place, (start, end) in zip(places, pairwise(starts), strict=True)
    )
