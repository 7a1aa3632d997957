"""An episode, as its file describes it: front matter and transcript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from publisher.model.show import Funding, License, Location, Txt
from publisher.model.span import Span


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
class TypedSoundbite:
    """A passage that a person chose for apps to play first: by its times, or by its words in the transcript.

    Attributes:
        title: What it is called; empty takes its first words.
        span: When it is; None when the words say it.
        quote: The words as in the transcript, all of one turn; empty when the times say it.
    """

    title: str = ""
    span: Span | None = None
    quote: str = ""

    def __post_init__(self) -> None:
        if (self.span is None) != bool(self.quote):
            raise ValueError("a soundbite has times or a quote")


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
        other_languages: What is spoken besides.
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
        soundbites: Likewise.
        season_name: What the season is called; empty when it has only its number.
        license: Of this episode; None means the show's.
        funding: Ways to give money for this episode.
        location: Places that this episode is about or was made at.
        txt: Free texts for programs.
        trim: Where the published audio begins and ends in the source; an end of None is the source's.
        cut: Stretches of the source that are left out.
        intro: A sound in front, path inside the show; empty means the show's, `none` means none.
        outro: A sound behind, likewise.
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
    other_languages: tuple[str, ...] = ()
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
    soundbites: tuple[TypedSoundbite, ...] = ()
    season_name: str = ""
    license: License | None = None
    funding: tuple[Funding, ...] = ()
    location: tuple[Location, ...] = ()
    txt: tuple[Txt, ...] = ()
    trim: tuple[int, int | None] = (0, None)
    cut: tuple[Span, ...] = ()
    intro: str = ""
    outro: str = ""
    fields: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
