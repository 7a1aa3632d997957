"""One target a reader of strangers' bytes.

The law for each: it gives a value or raises a `PublisherError` whose text is short and free of control characters.
Nothing else is raised, it ends within `SECONDS` of processor time, and what it gives can be written again.

To add a reader: a function beside the others, its line in `_READERS`, and a good file in `seeds`.
"""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from publisher.align.pins import pins_of
from publisher.align.timelinefile import read_timeline
from publisher.chapters import FORMATS, About, read_chapters
from publisher.config import read_extractor_args, read_show
from publisher.content import read_episode, read_transcript
from publisher.content.writing import Field
from publisher.errors import Place, PublisherError
from publisher.feed.markup import from_markdown, plain, shortened
from publisher.fetch import Network, read_captions
from publisher.fetch.failures import read_failure
from publisher.fetch.manifest import Manifest
from publisher.fetch.pauses import Pauses
from publisher.fetch.records import Records, due, unfinished
from publisher.importing import Options, import_from
from publisher.importing.drafting import draft, said_in
from publisher.importing.feed import read_feed
from publisher.importing.stubs import Stub
from publisher.model import CaptionFile, CaptionKind, Episode, Timeline, silent
from publisher.store import Ledger, Record, read_lock, write_lock
from publisher.text import clean
from publisher.timecode import LONGEST
from tests.builders import episode, show, transcript
from tests.fuzz.seeds import SEEDS

SECONDS = 5
"""Processor time that a case may take, far more than any needs."""

LONGEST_MESSAGE = 30_000
"""Characters of an error: enough for fifty faults, too few for a stranger to fill a screen for ever."""

Read = Callable[[bytes, Path], None]

_NOBODY = Network(offline=True, proxy="http://127.0.0.1:9")
"""Nobody is asked; behind a proxy not even the name of a host is looked up."""

_FACTS: Mapping[str, Field] = {"title": "Talk", "date": "2026-02-17", "draft": True}


@dataclass(frozen=True, slots=True)
class Target:
    """A reader.

    Attributes:
        name: What the command line calls it.
        seeds: Good files.
        read: Takes a case and an empty folder, reads the case, and asserts what holds for whatever was read.
    """

    name: str
    seeds: tuple[bytes, ...]
    read: Read


class _HangError(BaseException):
    """A case took too long. No handler of `Exception` may swallow it on its way up."""


def check(target: Target, case: bytes, folder: Path) -> bool:
    """Give a case to a reader.

    Returns:
        Whether it was read; False when it was refused as it should be.

    Raises:
        AssertionError: It takes too long, or what it gives breaks the law.
        Exception: Whatever else the reader raises that is not ours.
    """
    try:
        with _bounded():
            target.read(case, folder)
    except _HangError:
        raise AssertionError(f"more than {SECONDS} seconds of processor time") from None
    except PublisherError as error:
        said = str(error)
        assert len(said) <= LONGEST_MESSAGE, "a message without end"
        assert clean(said) == said, "control characters in a message"
        return False
    return True


@contextmanager
def _bounded() -> Iterator[None]:
    def stop(_signal: int, _frame: object) -> None:
        raise _HangError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _file(folder: Path, name: str, case: bytes) -> Path:
    path = folder / name
    path.write_bytes(case)
    return path


def _is_clean(*texts: str) -> None:
    assert all(clean(text) == text for text in texts), "control characters in a text that is published"


# -- what people write ----------------------------------------------------------------------------------


def _episode(case: bytes, folder: Path) -> None:
    found: Episode = read_episode(_file(folder, "talk.md", case))
    _is_clean(found.title, found.summary, found.guid, found.source, found.audio, *found.tags, *found.people)
    _is_clean(*(chapter.title for chapter in found.chapters))
    assert found.published.astimezone(UTC).tzinfo
    assert all(chapter.start <= LONGEST for chapter in found.chapters)
    _is_clean(*(turn.text for turn in found.transcript.turns))
    assert all(turn.line <= case.count(b"\n") + case.count(b"\r") + 1 for turn in found.transcript.turns)


def _transcript(case: bytes, folder: Path) -> None:
    read_transcript(_file(folder, "talk.md", case))


def _summary(case: bytes, folder: Path) -> None:
    markup = from_markdown(case.decode("utf-8", "replace"))
    _is_clean(markup, plain(markup))
    assert "<script" not in markup
    assert len(shortened(markup, 500).encode()) <= 500


def _config(case: bytes, folder: Path) -> None:
    _file(folder, "podcast.toml", case)
    show = read_show(folder)
    read_extractor_args(folder)
    _is_clean(show.title, show.description, show.author, show.link, show.base_url)


def _lock(case: bytes, folder: Path) -> None:
    _file(folder, "podcast.lock.json", case)
    place = Place(str(folder / "podcast.toml"))
    lock = read_lock(folder).with_show(show(), "9b024349-ccf0-5f69-a609-6b82873eab3c", place)
    lock = lock.with_episode(episode())
    write_lock(folder, lock)
    assert read_lock(folder) == lock
    assert all("/" not in entry.enclosure for entry in lock.episodes.values())
    assert all(entry.published.astimezone(UTC).tzinfo for entry in lock.episodes.values())


def _timeline(case: bytes, folder: Path) -> None:
    path = _file(folder, "talk.timeline.json", case)
    found, inputs = read_timeline(path)
    assert isinstance(found, Timeline)
    _is_clean(found.engine, inputs, *(turn.speaker for turn in found.turns))
    pins_of(path, transcript())


