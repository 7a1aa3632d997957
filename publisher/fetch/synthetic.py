"""Episodes without a network: a machine speaks the transcript and mishears itself, as a video site would."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from publisher.errors import FetchError, Place
from publisher.fetch.base import Job
from publisher.fetch.mishearing import Heard, misheard
from publisher.files import write_whole
from publisher.media import encode_speech
from publisher.model import CaptionFile, CaptionKind, Fetched, Progress, Transcript, Turn
from publisher.speech import Spoken, Utterance, speak_all
from publisher.text import is_cjk
from publisher.timecode import SECOND, seconds

REFERENCE = "synthetic"

_LEAD_MS = 1_500
_TAIL_MS = 1_000
_SECTION_MS = 1_200
_SHORTEST_PAUSE, _LONGEST_PAUSE = 250, 600
# Voices of espeak-ng that are told apart easily, with a pitch for each.
_CAST = (
    *(("m3", 45), ("f2", 55), ("m1", 35), ("f4", 65), ("m7", 50), ("f1", 45)),
    *(("m5", 60), ("f5", 60), ("m2", 30), ("f3", 70), ("m4", 55), ("m6", 40)),
)
_PITCH_STEP = 12
_QUIET = 200

_LINE_MS = 6_000
_SHORT_LINE_MS = 3_000
_BREATH_MS = 400
_NEWLINE_MS = 10

_HAN = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+(?:['’.\-][^\W_{_HAN}]+)*")
_PRIMARY = re.compile(r"[A-Za-z]{2,3}(?=-|$)")


class SyntheticFetcher:
    """Brings `audio: synthetic`: speech of the whole transcript and imperfect automatic captions of it."""

    name = "synthetic"

    def matches(self, reference: str) -> bool:
        """Whether the reference asks for synthetic speech."""
        return reference.strip().lower() == REFERENCE

    def fetch(self, job: Job) -> Fetched:
        """Speak the episode into the job's folder.

        Writes `audio.m4a`, `captions.<language>-orig.json3` in the form of YouTube's automatic captions, and
        `truth.json` with the true times of the turns. The same transcript gives the same bytes.

        Raises:
            MissingExtraError: espeak-ng is not installed.
            FetchError: The transcript has no words.
        """
        language = job.episode.language
        import numpy as np

        recording = _record(job.episode.transcript, language, job.progress)
        if not recording.words:
            raise FetchError(
                "There is nothing to speak: the transcript has no words.",
                code="nothing_to_speak",
                place=Place(str(job.episode.path)),
                remedy="Write turns such as `**Ana**: Hello.` below a heading.",
            )
        primary = match[0].lower() if (match := _PRIMARY.match(language)) else "und"
        captions = job.folder / f"captions.{primary}-orig.json3"
        audio = job.folder / "audio.m4a"
        heard = list(misheard(recording.words, seed=_digest(recording.words)))
        write_whole(job.folder / "truth.json", _json(recording.truth))
        write_whole(captions, _json(automatic_captions(heard, recording.duration)))
        samples = np.frombuffer(recording.sound, dtype=np.int16)
        encode_speech(samples, recording.rate, audio, job.progress)
        return Fetched(
            audio=audio,
            captions=CaptionFile(captions, CaptionKind.AUTOMATIC, language),
            synthetic=True,
            duration=recording.duration,
        )


@dataclass(frozen=True, slots=True)
class _Recording:
    """The spoken transcript: int16 samples as bytes, every word with its true time, the times of the turns."""

    sound: bytearray
    rate: int
    words: tuple[Heard, ...]
    truth: dict[str, object]

    @property
    def duration(self) -> int:
        return len(self.sound) // 2 * SECOND // self.rate


def _record(transcript: Transcript, language: str, progress: Progress) -> _Recording:
    sound = bytearray()
    words: list[Heard] = []
    times: list[dict[str, object]] = []
    turns = [(section.title, turn) for section in transcript.sections for turn in section.turns]
    utterances = _cast(transcript.turns, language)
    rate = 0
    previous: str | None = None
    for (title, turn), said in zip(turns, speak_all(utterances), strict=True):
        progress("Speaking the transcript", turn.index / len(turns))
        rate = said.rate
        sound += bytes(2 * (_pause(turn, title, previous) * rate // SECOND))
        begin = len(sound) // 2 * SECOND // rate
        sound += said.samples.tobytes()
        words += (Heard(word.text, begin + word.start) for word in _words(turn.text, said))
        times.append({"index": turn.index, "section": title, **_times(said, begin)})
        previous = title
    sound += bytes(2 * (_TAIL_MS * rate // SECOND))
    absent = [time["index"] for time in times if time["start"] is None]
    return _Recording(sound, rate, tuple(words), {"turns": times, "absent": absent})


def _cast(turns: Sequence[Turn], language: str) -> list[Utterance]:
    """Each speaker gets a voice, in the order of the first turns."""
    speakers = list(dict.fromkeys(turn.speaker for turn in turns))
    voices = {}
    for place, speaker in enumerate(speakers):
        round_, seat = divmod(place, len(_CAST))
        variant, pitch = _CAST[seat]
        voices[speaker] = (variant, pitch + round_ * _PITCH_STEP)
    return [
        Utterance(turn.text, language, pitch=voices[turn.speaker][1], variant=voices[turn.speaker][0])
        for turn in turns
    ]


def _pause(turn: Turn, title: str, previous: str | None) -> int:
    if previous is None:
        return _LEAD_MS
    if title != previous:
        return _SECTION_MS
    digest = hashlib.sha256(turn.text.encode("utf-8", "surrogatepass")).digest()
    return _SHORTEST_PAUSE + int.from_bytes(digest[:2], "big") % (_LONGEST_PAUSE - _SHORTEST_PAUSE + 1)


def _times(said: Spoken, begin: int) -> dict[str, float | None]:
    import numpy as np

    loud = np.flatnonzero(np.abs(said.samples.astype(np.int32)) > _QUIET)
    if not said.words or not loud.size:
        return {"start": None, "end": None}
    end = int(loud[-1]) * SECOND // said.rate
    return {"start": seconds(begin + said.words[0].start_ms), "end": seconds(begin + end)}


def _words(text: str, said: Spoken) -> Iterator[Heard]:
    """Cut what was said into words as captions have them; a word that espeak-ng did not mark is interpolated."""
    end = len(said.samples) * SECOND // said.rate
    offsets = [word.offset for word in said.words] + [len(text)]
    starts = [word.start_ms for word in said.words] + [end]
    for (offset, until), (start, stop) in zip(pairwise(offsets), pairwise(starts), strict=True):
        pieces = _WORD.findall(text, offset, until)
        for place, piece in enumerate(pieces):
            yield Heard(piece, start + (stop - start) * place // len(pieces))


def automatic_captions(words: Sequence[Heard], duration: int) -> dict[str, object]:
    """Words in the form of YouTube's automatic captions, json3.

    A window event; then lines of some 3 to 6 seconds, each word with its offset from the start of the line;
    after each line an event that appends a newline. Two lines are on the screen, so that a line lasts until
    the line after the next begins.
    """
    lines = list(_lines(words))
    starts = [line[0].start for line in lines]
    ends = [*starts[2:], *([duration] * min(2, len(lines)))]
    events: list[dict[str, object]] = [
        {"tStartMs": 0, "dDurationMs": duration, "id": 1, "wpWinPosId": 1, "wsWinStyleId": 1}
    ]
    for line, end, following in zip_longest(lines, ends, starts[1:]):
        start = line[0].start
        segments = [_segment(word, before, start) for before, word in zip([None, *line], line, strict=False)]
        events.append({"tStartMs": start, "dDurationMs": end - start, "wWinId": 1, "segs": segments})
        if following is not None:
            newline = max(start, following - _NEWLINE_MS)
            events.append(
                {
                    "tStartMs": newline,
                    "dDurationMs": end - newline,
                    "wWinId": 1,
                    "aAppend": 1,
                    "segs": [{"utf8": "\n"}],
                }
            )
    return {
        "wireMagic": "pb3",
        "pens": [{}],
        "wsWinStyles": [{}, {"mhModeHint": 2, "juJustifCode": 0, "sdScrollDir": 3}],
        "wpWinPositions": [{}, {"apPoint": 6, "ahHorPos": 20, "avVerPos": 100, "rcRows": 2, "ccCols": 40}],
        "events": events,
    }


def _lines(words: Sequence[Heard]) -> Iterator[list[Heard]]:
    line: list[Heard] = []
    for word in words:
        if line:
            length = word.start - line[0].start
            breath = word.start - line[-1].start >= _BREATH_MS
            if length >= _LINE_MS or (length >= _SHORT_LINE_MS and breath):
                yield line
                line = []
        line.append(word)
    if line:
        yield line


def _segment(word: Heard, before: Heard | None, line_start: int) -> dict[str, object]:
    apart = before is not None and not is_cjk(before.text[-1]) and not is_cjk(word.text[0])
    offset = {"tOffsetMs": word.start - line_start} if before is not None else {}
    return {"utf8": f" {word.text}" if apart else word.text, **offset, "acAsrConf": 0}


def _digest(words: Sequence[Heard]) -> str:
    return hashlib.sha256("\n".join(word.text for word in words).encode("utf-8", "surrogatepass")).hexdigest()


def _json(value: dict[str, object]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
