"""How right the times of words are that come from the sound: `python -m benchmarks.words FOLDER`.

FOLDER is where `python -m benchmarks.acoustic --talks FOLDER` kept its talks; those of syllables have the time of each
word.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from benchmarks import recorded
from publisher.align import Evidence
from publisher.align.acoustic import AcousticAligner

LIMITS = (100, 250)
"""Milliseconds within which a word is counted as right."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How right the words of a talk are.

    Attributes:
        said: How many words are said.
        sure: How many of these are inside a published word.
        unsaid: How many published words are not said where the text has them.
        within: Share of the published words that are right within each of LIMITS; one that is not said is not.
    """

    said: int
    sure: int
    unsaid: int
    within: tuple[float, ...]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.words", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    folder: Path = parser.parse_args(arguments).folder
    table = Table(
        "case", "said", "published", "not said", *(f"<={limit / 1_000}" for limit in LIMITS), box=SIMPLE
    )
    for name in recorded.names(folder):
        truth = json.loads((folder / f"{name}.truth.json").read_text(encoding="utf-8")).get("words")
        if truth:
            found = measured(folder, name, {(turn, offset): round(1_000 * at) for turn, offset, at in truth})
            shares = (f"{share:.1%}" for share in found.within)
            table.add_row(name, str(found.said), str(found.sure), str(found.unsaid), *shares)
    Console().print(table)


def measured(folder: Path, name: str, truth: dict[tuple[int, int], int]) -> Figures:
    """Align a talk by its sound and compare its words.

    Args:
        folder: Where it is.
        name: Of the talk.
        truth: Turn and offset of each word that is said, and when, in milliseconds.
    """
    case = recorded.talk(folder, name)
    evidence = Evidence(case.duration, audio=case.audio, language=case.language)
    words = [word for word in AcousticAligner().align(case.transcript, evidence).words if word.sure]
    starts = [(word.span.start, truth.get((word.turn, word.offset))) for word in words]
    errors = [abs(start - known) for start, known in starts if known is not None]
    shares = tuple(sum(error <= limit for error in errors) / max(1, len(words)) for limit in LIMITS)
    whole = {
        (word.turn, offset) for word in words for offset in range(word.offset, word.offset + word.length)
    }
    return Figures(len(truth), len(whole & truth.keys()), len(words) - len(errors), shares)


if __name__ == "__main__":
    main()
