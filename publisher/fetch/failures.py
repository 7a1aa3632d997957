"""`failure.json`: why an episode's last fetch failed, and when another may succeed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from publisher.errors import FetchError
from publisher.fetch.outcomes import OUTCOMES, RefusedError
from publisher.files import write_whole
from publisher.text import clean, one_line
from publisher.untrusted import read_json

FILE = "failure.json"


@dataclass(frozen=True, slots=True)
class Failed:
    """A fetch that failed.

    Attributes:
        code: Why, a word for machines.
        what: Why, a sentence.
        remedy: What to do.
        at: When, seconds since 1970.
        retry_at: When another try may succeed by itself; None when it will not.
    """

    code: str
    what: str
    remedy: str
    at: int
    retry_at: int | None = None


def remember_failure(folder: Path, error: FetchError, *, now: float) -> None:
    """Keep why a fetch failed. Being offline is no failure of the episode's."""
    if error.code == "offline":
        return
    wait = error.retry_after if isinstance(error, RefusedError) else _usual_wait(error)
    retry_at = None if wait is None else int(now + wait)
    failed = Failed(error.code, error.what, error.remedy, int(now), retry_at)
    write_whole(folder / FILE, json.dumps(asdict(failed), ensure_ascii=False, indent=1).encode("utf-8"))


def _usual_wait(error: FetchError) -> int | None:
    outcome = OUTCOMES.get(error.code)
    return outcome.retry_after if outcome and error.again else None


def forget_failure(folder: Path) -> None:
    """The fetch has succeeded."""
    (folder / FILE).unlink(missing_ok=True)


def read_failure(folder: Path) -> Failed | None:
    """Why an episode's last fetch failed; None when it did not."""
    try:
        data = read_json(folder / FILE)
        later = data["retry_at"]
        return Failed(
            code=one_line(str(data["code"])),
            what=clean(str(data["what"])),
            remedy=clean(str(data["remedy"])),
            at=int(data["at"]),
            retry_at=None if later is None else int(later),
        )
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None
