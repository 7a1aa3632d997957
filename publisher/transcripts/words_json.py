"""`transcript.words.json`: when each word is spoken, so that a click on it finds it in the audio.

Version 1: `{"version": 1, "turns": [{"index", "speaker", "start", "end", "words": [[offset, length, start, end],
...]}]}`. Turns that are not in the audio are left out, and so are words whose time is not sure. Offsets and lengths
count characters (Unicode code points) in the text of the turn; times are seconds with up to three decimals.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby

from publisher.model import TimedWord, Timeline
from publisher.text import one_line
from publisher.timecode import seconds

VERSION = 1
FILENAME = "transcript.words.json"
MIME = "application/json"


def write(timeline: Timeline, words: Iterable[TimedWord]) -> str:
    """The file as text.

    Args:
        timeline: When the turns are spoken.
        words: Of these turns, in order.
    """
    of_turn = {turn: list(own) for turn, own in groupby(words, lambda word: word.turn)}
    turns = [
        {
            "index": turn.index,
            "speaker": one_line(turn.speaker),
            "start": seconds(turn.span.start),
            "end": seconds(turn.span.end),
            "words": [
                [word.offset, word.length, seconds(word.span.start), seconds(word.span.end)]
                for word in of_turn.get(turn.index, ())
                if word.sure
            ],
        }
        for turn in timeline.turns
        if turn.span
    ]
    data = {"version": VERSION, "turns": turns}
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"
