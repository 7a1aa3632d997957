"""Speech from text with espeak-ng, and the time of each word; espeak-ng is a library behind the extra `acoustic`."""

from __future__ import annotations

import ctypes
import json
import os
import re
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from itertools import takewhile
from typing import IO, TYPE_CHECKING, Any

from publisher import interrupts
from publisher.errors import MissingExtraError, PublisherError
from publisher.timecode import SECOND

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# From espeak-ng's speak_lib.h.
_OUTPUT_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_UTF8 = 1
_EVENT_LIST_END = 0
_EVENT_WORD = 1
_EVENT_PHONEME = 7
_TELL_PHONEMES = 1
_PARAMETER_RATE = 1
_PARAMETER_PITCH = 3
_SLOWEST, _FASTEST = 80, 450
_HIGHEST = 99

# In a clause of more than some 190 characters espeak-ng silently loses what comes after.
_LONGEST_PIECE = 100
_CUTS = ("。！？；!?;\n", "，、：,: ")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_VARIANT = re.compile(r"[A-Za-z0-9]{0,20}")
_SPOKEN_CATEGORIES = "LNMP"
_REINSTALL = "Reinstall it with: pip install --force-reinstall espeakng-loader."
_SPOKEN_SIGNS = "+=%$€£¥°"

_SERVE = "from publisher.speech import main; main()"


@dataclass(frozen=True, slots=True)
class Utterance:
    """A text to be spoken and the voice to speak it with.

    Attributes:
        text: Plain text; nothing in it is markup.
        language: BCP 47; `zh-…` is Mandarin, `yue` Cantonese, an unknown language sounds English.
        pitch: 0 to 99.
        speed: Words a minute, 80 to 450.
        variant: A voice of espeak-ng, such as `m3` or `f2`; empty for the language's own.
    """

    text: str
    language: str
    pitch: int = 50
    speed: int = 175
    variant: str = ""


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word, or a Chinese character or two, and when it begins.

    Attributes:
        offset: Where it begins in the text given, in characters.
        length: In characters.
        start_ms: When it begins, in milliseconds from the first sample.
    """

    offset: int
    length: int
    start_ms: int


@dataclass(frozen=True, slots=True)
class SpokenPhone:
    """A sound of speech.

    Attributes:
        name: As espeak-ng calls it, without stress; names that begin with `_` are pauses and ends of words.
        offset: Where its word begins in the text given, in characters; espeak-ng places pauses anywhere, so they
            count to the word before.
        start_ms: When it begins, in milliseconds from the first sample.
    """

    name: str
    offset: int
    start_ms: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was said.

    Attributes:
        samples: Mono int16 of shape `(samples,)`.
        rate: Samples a second.
        words: In order of offset and time.
        phones: In order of time.
    """

    samples: npt.NDArray[np.int16]
    rate: int
    words: tuple[SpokenWord, ...]
    phones: tuple[SpokenPhone, ...] = ()


def speak(text: str, *, language: str, pitch: int = 50, speed: int = 175, variant: str = "") -> Spoken:
    """Speak a text in this process; calls from several threads wait for each other.

    espeak-ng carries a little state from call to call (the flutter of its voices), so the same text sounds
    some milliseconds different each time. `speak_all` gives the same samples every time.

    Raises:
        MissingExtraError: espeak-ng is not installed.
    """
    utterance = Utterance(text, language, pitch, speed, variant)
    with _LOCK:
        engine = _engine()
        engine.choose_voice(utterance)
        return _said(engine, text)


def speak_all(utterances: Sequence[Utterance]) -> Iterator[Spoken]:
    """Speak texts one after the other in a process of their own: the same texts give the same samples.

    Yields:
        One `Spoken` for each utterance, in order, as soon as it is there.

    Raises:
        MissingExtraError: espeak-ng is not installed.
        PublisherError: espeak-ng broke down.
    """
    _library_and_data()
    command = [sys.executable, "-c", _SERVE]
    # Out of reach of Ctrl-C, which may come before it can be ignored: it ends when its pipes do.
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        stdin, stdout = process.stdin, process.stdout
        if stdin is None or stdout is None:
            raise PublisherError("The speech process has no pipes.")
        for utterance in utterances:
            interrupts.heed()
            yield _answer(stdin, stdout, utterance)


