"""The pipeline over the episodes of a show: one episode's failure is an outcome, the others go on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from publisher import align, config, enclosures, pipeline, publishing, site, store
from publisher.errors import ContentError, FetchError, PublisherError
from publisher.feed import Item, notes, show_guid
from publisher.fetch import OUTCOMES
from publisher.files import write_if_changed
from publisher.model import Episode, Fetched, Outcome, Status
from publisher.pipeline import Found
from publisher.publishing import Times
from publisher.store import Ledger, Lock, Record
from publisher.timecode import seconds
from publisher.workspace import Workspace, episode_paths, local_file

REVISION = "6"
"""Changes when the same episode would be written otherwise, so that everything is written again."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did.

    Attributes:
        show: Title of the show.
        outcomes: One for each episode, in the order of their files.
        changed: Paths under `output/` that were written, sorted.
        feed: The feed, when the run was to write one.
    """

    show: str
    outcomes: tuple[Outcome, ...]
    changed: tuple[str, ...] = ()
    feed: Path | None = None

    @property
    def failed(self) -> bool:
        """Whether any episode failed."""
        return any(outcome.status is Status.FAILED for outcome in self.outcomes)

    def as_json(self) -> str:
        """The report as `output/report.json` holds it: the state, not the run, so it changes with the show only."""
        rows = [_row(outcome) for outcome in self.outcomes]
        return json.dumps({"show": self.show, "episodes": rows}, ensure_ascii=False, indent=1) + "\n"


def fetch_all(space: Workspace, names: tuple[str, ...] = ()) -> Report:
    """Fetch audio and captions of all episodes, or of those named."""

    def work(episode: Episode) -> Outcome:
        fetched = pipeline.fetch(space, episode)
        lacking = "" if fetched.captions else fetched.missing or "No captions were found."
        warnings = tuple(doubt for doubt in (fetched.doubt, lacking) if doubt)
        return Outcome(episode.slug, Status.DONE, episode.title, warnings=warnings)

    return Report(space.show.title, _each(space, names, work))


def align_all(space: Workspace, names: tuple[str, ...] = ()) -> Report:
    """Find the times of all episodes, or of those named, and write their timelines."""

    def work(episode: Episode) -> Outcome:
        fetched = pipeline.fetch(space, episode)
        found = pipeline.align_episode(space, episode, fetched)
        done = Outcome(episode.slug, Status.DONE, episode.title, warnings=_doubts(fetched, found))
        if found.timeline is None:
            return done
        return replace(done, duration=found.timeline.duration, engine=found.timeline.engine)

    return Report(space.show.title, _each(space, names, work))


def build(space: Workspace, names: tuple[str, ...] = ()) -> Report:
    """Bring `output/` up to date: the episodes, or those named, then the report and the feed.

    An episode that fails keeps its last good version in the feed. The same show gives the same bytes.

    Raises:
        ConfigError: The show itself or its lock has faults.
    """
    return _Build(space).run(names)


class _Build:
    """One run of `build`: gathers the feed's items while the episodes go by."""

    def __init__(self, space: Workspace) -> None:
        self._space = space
        self._ledger = Ledger(space.cache, space.output)
        guid = space.show.guid or show_guid(space.show.feed_url)
        self._lock: Lock = store.read_lock(space.root).with_show(guid)
        self._items: dict[str, Item] = {}
        self._changed: set[str] = set()

    def run(self, names: tuple[str, ...]) -> Report:
        space = self._space
        asked = {path.stem for path in episode_paths(space, names)}
        outcomes = _each(space, names, self._episode)
        everything = {path.stem for path in episode_paths(space)}
        for slug in everything - set(self._items):
            self._keep_last_good(slug, outcomes, untouched=slug not in asked)
        if self._lock.episodes:  # nothing is minted for a show that has published nothing
            store.write_lock(space.root, self._lock)
        ordered = tuple(self._items[slug] for slug in sorted(self._items))
        feed, changed = publishing.write_feed(space, ordered, self._lock.guid)
        self._changed.update(changed)
        self._changed.update(publishing.write_site(space, self._items))
        report = Report(space.show.title, outcomes, tuple(sorted(self._changed)), feed)
        if not names and write_if_changed(space.output / "report.json", report.as_json().encode("utf-8")):
            report = replace(report, changed=tuple(sorted({*self._changed, "report.json"})))
        self._sweep()
        return report

    def _episode(self, episode: Episode) -> Outcome:
        record = self._ledger.read(episode.slug)
        known = record and record.key == self._key(episode) and self._ledger.is_intact(record)
        if record and known and not pipeline.fetch_is_due(self._space, episode):
            self._items[episode.slug] = _item_from(record)
            return _outcome_from(record)
        space = self._space
        fetched = pipeline.fetch(space, episode)
        found = pipeline.align_episode(space, episode, fetched)
        lock = self._lock.with_episode(episode)
        times = None
        if found.timeline:
            words = pipeline.time_words(space, episode, fetched, found.timeline)
            times = Times(found.timeline, words)
        written = publishing.write_episode(space, episode, fetched, times, lock.episodes[episode.slug])
        outcome = replace(written.outcome, warnings=(*_doubts(fetched, found), *written.outcome.warnings))
        self._lock = lock
        self._items[episode.slug] = written.item
        self._changed.update(written.changed)
        self._remove(set(record.outputs if record else ()) - set(written.outputs))
        marks = self._ledger.marks(written.outputs)
        key = "" if fetched.missing else self._key(episode)
        entry, said = _as_text(Item, written.item), _as_text(Outcome, outcome)
        self._ledger.write(episode.slug, Record(episode.slug, key, marks, entry, said))
        return outcome

    def _key(self, episode: Episode) -> str:
        """Everything that goes into an episode; the cache's manifest stands for what was fetched."""
        space = self._space
        local = (local_file(space, episode, name) for name in (episode.audio, episode.captions))
        return store.fingerprint(
            REVISION,
            align.REVISION,
            site.theme_of(space.root).key if space.show.site else "",
            space.settings.engine,
            space.recogniser.model,
            space.root / config.FILE,
            episode.path,
            space.timeline_path(episode),
            space.fetch_folder(episode) / "fetched.json",
            space.root / notes.FOLDER / notes.TEMPLATE,
            *(path for path in local if path),
            *enclosures.files_around(space, episode),
        )

    def _keep_last_good(self, slug: str, outcomes: tuple[Outcome, ...], *, untouched: bool) -> None:
        failed = any(outcome.slug == slug and outcome.status is Status.FAILED for outcome in outcomes)
        record = self._ledger.read(slug)
        if record and (failed or untouched) and self._ledger.is_intact(record):
            self._items[slug] = _item_from(record)

    def _sweep(self) -> None:
        """Remove what earlier runs wrote for episodes that are no longer published."""
        for record in self._ledger.all():
            if record.slug not in self._items:
                self._remove(set(record.outputs))
                self._ledger.remove(record.slug)

    def _remove(self, paths: set[str]) -> None:
        for path in paths:
            file = self._space.output / path
            file.unlink(missing_ok=True)
            if file.parent.is_dir() and not any(file.parent.iterdir()):
                file.parent.rmdir()
        self._changed.update(paths)


