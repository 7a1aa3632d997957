"""What a rule of `publish check` is."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.findings import Severity

ERROR, WARNING = Severity.ERROR, Severity.WARNING

PSP1 = "PSP-1"
APPLE = "Apple Podcasts, requirements"
TRUTH = "publish"
PAGING = "RFC 5005"
NAMESPACE = "Podcasting 2.0 namespace"
"""Whose rule it is; what is simply true or false is our own."""

BUILD = "Run publish build."
TOML = "Correct podcast.toml and run publish build."
HOST = "Correct it at your web host, or choose another."
REPAIR = "The file was changed or is old: delete it and run publish build."
"""What to do, where many rules have the same remedy."""

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
