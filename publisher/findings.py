"""What a check finds: a stable code, how bad it is, where, what to do, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a reader of the files would stumble over.

    Attributes:
        code: A stable name for machines, such as `youtube-chapter-short`.
        severity: An error is refused or lost somewhere; a warning is worse than it could be.
        where: File, and place inside it.
        what: One sentence.
        remedy: What to do, one sentence.
        source: Whose rule it is.
    """

    code: str
    severity: Severity
    where: str
    what: str
    remedy: str
    source: str
