"""What is fetched: audio, captions, and the words that somebody or something heard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from publisher.model.span import Span


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
        doubt: What may be wrong with what came, for people; empty when nothing seems so.
    """

    audio: Path | None = None
    captions: CaptionFile | None = None
    thumbnail: Path | None = None
    synthetic: bool = False
    duration: int | None = None
    missing: str = ""
    doubt: str = ""


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


@dataclass(frozen=True, slots=True)
class Loudness:
    """How loud a programme is (EBU R 128).

    Attributes:
        integrated: LUFS, of the whole.
        range: LU, between its quiet and its loud passages.
        true_peak: dBTP, the highest point between the samples too.
    """

    integrated: float
    range: float
    true_peak: float
