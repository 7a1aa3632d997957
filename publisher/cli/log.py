"""`--log-json`: what happens, one JSON object a line on the standard error."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime

from publisher.errors import PublisherError
from publisher.model import Event
from publisher.text import one_line

_ADDRESS = re.compile(
    r"(?P<scheme>\b[a-z][a-z0-9+]{1,9}://)(?:[^/?#\s@]*@)?(?P<rest>[^?#\s]*)(?:[?#]\S*)?", re.IGNORECASE
)
_SAFE_QUERY = re.compile(r"\bhttps://(?:www\.)?youtube\.com/watch\?v=[\w-]{11}$")


def log_event(event: Event) -> None:
    """Write a line about an event."""
    line: dict[str, object] = {"event": event.name}
    line |= {"episode": event.episode} if event.episode else {}
    line |= {"stage": event.stage} if event.stage else {}
    line |= {"seconds": event.seconds} if event.seconds is not None else {}
    if outcome := event.outcome:
        line |= {"status": str(outcome.status)}
        line |= {"code": outcome.code, "reason": without_secrets(outcome.reason)} if outcome.code else {}
    _write(line)


def log_error(error: PublisherError) -> None:
    """Write a line about what ended the run."""
    _write({"event": "error", "reason": without_secrets(str(error))})


def log_run(*, episodes: int, failed: int, seconds: float) -> None:
    """Write the last line of a run."""
    _write({"event": "run", "episodes": episodes, "failed": failed, "seconds": round(seconds, 3)})


def without_secrets(text: str) -> str:
    """A sentence without passwords and signed queries in its addresses."""
    return one_line(_ADDRESS.sub(_shown, text))


def _shown(found: re.Match[str]) -> str:
    return found[0] if _SAFE_QUERY.fullmatch(found[0]) else found["scheme"] + found["rest"]


def _write(line: dict[str, object]) -> None:
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    sys.stderr.write(json.dumps({"at": at, **line}, ensure_ascii=False) + "\n")
    sys.stderr.flush()
