"""Speech → timed words, with a Whisper model through faster-whisper, in pieces so that memory stays bounded."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher.errors import AlignmentError, FetchError, MissingExtraError, Place, PublisherError, UsageError
from publisher.files import sha256_of
from publisher.media import decode
from publisher.model import Span, Word
from publisher.timecode import SECOND, from_seconds

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

RATE = 16_000
"""Samples a second, as Whisper wants them."""

SHORTEST, LONGEST = 570 * RATE, 630 * RATE
"""A piece is cut at the quietest moment between these; a recogniser's memory grows with the piece."""

HOLE = 5.0
"""Seconds without a word that are listened to again."""

LOOP = 10.0
"""How well text compresses that is one phrase over and over, as Whisper writes it over music; talk stays under 3."""

Spoken = tuple[str, float, float]
"""Text, start and end in seconds, as a recogniser gives them."""

_FRAME = RATE // 50
_PAUSE = 15
"""Frames over which loudness is averaged to find a pause: 0.3 s."""

# More readings weighed at once hold longer where there is music; more stretches decoded at once only take memory.
_BEAM, _FAST_BEAM = 5, 1
_BATCH = 4
_LANGUAGE_WINDOWS = 10
"""Half minutes of speech that are listened to at most to tell the language."""

_THREADS = "OMP_NUM_THREADS"
_MODEL_FILES = ("config.json", "model.bin", "tokenizer.json")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of sound.

    Attributes:
        start: Its first sample's place in the file.
        samples: Mono at `RATE`, shape `(samples,)`, from -1 to 1.
        last: Whether the file ends with it.
    """

    start: int
    samples: Samples
    last: bool

    @property
    def end(self) -> int:
        """Where the next piece starts."""
        return self.start + len(self.samples)


def pieces(audio: Path, start: int = 0) -> Iterator[Piece]:
    """A file in pieces of about ten minutes, cut where it is quiet so that no word is cut.

    Args:
        audio: The file.
        start: Where an earlier piece ended; the cuts that follow are the same.

    Raises:
        MediaError: The file cannot be opened or decoded.
    """
    import numpy as np

    waiting: list[Samples] = [np.empty(0, dtype=np.float32)]
    at = 0
    for second in decode(audio, RATE):
        at += len(second)
        waiting.append(second[max(0, len(second) - max(0, at - start)) :])
        if at - start >= LONGEST:
            held = np.concatenate(waiting)
            cut = SHORTEST + _quietest(held[SHORTEST:])
            piece = Piece(start, held[:cut], last=False)
            start, waiting = piece.end, [held[cut:].copy()]
            yield piece
    yield Piece(start, np.concatenate(waiting), last=True)


def _quietest(samples: Samples) -> int:
    """The middle of the quietest moment."""
    import numpy as np

    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    loudness = np.convolve(np.square(frames).mean(axis=1), np.ones(_PAUSE), mode="valid")
    return (2 * int(loudness.argmin()) + _PAUSE) * _FRAME // 2


def installed() -> bool:
    """Whether faster-whisper is there."""
    return find_spec("faster_whisper") is not None


def in_order(heard: Iterable[Spoken], length: int) -> Iterator[Word]:
    """Words whose starts never go back and which do not pass the end of the sound.

    Args:
        heard: As a recogniser gives them.
        length: Milliseconds of the sound.
    """
    latest = 0
    for text, start, end in heard:
        latest = min(max(latest, from_seconds(start)), length)
        yield Word(text, Span(latest, min(max(latest, from_seconds(end)), length)))


class SpeechModel:
    """A Whisper model in CTranslate2's form, by name or as a folder; loaded when it is first needed."""

    def __init__(self, name: str, *, fast: bool = False, offline: bool = False) -> None:
        """Choose a model.

        Args:
            name: A size that faster-whisper knows, a name on the Hugging Face Hub, or the path of a folder.
            fast: Decode several stretches at once: quicker, with worse times.
            offline: Download nothing.

        Raises:
            UsageError: The folder holds no such model.
        """
        self._name = name
        self._fast = fast
        self._offline = offline
        folder = Path(name)
        self._folder = folder if folder.is_dir() else None
        missing = [file for file in _MODEL_FILES if self._folder and not (folder / file).is_file()]
        if missing:
            raise UsageError(
                f"The folder holds no Whisper model for CTranslate2: it has no {', '.join(missing)}.",
                place=Place(name, field="--model"),
            )

    @cached_property
    def identity(self) -> str:
        """Tells models apart by what is in their files; a folder may move, and a name may get another model.

        Raises:
            PublisherError: The model cannot be had.
        """
        files = (self._files / name for name in _MODEL_FILES)
        return " ".join(sha256_of(file) for file in files if file.is_file())

    @property
    def settings(self) -> str:
        """How it is asked."""
        beam = _FAST_BEAM if self._fast else _BEAM
        return f"{'fast' if self._fast else 'sequential'} beam {beam} hole {HOLE} loop {LOOP}"

    def language(self, wanted: str, samples: Samples) -> str:
        """The language to listen for, as Whisper calls it.

        Args:
            wanted: BCP 47; empty when it is not known.
            samples: Sound to tell it from, where `wanted` is not known to the model.

        Raises:
            PublisherError: The model cannot be had or does not work.
        """
        known: list[str] = self._whisper.supported_languages
        if len(known) == 1:
            return known[0]
        code = wanted.partition("-")[0].lower()
        in_vocabulary = self._whisper.hf_tokenizer.token_to_id(f"<|{code}|>") is not None
        if code in known and in_vocabulary:
            return code
        found, *_ = self._whisper.detect_language(
            samples, vad_filter=True, language_detection_segments=_LANGUAGE_WINDOWS
        )
        return str(found)

    def words(self, samples: Samples, language: str) -> Iterator[Word]:
        """What is said, as it is recognised.

        Args:
            samples: Mono at `RATE`.
            language: Whisper's code.

        Yields:
            Words with milliseconds from the first sample; starts never go back, nothing ends after the sound.

        Raises:
            PublisherError: The model cannot be had or does not work.
        """
        yield from in_order(self._heard(samples, language), len(samples) * SECOND // RATE)

    def _heard(self, samples: Samples, language: str) -> Iterator[Spoken]:
        """All that is said; Whisper sometimes skips the rest of a half minute, so holes are listened to again."""
        latest = 0.0
        for text, start, end in self._decoded(samples, language):
            yield from self._in_hole(samples, latest, start, language)
            yield text, start, end
            latest = max(latest, end)
        yield from self._in_hole(samples, latest, len(samples) / RATE, language)

    def _in_hole(self, samples: Samples, start: float, end: float, language: str) -> Iterator[Spoken]:
        if end - start < HOLE:
            return
        hole = samples[int(start * RATE) : int(end * RATE)]
        for text, begin, until in self._decoded(hole, language, again=True):
            yield text, start + begin, start + until

    def _decoded(self, samples: Samples, language: str, *, again: bool = False) -> Iterator[Spoken]:
        """What one run of the model over the sound gives; `again` leaves out music and silence."""
        from faster_whisper import BatchedInferencePipeline

        options: dict[str, Any] = {
            "language": language,
            "beam_size": _FAST_BEAM if self._fast else _BEAM,
            "temperature": 0.0,
            "condition_on_previous_text": False,
            "word_timestamps": True,
        }
        try:
            if self._fast and not again:
                batched = BatchedInferencePipeline(self._whisper)
                segments, _ = batched.transcribe(samples, batch_size=_BATCH, **options)
            else:
                segments, _ = self._whisper.transcribe(samples, vad_filter=again, **options)
            for segment in segments:
                for word in () if segment.compression_ratio > LOOP else segment.words or ():
                    yield word.word, float(word.start), float(word.end)
        except RuntimeError as error:
            raise AlignmentError(f"The speech recogniser broke down: {error}.") from error

    @cached_property
    def _files(self) -> Path:
        """The folder of the model, downloaded if need be."""
        if self._folder:
            return self._folder
        if not installed():
            raise _missing()
        from faster_whisper import available_models, download_model

        place = Place(self._name, field="--model")
        try:
            return Path(download_model(self._name, local_files_only=self._offline))
        except OSError as error:
            raise FetchError(
                "The speech model is not on this computer and could not be downloaded.",
                code="model",
                again=True,
                place=place,
                remedy="Go online once (without --offline), or give --model the path of a folder that holds one.",
            ) from error
        except ValueError as error:
            raise UsageError(
                "There is no speech model of this name.",
                place=place,
                remedy=f"Name one of {', '.join(available_models())}, or the path of a folder that holds one.",
            ) from error

    @cached_property
    def _whisper(self) -> Any:
        if not installed():
            raise _missing()
        from faster_whisper import WhisperModel

        try:
            return WhisperModel(str(self._files), device="auto", compute_type="auto", cpu_threads=_threads())
        except PublisherError:
            raise
        except Exception as error:
            place = Place(self._name, field="--model")
            raise UsageError(f"The speech model cannot be loaded: {error}.", place=place) from error


def _missing() -> MissingExtraError:
    return MissingExtraError("Recognising speech needs faster-whisper.", extra="asr")


def _threads() -> int:
    """All cores, unless the environment says how many there are for this process; 0 leaves it to that."""
    return 0 if _THREADS in os.environ else os.cpu_count() or 1
