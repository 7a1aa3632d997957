"""The `acoustic` engine: times from the sound alone, without captions, a trained model or the network."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from importlib.util import find_spec

from publisher.align.acoustic.confidence import absent, sure
from publisher.align.acoustic.evidence import check_languages, check_sound, check_words
from publisher.align.acoustic.features import listen, told
from publisher.align.acoustic.letters import heard_letters
from publisher.align.acoustic.onsets import Words, places_of, words_of
from publisher.align.acoustic.phones import Script, spoken_script
from publisher.align.acoustic.processors import plain_products
from publisher.align.acoustic.rounds import Rounds
from publisher.align.acoustic.speakers import told_apart
from publisher.align.acoustic.training import Settled, settled
from publisher.align.coldopen import cold_open
from publisher.align.engine import Evidence
from publisher.align.matching import USUAL_PACE, Matches
from publisher.align.pins import in_order, pinned
from publisher.align.placing import Place, Placing
from publisher.align.sequences import AuthorText, HeardText, author_text
from publisher.align.timing import time_sections, time_turns
from publisher.align.words import timed_words
from publisher.errors import AlignmentError
from publisher.model import Captions, Method, Timeline, Transcript
from publisher.tongues import language_of

ALIGNING = "Aligning with the sound"


class AcousticAligner:
    """Has the text spoken by a synthesiser and lets the recording teach what its speakers sound like."""

    name = "acoustic"

    def can_use(self, evidence: Evidence) -> bool:
        """Whether there is audio and espeak-ng is installed."""
        return evidence.audio is not None and find_spec("espeakng_loader") is not None

    def heard(self, evidence: Evidence) -> Captions | None:  # noqa: ARG002 - it hears sounds, not words
        """None: this engine goes by the sound."""
        return None

    @plain_products
    def align(self, transcript: Transcript, evidence: Evidence) -> Timeline:
        """Find the times.

        Raises:
            AlignmentError: There is no audio, or what is heard in it is not this text.
            MissingExtraError: espeak-ng is not installed.
            MediaError: The audio cannot be decoded.
        """
        if evidence.audio is None:
            raise AlignmentError("There is no audio to align with.")
        author = author_text(transcript)
        if not author.text:
            raise AlignmentError(
                "The transcript has no words.", remedy="Write the talk below the front matter."
            )
        pins = in_order(evidence.pins, evidence.duration)
        languages = evidence.languages or (language_of(author.text),)
        texts = [turn.text for turn in transcript.turns]
        check_languages(texts, languages)
        with ThreadPoolExecutor(1) as beside:
            said = beside.submit(spoken_script, texts, languages)
            sound = listen(told(evidence.audio, evidence.duration, evidence.progress))
            script, speech = said.result()
        check_sound(script, sound)
        rounds = Rounds(script, speech, sound, pins)
        found = settled(rounds, lambda share: evidence.progress(ALIGNING, share))
        words = words_of(script, found)
        unlearned = partial(_unlearned, script, rounds, found)
        check_words(words, unlearned, languages)
        speakers = [turn.speaker for turn in transcript.turns]
        places = sure(told_apart(places_of(words, sound), words, sound, speakers), words)
        placing = _placing(author, script, words, evidence.duration)
        places = pinned(_with_unspoken(places, script, evidence.duration), pins)
        turns = time_turns(transcript, author, placing, places, duration=evidence.duration)
        turns = absent(turns, script)
        sections = time_sections(transcript, turns)
        spoken = timed_words(transcript, turns, heard_letters(transcript, script, words))
        return Timeline(self.name, evidence.duration, sections, turns, cold_open(transcript), spoken)


def _unlearned(script: Script, rounds: Rounds, found: Settled) -> Words:
    return words_of(script, replace(found, gain=rounds.unlearned_gain(found.path)))


def _placing(author: AuthorText, script: Script, words: Words, duration: int) -> Placing:
    """The words that are heard, as if they had been matched."""
    import numpy as np

    turn = np.searchsorted(script.bounds, words.phone, side="right") - 1
    letter = np.array(
        [
            low + np.searchsorted(author.offset[low:high], offset)
            for low, high, offset in zip(
                author.bounds[turn], author.bounds[turn + 1], script.offset[words.phone], strict=True
            )
        ],
        dtype=np.int64,
    )
    inside = (words.start >= 0) & (letter < author.bounds[turn + 1])
    inside &= np.append(True, letter[1:] > np.maximum.accumulate(letter)[:-1])[: len(letter)]
    start, end = words.start[inside], words.end[inside]
    text = "".join(author.text[place] for place in letter[inside].tolist())
    heard = HeardText(text, start, end, end, np.ones(len(start), dtype=bool))
    matches = Matches(letter[inside], np.arange(len(start)))
    return Placing(author, heard, matches, pace=USUAL_PACE, duration=duration, method=Method.ACOUSTIC)


def _with_unspoken(places: dict[int, Place], script: Script, duration: int) -> dict[int, Place]:
    """Turns that espeak-ng cannot speak begin, for all we know, where the next one does."""
    found = dict(places)
    at = duration
    for turn in range(len(script.bounds) - 2, -1, -1):
        if turn in found:
            at = found[turn].start
        elif script.bounds[turn] == script.bounds[turn + 1]:
            found[turn] = Place(at, at, at, at, at, 0.0, Method.INTERPOLATED)
    return found
