"""Caption tracks as YouTube renders them: json3 and WebVTT, typed by a person or recognised by a machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

Cue = Sequence[Any]
"""Start and end in seconds, and the text."""


def words_of(text: str) -> list[str]:
    """Words as automatic captions cut them: at blanks, or one by one in a script that has none."""
    if any("\u3040" <= letter <= "\u9fff" for letter in text):
        return list(text)
    first, *others = text.split() or [""]
    return [first, *(f" {word}" for word in others)]


def json3(cues: Sequence[Cue], *, automatic: bool, word_times: bool = True) -> str:
    """A json3 track.

    Automatic tracks begin with an event that only sets up the window, their lines stay on the screen while
    the next is spoken, and between lines there is an event that appends a newline.
    """
    events = _rolling_events(cues, word_times) if automatic else [_event(cue) for cue in cues]
    head = {"wireMagic": "pb3", "pens": [{}], "wsWinStyles": [{}], "wpWinPositions": [{}]}
    return json.dumps({**head, "events": events}, ensure_ascii=False)


def _event(cue: Cue) -> dict[str, Any]:
    start, end = _milliseconds(cue)
    return {"tStartMs": start, "dDurationMs": end - start, "segs": [{"utf8": cue[2]}]}


def _rolling_events(cues: Sequence[Cue], word_times: bool) -> list[dict[str, Any]]:
    whole = int(cues[-1][1] * 1000)
    events: list[dict[str, Any]] = [
        {"tStartMs": 0, "dDurationMs": whole, "id": 1, "wpWinPosId": 1, "wsWinStyleId": 1}
    ]
    for cue, following in pairwise([*cues, None]):
        assert cue is not None
        start, end = _milliseconds(cue)
        leaves = _milliseconds(following)[1] if following else end
        segs = _segments(words_of(cue[2]) if word_times else [cue[2]], end - start)
        events.append({"tStartMs": start, "dDurationMs": leaves - start, "wWinId": 1, "segs": segs})
        if following:
            newline = {"wWinId": 1, "aAppend": 1, "segs": [{"utf8": "\n"}]}
            events.append({"tStartMs": end - 10, "dDurationMs": leaves - end + 10, **newline})
    return events


def _segments(words: Sequence[str], length: int) -> list[dict[str, Any]]:
    step = length // max(1, len(words))
    first = {"utf8": words[0], "acAsrConf": 0}
    others = [
        {"utf8": word, "tOffsetMs": place * step, "acAsrConf": 0}
        for place, word in enumerate(words[1:], start=1)
    ]
    return [first, *others]


def _milliseconds(cue: Cue) -> tuple[int, int]:
    return int(cue[0] * 1000), int(cue[1] * 1000)


def webvtt(cues: Sequence[Cue], *, automatic: bool, language: str) -> str:
    """A WebVTT track; automatic ones roll, so that every line comes up three times."""
    head = f"WEBVTT\nKind: captions\nLanguage: {language}\n"
    plain = [f"{_times(start, end)}\n{text}\n" for start, end, text in cues]
    body = _rolling_cues(cues) if automatic else plain
    return "\n".join([head, *body]) + "\n"


def _rolling_cues(cues: Sequence[Cue]) -> list[str]:
    blocks, above = [], " "
    for start, end, text in cues:
        first, *others = words_of(text)
        step = (end - start) / (len(others) + 1)
        marked = first + "".join(
            f"<{_stamp(start + place * step)}><c>{word}</c>" for place, word in enumerate(others, start=1)
        )
        place = " align:start position:0%"
        blocks.append(f"{_times(start, end - 0.01)}{place}\n{above}\n{marked}\n")
        blocks.append(f"{_times(end - 0.01, end)}{place}\n{text}\n \n")
        above = text
    return blocks


def _times(start: float, end: float) -> str:
    return f"{_stamp(start)} --> {_stamp(end)}"


def _stamp(seconds: float) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"
