"""What a rule of `publish check` is."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.findings import Severity

PROFILES = ("psp1", "apple", "spotify", "youtube")
"""Whom a show is checked for, besides what is simply true or false."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        code: Its stable name.
        what: How it is broken, as the reference says it.
        severity: How bad a breach is.
        profiles: For whom it counts; empty means for everybody.
        source: Whose rule it is.
        remedy: What to do about a breach.
    """

    code: str
    what: str
    severity: Severity
    profiles: frozenset[str]
    source: str
    remedy: str


def rule(  # noqa: PLR0917 - a line of a table
    code: str, what: str, severity: Severity, profiles: str, source: str, remedy: str
) -> Rule:
    """A rule, its profiles as words in one text."""
    return Rule(code, what, severity, frozenset(profiles.split()), source, remedy)
