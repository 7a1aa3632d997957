"""How long each stage of each episode took, kept in the cache: times are no part of what is published.

`output/report.json` says what a show is, and is the same for the same show; how long a computer took is another thing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from math import inf
from pathlib import Path

from publisher.files import write_whole
from publisher.model import Event
from publisher.text import one_line
from publisher.untrusted import read_json
from publisher.workspace import Workspace

FILE = "timings.json"
STAGES = ("fetch", "encode", "align", "write")
"""Of an episode, in their order."""


class Timings:
    """Gathers the stages of a run."""

    def __init__(self) -> None:
        self._seconds: dict[str, dict[str, float]] = {}

    @property
    def seconds(self) -> Mapping[str, Mapping[str, float]]:
        """Slug → stage → seconds; under "" what was done for the whole show."""
        return self._seconds

    def listening(self, space: Workspace) -> Workspace:
        """The same show; what happens in it is noted here too."""
        told = space.settings.watch

        def watch(event: Event) -> None:
            if event.name == "stage" and event.seconds is not None:
                stages = self._seconds.setdefault(event.episode, {})
                stages[event.stage] = round(stages.get(event.stage, 0.0) + event.seconds, 3)
            told(event)

        return replace(space, settings=replace(space.settings, watch=watch))

    def keep(self, cache: Path, present: Collection[str]) -> None:
        """Write them into the cache, beside what is known of the other episodes that there are."""
        if not self._seconds:
            return
        known, stay = read_timings(cache), {"", *present}
        merged = {slug: stages for slug, stages in (known | self._seconds).items() if slug in stay}
        if merged != known:
            text = json.dumps(merged, ensure_ascii=False, sort_keys=True) + "\n"
            write_whole(cache / FILE, text.encode("utf-8"))


def read_timings(cache: Path) -> dict[str, dict[str, float]]:
    """Slug → stage → seconds, as the last runs that did something for an episode measured; empty when unknown."""
    try:
        data = read_json(cache / FILE)
        return {
            str(slug): {one_line(str(stage)): _measured(seconds) for stage, seconds in stages.items()}
            for slug, stages in data.items()
        }
    except (OSError, ValueError, TypeError, AttributeError, OverflowError):
        return {}


def _measured(seconds: object) -> float:
    found = float(str(seconds))
    if not 0 <= found < inf:
        raise ValueError("a stage takes some time")
    return found
