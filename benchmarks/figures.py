"""From guesses to figures."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.case import Case, Guess

SURE = 0.8
LIKELY = 0.5
BANDS = 10
LIMITS = (100, 250, 500, 1_000)
"""Milliseconds within which a start is counted as right."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A turn that a method places, with its confidence.

    Attributes:
        confidence: 0 to 1.
        error: Milliseconds off; None when the turn is not in the audio at all.
    """

    confidence: float
    error: int | None

    def within(self, limit: int) -> bool:
        """Whether the claim is right to so many milliseconds."""
        return self.error is not None and self.error <= limit


@dataclass(frozen=True, slots=True)
class Figures:
    """How right a method is on a case. Errors are in seconds, shares from 0 to 1.

    Attributes:
        turns: How many are in the audio.
        within: Share of them that start within each of LIMITS; one that is called absent is not within.
        median: Of the errors of the turns that are in the audio and placed, like the next three; None without any.
        p95: 95th percentile.
        worst: The largest.
        bias: Median of the signed errors; below 0 is early.
        absent: How many turns are not in the audio.
        absent_found: How many of these are called absent.
        falsely_absent: How many turns that are in the audio are called absent.
        worst_likely: The largest error of a turn that claims LIKELY or more; None without confidences.
        false_likely: Turns that are not in the audio and still claim LIKELY or more.
        sure: Turns that claim SURE or more.
        sure_right: Share of these within 0.5 s; None when there are none.
        sections: Signed error of each section; None where it is not placed.
        refused: Why there is nothing; empty otherwise.
    """

    turns: int
    within: tuple[float, ...]
    median: float | None
    p95: float | None
    worst: float | None
    bias: float | None
    absent: int
    absent_found: int
    falsely_absent: int
    worst_likely: float | None
    false_likely: int | None
    sure: int | None
    sure_right: float | None
    sections: tuple[float | None, ...]
    refused: str

    def share(self, limit: int) -> float:
        """Share of the turns within one of LIMITS."""
        return self.within[LIMITS.index(limit)]


def claims(case: Case, guess: Guess) -> list[Claim]:
    """Every turn that the method places, with its confidence; none for a method without confidences."""
    if guess.confidences is None:
        return []
    rows = zip(case.starts, guess.starts, guess.confidences, strict=True)
    return [
        Claim(confidence, None if true is None else abs(found - true))
        for true, found, confidence in rows
        if found is not None
    ]


def figures(case: Case, guess: Guess) -> Figures:
    """Hold a guess against the truth."""
    pairs = list(zip(case.starts, guess.starts, strict=True))
    signed = [found - true for true, found in pairs if true is not None and found is not None]
    errors = sorted(abs(error) for error in signed)
    turns = sum(true is not None for true, _ in pairs)
    claimed = claims(case, guess)
    likely = [claim for claim in claimed if claim.confidence >= LIKELY]
    sure = [claim for claim in claimed if claim.confidence >= SURE]
    known = guess.confidences is not None
    worst_likely = _seconds(max((claim.error or 0 for claim in likely), default=0))
    return Figures(
        turns=turns,
        within=tuple(_share(errors, limit, turns) for limit in LIMITS),
        median=_seconds(statistics.median(errors)) if errors else None,
        p95=_seconds(percentile(errors, 95)) if errors else None,
        worst=_seconds(errors[-1]) if errors else None,
        bias=_seconds(statistics.median(signed)) if signed else None,
        absent=len(pairs) - turns,
        absent_found=sum(true is None and found is None for true, found in pairs),
        falsely_absent=sum(true is not None and found is None for true, found in pairs),
        worst_likely=worst_likely if known else None,
        false_likely=sum(claim.error is None for claim in likely) if known else None,
        sure=len(sure) if known else None,
        sure_right=share_within(sure, 500),
        sections=tuple(
            None if found is None or true is None else _seconds(found - true)
            for true, found in zip(case.section_starts, guess.sections, strict=True)
        ),
        refused=guess.refused,
    )


def share_within(claimed: Sequence[Claim], limit: int) -> float | None:
    """Share of claims that are right to `limit` milliseconds; None of no claims."""
    if not claimed:
        return None
    return round(sum(claim.within(limit) for claim in claimed) / len(claimed), 4)


def bands(claimed: Iterable[Claim]) -> list[list[Claim]]:
    """Claims by confidence, a tenth a band; a confidence of 1 belongs to the last."""
    found: list[list[Claim]] = [[] for _ in range(BANDS)]
    for claim in claimed:
        found[min(int(claim.confidence * BANDS), BANDS - 1)].append(claim)
    return found


def percentile(ascending: Sequence[int], percent: float) -> float:
    """Linear between the two nearest values."""
    at = (len(ascending) - 1) * percent / 100
    low = int(at)
    high = min(low + 1, len(ascending) - 1)
    return ascending[low] + (ascending[high] - ascending[low]) * (at - low)


def _share(errors: Sequence[int], limit: int, turns: int) -> float:
    return round(sum(error <= limit for error in errors) / turns, 4) if turns else 0.0


def _seconds(milliseconds: float) -> float:
    return round(milliseconds / 1_000, 3)
