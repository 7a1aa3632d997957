"""Whether a recording holds the text at all; where it does not, no times are invented."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from publisher.align.acoustic.features import FRAMES, Sound
from publisher.align.acoustic.onsets import Words
from publisher.align.acoustic.phones import Script
from publisher.errors import AlignmentError
from publisher.timecode import SECOND, clock
from publisher.tongues import share_unspoken

LEAST_CONTRAST = 6.0
"""Decibels between the loud and the silent in speech, at the very least; talk has 20 to 60."""

LOUD_ENOUGH = -60.0
"""Decibels relative to full scale."""

FASTEST = 16.0
"""Phones a second that nobody speaks for long; talk has 6 to 12."""

LEAST_GAIN = 3.5
"""Half of the words must be so much likelier a frame than any sound: in talk 4.5 to 9, in strangers' text 0.6 to 3."""

MOST_UNSPOKEN = 0.5
"""More of the letters of a text that no voice can speak, and there is nothing to go by."""

CLEAR = 6.0
"""Half of the words gain so much: there is no doubt."""

HEARD_AGAIN, LEAST_SHARE = 2.0, 0.2
"""What a word gains that is heard by what the other half of the recording taught, and how many must be.

Measured on cuts of 35 to 180 s: of a text in another language than the audio 0 to 12 in a hundred are; of the right one
32 where the path is half wrong, else 44 to 100.
"""

_RIGHT_ONE = "Give the audio of this transcript, or write the transcript of this audio."
_RIGHT_LANGUAGE = f"{_RIGHT_ONE} If another language is spoken, name it: language: in the front matter."


def check_languages(texts: Sequence[str], languages: Sequence[str]) -> None:
    """See whether the languages can be those of the text.

    Raises:
        AlignmentError: Most of it is written in letters that they do not have.
    """
    share = share_unspoken(texts, languages)
    if share > MOST_UNSPOKEN:
        raise AlignmentError(
            f"{share:.0%} of the letters of the text are none of {' or '.join(languages)}, so espeak-ng cannot speak "
            "them.",
            remedy="Name its language, or its languages, in the front matter, such as language: [zh-CN, en].",
        )


def check_sound(script: Script, sound: Sound) -> None:
    """See whether there is enough to hear for so much text.

    Raises:
        AlignmentError: There is not; it says what was measured.
    """
    import numpy as np

    if not len(script.phone):
        raise AlignmentError(
            "espeak-ng cannot speak any of the transcript.", remedy="Check its language: field."
        )
    seconds = len(sound.decibels) / FRAMES
    if len(script.phone) > seconds * FASTEST:
        raise AlignmentError(
            f"The audio lasts {clock(round(seconds * SECOND))}; nobody speaks {len(script.phone):,} sounds in it.",
            remedy=_RIGHT_ONE,
        )
    silent, loud = (float(one) for one in np.percentile(sound.decibels, (5, 95)))
    if loud < LOUD_ENOUGH or loud - silent < LEAST_CONTRAST:
        raise AlignmentError(
            f"There is no speech in the audio: its level lies between {silent:.0f} and {loud:.0f} dB.",
            remedy=_RIGHT_ONE,
        )


def check_words(words: Words, unlearned: Callable[[], Words], languages: Sequence[str]) -> None:
    """See whether what is heard is the text.

    Args:
        words: As the models that the recording taught hear them.
        unlearned: Gives them as models hear them that other parts of it taught: a short recording teaches its models
            any text by heart, above all in a language that is written as it is spoken. Asked in doubt only.
        languages: What is spoken.

    Raises:
        AlignmentError: It is not; it says what was measured.
    """
    import numpy as np

    spoken = " and ".join(languages)
    gain = float(np.median(words.gain))
    if gain < LEAST_GAIN:
        raise AlignmentError(
            f"The audio is not this text in {spoken}: the words that it should hold explain the sound no better than "
            f"any sound does ({gain:.1f} where {LEAST_GAIN} is the least).",
            remedy=_RIGHT_LANGUAGE,
        )
    if gain >= CLEAR:
        return
    share = float(np.mean(unlearned().gain >= HEARD_AGAIN))
    if share < LEAST_SHARE:
        raise AlignmentError(
            f"The audio is not this text in {spoken}: what the words sound like in one half of it is heard in only "
            f"{share:.0%} of the words of the other half ({LEAST_SHARE:.0%} is the least).",
            remedy=_RIGHT_LANGUAGE,
        )
