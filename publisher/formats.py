"""What the writers of all formats are told besides the list that they write."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class About:
    """The episode that a file of chapters or of transcript belongs to.

    Attributes:
        title: The episode's.
        show: The show's name.
        duration: Milliseconds of the published audio.
        language: BCP 47; empty when it is not known.
        guid: The episode's, once it is published; else empty.
        audio: Address of the published audio; empty when it is not published.
        size: Bytes of the published audio; 0 when it is not published.
        transcript: Address of the WebVTT transcript; empty when there is none.
    """

    title: str
    show: str
    duration: int
    language: str = ""
    guid: str = ""
    audio: str = ""
    size: int = 0
    transcript: str = ""
