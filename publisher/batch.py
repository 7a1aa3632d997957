"""The pipeline over the episodes of a show: one episode's failure is an outcome, the others go on."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from publisher import config, enclosures, pipeline, publishing, site, store, upkeep
from publisher.episodes import each, made
from publisher.errors import ConfigError, Place
from publisher.executors import Executor, Inline
from publisher.feed import Item, show_guid
from publisher.files import write_if_changed
from publisher.freshness import Freshness
from publisher.making import Job, Made
from publisher.model import Episode, Event, Outcome, Status
from publisher.published import item_of
from publisher.publishing import Listed
from publisher.report import Report, outcome_json, outcome_of
from publisher.settling import Settling
from publisher.store import Ledger, Lock, Record
from publisher.timings import Timings
from publisher.workspace import Workspace, episode_paths, stage

REVISION = "8"
"""Changes when the same episode would be written otherwise, so that everything is written again."""


def fetch_all(space: Workspace, names: tuple[str, ...] = ()) -> Report:
    """Fetch audio and captions of all episodes, or of those named."""

    def work(episode: Episode) -> Outcome:
        if skipped := pipeline.skipped(space, episode):
            return skipped
        fetched = pipeline.fetch(space, episode)
        lacking = "" if fetched.captions else fetched.missing or "No captions were found."
        warnings = tuple(doubt for doubt in (fetched.doubt, lacking) if doubt)
        return Outcome(episode.slug, Status.DONE, episode.title, warnings=warnings)

    with store.running(space.cache, space.settings.progress):
        return Report(space.show.title, each(space, names, work))


def align_all(space: Workspace, names: tuple[str, ...] = ()) -> Report:
    """Find the times of all episodes, or of those named, and write their timelines."""

    def work(episode: Episode) -> Outcome:
        if skipped := pipeline.skipped(space, episode):
            return skipped
        fetched = pipeline.fetch(space, episode)
        found = pipeline.align_episode(space, episode, fetched)
        doubts = tuple(doubt for doubt in (fetched.doubt, fetched.missing, found.doubt) if doubt)
        done = Outcome(episode.slug, Status.DONE, episode.title, warnings=doubts, unspoken=found.unspoken)
        if found.timeline is None:
            return done
        return replace(done, duration=found.timeline.duration, engine=found.timeline.engine)

    with store.running(space.cache, space.settings.progress):
        return Report(space.show.title, each(space, names, work))


def build(
    space: Workspace,
    names: tuple[str, ...] = (),
    *,
    republish: Collection[str] = (),
    executor: Executor | None = None,
) -> Report:
    """Bring `output/` up to date: the episodes, or those named, then the report and the feed.

    An episode that fails keeps its last good version in the feed. The same show gives the same bytes.

    Args:
        space: The show.
        names: Episodes; none means all.
        republish: Slugs of those that may have another sound than subscribers have.
        executor: Makes the episodes; this process, one by one, when none is named. The bytes are the same.

    Raises:
        ConfigError: The show itself or its lock has faults.
        BusyError: Another run is at work on the show.
    """
    with store.running(space.cache, space.settings.progress) as killed:
        if killed:
            upkeep.remove_temporaries(space)
        with closing(Ledger(space.cache, space.output)) as ledger:
            return _Build(space, ledger, frozenset(republish)).run(names, executor or Inline(), killed=killed)


_SHOW = ""
"""Under this the ledger keeps what belongs to no episode."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An episode that is written and not recorded yet: its record, what the feed says, its files and their SHA-256."""

    record: Record
    said: str
    outputs: Mapping[str, str]


