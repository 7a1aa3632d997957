"""One episode after the other, in this process."""

from __future__ import annotations

from collections.abc import Generator, Iterable

from publisher.executors.base import Result
from publisher.making import Job, make


class Inline:
    """Makes episodes in this process."""

    def run(self, jobs: Iterable[Job]) -> Generator[tuple[Job, Result], None, None]:
        """See `Executor`."""
        for job in jobs:
            try:
                made: Result = make(job)
            except Exception as error:  # noqa: BLE001 - the caller makes an outcome of it
                made = error
            yield job, made
