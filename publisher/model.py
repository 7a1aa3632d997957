"""The central values: frozen, made of tuples, checked when made; standard library only.

Times are integer milliseconds. `Episode` is what a person wrote; `Timeline` is what the aligner found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, `0 <= start <= end`, in milliseconds."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span runs forward from 0 or later, not {self.start} to {self.end}")

    @property
    def length(self) -> int:
        """Milliseconds from start to end."""
        return self.end - self.start


# -- what a person wrote ------------------------------------------------------------------------------


THRESHOLD = 0.5
"""Chapters whose start is less sure than this are withheld, where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for the feed."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class License:
    """`podcast:license`: a name from the namespace's list, or a name of one's own and the address of the text."""

    id: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Funding:
    """`podcast:funding`: where listeners can give money, and what the link is called."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Location:
    """`podcast:location`.

    Attributes:
        name: As people say it.
        rel: `subject`, what the show is about, or `creator`, where it is made.
        geo: `geo:LATITUDE,LONGITUDE` (RFC 5870); empty leaves it out.
        osm: OpenStreetMap's type and number, `R113314`; empty leaves it out.
        country: ISO 3166-1, two letters; empty leaves it out.
    """

    name: str
    rel: str = "subject"
    geo: str = ""
    osm: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Txt:
    """`podcast:txt`: free text for a program, such as the code with which a service proves who owns the feed."""

    text: str
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class UpdateFrequency:
    """`podcast:updateFrequency`.

    Attributes:
        text: As people say it.
        rrule: Recurrence (RFC 5545, 3.3.10), `FREQ=WEEKLY;BYDAY=TU`; empty leaves it out.
        dtstart: When the recurrence begins, with timezone; None leaves it out.
        complete: Whether no episode will follow.
    """

    text: str
    rrule: str = ""
    dtstart: datetime | None = None
    complete: bool = False


@dataclass(frozen=True, slots=True)
class RemoteFeed:
    """Another show that is recommended: its `podcast:guid`, its feed and its title, where known."""

    guid: str
    feed_url: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Trailer:
    """`podcast:trailer`.

    Attributes:
        title: Its name.
        url: The audio or video.
        published: Date with timezone.
        length: Bytes; None leaves it out.
        type: Media type; empty leaves it out.
        season: The season that it announces; None for the show.
    """

    title: str
    url: str
    published: datetime
    length: int | None = None
    type: str = ""
    season: int | None = None


@dataclass(frozen=True, slots=True)
class Show:
    """A podcast, as `podcast.toml` describes it.

    Attributes:
        title: Its name.
        description: One paragraph of plain text or Markdown.
        link: Its web page.
        base_url: Where `output/` is served, without a trailing slash.
        language: BCP 47, such as `zh-CN`.
        author: Person or company.
        owner: Name and address for directories; None leaves the tag out.
        categories: Apple's names, `("Technology",)` or `("Society & Culture", "Documentary")` each.
        explicit: Whether the show has explicit language.
        cover: Path of the cover inside the show; None when there is none.
        type: `episodic` or `serial`.
        copyright: Free text; empty leaves the tag out.
        timezone: IANA name; dates without a time of day are midnight there.
        confidence: Chapters whose start is less certain than this are withheld, 0 to 1.
        recogniser: Speech model by name or path, for episodes without captions; empty when there is none.
        locked: Whether other platforms may import the feed.
        guid: Typed by a person who brings a show over; empty otherwise.
        speakers: What speakers are called in feed and notes, by their names in transcripts; empty hides one.
        new_feed_url: Where the feed has moved to; empty leaves the tag out.
        hub: WebSub hub that tells readers of new episodes; empty leaves it out.
        license: Of all episodes; None leaves it out.
        funding: Ways to give money.
        location: Places that the show is about or is made at.
        txt: Free texts for programs.
        update_frequency: How often episodes come; None leaves it out.
        podroll: Shows that are recommended.
        trailer: Trailers that are no episodes.
    """

    title: str
    description: str
    link: str
    base_url: str
    language: str
    author: str
    owner: Owner | None = None
    categories: tuple[tuple[str, ...], ...] = ()
    explicit: bool = False
    cover: str | None = None
    type: str = "episodic"
    copyright: str = ""
    timezone: str = "UTC"
    confidence: float = THRESHOLD
    recogniser: str = ""
    locked: bool = True
    guid: str = ""
    speakers: Mapping[str, str] = field(default_factory=dict)
    new_feed_url: str = ""
    hub: str = ""
    license: License | None = None
    funding: tuple[Funding, ...] = ()
    location: tuple[Location, ...] = ()
    txt: tuple[Txt, ...] = ()
    update_frequency: UpdateFrequency | None = None
    podroll: tuple[RemoteFeed, ...] = ()
    trailer: tuple[Trailer, ...] = ()

    @property
    def feed_url(self) -> str:
        """The address that people subscribe to."""
        return f"{self.base_url}/feed.xml"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says until the next begins.

    Attributes:
        index: Place in the file, from 0.
        speaker: Name as written; empty when the file names none.
        text: The words without markup, paragraphs separated by a newline; offsets everywhere count in it.
        markdown: The same as the author wrote it.
        line: Line of its first word in the file, from 1.
        hint: Times that the author left at the turn, `[00:01:02 - 00:01:09]`.
    """

    index: int
    speaker: str
    text: str
    markdown: str
    line: int
    hint: Span | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the turns under it; the text before the first heading has an empty title."""

    title: str
    line: int
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Transcript:
    """The human-made text of an episode: sections of turns, numbered through the file from 0."""

    sections: tuple[Section, ...]

    def __post_init__(self) -> None:
        if [turn.index for turn in self.turns] != list(range(len(self.turns))):
            raise ValueError("turns are numbered through the file from 0")

    @property
    def turns(self) -> tuple[Turn, ...]:
        """All turns of all sections, in order."""
        return tuple(turn for section in self.sections for turn in section.turns)

    @property
    def speakers(self) -> tuple[str, ...]:
        """Names in the order of their first turn."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns if turn.speaker))


