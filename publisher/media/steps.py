"""Progress that speaks once a per cent, however often it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from publisher.model import Progress

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame


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

    def counted(self, frames: Iterable[AudioFrame]) -> Iterator[AudioFrame]:
        """Frames as they go by; the total is in samples."""
        done = 0
        for frame in frames:
            done += frame.samples
            yield frame
            self.reached(done)