class _Build:
    """One run of `build`: gathers what the feed is to say while the episodes go by."""

    def __init__(self, space: Workspace, ledger: Ledger, republish: frozenset[str]) -> None:
        self._timings = Timings()
        self._space = space = self._timings.listening(space)
        self._ledger = ledger
        self._republish = republish
        guid = space.show.guid or show_guid(space.show.feed_url)
        place = Place(str(space.root / config.FILE))
        self._lock: Lock = store.read_lock(space.root).with_show(space.show, guid, place)
        self._minted = self._lock
        self._freshness = Freshness(space, ledger, REVISION)
        self._records = ledger.all()
        self._records.pop(_SHOW, None)
        self._paths = episode_paths(space)
        self._present = frozenset(path.stem for path in self._paths)
        self._published: dict[str, Record] = {}
        self._unchanged: set[str] = set()
        self._former: dict[str, str] = {}
        self._before: dict[str, str] = {}
        self._changed: set[str] = set()
        self._settling = Settling(self._files_of, self._record)

    def run(self, names: tuple[str, ...], executor: Executor, *, killed: bool) -> Report:
        space = self._space
        self._refuse_an_empty_show()
        outcomes = made(
            space,
            episode_paths(space, names) if names else self._paths,
            executor,
            known=self._known,
            prepare=self._prepare,
            done=self._done,
            between=self._settling.go_on,
        )
        self._settling.finish()
        if any(outcome.code == "killed" for outcome in outcomes):
            upkeep.remove_temporaries(space)
        failed = {outcome.slug for outcome in outcomes if outcome.status is Status.FAILED}
        untouched = self._present - {outcome.slug for outcome in outcomes}
        for slug in sorted(failed | untouched):
            self._keep_last_good(slug)
        stay = self._published.keys() | failed | untouched | {self._former.get(slug, slug) for slug in failed}
        self._lock = self._lock.withdrawing(self._lock.episodes.keys() - stay)
        if self._lock.episodes:  # nothing is minted for a show that has published nothing
            store.write_lock(space.root, self._lock)
        self._forget(stay)
        self._ledger.commit()
        report = Report(space.show.title, outcomes, unchanged=frozenset(self._unchanged))
        begun = time.perf_counter()
        feed = self._write_show(report, partly=bool(names), killed=killed)
        if self._changed:
            took = round(time.perf_counter() - begun, 3)
            space.settings.watch(Event("stage", stage="publish", seconds=took))
        self._timings.keep(space.cache, self._present)
        changed = tuple(sorted(self._changed))
        return replace(report, changed=changed, feed=feed, timings=self._timings.seconds)

    def _refuse_an_empty_show(self) -> None:
        if not self._present and any(not entry.withdrawn for entry in self._lock.episodes.values()):
            raise ConfigError(
                "There is no episode here, and subscribers have some.",
                place=Place(str(self._space.root / "content")),
                remedy="Bring the files back; a build now would take every episode from them.",
            )

    # -- one episode ----------------------------------------------------------------------------------

    def _known(self, path: Path) -> Outcome | None:
        """What the report says of an episode of which nothing has changed since the last run.

        Of another one, the mark of its file is taken here, before it is read.
        """
        outcome = self._untouched(path.stem)
        if outcome is None:
            self._before = {str(path.relative_to(self._space.root)): store.mark(path)}
        return outcome

    def _untouched(self, slug: str) -> Outcome | None:
        record, entry = self._records.get(slug), self._lock.episodes.get(slug)
        if record is None or entry is None or entry.withdrawn or slug in self._republish:
            return None
        outcome, current = outcome_of(record.outcome), self._freshness.current(record, entry)
        if outcome is None or current is None:
            return None
        if current is not record:
            self._ledger.remark(current)
        self._lock = self._with_sound(slug)
        self._published[slug] = current
        self._unchanged.add(slug)
        return outcome

    def _prepare(self, episode: Episode) -> Job | Outcome:
        """What is to be done for an episode, whose GUID, date and name are decided here."""
        space, slug = self._space, episode.slug
        given = self._freshness.given(episode) | self._before
        former = self._take_along(episode)
        if skipped := pipeline.skipped(space, episode, self._lock.episodes.get(former or "")):
            return skipped
        sound = ""
        if former:
            self._lock = self._with_sound(former)
            sound = self._lock.episodes[former].sound
            with stage("read", episode):
                self._lock.check(episode, "", former)
        self._minted = self._minted.with_episode(episode, self._present, sound=sound)
        bound = former is not None and slug not in self._republish
        return Job(space, episode, self._minted.episodes[slug], bound=bound, given=given)

    def _done(self, job: Job, made: Made) -> Outcome:
        """Keep what came of an episode."""
        episode, slug, written = job.episode, job.episode.slug, made.written
        if made.entry is None or written is None:
            raise ValueError(f"{slug} was not written")
        outcome = replace(
            written.outcome,
            warnings=(*made.doubts, *written.outcome.warnings),
            unspoken=made.aligned.unspoken,
        )
        self._lock = self._lock.with_entry(slug, made.entry, self._former.get(slug))
        self._changed.update(written.changed)
        record = Record(
            slug,
            "" if made.fetched.missing else self._freshness.key(made.entry, draft=episode.draft),
            self._freshness.made(episode) | dict(job.given or {}),
            {},
            outcome_json(outcome),
        )
        said = store.adapter_of(Item).dump_json(written.item).decode("utf-8")
        self._settling.add(_Waiting(record, said, written.outputs))
        return outcome

    def _files_of(self, one: _Waiting) -> list[Path]:
        return [self._space.output / path for path in one.outputs]

    def _record(self, lasting: Sequence[_Waiting]) -> None:
        """Record episodes whose files are on the disk."""
        for one in lasting:
            record = replace(one.record, outputs=self._ledger.written(one.outputs))
            self._published[record.slug] = self._ledger.write(record, one.said)
        if self._space.show.site:
            site.learn(self._space.output, self._space.cache, [one.record.slug for one in lasting])

    def _take_along(self, episode: Episode) -> str | None:
        """An episode's slug in the lock; what lies under the name that its file had gets its new one."""
        former = self._minted.former_slug(episode, self._present)
        if former is None or former == episode.slug:
            return former
        self._former[episode.slug] = former
        space, old = self._space, replace(episode, slug=former)
        for source, target in (
            (space.timeline_path(old), space.timeline_path(episode)),
            (space.words_path(old), space.words_path(episode)),
            (space.fetch_folder(old), space.fetch_folder(episode)),
        ):
            if source.exists() and not target.exists():
                source.rename(target)
        return former

    def _with_sound(self, slug: str) -> Lock:
        """The lock, which an older version may have written without the hash of what subscribers have."""
        record = self._records.get(slug)
        if self._lock.episodes[slug].sound or record is None:
            return self._lock
        known = enclosures.known(self._space, slug)
        return self._lock.with_sound(slug, known.sound) if known else self._lock

    def _keep_last_good(self, slug: str) -> None:
        """Leave in the feed what was published of an episode before, if it is all there."""
        record = self._records.get(slug) or self._records.get(self._former.get(slug, slug))
        if record and all((self._space.output / path).is_file() for path in record.outputs):
            self._published[record.slug] = record

    # -- the show -------------------------------------------------------------------------------------

    def _forget(self, stay: Collection[str]) -> None:
        for slug in self._records.keys() - stay:
            self._ledger.remove(slug)
            del self._records[slug]
            if slug not in self._present:
                upkeep.forget(self._space, slug)

    def _write_show(self, report: Report, *, partly: bool, killed: bool) -> Path:
        """Write the report, then cover and feed, then sweep; nothing is done where all is as it was left."""
        space, feed = self._space, self._space.output / "feed.xml"
        known = self._ledger.read(_SHOW)
        said = known.outcome if known and partly else report.as_json()
        key = store.fingerprint(
            self._freshness.settings,
            self._lock.guid,
            str(self._lock.moved_from),
            said,
            *([space.root / space.show.cover] if space.show.cover else []),
            *(f"{slug} {record.version}" for slug, record in sorted(self._published.items())),
        )
        if (
            known
            and known.key == key
            and not killed
            and self._ledger.current(known, verify=space.settings.verify)
        ):
            return feed
        if (known or not partly) and write_if_changed(space.output / "report.json", said.encode("utf-8")):
            self._changed.add("report.json")
        self._changed.update(publishing.write_site(space, self._published))
        _, changed = publishing.write_feed(
            self._moved(), self._listed(), self._lock.guid, self._freshness.settings
        )
        owned = self._records | self._published
        swept = upkeep.sweep(space, {path for record in owned.values() for path in record.outputs})
        self._changed.update(changed, swept)
        files = self._ledger.outputs(upkeep.of_the_show(space))
        self._ledger.write(Record(_SHOW, key, {}, files, said), "")
        return feed

    def _listed(self) -> list[Listed]:
        dated = self._ledger.dated(self._published)
        return [
            Listed(*dated[slug], record.version, partial(item_of, self._ledger, slug))
            for slug, record in sorted(self._published.items())
        ]

    def _moved(self) -> Workspace:
        """The show, whose feed tells where it is now if it was elsewhere before."""
        show = self._space.show
        if not self._lock.moved_from or show.new_feed_url:
            return self._space
        return replace(self._space, show=replace(show, new_feed_url=show.feed_url))