def _answer(stdin: IO[bytes], stdout: IO[bytes], utterance: Utterance) -> Spoken:
    import numpy as np

    try:
        stdin.write(json.dumps(asdict(utterance)).encode("ascii") + b"\n")
        stdin.flush()
        header: dict[str, Any] = json.loads(stdout.readline())
        samples = np.frombuffer(stdout.read(2 * header["samples"]), dtype="<i2").reshape(header["samples"])
    except (OSError, ValueError) as error:
        raise PublisherError(
            f"espeak-ng broke down while speaking {utterance.text[:40]!r}.", remedy=_REINSTALL
        ) from error
    words = tuple(SpokenWord(*word) for word in header["words"])
    return Spoken(samples, header["rate"], words, tuple(SpokenPhone(*phone) for phone in header["phones"]))


def main() -> None:
    """Serve `speak_all`: one utterance a line as JSON in; a line of JSON and the samples out."""
    try:
        for line in sys.stdin.buffer:
            utterance = Utterance(**json.loads(line))
            said = speak(**asdict(utterance))
            words = [(word.offset, word.length, word.start_ms) for word in said.words]
            phones = [(phone.name, phone.offset, phone.start_ms) for phone in said.phones]
            header = {"rate": said.rate, "samples": len(said.samples), "words": words, "phones": phones}
            sys.stdout.buffer.write(json.dumps(header).encode("ascii") + b"\n")
            sys.stdout.buffer.write(said.samples.astype("<i2").tobytes())
            sys.stdout.buffer.flush()
    except BrokenPipeError:  # nobody listens any more; Python would complain as it ends
        os._exit(0)


def _said(engine: _Engine, text: str) -> Spoken:
    import numpy as np

    audible = "".join(character if _is_audible(character) else " " for character in text)
    sound = bytearray()
    marks: list[tuple[int, int]] = []
    phones: list[SpokenPhone] = []
    for begin, end in _pieces(audible):
        before = len(sound) // 2
        for name, position, sample in engine.synthesise(audible[begin:end], sound):
            offset, start_ms = begin + position - 1, (before + sample) * SECOND // engine.rate
            if name:
                last = phones[-1].offset if phones else 0
                word = last if name.startswith("_") else max(last, min(offset, end - 1))
                phones.append(SpokenPhone(name, word, start_ms))
            elif (not marks or offset > marks[-1][0]) and offset < end and text[offset].isalnum():
                marks.append((offset, start_ms))
    samples = np.frombuffer(bytes(sound), dtype=np.int16)
    return Spoken(samples, engine.rate, tuple(_words(text, marks)), tuple(phones))


def _words(text: str, marks: Sequence[tuple[int, int]]) -> Iterator[SpokenWord]:
    """A word reaches to the next mark or the next blank; some Chinese words of two characters have one mark."""
    ends = [offset for offset, _ in marks[1:]] + [len(text)]
    for (offset, start_ms), until in zip(marks, ends, strict=False):
        letters = takewhile(str.isalnum, text[offset:until])
        yield SpokenWord(offset, sum(1 for _ in letters), start_ms)


def _is_audible(character: str) -> bool:
    """Whether espeak-ng may see it; emoji, control characters and the like become blanks."""
    return unicodedata.category(character)[0] in _SPOKEN_CATEGORIES or character in _SPOKEN_SIGNS + "\n"


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Cut where a speaker would pause, if that is possible: begins and ends that cover the whole text."""
    begin = 0
    while begin < len(text):
        end = min(begin + _LONGEST_PIECE, len(text))
        if end < len(text):
            cuts = (max(text.rfind(mark, begin, end) for mark in marks) for marks in _CUTS)
            end = next((cut + 1 for cut in cuts if cut >= begin), end)
        if text[begin:end].strip():
            yield begin, end
        begin = end


class _Event(ctypes.Structure):
    """`espeak_EVENT`."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_Heard = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))
