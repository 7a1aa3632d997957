"""The `captions` engine: the times of a site's captions, or of a caption file that a person gives."""

from __future__ import annotations

from publisher.align.engine import Evidence
from publisher.align.joining import join
from publisher.errors import AlignmentError
from publisher.model import Captions, Method, Timeline, Transcript


class CaptionsAligner:
    """Joins the transcript to captions by text."""

    name = "captions"

    def can_use(self, evidence: Evidence) -> bool:
        """Whether there are captions."""
        return evidence.captions is not None

    def heard(self, evidence: Evidence) -> Captions | None:
        """The captions."""
        return evidence.captions

    def align(self, transcript: Transcript, evidence: Evidence) -> Timeline:
        """Find the times; see `publisher.align.joining`.

        Raises:
            AlignmentError: There are no captions, or they are not of this talk.
        """
        if evidence.captions is None:
            raise AlignmentError(
                "There are no captions.", remedy="Add captions: to the front matter, or --captions FILE."
            )
        return join(transcript, evidence.captions, evidence, engine=self.name, method=Method.CAPTIONS)
