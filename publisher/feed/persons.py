"""Who speaks by name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from publisher.model import Transcript
from publisher.text import one_line

LONGEST_NAME = 128
"""Characters, as `podcast:person` bounds a name."""

_ANONYMOUS = re.compile(
    r"""
    (?: (?:未知|不明|匿名)? (?:发言人|发言者|说话人|说话者|讲话人|讲者|發言人|發言者|說話人|說話者|講者)
      | (?:主持人?|嘉宾|嘉賓|听众|聽眾|观众|觀眾|众人|眾人|未知|不明|匿名|旁白)
      | (?:unknown|unidentified|anonymous)?[\s_-]* (?:speaker|spk|voice)
      | unknown | unidentified | anonymous | narrator | host | guest | audience
    )
    [\s_#-]* (?: [0-9０-９]{1,3} | [A-Za-zＡ-Ｚ] | [一二三四五六七八九十甲乙丙丁] )?
    """,
    re.VERBOSE | re.IGNORECASE,
)


def named_speakers(transcript: Transcript, aliases: Mapping[str, str]) -> tuple[str, ...]:
    """Speakers with a name of their own, in the order of their first turn.

    Labels that a machine or an editor gives to a voice or a role (发言人A, 说话人1, Speaker 2, SPEAKER_01,
    Unknown, 主持人, Guest) are left out.

    Args:
        transcript: Who speaks in it.
        aliases: What a person calls speakers, by the names in transcripts; an empty one hides the speaker.
    """
    found = (_name(one_line(speaker), aliases) for speaker in transcript.speakers)
    return tuple(dict.fromkeys(name for name in found if name))


def _name(speaker: str, aliases: Mapping[str, str]) -> str:
    if speaker in aliases:
        return _bounded(aliases[speaker])
    name = _bounded(speaker)
    return "" if _ANONYMOUS.fullmatch(name) else name


def _bounded(name: str) -> str:
    return one_line(name)[:LONGEST_NAME].strip()
