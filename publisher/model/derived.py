"""What is derived and published: chapters, cues, words, files, and what happened to each episode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from publisher.model.fetched import Loudness
from publisher.model.span import Span


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the published audio; `end` is the start of the next, or the length of the audio."""

    start: int
    end: int
    title: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """A chapter that is not published because its time is not sure.

    Attributes:
        title: The section's heading.
        start: Where it may be, in milliseconds; None when nothing is known.
        confidence: How sure.
        reason: One sentence: why, and what to do.
    """

    title: str
    start: int | None
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Cue:
    """A line or two of transcript on the screen."""

    span: Span
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Artefact:
    """A file to be published, in memory.

    Attributes:
        path: Relative to `output/`, with forward slashes.
        mime: As a server should say it.
        content: Its bytes.
    """

    path: str
    mime: str
    content: bytes


class Status(StrEnum):
    """How an episode's run ended."""

    PUBLISHED = "published"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Unspoken:
    """The words of a turn that espeak-ng cannot speak.

    Attributes:
        line: Of the turn in its file, from 1.
        words: As written.
    """

    line: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to an episode and why.

    Attributes:
        slug: Which episode.
        status: How it ended.
        title: Its title, where it could be read.
        stage: `read`, `fetch`, `align`, `write`: where it ended, when it did not go through.
        code: A stable word for machines: `draft`, `private`, ...; empty when all went well.
        reason: A sentence for people; empty when all went well.
        warnings: Sentences about what was left out.
        duration: Milliseconds of the published audio.
        chapters: How many are published.
        engine: Which aligner found the times; empty when none did.
        loudness: Of the published audio; None when it was not measured or is silent.
        source_loudness: Of the audio as it came; likewise.
        unspoken: Words that the times could not go by, where they come from the sound.
    """

    slug: str
    status: Status
    title: str = ""
    stage: str = ""
    code: str = ""
    reason: str = ""
    warnings: tuple[str, ...] = ()
    duration: int = 0
    chapters: int = 0
    engine: str = ""
    loudness: Loudness | None = None
    source_loudness: Loudness | None = None
    unspoken: tuple[Unspoken, ...] = ()


Progress = Callable[[str, float | None], None]
"""Called with what is being done and how much of it, 0 to 1, or None when that is not known."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a run, for logs and timings.

    Attributes:
        name: `start` and `end` of an episode, `stage` when one of its stages ended.
        episode: Slug; empty when it is about the whole show.
        stage: `fetch`, `encode`, `align`, `write`; of the whole show `publish`. At an `end` where it stopped.
        seconds: How long it took; None where nobody measured.
        outcome: What came of the episode; None before its end.
    """

    name: str
    episode: str = ""
    stage: str = ""
    seconds: float | None = None
    outcome: Outcome | None = None


Watch = Callable[[Event], None]
"""Called with what happens."""


def unwatched(event: Event) -> None:
    """A `Watch` that keeps nothing."""


def silent(what: str, share: float | None = None) -> None:
    """A `Progress` that shows nothing."""
