"""What YouTube, Spotify and Apple ask of a chapter list in a description, and how to make a list fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from publisher import timecode
from publisher.findings import Finding, Severity
from publisher.model import Chapter


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform's rules.

    Attributes:
        name: In codes and options.
        called: In sentences.
        least: Chapters that a list needs to count as one.
        shortest: Milliseconds of a chapter.
        longest_title: Characters that are shown.
        source: Where the rules stand.
    """

    name: str
    called: str
    least: int
    shortest: int
    longest_title: int
    source: str


BREACHES: Mapping[str, tuple[Severity, str]] = MappingProxyType(
    {
        "chapter-first": (Severity.ERROR, "the list does not begin at 0"),
        "chapter-few": (Severity.ERROR, "there are too few chapters"),
        "chapter-short": (Severity.ERROR, "a chapter is too short"),
        "chapter-title-long": (Severity.WARNING, "a title is too long and is cut"),
    }
)
"""What a platform may have against a list: how bad it is and what it means, by code without the platform's name."""

_ALL = (
    Platform(
        "youtube", "YouTube", 3, 10 * timecode.SECOND, 70, "YouTube Help, video chapters; Vevo for titles"
    ),
    Platform("spotify", "Spotify", 3, 0, 39, "Spotify for Creators, episode chapters"),
    Platform("apple", "Apple Podcasts", 3, 0, 255, "Apple Podcasts for Creators, using chapters"),
)
PLATFORMS: Mapping[str, Platform] = MappingProxyType({each.name: each for each in _ALL})
"""The platforms by name; each has a chapter format of the same name."""


def findings(chapters: tuple[Chapter, ...], platform: Platform, where: str) -> tuple[Finding, ...]:
    """What a platform would not take of a list, or would not show whole.

    Args:
        chapters: In order of time. The last one's length counts only if it is known.
        platform: Whose rules.
        where: What the list is called in the findings.
    """
    if not chapters:
        return ()
    found: list[Finding] = []

    def say(code: str, what: str, remedy: str) -> None:
        severity, _ = BREACHES[code]
        found.append(Finding(f"{platform.name}-{code}", severity, where, what, remedy, platform.source))

    if chapters[0].start >= timecode.SECOND:
        say(
            "chapter-first",
            f"The first chapter starts at {timecode.clock(chapters[0].start)}, so {platform.called} takes none.",
            "Begin the list at 00:00.",
        )
    if len(chapters) < platform.least:
        say(
            "chapter-few",
            f"There are {len(chapters)} chapters; {platform.called} takes a list of {platform.least} or more.",
            "Add headings to the transcript, or type `chapters:` in the front matter.",
        )
    for chapter in chapters:
        at = timecode.clock(chapter.start)
        if _short(chapter, platform):
            say(
                "chapter-short",
                f"“{chapter.title}” at {at} is shorter than {platform.shortest // timecode.SECOND} seconds, "
                f"so {platform.called} may take none.",
                f"Merge it with a neighbour: publish chapters … --fit {platform.name}",
            )
        if len(chapter.title) > platform.longest_title:
            say(
                "chapter-title-long",
                f"The title at {at} has {len(chapter.title)} characters; {platform.called} shows "
                f"{platform.longest_title}.",
                "Shorten the heading.",
            )
    return tuple(found)


def fit(chapters: tuple[Chapter, ...], platform: Platform) -> tuple[Chapter, ...]:
    """The list from 0 on, with what is too short merged: into the chapter before it, the first with the next."""
    kept: list[Chapter] = []
    for chapter in chapters:
        if not kept:
            kept.append(replace(chapter, start=0))
        elif _short(chapter, platform) or _short(kept[-1], platform):
            kept[-1] = replace(kept[-1], end=chapter.end)
        else:
            kept.append(chapter)
    return tuple(kept)


def _short(chapter: Chapter, platform: Platform) -> bool:
    """Whether a chapter is too short; one without a known end is not."""
    return chapter.start < chapter.end < chapter.start + platform.shortest
