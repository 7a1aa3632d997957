"""Progress that speaks once a per cent, however often it is asked."""

from __future__ import annotations

from publisher.model import Progress


class Steps:
    """Passes on how much of `total` is done, at most a hundred times."""

    def __init__(self, progress: Progress, what: str, total: float | None) -> None:
        self._progress = progress
        self._what = what
        self._total = total
        self._percent = -1

    def reached(self, done: float) -> None:
        """Say how much is done, in the unit of `total`."""
        percent = min(100, int(100 * done / self._total)) if self._total else 0
        if percent > self._percent:
            self._percent = percent
            self._progress(self._what, percent / 100 if self._total else None)