@dataclass(frozen=True, slots=True)
class TypedChapter:
    """A chapter that a person typed into front matter: it is right whatever the aligner finds."""

    start: int
    title: str


@dataclass(frozen=True, slots=True)
class Episode:
    """One `content/<slug>.md`.

    Attributes:
        slug: File name without suffix.
        path: The file.
        title: As written.
        published: Date with timezone.
        transcript: The text.
        source: Page of the original, usually a video; empty when there is none.
        audio: Local path, http(s) URL or `synthetic`; empty means "from the source".
        captions: Local path or http(s) URL of json3, WebVTT or SRT; empty means "from the source".
        summary: Markdown; becomes the show notes.
        language: BCP 47; the show's when the file names none.
        draft: Skipped unless asked for.
        guid: Typed by a person who brings a show over; empty otherwise.
        season: Number from 1, or None.
        number: Episode number from 1, or None.
        type: `full`, `trailer` or `bonus`.
        explicit: Overrides the show; None keeps it.
        image: Path of an episode picture inside the show, or None.
        tags: As written.
        people: Names said in the episode.
        companies: Likewise.
        products: Likewise.
        media: Books, films and other works named.
        chapters: Typed by a person; they win over everything found.
        fields: Every front-matter field as written, known or not; nothing is lost.
    """

    slug: str
    path: Path
    title: str
    published: datetime
    transcript: Transcript
    source: str = ""
    audio: str = ""
    captions: str = ""
    summary: str = ""
    language: str = ""
    draft: bool = False
    guid: str = ""
    season: int | None = None
    number: int | None = None
    type: str = "full"
    explicit: bool | None = None
    image: str | None = None
    tags: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    chapters: tuple[TypedChapter, ...] = ()
    fields: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


# -- what is fetched ----------------------------------------------------------------------------------


