"""What goes into the video of an episode on YouTube: the block to paste, and the captions to upload."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from publisher.chapters import FORMATS
from publisher.chapters.platforms import PLATFORMS, findings, fit
from publisher.feed import markup
from publisher.findings import Finding
from publisher.pipeline import read
from publisher.published import chapters_of, video_captions
from publisher.text import clean, one_line
from publisher.workspace import Workspace, episode_paths

LONGEST_TITLE = 100
LONGEST_DESCRIPTION = 5_000
LONGEST_TAGS = 500
"""Characters that YouTube takes (YouTube Data API, videos resource)."""

_REFUSED = str.maketrans({"<": "＜", ">": "＞"})
"""YouTube takes neither in a title, a description or a tag."""


@dataclass(frozen=True, slots=True)
class Video:
    """The texts of a video.

    Attributes:
        title: At most 100 characters.
        description: The summary, then the chapters; at most 5,000 characters.
        tags: Their text, commas between, is at most 500 characters.
        captions: The SRT to upload; None when there is none yet.
        findings: What YouTube would not take of the chapters.
    """

    title: str
    description: str
    tags: tuple[str, ...]
    captions: Path | None
    findings: tuple[Finding, ...]


def video_of(space: Workspace, slug: str, *, fitted: bool = False) -> Video:
    """The texts for an episode's video.

    Args:
        space: The show.
        slug: The episode, aligned before.
        fitted: Whether chapters that are too short for YouTube are merged.

    Raises:
        UsageError: There is no such episode.
        AlignmentError: It was not aligned yet.
    """
    episode = read(space, episode_paths(space, (slug,))[0])
    chapters, about = chapters_of(space, episode.slug)
    youtube = PLATFORMS["youtube"]
    chapters = fit(chapters, youtube) if fitted else chapters
    listed = FORMATS["youtube"].write(chapters, about)
    return Video(
        title=_shortened(one_line(episode.title), LONGEST_TITLE),
        description=_description(markup.plain(markup.from_markdown(episode.summary)), listed),
        tags=_tags((*episode.tags, *episode.people, *episode.companies, *episode.products)),
        captions=video_captions(space, episode.slug),
        findings=findings(chapters, youtube, episode.slug),
    )


def _description(summary: str, chapters: str) -> str:
    """The chapters whole, as long as they fit at all; the summary gives way."""
    listed = _shortened(chapters.rstrip("\n").translate(_REFUSED), LONGEST_DESCRIPTION)
    room = LONGEST_DESCRIPTION - len(listed) - 2
    text = _shortened(clean(summary).strip(), room) if room > 1 else ""
    return "\n\n".join(part for part in (text, listed) if part)


def _shortened(text: str, limit: int) -> str:
    said = text.translate(_REFUSED)
    return said if len(said) <= limit else said[: limit - 1].rstrip() + "…"


def _tags(names: tuple[str, ...]) -> tuple[str, ...]:
    """Each once, as many as there is room for; a comma would cut a tag in two."""
    tags: list[str] = []
    for name in dict.fromkeys(one_line(name).replace(",", " ").translate(_REFUSED) for name in names):
        if name and len(",".join((*tags, name))) <= LONGEST_TAGS:
            tags.append(name)
    return tuple(tags)