_LOCK = threading.Lock()


class _Engine:
    """The library, initialised; it has one set of global variables, so there is one of these a process."""

    def __init__(self) -> None:
        library, data = _library_and_data()
        self._library = ctypes.CDLL(library)
        self._library.espeak_Synth.argtypes = (
            *(ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int),
            *(ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p),
        )
        self.rate = int(
            self._library.espeak_Initialize(
                _OUTPUT_SYNCHRONOUS, 0, data.encode(), _DONT_EXIT | _TELL_PHONEMES
            )
        )
        if self.rate <= 0:
            raise PublisherError("espeak-ng does not start.", remedy=_REINSTALL)
        self._library.espeak_ng_SetRandSeed(ctypes.c_long(1))  # breath is noise, seeded by the clock
        self._sound = bytearray()
        self._told: list[tuple[str, int, int]] = []
        self._heard = _Heard(self._on_heard)
        self._library.espeak_SetSynthCallback(self._heard)

    def choose_voice(self, utterance: Utterance) -> None:
        variant = (
            f"+{utterance.variant}" if _VARIANT.fullmatch(utterance.variant) and utterance.variant else ""
        )
        for name in _voices(utterance.language):
            if self._library.espeak_SetVoiceByName(f"{name}{variant}".encode("ascii")) == 0:
                break
        speed = min(max(utterance.speed, _SLOWEST), _FASTEST)
        pitch = min(max(utterance.pitch, 0), _HIGHEST)
        self._library.espeak_SetParameter(_PARAMETER_RATE, speed, 0)
        self._library.espeak_SetParameter(_PARAMETER_PITCH, pitch, 0)

    def synthesise(self, text: str, sound: bytearray) -> list[tuple[str, int, int]]:
        """Append the samples to `sound`; give name, position from 1 and first sample of each phone.

        A row without a name is the beginning of a word.
        """
        self._sound, self._told = sound, []
        octets = text.encode("utf-8")
        self._library.espeak_Synth(octets, len(octets) + 1, 0, 0, 0, _UTF8, None, None)
        return self._told

    def _on_heard(self, wave: int | None, samples: int, events: Any) -> int:
        if wave and samples:
            self._sound += ctypes.string_at(wave, 2 * samples)
        index = 0
        while (event := events[index]).type != _EVENT_LIST_END:
            if event.type == _EVENT_WORD:
                self._told.append(("", event.text_position, event.sample))
            elif event.type == _EVENT_PHONEME and (name := _phone(event.id)):
                self._told.append((name, event.text_position, event.sample))
            index += 1
        return 0


def _phone(octets: bytes) -> str:
    """A phone's name without stress; empty where espeak-ng only says that it changes the language."""
    name = octets.decode("utf-8", "replace").lstrip("',%=")
    return "" if name.startswith("(") else name


@cache
def _engine() -> _Engine:
    return _Engine()


def _library_and_data() -> tuple[str, str]:
    try:
        import espeakng_loader
    except ImportError as error:
        raise MissingExtraError(
            "Speech needs espeak-ng, which is not installed.", extra="acoustic"
        ) from error
    return str(espeakng_loader.get_library_path()), str(espeakng_loader.get_data_path())


def _voices(language: str) -> Iterator[str]:
    language = language.strip().lower()
    if language.startswith(("zh", "cmn")):
        yield "cmn"
    elif _LANGUAGE.fullmatch(language):
        yield language
        yield language[:2] if language[2:3] in {"", "-"} else language.partition("-")[0]
    yield "en"
