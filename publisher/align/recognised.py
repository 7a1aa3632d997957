"""The `recognised` engine: the times at which a speech recogniser heard the words.

What was recognised is kept in the cache after each piece: `{"language", "until", "whole", "words": [[text, start, end],
...]}`; `until` is the sample at which the next piece starts, times are milliseconds.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from publisher.align.engine import Evidence
from publisher.align.joining import join
from publisher.align.recognising import RATE, Piece, SpeechModel, installed, pieces
from publisher.errors import AlignmentError, UsageError
from publisher.files import sha256_of, write_whole
from publisher.model import CaptionKind, Captions, Method, Span, Timeline, Transcript, Word
from publisher.timecode import SECOND
from publisher.untrusted import read_json

VERSION = "2"
"""Changes when the same sound would give other words, or the file has another form."""

DOING = "Recognising speech"


class RecognisedAligner:
    """Has the speech recognised, then joins the transcript to what was heard by text."""

    name = "recognised"

    def can_use(self, evidence: Evidence) -> bool:
        """Whether there is audio, a model was chosen and faster-whisper is installed."""
        return evidence.audio is not None and bool(evidence.recogniser.model) and installed()

    def heard(self, evidence: Evidence) -> Captions | None:
        """What the recogniser hears; see `recognise`."""
        return recognise(evidence)

    def align(self, transcript: Transcript, evidence: Evidence) -> Timeline:
        """Find the times; see `publisher.align.joining`.

        Raises:
            UsageError: No model was chosen, or there is no such model.
            MissingExtraError: faster-whisper is not installed.
            FetchError: The model cannot be downloaded.
            MediaError: The audio cannot be decoded.
            AlignmentError: There is no audio, or what is heard in it is not this talk.
        """
        return join(transcript, recognise(evidence), evidence, engine=self.name, method=Method.RECOGNISED)


@dataclass(frozen=True, slots=True)
class Heard:
    """What was recognised so far.

    Attributes:
        captions: The words; the language is as the recogniser calls it, empty when it is not known yet.
        until: The sample at which the next piece starts.
        whole: Whether there is no next piece.
    """

    captions: Captions
    until: int
    whole: bool


NOTHING = Heard(Captions((), CaptionKind.AUTOMATIC), 0, whole=False)


def recognise(evidence: Evidence) -> Captions:
    """Recognise the speech in the audio; what is in the cache is not recognised again.

    Raises:
        PublisherError: As `RecognisedAligner.align` says.
    """
    audio, how = evidence.audio, evidence.recogniser
    if audio is None:
        raise AlignmentError("There is no audio in which speech could be recognised.")
    if not how.model:
        raise UsageError(
            "No speech model is chosen.",
            remedy="Name one: --model small, or --model with the path of a folder that holds one.",
        )
    model = SpeechModel(how.model, fast=how.fast, offline=how.offline)
    key = _fingerprint(VERSION, sha256_of(audio), model.identity, model.settings, evidence.language)
    kept = how.cache / f"{key}.json" if how.cache else None
    heard = _read(kept)
    if not heard.whole:
        for piece in pieces(audio, heard.until):
            heard = _with_piece(heard, piece, model, evidence)
            _write(kept, heard)
    return heard.captions


def _with_piece(heard: Heard, piece: Piece, model: SpeechModel, evidence: Evidence) -> Heard:
    offset = piece.start * SECOND // RATE
    evidence.progress(DOING, min(1.0, offset / max(1, evidence.duration)))
    language = heard.captions.language or model.language(evidence.language, piece.samples)
    words = list(heard.captions.words)
    for word in model.words(piece.samples, language):
        span = Span(offset + word.span.start, offset + word.span.end)
        words.append(Word(word.text, span))
        evidence.progress(DOING, min(1.0, span.end / max(1, evidence.duration)))
    return Heard(Captions(tuple(words), CaptionKind.AUTOMATIC, language), piece.end, piece.last)


def _read(path: Path | None) -> Heard:
    """What the cache has; a file that is damaged is as good as none."""
    if path is None:
        return NOTHING
    try:
        data = read_json(path)
        words = tuple(Word(str(text), Span(int(start), int(end))) for text, start, end in data["words"])
        captions = Captions(words, CaptionKind.AUTOMATIC, str(data["language"]))
        return Heard(captions, int(data["until"]), bool(data["whole"]))
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return NOTHING


def _write(path: Path | None, heard: Heard) -> None:
    if path is None:
        return
    data = {
        "language": heard.captions.language,
        "until": heard.until,
        "whole": heard.whole,
        "words": [[word.text, word.span.start, word.span.end] for word in heard.captions.words],
    }
    write_whole(path, json.dumps(data, ensure_ascii=False).encode("utf-8"))


def _fingerprint(*parts: str) -> str:
    return sha256("\n".join(parts).encode("utf-8")).hexdigest()
