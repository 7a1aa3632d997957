"""When something that stands in the transcript is said."""

from __future__ import annotations

from publisher.mentions import Mention, Mentions
from publisher.model import Span, TimedTurn, Timeline, Transcript


class Moments:
    """Finds words of a transcript in its audio.

    A time is that of the clause in which the words begin, so that a listener who jumps there hears them whole.
    """

    def __init__(self, transcript: Transcript, timeline: Timeline | None, *, threshold: float) -> None:
        """Prepare to find words.

        Args:
            transcript: What is spoken.
            timeline: When its turns are spoken; None when nobody knows.
            threshold: A turn's time is sure from this confidence on.
        """
        self._mentions = Mentions(transcript)
        self._turns = timeline.turns if timeline else ()
        self._threshold = threshold

    def passage(self, words: str) -> Span | None:
        """From the clause in which words begin, where they are said first, to the end of that in which they end.

        None when they are not in the audio, or when it is not sure where they come first.
        """
        for mention in self._mentions.of(words) if self._turns else ():
            turn = self._turns[mention.turn]
            if turn.span is None:
                continue
            return _clauses(mention, turn, turn.span) if turn.confidence >= self._threshold else None
        return None

    def first(self, words: str) -> int | None:
        """When words are said first, in milliseconds; None when that is not sure."""
        passage = self.passage(words)
        return passage.start if passage else None


def _clauses(mention: Mention, turn: TimedTurn, span: Span) -> Span:
    before = [mark.start for mark in turn.marks if mark.offset <= mention.start]
    after = [mark.start for mark in turn.marks if mark.offset >= mention.end]
    start = min(max(span.start, before[-1] if before else span.start), span.end)
    return Span(start, max(start, min(after[0] if after else span.end, span.end)))
