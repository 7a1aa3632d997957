"""How far each episode is, since when, and when another try may succeed; reads what earlier runs left."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from publisher import pipeline
from publisher.errors import PublisherError
from publisher.fetch import Pauses, read_failure, unfinished
from publisher.model import Episode
from publisher.store import Ledger, Lock, read_lock
from publisher.timings import read_timings
from publisher.untrusted import read_json
from publisher.workspace import Workspace, episode_paths


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an episode is.

    Attributes:
        slug: Which.
        stage: `published`, or the last step that is done (`aligned`, `fetched`), or the one at which it stopped
            (`read`, `fetch`, `align`, `write`), or `new`.
        since: Seconds since 1970; None when nothing was done yet.
        code: Why it is no further, or what is missing: a word for machines; empty when nothing is.
        reason: The same as a sentence.
        retry_at: When another try may succeed by itself, seconds since 1970; None when it will not.
        seconds: Stage → how long it took when it was last done.
    """

    slug: str
    stage: str
    since: int | None = None
    code: str = ""
    reason: str = ""
    retry_at: int | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Overview:
    """How far a show is.

    Attributes:
        episodes: In the order of their files.
        paused_until: Site that asked us to wait → before when not to come back, seconds since 1970.
    """

    episodes: tuple[Standing, ...]
    paused_until: Mapping[str, int] = field(default_factory=dict)


def overview(space: Workspace, names: tuple[str, ...] = (), *, now: float) -> Overview:
    """How far the episodes of a show are, or those named. Asks nobody and writes nothing."""
    rows = _report(space)
    pauses = Pauses(space.sites, space.settings.network, lambda: now).lasting()
    lock, timings = read_lock(space.root), read_timings(space.cache)
    with closing(Ledger(space.cache, space.output)) as ledger:
        standings = tuple(
            replace(
                _standing(space, path, rows.get(path.stem, {}), ledger, lock),
                seconds=timings.get(path.stem, {}),
            )
            for path in episode_paths(space, names)
        )
    return Overview(standings, {what: int(now + left) for what, left in pauses.items()})


def _report(space: Workspace) -> dict[str, dict[str, Any]]:
    try:
        data = read_json(space.output / "report.json")
        return {str(row["slug"]): row for row in data["episodes"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _standing(space: Workspace, path: Path, row: dict[str, Any], ledger: Ledger, lock: Lock) -> Standing:
    slug = path.stem
    try:
        episode = pipeline.read(space, path)
    except PublisherError as error:
        return Standing(slug, "read", _changed(path), "content", str(error))
    folder = space.fetch_folder(episode)
    if failed := read_failure(folder):
        reason = f"{failed.what} {failed.remedy}".strip()
        return Standing(slug, "fetch", failed.at, failed.code, reason, failed.retry_at)
    if skipped := pipeline.skipped(space, episode, lock.episodes.get(slug)):
        return Standing(slug, skipped.stage, _changed(path), skipped.code, skipped.reason)
    if row.get("status") == "failed":
        when = _changed(space.output / "report.json")
        return Standing(
            slug, str(row.get("stage", "")), when, str(row.get("code", "")), str(row.get("reason", ""))
        )
    stage, since = _done(space, episode, ledger)
    for name, entry in unfinished(folder).items():
        reason = f"Still missing: {name}."
        return Standing(slug, stage, since, entry.code or "partial", reason, entry.after)
    return Standing(slug, stage, since)


def _done(space: Workspace, episode: Episode, ledger: Ledger) -> tuple[str, int | None]:
    """The last step that is done, and when it was."""
    record = ledger.read(episode.slug)
    if record and ledger.is_intact(record):
        times = [_changed(space.output / name) or 0 for name in record.outputs]
        return "published", max(times, default=0) or None
    steps = (
        ("aligned", space.timeline_path(episode)),
        ("fetched", space.fetch_folder(episode) / "fetched.json"),
    )
    for stage, file in steps:
        if (since := _changed(file)) is not None:
            return stage, since
    return "new", None


def _changed(path: Path) -> int | None:
    try:
        return int(path.stat().st_mtime)
    except OSError:
        return None