class CaptionKind(StrEnum):
    """Who made the captions."""

    MANUAL = "manual"
    AUTOMATIC = "automatic"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class CaptionFile:
    """A caption track on disk, not yet read.

    Attributes:
        path: json3, WebVTT or SRT.
        kind: Who made it.
        language: BCP 47 as the site says; empty when unknown.
    """

    path: Path
    kind: CaptionKind
    language: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetcher brought for an episode.

    Attributes:
        audio: The file as fetched; None when only captions were asked for.
        captions: The track to align with; None when there is none.
        thumbnail: A picture, or None.
        synthetic: Whether a machine speaks.
        duration: Milliseconds as the site says; None when it does not.
        missing: Why captions that exist could not be had this time, one sentence; empty when nothing is missing.
    """

    audio: Path | None = None
    captions: CaptionFile | None = None
    thumbnail: Path | None = None
    synthetic: bool = False
    duration: int | None = None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of captions or recognised speech with its time; `text` may be a word, a character or a line."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Captions:
    """Timed words that somebody or something heard.

    Attributes:
        words: In order of time; starts never go back.
        kind: Who made them.
        language: BCP 47; empty when unknown.
        exact: Whether the pieces carry their own times (word level), or only those of their line.
    """

    words: tuple[Word, ...]
    kind: CaptionKind
    language: str = ""
    exact: bool = True

    def __post_init__(self) -> None:
        if any(later.span.start < earlier.span.start for earlier, later in pairwise(self.words)):
            raise ValueError("caption times go back")


@dataclass(frozen=True, slots=True)
class Media:
    """An audio file that was opened and decoded.

    Attributes:
        path: The file.
        sha256: Of its bytes.
        size: Bytes.
        mime: As the enclosure says it.
        duration: Milliseconds.
        codec: `aac`, `mp3`, `opus`, ...
        sample_rate: Hertz.
        channels: 1, 2, ...
        bit_rate: Bits a second; 0 when unknown.
    """

    path: Path
    sha256: str
    size: int
    mime: str
    duration: int
    codec: str
    sample_rate: int
    channels: int
    bit_rate: int


# -- what is found ------------------------------------------------------------------------------------


class Method(StrEnum):
    """How a time was found."""

    CAPTIONS = "captions"
    RECOGNISED = "recognised"
    ACOUSTIC = "acoustic"
    INTERPOLATED = "interpolated"
    PINNED = "pinned"


@dataclass(frozen=True, slots=True)
class Mark:
    """The time at which the character at `offset` of a turn's text begins."""

    offset: int
    start: int


@dataclass(frozen=True, slots=True)
class TimedTurn:
    """When a turn is spoken.

    Attributes:
        index: The turn's index in the transcript.
        speaker: Its speaker.
        span: Start to end; None when `present` is False.
        confidence: 0 to 1, that the start is right.
        method: How the start was found.
        present: False when the text is not in the audio.
        marks: Times inside the turn, at the starts of its clauses; offsets and times ascend.
    """

    index: int
    speaker: str
    span: Span | None
    confidence: float
    method: Method
    present: bool = True
    marks: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        if self.present == (self.span is None):
            raise ValueError(f"turn {self.index}: a turn has a span exactly when it is present")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"turn {self.index}: confidence {self.confidence} is not between 0 and 1")


@dataclass(frozen=True, slots=True)
class TimedSection:
    """When a section begins and ends; `span` is None when none of its turns is in the audio."""

    title: str
    span: Span | None
    confidence: float
    method: Method


@dataclass(frozen=True, slots=True)
class Pin:
    """A start that a person set: turn `turn` begins at `start`, whatever an aligner finds."""

    turn: int
    start: int


@dataclass(frozen=True, slots=True)
class ColdOpen:
    """A turn at the start of an episode that is a montage of passages said again in later turns."""

    turn: int
    repeats: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A transcript with times.

    Attributes:
        engine: Which aligner made it.
        duration: Milliseconds of the audio.
        sections: One for each section of the transcript.
        turns: One for each turn; starts of present turns never go back.
        cold_open: Turns at the start that come again later.
    """

    engine: str
    duration: int
    sections: tuple[TimedSection, ...]
    turns: tuple[TimedTurn, ...]
    cold_open: tuple[ColdOpen, ...] = ()

    def __post_init__(self) -> None:
        starts = [turn.span.start for turn in self.turns if turn.span]
        if starts != sorted(starts):
            raise ValueError("turns of a timeline never go back in time")


# -- what is derived ----------------------------------------------------------------------------------


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
class TimedWord:
    """When a word is spoken.

    Attributes:
        turn: Index of its turn in the transcript.
        offset: Of its first character in the turn's text.
        length: Characters.
        span: Start to end, inside its turn's.
        matched: Whether it was heard; if not, its time is worked out from its neighbours.
    """

    turn: int
    offset: int
    length: int
    span: Span
    matched: bool


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


Progress = Callable[[str, float | None], None]
"""Called with what is being done and how much of it, 0 to 1, or None when that is not known."""


def silent(what: str, share: float | None = None) -> None:
    """A `Progress` that shows nothing."""
