"""The show, as `podcast.toml` describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

THRESHOLD = 0.5
"""Chapters whose start is less sure than this are withheld, where nobody says otherwise."""

FEED_LIMIT = 1000
"""The most episodes of a feed's document, where nobody says otherwise. Directories read the first document only."""


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
    """Another feed, of a show that is recommended or of a publisher: its `podcast:guid`, address and title."""

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
class AudioSettings:
    """How the show's audio is published.

    Attributes:
        format: `m4a`, `mp3`, `opus`, or `auto`: MP3 for a source that is MP3, else M4A.
        also: Further formats, offered beside the first.
        normalise: Whether loudness is brought to one level.
        loudness: That level, in LUFS.
        loudness_mono: The same for audio of one channel; None means the same level.
        intro: Path of a sound in front of every episode; empty when there is none.
        outro: Path of a sound behind every episode; empty when there is none.
    """

    format: str = "auto"
    also: tuple[str, ...] = ()
    normalise: bool = True
    loudness: float = -16.0
    loudness_mono: float | None = None
    intro: str = ""
    outro: str = ""

    def target(self, channels: int) -> float | None:
        """The level for so many channels; None leaves the audio as it is."""
        if not self.normalise:
            return None
        mono = channels == 1 and self.loudness_mono is not None
        return self.loudness_mono if mono else self.loudness


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
        locked: Whether other platforms are kept from importing the feed.
        block: Whether directories should not list the show.
        guid: Typed by a person who brings a show over; empty otherwise.
        speakers: What speakers are called in feed and notes, by their names in transcripts; empty hides one.
        new_feed_url: Where the feed has moved to; empty leaves the tag out.
        feed_limit: The most episodes of `feed.xml`; the oldest ones move to archive pages.
        hub: WebSub hub that tells readers of new episodes; empty leaves it out.
        license: Of all episodes; None leaves it out.
        funding: Ways to give money.
        location: Places that the show is about or is made at.
        txt: Free texts for programs.
        update_frequency: How often episodes come; None leaves it out.
        publisher: The publisher's own feed; None leaves it out.
        podroll: Shows that are recommended.
        trailer: Trailers that are no episodes.
        site: Whether web pages are made.
        audio: How its audio is published.
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
    block: bool = False
    guid: str = ""
    speakers: Mapping[str, str] = field(default_factory=dict)
    new_feed_url: str = ""
    feed_limit: int = FEED_LIMIT
    hub: str = ""
    license: License | None = None
    funding: tuple[Funding, ...] = ()
    location: tuple[Location, ...] = ()
    txt: tuple[Txt, ...] = ()
    update_frequency: UpdateFrequency | None = None
    publisher: RemoteFeed | None = None
    podroll: tuple[RemoteFeed, ...] = ()
    trailer: tuple[Trailer, ...] = ()
    site: bool = True
    audio: AudioSettings = field(default_factory=AudioSettings)

    @property
    def feed_url(self) -> str:
        """The address that people subscribe to."""
        return self.url("feed.xml")

    def url(self, path: str) -> str:
        """The public address of a path under `output/`."""
        return f"{self.base_url}/{quote(path)}"
