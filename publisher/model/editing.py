"""What is cut out of an episode's sound and set around it, and where each moment of the source is heard after that."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from publisher.model.span import Span


@dataclass(frozen=True, slots=True)
class EditMap:
    """From the time of the source to the time of what is published, and back.

    Attributes:
        kept: Stretches of the source that are published; they ascend, and neither touch nor overlap.
        duration: Milliseconds of the source.
        intro: Milliseconds of another sound in front.
        outro: Milliseconds of another sound behind.
    """

    kept: tuple[Span, ...]
    duration: int
    intro: int = 0
    outro: int = 0

    def __post_init__(self) -> None:
        if not self.kept or any(span.length == 0 for span in self.kept):
            raise ValueError("an edit keeps something")
        if any(later.start <= earlier.end for earlier, later in pairwise(self.kept)):
            raise ValueError("kept stretches ascend and do not touch")
        if self.kept[-1].end > self.duration or min(self.intro, self.outro) < 0:
            raise ValueError("kept stretches lie in the source; an intro and an outro have a length")

    @classmethod
    def without(
        cls, removed: tuple[Span, ...], duration: int, *, intro: int = 0, outro: int = 0
    ) -> EditMap | None:
        """The map that leaves stretches of the source out; None when nothing would be left.

        Args:
            removed: In any order; they may overlap, and go on past the end.
            duration: Milliseconds of the source.
            intro: Milliseconds in front.
            outro: Milliseconds behind.
        """
        kept: list[Span] = []
        at = 0
        for span in sorted(removed, key=lambda span: span.start):
            if span.length and at < min(span.start, duration):
                kept.append(Span(at, min(span.start, duration)))
            at = max(at, span.end) if span.length else at
        if at < duration:
            kept.append(Span(at, duration))
        return cls(tuple(kept), duration, intro, outro) if kept else None

    @property
    def changes(self) -> bool:
        """Whether any moment is heard at another time than in the source, or not at all."""
        return bool(self.intro or self.outro) or self.kept != (Span(0, self.duration),)

    @property
    def published_duration(self) -> int:
        """Milliseconds of what is published."""
        return self.intro + sum(span.length for span in self.kept) + self.outro

    def published(self, time: int) -> int:
        """When a moment of the source is heard; one that is cut out is heard at the cut. Never goes back."""
        return self.intro + sum(min(max(time - span.start, 0), span.length) for span in self.kept)

    def source(self, time: int) -> int:
        """Which moment of the source is heard at a time; the nearest one during intro and outro."""
        rest = max(time - self.intro, 0)
        for span in self.kept:
            if rest < span.length:
                return span.start + rest
            rest -= span.length
        return self.kept[-1].end

    def span(self, span: Span) -> Span | None:
        """When a stretch of the source is heard; None when nothing of it is left."""
        start, end = self.published(span.start), self.published(span.end)
        return Span(start, end) if end > start else None
