"""What a run did, and what `output/report.json` says of each episode."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import cast

from publisher.fetch import OUTCOMES
from publisher.model import Outcome, Status
from publisher.store import adapter_of
from publisher.timecode import seconds


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did.

    Attributes:
        show: Title of the show.
        outcomes: One for each episode, in the order of their files.
        changed: Paths under `output/` that were written, sorted.
        feed: The feed, when the run was to write one.
        unchanged: Episodes whose outcome is that of an earlier run.
        timings: Slug → stage → seconds of what this run did; under "" what it did for the whole show.
    """

    show: str
    outcomes: tuple[Outcome, ...]
    changed: tuple[str, ...] = ()
    feed: Path | None = None
    unchanged: frozenset[str] = frozenset()
    timings: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether any episode failed."""
        return any(outcome.status is Status.FAILED for outcome in self.outcomes)

    def as_json(self) -> str:
        """The report as `output/report.json` holds it, a line for each episode.

        It tells the state, not the run, so it changes with the show only.
        """
        rows = ",".join(f"\n  {_json(_row(outcome))}" for outcome in self.outcomes)
        return f'{{\n "show": {_json(self.show)},\n "episodes": [{rows}\n ]\n}}\n'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=asdict)


def _row(outcome: Outcome) -> dict[str, object]:
    told = ((field.name, getattr(outcome, field.name)) for field in fields(outcome))
    row = {name: value for name, value in told if value not in ("", (), 0, None)}
    if outcome.stage == "fetch" and (about := OUTCOMES.get(outcome.code)):
        row |= {"remedy": about.remedy, "retry_after": about.retry_after}
    if outcome.duration:
        row["duration"] = seconds(outcome.duration)
    return row


def outcome_json(outcome: Outcome) -> str:
    """An outcome as the ledger keeps it."""
    return _json(outcome)


def outcome_of(text: str) -> Outcome | None:
    """The outcome that the ledger kept; None when it is not as it was written."""
    from pydantic import ValidationError

    try:
        return cast("Outcome", adapter_of(Outcome).validate_json(text))
    except ValidationError:
        return None
