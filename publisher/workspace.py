"""A show opened for work: where its things are, and how the run is set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from publisher import config, content
from publisher.align import Recogniser, can_refine
from publisher.errors import Place, PublisherError, UsageError
from publisher.fetch import Network
from publisher.model import Episode, Progress, Show, Watch, silent, unwatched

CACHE = ".publisher"
OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is asked for.

    Attributes:
        drafts: Take drafts in.
        engine: Aligner, or `auto`.
        model: Speech model by name or path; empty means the show's.
        fast: Recognise speech faster and worse.
        refine: Sharpen times from words that were heard by the sound; None does so where espeak-ng is installed.
        network: How the network may be used.
        progress: Told what is being done.
        debug: Let an unexpected fault end the run with its traceback.
        verify: Read every file again instead of trusting sizes and times.
        watch: Told what happens, and how long it took.
    """

    drafts: bool = False
    engine: str = "auto"
    model: str = ""
    fast: bool = False
    refine: bool | None = None
    network: Network = field(default_factory=Network)
    progress: Progress = silent
    debug: bool = False
    verify: bool = False
    watch: Watch = unwatched

    @property
    def refines(self) -> bool:
        """Whether times are sharpened by the sound."""
        return can_refine() if self.refine is None else self.refine


@dataclass(frozen=True, slots=True)
class Workspace:
    """A show and the settings of a run.

    Attributes:
        root: The show's folder.
        show: What `podcast.toml` says.
        settings: How the run is set.
    """

    root: Path
    show: Show
    settings: Settings

    @property
    def output(self) -> Path:
        """What is uploaded."""
        return self.root / OUTPUT

    @property
    def cache(self) -> Path:
        """What may be deleted."""
        return self.root / CACHE

    def url(self, path: str) -> str:
        """The public address of a path under `output/`."""
        return self.show.url(path)

    @property
    def recogniser(self) -> Recogniser:
        """How speech is recognised where there are no captions."""
        model = self.settings.model or self.show.recogniser
        offline = self.settings.network.offline
        return Recogniser(model, self.settings.fast, self.cache / "recognised", offline)

    def fetch_folder(self, episode: Episode) -> Path:
        """An episode's part of the cache."""
        return self.fetch_folder_of(episode.slug)

    def fetch_folder_of(self, slug: str) -> Path:
        """The same by the episode's slug."""
        return self.cache / "fetch" / slug

    @property
    def sites(self) -> Path:
        """Where fetchers remember what holds for a whole site: that it asked us to wait."""
        return self.cache / "sites"

    def timeline_path(self, episode: Episode) -> Path:
        """The timeline beside the episode's file."""
        return episode.path.with_name(f"{episode.slug}.timeline.json")

    def words_path(self, episode: Episode) -> Path:
        """The times of its words beside it."""
        return episode.path.with_name(f"{episode.slug}.words.json")


def open_show(root: Path, settings: Settings) -> Workspace:
    """Read `podcast.toml`.

    Raises:
        ConfigError: It is missing or has faults.
    """
    show = config.read_show(root)
    network = replace(settings.network, extractor_args=config.read_extractor_args(root))
    return Workspace(root, show, replace(settings, network=network))


def episode_paths(space: Workspace, names: tuple[str, ...] = ()) -> tuple[Path, ...]:
    """The episode files of a show, or those that are named by slug, file name or path.

    Raises:
        UsageError: A name fits no file.
    """
    files = content.episode_files(space.root / "content")
    if not names:
        return files
    by_slug = {path.stem: path for path in files}
    chosen: list[Path] = []
    for name in names:
        slug = Path(name).name.removesuffix(".md")
        if slug not in by_slug:
            raise UsageError(f"There is no episode {name!r} in content/.", remedy=_known(slug, by_slug))
        chosen.append(by_slug[slug])
    return tuple(dict.fromkeys(chosen))


_MOST_NAMED = 12
"""Episodes that a message lists."""


def _known(slug: str, slugs: Iterable[str]) -> str:
    """The episodes that may be meant: those with a name like it, else the first ones."""
    from difflib import get_close_matches

    every = sorted(slugs)
    if alike := get_close_matches(slug, every, 3):
        return f"Do you mean {' or '.join(alike)}?"
    more = f" and {len(every) - _MOST_NAMED:,} more" if len(every) > _MOST_NAMED else ""
    return f"There are: {', '.join(every[:_MOST_NAMED]) or 'none'}{more}."


def local_file(space: Workspace, episode: Episode, reference: str) -> Path | None:
    """The file that `audio:` or `captions:` names, beside the episode or in the show; None for anything else."""
    return next((path for path in local_candidates(space, episode, reference) if path.is_file()), None)


def local_candidates(space: Workspace, episode: Episode, reference: str) -> tuple[Path, ...]:
    """Where a file that `audio:` or `captions:` names may be, the first that is there counts; none for an address."""
    if not reference or "://" in reference:
        return ()
    return tuple(dict.fromkeys(folder / reference for folder in (episode.path.parent, space.root)))


@contextmanager
def stage(name: str, episode: Episode) -> Iterator[None]:
    """Tell an error raised inside in which stage it was, and of which file it speaks."""
    try:
        yield
    except PublisherError as error:
        error.stage = name
        error.place = error.place or Place(str(episode.path))
        raise