def _each(
    space: Workspace, names: tuple[str, ...], work: Callable[[Episode], Outcome]
) -> tuple[Outcome, ...]:
    """Do the work for each episode that is for this run; what goes wrong becomes its outcome."""
    outcomes: list[Outcome] = []
    for path in episode_paths(space, names):
        title = ""
        try:
            episode = pipeline.read(space, path)
            title = episode.title
            outcomes.append(pipeline.skipped(space, episode) or work(episode))
        except PublisherError as error:
            outcomes.append(_failure(path.stem, title, error))
        except Exception as error:
            if space.settings.debug:
                raise
            what = f"An unexpected fault: {type(error).__name__}: {error}. Run with --debug and report it, please."
            outcomes.append(Outcome(path.stem, Status.FAILED, title, code="bug", reason=what))
    return tuple(outcomes)


def _doubts(fetched: Fetched, found: Found) -> tuple[str, ...]:
    """What an episode lacks although all went well."""
    return tuple(doubt for doubt in (fetched.doubt, fetched.missing, found.doubt) if doubt)


def _failure(slug: str, title: str, error: PublisherError) -> Outcome:
    if isinstance(error, FetchError):
        code = error.code
    else:
        code = "content" if isinstance(error, ContentError) else (error.stage or "read")
    return Outcome(slug, Status.FAILED, title, stage=error.stage or "read", code=code, reason=str(error))


def _row(outcome: Outcome) -> dict[str, object]:
    row = {key: value for key, value in asdict(outcome).items() if value not in ("", (), 0, None)}
    if outcome.stage == "fetch" and (about := OUTCOMES.get(outcome.code)):
        row |= {"remedy": about.remedy, "retry_after": about.retry_after}
    if outcome.duration:
        row["duration"] = seconds(outcome.duration)
    return row


def _as_text(kind: type[object], value: object) -> str:
    from pydantic import TypeAdapter

    return TypeAdapter(kind).dump_json(value).decode("utf-8")


def _item_from(record: Record) -> Item:
    from pydantic import TypeAdapter

    return TypeAdapter(Item).validate_json(record.entry)


def _outcome_from(record: Record) -> Outcome:
    from pydantic import TypeAdapter

    return TypeAdapter(Outcome).validate_json(record.outcome)
