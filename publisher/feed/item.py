"""An episode as the feed tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from publisher.feed.notes import Notes
from publisher.model import Chapter, EditMap, Episode, Span


@dataclass(frozen=True, slots=True)
class TranscriptLink:
    """A transcript file of an episode.

    Attributes:
        url: Its address.
        mime: `text/vtt`, `application/x-subrip`, ...
        language: BCP 47; empty leaves it out.
        captions: Whether it is timed to be shown while the audio plays.
    """

    url: str
    mime: str
    language: str
    captions: bool


@dataclass(frozen=True, slots=True)
class Soundbite:
    """A stretch of an episode that apps may play to interest people, and what it is called."""

    span: Span
    title: str


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same audio in another format.

    Attributes:
        url: Its address.
        mime: Its type.
        size: Its bytes.
        bit_rate: Bits a second.
        title: What people see.
    """

    url: str
    mime: str
    size: int
    bit_rate: int
    title: str


@dataclass(frozen=True, slots=True)
class Item:
    """An episode as the feed tells it. Addresses are absolute and ASCII.

    Attributes:
        episode: What a person wrote.
        guid: Minted once, never changed.
        published: When it was first published, with timezone.
        enclosure_url: The audio.
        size: Its bytes.
        mime: Its type.
        duration: Its length in milliseconds.
        notes: The show notes.
        chapters_url: JSON chapters; empty when there are none.
        transcripts: Each transcript file.
        persons: Speakers by name.
        image_url: The episode's own picture; empty when it has none.
        link: The episode's web page; empty when it has none.
        chapters: The same chapters, for the feed itself.
        soundbites: Stretches worth hearing first.
        alternates: The audio in other formats.
        edit: Where the source's moments are heard; None where it is published whole.
    """

    episode: Episode
    guid: str
    published: datetime
    enclosure_url: str
    size: int
    mime: str
    duration: int
    notes: Notes
    chapters_url: str
    transcripts: tuple[TranscriptLink, ...]
    persons: tuple[str, ...]
    image_url: str
    link: str
    chapters: tuple[Chapter, ...] = ()
    soundbites: tuple[Soundbite, ...] = ()
    alternates: tuple[Alternate, ...] = ()
    edit: EditMap | None = None
