"""Sites that asked us to wait, remembered between runs and shared by all that run at once."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from publisher.fetch.base import Network
from publisher.fetch.outcomes import OUTCOMES
from publisher.files import write_whole
from publisher.untrusted import read_json

FILE = "pauses.json"

Clock = Callable[[], float]

_IN_A_ROW = 60
"""Seconds after which a refusal no longer counts together with the next."""


@dataclass(frozen=True, slots=True)
class _Pause:
    until: float = 0.0
    code: str = "rate_limited"
    times: int = 0
    refusals: int = 0
    refused_at: float = 0.0


class Pauses:
    """What we may not ask before when.

    A pause holds for the way that we go out by: another proxy, or other cookies, begin afresh. Damage means that
    nothing is known: it is only a cache.
    """

    def __init__(self, folder: Path | None, network: Network, clock: Clock = time.time) -> None:
        """Open the memory.

        Args:
            folder: Where it lies; None remembers for as long as this object lives.
            network: How we go out.
            clock: Seconds since 1970.
        """
        self._file = folder / FILE if folder else None
        self._memory: dict[str, Any] = {}
        self._clock = clock
        who = f"{network.proxy} {network.cookies or ''} {network.cookies_from_browser}"
        self._way = hashlib.sha256(who.encode("utf-8")).hexdigest()[:12] if who.strip() else "direct"

    def left(self, what: str) -> float:
        """Seconds until we may ask again; 0 when we may."""
        return max(0.0, self._entry(what).until - self._clock())

    def lasting(self) -> dict[str, float]:
        """All that we may not ask now, in the order of names, and the seconds that are left for each."""
        way = f" {self._way}"
        known = sorted(key.removesuffix(way) for key in self._all() if key.endswith(way))
        return {what: left for what in known if (left := self.left(what))}

    def code(self, what: str) -> str:
        """Why we wait: the code of an outcome."""
        return self._entry(what).code

    def begin(self, what: str, code: str, waits: tuple[float, ...]) -> float:
        """Pause; each pause that follows on an earlier one is the next of `waits`, and the last one repeats.

        Returns:
            Seconds that are left. While a pause lasts, another one does not count as the next.
        """
        entry, now = self._entry(what), self._clock()
        times = entry.times if now < entry.until else entry.times + 1
        until = max(entry.until, now + waits[min(times, len(waits)) - 1])
        self._write(what, _Pause(until, code, times))
        return until - now

    def refused(self, what: str) -> int:
        """Count a request that the site did not answer because there were too many.

        Returns:
            How many in a row were refused to all that run at once.
        """
        entry, now = self._entry(what), self._clock()
        before = entry.refusals if now - entry.refused_at < _IN_A_ROW else 0
        self._write(what, replace(entry, refusals=before + 1, refused_at=now))
        return before + 1

    def answered(self, what: str) -> None:
        """The site answered a request, so that refusals are counted from the start."""
        entry = self._entry(what)
        if entry.refusals:
            self._write(what, replace(entry, refusals=0))

    def end(self, what: str) -> None:
        """The site answers again."""
        if self._entry(what).times:
            self._write(what, None)

    def _entry(self, what: str) -> _Pause:
        entry = self._all().get(f"{what} {self._way}") or {}
        try:
            pause = _Pause(
                until=float(entry["until"]),
                code=str(entry["code"]),
                times=int(entry["times"]),
                refusals=int(entry["refusals"]),
                refused_at=float(entry["refused_at"]),
            )
        except (KeyError, TypeError, ValueError, OverflowError):
            return _Pause()
        return (
            pause if math.isfinite(pause.until) and pause.code in OUTCOMES and pause.times >= 0 else _Pause()
        )

    def _all(self) -> dict[str, Any]:
        if self._file is None:
            return self._memory
        try:
            found = read_json(self._file)
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _write(self, what: str, pause: _Pause | None) -> None:
        name = f"{what} {self._way}"
        entries = {key: value for key, value in self._all().items() if key != name}
        if pause:
            entries[name] = asdict(pause)
        if self._file is None:
            self._memory = entries
        else:
            write_whole(self._file, json.dumps(entries, indent=1, sort_keys=True).encode("utf-8"))
