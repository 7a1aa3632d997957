"""What a published file says of itself: title, show, date, number, comment, language, cover, chapters."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.model import Chapter

MOST_CHAPTERS = 255
"""ID3's table of contents and Nero's box count chapters in one byte."""

LONGEST = 1_000
"""Characters of a text; nobody reads more of them in a player."""

UNKNOWN_LANGUAGE = "und"


@dataclass(frozen=True, slots=True)
class Cover:
    """A picture to embed.

    Attributes:
        content: The file.
        mime: `image/jpeg` or `image/png`.
        width: Pixels.
        height: Pixels.
    """

    content: bytes
    mime: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of a published file; empty ones are left out. Texts are on one line and without control characters.

    Attributes:
        title: Of the episode.
        show: Of the show.
        author: Of the show.
        date: `YYYY-MM-DD`.
        number: Of the episode, or None.
        comment: What the episode is about.
        language: BCP 47.
        cover: The picture.
        chapters: In order of time; the first `MOST_CHAPTERS` are written.
    """

    title: str = ""
    show: str = ""
    author: str = ""
    date: str = ""
    number: int | None = None
    comment: str = ""
    language: str = ""
    cover: Cover | None = None
    chapters: tuple[Chapter, ...] = ()

    @property
    def embedded(self) -> tuple[Chapter, ...]:
        """The chapters that have room."""
        return self.chapters[:MOST_CHAPTERS]

    @property
    def iso_language(self) -> str:
        """ISO 639-2, as files say a language; `und` when it has none."""
        from langcodes import Language
        from langcodes.tag_parser import LanguageTagError

        try:
            return Language.get(self.language).to_alpha3() if self.language else UNKNOWN_LANGUAGE
        except (LookupError, LanguageTagError):
            return UNKNOWN_LANGUAGE
