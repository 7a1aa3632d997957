"""Whether what the last run made of an episode still holds: the same settings, inputs and outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from publisher import align, config, enclosures, pipeline, site, store
from publisher.errors import ContentError, Place
from publisher.feed import notes
from publisher.model import Episode
from publisher.store import Ledger, LockedEpisode, Record
from publisher.workspace import Workspace, local_candidates


class Freshness:
    """Compares records of the ledger with a show as it is now."""

    def __init__(self, space: Workspace, ledger: Ledger, revision: str) -> None:
        self._space = space
        self._ledger = ledger
        self._settings = store.fingerprint(
            revision,
            align.REVISION,
            site.theme_of(space.root).key if space.show.site else "",
            space.settings.engine,
            space.recogniser.model,
            str(space.settings.refines),
            space.root / config.FILE,
        )

    @property
    def settings(self) -> str:
        """Fingerprint of what goes into every episode."""
        return self._settings

    def key(self, entry: LockedEpisode, *, draft: bool) -> str:
        """Fingerprint of what goes into an episode besides its files."""
        known_by = (entry.guid, entry.published.isoformat(), entry.enclosure)
        return store.fingerprint(self._settings, *known_by, "draft" if draft else "")

    def current(self, record: Record, entry: LockedEpisode) -> Record | None:
        """The record with fresh marks, if nothing that counts has changed and nothing is worth fetching; else None."""
        if record.key != self.key(entry, draft=False) and not (
            self._space.settings.drafts and record.key == self.key(entry, draft=True)
        ):
            return None
        if pipeline.fetch_is_due(self._space, record.slug):
            return None
        return self._ledger.current(record, verify=self._space.settings.verify)

    def made(self, episode: Episode) -> dict[str, str]:
        """The marks of the files that go into it and that a run writes; a manifest stands for what was fetched."""
        space = self._space
        return self._ledger.inputs(
            (
                space.timeline_path(episode),
                space.words_path(episode),
                space.fetch_folder(episode) / "fetched.json",
            )
        )

    def given(self, episode: Episode) -> dict[str, str]:
        """The marks of the files that go into an episode and that no run writes."""
        return self._ledger.inputs(files_given(self._space, episode))


def files_given(space: Workspace, episode: Episode) -> Iterator[Path]:
    """The files that go into an episode and that no run writes, whether they are there or not."""
    yield episode.path
    yield space.root / notes.FOLDER / notes.TEMPLATE
    for reference in (episode.audio, episode.captions):
        yield from local_candidates(space, episode, reference)
    yield from enclosures.files_around(space, episode)


def refuse_changed(space: Workspace, episode: Episode, given: Mapping[str, str]) -> None:
    """Refuse to publish from files that were changed while they were read.

    Args:
        space: The show.
        episode: To be published.
        given: Their marks, as `Freshness.given` made them before they were read.

    Raises:
        ContentError: One was changed.
    """
    for path, mark in given.items():
        if store.renewed(space.root / path, mark) is None:
            raise ContentError(
                "The file changed while it was read.",
                place=Place(str(space.root / path)),
                remedy=f"Run this again when it is complete: publish build {episode.slug}",
            )
