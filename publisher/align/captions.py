"""The `captions` engine: the author's words at the times at which a site's captions heard them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publisher.align.engine import Evidence
from publisher.align.matching import Matches, match
from publisher.align.placing import place, time_sections
from publisher.align.sequences import AuthorText, HeardText, author_text, heard_text
from publisher.errors import AlignmentError
from publisher.model import Method, Timeline, Transcript
from publisher.timecode import clock

if TYPE_CHECKING:
    from publisher.model import Captions

MIN_COVERAGE = 0.2
"""Of the heard characters that lie inside the talk, so large a share must match; strangers' captions give under 5 %."""

OVERRUN = 1.05
"""Captions may end so much later than the audio; beyond that they belong to something else."""

OVERRUN_MS = 10_000


class CaptionsAligner:
    """Joins the transcript to captions by text."""

    name = "captions"

    def can_use(self, evidence: Evidence) -> bool:
        """Whether there are captions."""
        return evidence.captions is not None

    def align(self, transcript: Transcript, evidence: Evidence) -> Timeline:
        """Find the times; see `publisher.align.matching` and `publisher.align.placing`.

        Raises:
            AlignmentError: The captions are not of this talk.
        """
        captions = evidence.captions
        if captions is None:
            raise AlignmentError("There are no captions.")
        _check_length(captions, evidence.duration)
        author = author_text(transcript)
        heard = heard_text(captions)
        matches = match(author, heard)
        _check_coverage(author, heard, matches)
        turns = place(transcript, author, heard, matches, duration=evidence.duration, method=Method.CAPTIONS)
        return Timeline(self.name, evidence.duration, time_sections(transcript, turns), turns)


def _check_length(captions: Captions, duration: int) -> None:
    last = captions.words[-1].span.start if captions.words else 0
    if last > duration * OVERRUN + OVERRUN_MS:
        raise AlignmentError(
            f"The captions run to {clock(last)}, the audio only to {clock(duration)}.",
            remedy="They belong to another recording; give the captions of this one.",
        )


def _check_coverage(author: AuthorText, heard: HeardText, matches: Matches) -> None:
    if not author.text:
        raise AlignmentError("The transcript has no words.", remedy="Write the talk below the front matter.")
    shorter = min(len(author.text), len(heard.text))
    coverage = len(matches.author) / shorter if shorter else 0.0
    if coverage < MIN_COVERAGE:
        raise AlignmentError(
            f"Only {coverage:.0%} of the words in captions and transcript are the same.",
            remedy="The captions are of another recording or in another language; give the right ones.",
        )
