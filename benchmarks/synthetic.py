"""The made talks: which faults each has. The same every time: chance is seeded with the names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from random import Random

from benchmarks.case import Case, Planned
from benchmarks.hearing import Ear, hear
from benchmarks.speaking import Script, speak
from benchmarks.texts import long_transcript, with_repeats
from publisher.content import read_transcript
from publisher.model import Transcript

CHARACTERS_AN_HOUR = 15_000
"""Written, with punctuation, that are said in an hour at the middle pace."""

HOURS = (1, 3, 10)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a made talk.

    Attributes:
        ear: How it is heard.
        cut: Share of the text that is not in the audio, whole turns in runs of one to four.
        unsaid: Share of the clauses of the other turns that are left out.
        ad_libs: Share of the clauses after which something else is said.
        advertisements: How many there are.
        before: Milliseconds of music before the first word.
        repeats: Whether there is a cold open and a refrain.
    """

    ear: Ear
    cut: float = 0.0
    unsaid: float = 0.0
    ad_libs: float = 0.0
    advertisements: int = 0
    before: int = 800
    repeats: bool = False


_USUAL = Ear(wrong=0.2)
_ALL = Fault(
    Ear(wrong=0.25, holes=0.04),
    cut=0.06,
    unsaid=0.03,
    ad_libs=0.05,
    advertisements=2,
    before=25_000,
    repeats=True,
)
_QUICK = ("exact stamps", "20 % wrong", "30 % wrong, 10 % not said", "all at once")


def faults() -> dict[str, Fault]:
    """Each made talk by its name."""
    found = {
        "exact stamps": Fault(Ear(early=0, chained=False)),
        "exact starts, no ends": Fault(Ear(early=0)),
    }
    found |= {f"{percent} % wrong": Fault(Ear(wrong=percent / 100)) for percent in (0, 10, 20, 30, 40)}
    found |= {
        "homophones only": Fault(Ear(wrong=0.3, missed=0, added=0, alike=1)),
        "mixed script": Fault(Ear(wrong=0.1, mixed=True)),
        "holes": Fault(Ear(wrong=0.2, holes=0.08)),
        "passages cut": Fault(_USUAL, cut=0.1, unsaid=0.05),
        "ads, ad-libs": Fault(_USUAL, advertisements=2, ad_libs=0.1),
        "repeats": Fault(_USUAL, repeats=True),
        "late start": Fault(_USUAL, before=60_000),
        "captions stop": Fault(Ear(wrong=0.2, stop=0.8)),
        "all at once": _ALL,
    }
    for again in ("", " (2)", " (3)"):
        found[f"30 % wrong, 10 % not said{again}"] = Fault(Ear(wrong=0.3), cut=0.1)
        found[f"30 % wrong, 10 % not heard{again}"] = Fault(Ear(wrong=0.3, holes=0.1))
    return found


def cases(materials: Mapping[str, Path], *, quick: bool) -> Iterator[Planned]:
    """Every fault on every material, then the long talks; a few of them on the first material if `quick`."""
    for material, path in list(materials.items())[: 1 if quick else None]:
        transcript = read_transcript(path)
        for name, fault in faults().items():
            if not quick or name in _QUICK:
                yield Planned(f"{material}: {name}", partial(made, name, material, transcript, fault))
    for hours in () if quick else HOURS:
        yield Planned(f"pool: {_long_name(hours)}", partial(long_talk, materials, hours=hours))


def long_talk(materials: Mapping[str, Path], *, hours: int) -> Case:
    """A talk of so many hours with every fault, from all materials together."""
    return _long_talk(tuple(materials.values()), hours)


def _long_name(hours: int) -> str:
    return f"all at once, {hours} h"


@cache
def _long_talk(paths: tuple[Path, ...], hours: int) -> Case:
    chance = Random(f"pool {hours} h")  # noqa: S311 - the same talk every time
    sources = [read_transcript(path) for path in paths]
    transcript = long_transcript(sources, CHARACTERS_AN_HOUR * hours, chance)
    return made(_long_name(hours), "pool", transcript, _ALL)


def made(name: str, material: str, transcript: Transcript, fault: Fault) -> Case:
    """Speak a transcript and hear it."""
    chance = Random(f"{material}: {name}")  # noqa: S311 - the same talk every time
    if fault.repeats:
        transcript = with_repeats(transcript, chance)
    absent = absent_turns(transcript, fault.cut, chance)
    inner = range(1, len(transcript.turns))
    script = Script(
        absent=absent,
        unsaid=fault.unsaid,
        before=fault.before,
        advertisements=chance.sample(inner, fault.advertisements),
        ad_libs=fault.ad_libs,
    )
    speech = speak(transcript, script, chance)
    return Case(name, material, transcript, hear(speech, fault.ear, chance), speech.starts, speech.duration)


def absent_turns(transcript: Transcript, share: float, chance: Random) -> frozenset[int]:
    """Runs of turns that hold such a share of the text; none that would make it much more."""
    lengths = [len(turn.text) for turn in transcript.turns]
    wanted = share * sum(lengths)
    cut: set[int] = set()
    for _ in range(20 * len(lengths)):
        first = chance.randrange(len(lengths))
        run = set(range(first, min(first + chance.randint(1, 4), len(lengths)))) - cut
        done = sum(lengths[index] for index in cut)
        if done >= 0.9 * wanted:
            break
        if done + sum(lengths[index] for index in run) <= 1.1 * wanted:
            cut |= run
    return frozenset(cut)
