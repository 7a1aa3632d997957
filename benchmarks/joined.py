"""Talks whose sound is put together from recordings, so that the start of every turn is known to the millisecond."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from benchmarks import packages
from benchmarks.cost import write_markdown
from benchmarks.recorded import RATE, sound, write_sound
from benchmarks.speaking import INTERLUDE, Script, Speech, Token, speak
from benchmarks.synthetic import absent_turns
from benchmarks.texts import in_sections
from benchmarks.voices import Prompts, Syllables, Synthetic, Voice, voiced
from publisher.model import Span, Transcript, Turn

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

MATERIAL = "packages"
SYLLABLES = "syllables"
MUSIC_LEVEL = 0.08
"""Root mean square of music alone; speech has 0.1."""

UNDER = 0.15
"""Of that under speech."""

UNDER_FOR = 30_000
"""Milliseconds that music goes on under the speech that follows it."""

NOISE = 0.001
"""Root mean square of the noise of a room, 40 dB below speech."""

CAST = {"clean": (("5", 1.0), ("3", 1.0), ("5", 1.15)), "hard": (("3", 1.0), ("3", 0.87), ("3", 1.15))}
"""Voices of `gcin-voice` and their pitch, for the speakers in the order in which they first speak."""

ADVERTISER = ("5", 1.0)
GAP = (150, 1_000)
"""Milliseconds of silence between two prompts."""

USUAL_PACE = 1.45
"""A prompt that is so many times slower or faster than the middle one of its speaker does not say its text."""

OTHER_SPEAKER = {"en": "fr", "es": "fr", "fr": "en"}
"""One person speaks English and Spanish."""

_AD_PROMPTS = 20


def write_all(share: Path, example: Transcript, folder: Path) -> None:
    """Write every talk into a folder as `NAME.md`, `NAME.wav` and `NAME.truth.json`.

    Args:
        share: The folder of `packages.recordings`.
        example: What the Mandarin voices say.
        folder: Where to write.
    """
    for kind in CAST:
        _write_mandarin(share, example, kind, folder)
    for language in packages.PROMPTS:
        _write_prompts(share, language, "clean", folder)
    _write_prompts(share, "en", "hard", folder)


def hard_script(transcript: Transcript, chance: Random) -> Script:
    """Music before and between, an advertisement, and text and sound that differ."""
    inner = range(len(transcript.turns) // 4, len(transcript.turns) * 3 // 4)
    advertisement, interlude = chance.sample(inner, 2)
    return Script(
        absent=absent_turns(transcript, 0.08, chance),
        unsaid=0.05,
        before=26_000,
        advertisements=(advertisement,),
        ad_libs=0.05,
        interludes=(interlude,),
    )


def tape(
    speech: Speech, voices: Mapping[str, Voice], music: Sequence[Samples], noise: float, chance: Random
) -> Samples:
    """The sound of a plan.

    Args:
        speech: Who says what when.
        voices: By speaker; the voice of "" advertises.
        music: Is played in turn.
        noise: Root mean square of the noise under all.
        chance: Makes the noise.

    Returns:
        Mono samples at RATE.
    """
    import numpy as np

    made = np.zeros(speech.duration * RATE // 1_000, np.float32)
    if noise:
        made += np.random.default_rng(chance.getrandbits(32)).normal(0, noise, len(made)).astype(np.float32)
    for run in _runs(speech.tokens):
        for token, said in zip(run, voices[run[0].speaker].say(run), strict=True):
            _mix(made, said, token.start)
    for number, span in enumerate(speech.music):
        piece = music[number % len(music)]
        alone, under = (length * RATE // 1_000 for length in (span.length, UNDER_FOR))
        _mix(made, piece[:alone], span.start)
        _mix(made, UNDER * np.resize(piece[alone:], under), span.end)
    return made


def _mix(made: Samples, piece: Samples, milliseconds: int) -> None:
    start = milliseconds * RATE // 1_000
    piece = piece[: len(made) - start]
    made[start : start + len(piece)] += piece


def _runs(tokens: Sequence[Token]) -> list[list[Token]]:
    """Tokens that one speaker says without a pause."""
    runs: list[list[Token]] = []
    for token in tokens:
        if runs and runs[-1][-1].end == token.start and runs[-1][-1].speaker == token.speaker:
            runs[-1].append(token)
        else:
            runs.append([token])
    return runs


# -- Mandarin -----------------------------------------------------------------------------------------


def _write_mandarin(share: Path, example: Transcript, kind: str, folder: Path) -> None:
    name = f"{SYLLABLES}_{kind}"
    chance = Random(name)  # noqa: S311 - the same talk every time
    speech = speak(example, hard_script(example, chance) if kind == "hard" else Script(), chance)
    folder_of_syllables = packages.syllables(share)
    rest = Synthetic(_words(speech), "zh")
    speakers = list(dict.fromkeys(turn.speaker for turn in example.turns))
    cast = CAST[kind]
    voices: dict[str, Voice] = {
        speaker: Syllables(folder_of_syllables, *cast[place % len(cast)], rest)
        for place, speaker in enumerate(speakers)
    }
    voices[""] = Syllables(folder_of_syllables, *ADVERTISER, rest)
    samples = tape(speech, voices, _music(share), _noise(kind), chance)
    _write(folder, name, language="zh", transcript=example, speech=speech, samples=samples)


def _words(speech: Speech) -> set[str]:
    """What syllables may not hold: Latin words."""
    return {token.text for token in speech.tokens if token.text.isascii() and token.text.isalpha()}


# -- prompts ------------------------------------------------------------------------------------------


def _write_prompts(share: Path, language: str, kind: str, folder: Path) -> None:
    name = f"prompts_{language}_{kind}"
    chance = Random(name)  # noqa: S311 - the same talk every time
    said = _recorded_prompts(share, language)
    texts = chance.sample(sorted(said), len(said))
    speaker = packages.PROMPTS[language]
    transcript = in_sections(
        [Turn(index, speaker, text, text, index + 1) for index, text in enumerate(texts)]
    )
    other = _recorded_prompts(share, OTHER_SPEAKER[language])
    advertisement = chance.sample(sorted(other), _AD_PROMPTS)
    script = replace(hard_script(transcript, chance), unsaid=0, ad_libs=0) if kind == "hard" else Script()
    speech = prompted(transcript, script, said | other, advertisement, chance)
    voices: dict[str, Voice] = {speaker: Prompts(said), "": Prompts(other)}
    samples = tape(speech, voices, _music(share), _noise(kind), chance)
    _write(folder, name, language=language, transcript=transcript, speech=speech, samples=samples)


def prompted(
    transcript: Transcript,
    script: Script,
    said: Mapping[str, Samples],
    advertisement: Sequence[str],
    chance: Random,
) -> Speech:
    """Plan prompts one after the other, each as long as it was recorded, with silence of GAP between them.

    Args:
        transcript: Each turn is a prompt.
        script: What is left out and what comes besides; clauses and ad-libs do not apply.
        said: The recordings.
        advertisement: Prompts that make one.
        chance: Chooses the silences.
    """
    tokens: list[Token] = []
    starts: list[int | None] = []
    now = script.before
    music = [Span(0, now)] if script.interludes else []

    def add(text: str, speaker: str) -> None:
        nonlocal now
        now += chance.randint(*GAP)
        length = len(said[text]) * 1_000 // RATE
        tokens.append(Token(text, now, now + length, speaker))
        now += length

    for turn in transcript.turns:
        if turn.index in script.interludes:
            music.append(Span(now, now + INTERLUDE))
            now += INTERLUDE
        if turn.index in script.advertisements:
            for text in advertisement:
                add(text, "")
        if turn.index in script.absent:
            starts.append(None)
            continue
        add(turn.text, turn.speaker)
        starts.append(tokens[-1].start)
    return Speech(tuple(tokens), tuple(starts), now + GAP[1], tuple(music))


def _recorded_prompts(share: Path, language: str) -> dict[str, Samples]:
    """Prompts of more than a word that say their text, by its length; one recording for each text."""
    found = {
        text: voiced(sound(path)) for path, text in reversed(packages.prompts(share, language)) if " " in text
    }
    pace = {text: len(text) / len(samples) for text, samples in found.items()}
    middle = statistics.median(pace.values())
    return {
        text: samples
        for text, samples in found.items()
        if middle / USUAL_PACE <= pace[text] <= middle * USUAL_PACE
    }


# -- both ---------------------------------------------------------------------------------------------


def _noise(kind: str) -> float:
    return NOISE if kind == "hard" else 0.0


def _music(share: Path) -> list[Samples]:
    import numpy as np

    pieces = [sound(path) for path in packages.music(share)]
    return [piece * np.float32(MUSIC_LEVEL / np.sqrt(np.mean(piece**2))) for piece in pieces]


def _write(
    folder: Path, name: str, *, language: str, transcript: Transcript, speech: Speech, samples: Samples
) -> None:
    turns = [
        {"index": index, "start": None if start is None else start / 1_000}
        for index, start in enumerate(speech.starts)
    ]
    words = [[*token.place, token.start / 1_000] for token in speech.tokens if token.place]
    truth = {"material": MATERIAL, "language": language, "turns": turns, "words": words}
    write_markdown(transcript, folder / f"{name}.md")
    write_sound(samples, folder / f"{name}.wav")
    (folder / f"{name}.truth.json").write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
