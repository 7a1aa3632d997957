"""Pieces of HTML: strangers' text made harmless, and links into the audio."""

from __future__ import annotations

import html
from dataclasses import dataclass

from publisher.text import one_line
from publisher.timecode import clock, seconds

LEAD_IN = 2_000
"""Milliseconds to listen before a doubtful place."""


def safe(text: str, longest: int = 300) -> str:
    """Any text for HTML, as content or in a quoted attribute: on one line, bounded, escaped."""
    line = one_line(text)
    return html.escape(line if len(line) <= longest else f"{line[: longest - 1]}…")


@dataclass(frozen=True, slots=True)
class Player:
    """Links that play the audio.

    Attributes:
        href: Address of the audio, not yet escaped.
        duration: Milliseconds; decides how times look.
    """

    href: str
    duration: int

    def clock(self, at: int) -> str:
        """A time as people read it."""
        return clock(at, longest=self.duration)

    def attributes(self, at: int) -> str:
        """`href` and `data-start` of a link that plays from a time (W3C Media Fragments)."""
        start = seconds(at)
        return f'href="{html.escape(self.href)}#t={start}" data-start="{start}"'

    def link(self, at: int, label: str, *, early: bool = False) -> str:
        """A link that shows the time and plays from there, or from shortly before."""
        begin = max(0, at - LEAD_IN) if early else at
        name = f"{safe(label)} {self.clock(at)}"
        return f'<a class="play" {self.attributes(begin)} aria-label="{name}">{self.clock(at)}</a>'

    def place(self, at: int) -> float:
        """How far along the audio a time is, in per cent."""
        return round(100 * min(at, self.duration) / max(1, self.duration), 4)


def confidence(value: float) -> str:
    """A confidence as a number with a bar behind it."""
    return f'<span class="sure" style="--sure:{value:.0%}">{value:.2f}</span>'