# -- what others give -----------------------------------------------------------------------------------


def _captions(case: bytes, folder: Path) -> None:
    captions = read_captions(CaptionFile(_file(folder, "captions", case), CaptionKind.GIVEN, "en"))
    assert captions.words
    _is_clean(*(word.text for word in captions.words))
    assert all(a.span.start <= b.span.start for a, b in pairwise(captions.words))


def _chapters(name: str) -> Read:
    form = FORMATS[name]

    def read(case: bytes, folder: Path) -> None:
        chapters = read_chapters(case, form.filename)
        about = About("title", "show", chapters[-1].end if chapters else 0)
        for each in FORMATS.values():
            each.write(chapters, about).encode()

    return read


def _feed(case: bytes, folder: Path) -> None:
    found = read_feed(case, Place("feed.xml"))
    _is_clean(found.title, found.description, found.link, found.guid, found.moved_to)
    for item in found.items:
        _is_clean(item.guid, item.title, item.summary, item.audio, item.link)


def _import(case: bytes, folder: Path) -> None:
    """A feed to the files of a show: they are read without a fault, and nothing is written beside them."""
    with TemporaryDirectory(dir=folder) as own:
        root = Path(own) / "show"
        feed = _file(Path(own), "feed.xml", case)
        found = import_from(root, str(feed), Options(), network=_NOBODY, progress=silent)
        read_show(root)
        written = {row.path for row in found.rows if row.path}
        assert {path for path in Path(own).rglob("*") if path.is_file()} == {
            feed,
            root / "podcast.toml",
            *written,
        }
        items = {item.guid: item for item in reversed(read_feed(case, Place("feed.xml")).items)}
        for path in written:
            assert path.parent == root / "content"
            episode = read_episode(path)
            assert items[episode.guid].audio == episode.audio
            assert items[episode.guid].published == episode.published
        _is_clean(*(row.title for row in found.rows), *(row.reason for row in found.rows))


def _import_transcript(case: bytes, folder: Path) -> None:
    """What an item of a feed names as its transcript, to the text of an episode."""
    pieces = said_in(CaptionFile(_file(folder, "transcript", case), CaptionKind.GIVEN))
    stub = Stub(title="", day=date(2026, 2, 17), otherwise="talk", fields=_FACTS, body=draft(pieces, ()))
    with TemporaryDirectory(dir=folder) as own:
        found = read_episode(stub.write(Path(own)))
    _is_clean(*(turn.text for turn in found.transcript.turns))
    assert bool(found.transcript.turns) == any(piece.text.strip() for piece in pieces)


# -- what lies in the cache: damage is as good as nothing -----------------------------------------------


def _manifest(case: bytes, folder: Path) -> None:
    outside = _file(folder, "outside", b"12345")
    inside = folder / "talk"
    inside.mkdir(exist_ok=True)
    for name in ("audio.0123456789ab.m4a", "captions.json3"):
        _file(inside, name, b"123")
    _file(inside, "fetched.json", case)
    fetched = Manifest(inside).read("audio", "reference")
    assert outside.is_file(), "a file outside of the cache was deleted"
    paths = (fetched.audio, fetched.thumbnail) if fetched else ()
    assert all(path.resolve().is_relative_to(inside.resolve()) for path in paths if path)


def _artefacts(case: bytes, folder: Path) -> None:
    _file(folder, "artefacts.json", case)
    _file(folder, "audio.m4a", b"123")
    records = Records(folder, "IpK175HsDQI", clock=lambda: 2.0)
    for name in ("audio", "metadata", "thumbnail"):
        records.entry(name)
        records.path(name)
    due(folder, 2.0)
    unfinished(folder)
    records.postpone()


def _pauses(case: bytes, folder: Path) -> None:
    _file(folder, "pauses.json", case)
    pauses = Pauses(folder, Network(), clock=lambda: 2.0)
    assert 0 <= pauses.left("youtube") < float("inf")
    _is_clean(pauses.code("youtube"))
    pauses.begin("youtube", "rate_limited", (1.0, 2.0))
    pauses.end("youtube")


def _failure(case: bytes, folder: Path) -> None:
    _file(folder, "failure.json", case)
    read_failure(folder)


def _ledger(case: bytes, folder: Path) -> None:
    text = case.decode("utf-8", "replace")
    with closing(Ledger(folder, folder / "output")) as ledger:
        ledger.write(Record("talk", "key", {}, {}, "{}"), "")
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as database:
        database.execute("UPDATE records SET inputs = ?, outputs = ?", (text, text))
        database.commit()
    with closing(Ledger(folder, folder / "output")) as ledger:
        for record in ledger.all().values():
            ledger.is_intact(record)
            ledger.current(record)


_READERS: Mapping[str, Read] = {
    "episode": _episode,
    "transcript": _transcript,
    "summary": _summary,
    "config": _config,
    "lock": _lock,
    "timeline": _timeline,
    "captions-json3": _captions,
    "captions-vtt": _captions,
    "captions-srt": _captions,
    **{f"chapters-{name}": _chapters(name) for name in FORMATS},
    "feed": _feed,
    "import": _import,
    "import-transcript": _import_transcript,
    "manifest": _manifest,
    "artefacts": _artefacts,
    "pauses": _pauses,
    "failure": _failure,
    "ledger": _ledger,
}

TARGETS: Mapping[str, Target] = {name: Target(name, SEEDS[name], read) for name, read in _READERS.items()}
"""Every reader by name."""
