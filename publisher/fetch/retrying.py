"""What is tried again, after how long and in which other way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from publisher.fetch.gate import Gate
from publisher.fetch.outcomes import RefusedError
from publisher.fetch.patience import Patience
from publisher.fetch.ytdlp import Way, clients_behind

ATTEMPTS = 9
"""More than all reasons to try again together ever allow."""

_WAITS = 2
_AT_ONCE = 0.0


class AudioRetries:
    """Decides, after an error, whether to try again; made for one video.

    Attributes:
        way: How to ask the next time.
        began: Whether media has begun to come: from then on the network deserves more patience.
    """

    def __init__(self, patience: Patience, gate: Gate) -> None:
        self.way = Way()
        self.began = False
        self._patience = patience
        self._gate = gate
        self._seen: Counter[str] = Counter()

    def __call__(self, error: Exception) -> bool | float:
        """Seconds to wait before the next try, or False; for stamina."""
        if not isinstance(error, RefusedError):
            return False
        before, self._seen[error.code] = self._seen[error.code], self._seen[error.code] + 1
        decisions: dict[str, Callable[[int], bool | float]] = {
            "network": self._network,
            "rate_limited": lambda before: _short_wait(self._gate, self._patience, before),
            "forbidden": self._another_link,
            "gone": lambda before: before < 1 and _AT_ONCE,
            "bad_media": lambda before: before < self._patience.damaged and _AT_ONCE,
            "sabr_only": lambda _before: self._everything(),
            "extractor_broken": lambda _before: self._everything(),
        }
        decide = decisions.get(error.code)
        return decide(before) if decide else False

    def _network(self, before: int) -> bool | float:
        waits = self._patience.network if self.began else self._patience.network[:1]
        return waits[before] if before < len(waits) else False

    def _another_link(self, before: int) -> bool | float:
        """A link may have expired; else another client's may work; else any stream will do."""
        if before == 0:
            return _AT_ONCE
        if before == 1:
            self.way = Way(without=clients_behind(self._gate.refused_url))
            return _AT_ONCE
        return self._everything()

    def _everything(self) -> bool | float:
        if self.way.everything:
            return False
        self.way = Way(self.way.without, everything=True)
        return _AT_ONCE


class CaptionRetries:
    """Decides, after an error, whether to ask for a caption track again."""

    def __init__(self, patience: Patience, gate: Gate) -> None:
        self._patience = patience
        self._gate = gate
        self._before = 0

    def __call__(self, error: Exception) -> bool | float:
        """Seconds to wait before the next try, or False; for stamina."""
        if not isinstance(error, RefusedError) or error.code not in {"rate_limited", "network"}:
            return False
        before, self._before = self._before, self._before + 1
        if before >= len(self._patience.captions):
            return False
        if error.code == "rate_limited" and self._gate.told is not None:
            return _short_wait(self._gate, self._patience, before)
        return self._patience.captions[before]


def _short_wait(gate: Gate, patience: Patience, before: int) -> bool | float:
    """The wait that the site asked for, if it said so and it is short."""
    if before >= _WAITS or gate.told is None or gate.told > patience.longest_wait:
        return False
    return gate.told
