"""`<slug>.words.json`: when each word is spoken; it lies beside the timeline and is made together with it.

Nobody needs to read it. It is kept in git like the timeline, so that every computer publishes the same words without
aligning again. Version 1: `{"version": 1, "inputs", "turns": [[index, words], ...]}`, each word `[offset, length,
start, end, sure]`; offsets and lengths count characters in the text of the turn, times are milliseconds, `sure` is 1 or
0. One turn a line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from publisher.align.words import inside
from publisher.model import Span, TimedWord, Timeline, Transcript
from publisher.untrusted import read_json

VERSION = 1


def words_json(words: Iterable[TimedWord], *, inputs: str) -> str:
    """The file's text.

    Args:
        words: In order.
        inputs: Hash of everything that the timeline was made from.
    """
    turns = [
        f"  [{turn}, {_json([_row(word) for word in own])}]"
        for turn, own in groupby(words, lambda word: word.turn)
    ]
    body = ",\n".join(turns)
    return f'{{\n "version": {VERSION},\n "inputs": {_json(inputs)},\n "turns": [\n{body}\n ]\n}}\n'


def read_words(
    path: Path, timeline: Timeline, transcript: Transcript, inputs: str
) -> tuple[TimedWord, ...] | None:
    """Read the file back.

    Args:
        path: The file.
        timeline: To which the words belong; where a person moved a turn, words outside of it are not sure.
        transcript: What is spoken.
        inputs: Hash of everything that the timeline was made from.

    Returns:
        The words; None where there is no such file, or it was made from something else.
    """
    try:
        data = read_json(path)
        if data["version"] != VERSION or data["inputs"] != inputs:
            return None
        return tuple(_read(data["turns"], timeline, transcript))
    except (OSError, ValueError, KeyError, TypeError, IndexError, OverflowError):
        return None


def _read(rows: list[Any], timeline: Timeline, transcript: Transcript) -> Iterator[TimedWord]:
    latest = -1
    for index, words in rows:
        if not latest < index:
            raise ValueError("turns of a file of words are in order")
        latest = index
        turn, length = timeline.turns[index], len(transcript.turns[index].text)
        own = [_word(index, row) for row in words]
        end = 0
        for word in own:
            if not end <= word.offset < word.offset + word.length:
                raise ValueError(f"turn {index}: its words overlap, or one is empty")
            end = word.offset + word.length
        if end > length:
            raise ValueError(f"turn {index}: its text has no such words")
        yield from inside(own, turn)


def _row(word: TimedWord) -> list[int]:
    return [word.offset, word.length, word.span.start, word.span.end, int(word.sure)]


def _word(turn: int, row: list[Any]) -> TimedWord:
    offset, length, start, end, sure = map(int, row)
    return TimedWord(turn, offset, length, Span(start, end), bool(sure))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
