"""One target a reader of strangers' bytes; what holds for each stands in `law`.

To add a reader: a function beside the others, its line in `_READERS` (or `cached.CACHED`), and a good file in `seeds`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from publisher.align import read_words
from publisher.align.pins import pins_of
from publisher.align.timelinefile import read_timeline
from publisher.chapters import FORMATS, About, read_chapters
from publisher.config import read_extractor_args, read_show
from publisher.content import read_episode, read_transcript
from publisher.content.writing import Field
from publisher.errors import Place
from publisher.feed.markup import from_markdown, plain, shortened
from publisher.fetch import Network, read_captions
from publisher.importing import Options, import_from
from publisher.importing.drafting import draft, said_in
from publisher.importing.feed import read_feed
from publisher.importing.stubs import Stub
from publisher.model import CaptionFile, CaptionKind, Episode, Timeline, silent
from publisher.store import read_lock, write_lock
from publisher.timecode import LONGEST
from tests.builders import episode, show, timeline, transcript
from tests.fuzz.cached import CACHED
from tests.fuzz.law import Read, Target, file, is_clean
from tests.fuzz.seeds import INPUTS, SEEDS

_NOBODY = Network(offline=True, proxy="http://127.0.0.1:9")
"""Nobody is asked; behind a proxy not even the name of a host is looked up."""

_FACTS: Mapping[str, Field] = {"title": "Talk", "date": "2026-02-17", "draft": True}


# -- what people write ----------------------------------------------------------------------------------


def _episode(case: bytes, folder: Path) -> None:
    found: Episode = read_episode(file(folder, "talk.md", case))
    is_clean(found.title, found.summary, found.guid, found.source, found.audio, *found.tags, *found.people)
    is_clean(*(chapter.title for chapter in found.chapters), *found.fields)
    assert found.published.astimezone(UTC).tzinfo
    assert all(chapter.start <= LONGEST for chapter in found.chapters)
    is_clean(*(turn.text for turn in found.transcript.turns))
    assert all(turn.line <= case.count(b"\n") + case.count(b"\r") + 1 for turn in found.transcript.turns)


def _transcript(case: bytes, folder: Path) -> None:
    read_transcript(file(folder, "talk.md", case))


def _summary(case: bytes, folder: Path) -> None:
    markup = from_markdown(case.decode("utf-8", "replace"))
    is_clean(markup, plain(markup))
    assert "<script" not in markup
    assert len(shortened(markup, 500).encode()) <= 500


def _config(case: bytes, folder: Path) -> None:
    file(folder, "podcast.toml", case)
    show = read_show(folder)
    read_extractor_args(folder)
    is_clean(show.title, show.description, show.author, show.link, show.base_url)


def _lock(case: bytes, folder: Path) -> None:
    file(folder, "podcast.lock.json", case)
    place = Place(str(folder / "podcast.toml"))
    lock = read_lock(folder).with_show(show(), "9b024349-ccf0-5f69-a609-6b82873eab3c", place)
    lock = lock.with_episode(episode())
    write_lock(folder, lock)
    assert read_lock(folder) == lock
    assert all("/" not in entry.enclosure for entry in lock.episodes.values())
    assert all(entry.published.astimezone(UTC).tzinfo for entry in lock.episodes.values())


def _timeline(case: bytes, folder: Path) -> None:
    path = file(folder, "talk.timeline.json", case)
    found, inputs = read_timeline(path)
    assert isinstance(found, Timeline)
    is_clean(found.engine, inputs, *(turn.speaker for turn in found.turns))
    pins_of(path, transcript())


def _words(case: bytes, folder: Path) -> None:
    """Words that are read lie in the text and in the time of their turns, one after the other."""
    talk = transcript()
    times = timeline(talk)
    words = read_words(file(folder, "talk.words.json", case), times, talk, INPUTS)
    for word in words or ():
        span = times.turns[word.turn].span
        assert span
        assert span.start <= word.span.start <= word.span.end <= span.end
        assert 0 <= word.offset < word.offset + word.length <= len(talk.turns[word.turn].text)
    for before, after in pairwise(words or ()):
        assert (before.turn, before.offset + before.length) <= (after.turn, after.offset)


# -- what others give -----------------------------------------------------------------------------------


def _captions(case: bytes, folder: Path) -> None:
    captions = read_captions(CaptionFile(file(folder, "captions", case), CaptionKind.GIVEN, "en"))
    assert captions.words
    is_clean(*(word.text for word in captions.words))
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
    is_clean(found.title, found.description, found.link, found.guid, found.moved_to)
    for item in found.items:
        is_clean(item.guid, item.title, item.summary, item.audio, item.link)


def _import(case: bytes, folder: Path) -> None:
    """A feed to the files of a show: they are read without a fault, and nothing is written beside them."""
    with TemporaryDirectory(dir=folder) as own:
        root = Path(own) / "show"
        feed = file(Path(own), "feed.xml", case)
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
        is_clean(*(row.title for row in found.rows), *(row.reason for row in found.rows))


def _import_transcript(case: bytes, folder: Path) -> None:
    """What an item of a feed names as its transcript, to the text of an episode."""
    pieces = said_in(CaptionFile(file(folder, "transcript", case), CaptionKind.GIVEN))
    stub = Stub(title="", day=date(2026, 2, 17), otherwise="talk", fields=_FACTS, body=draft(pieces, ()))
    with TemporaryDirectory(dir=folder) as own:
        found = read_episode(stub.write(Path(own)))
    is_clean(*(turn.text for turn in found.transcript.turns))
    said = "".join(piece.text for piece in pieces)
    assert found.transcript.turns or not any(letter.isalnum() for letter in said)


_READERS: Mapping[str, Read] = {
    "episode": _episode,
    "transcript": _transcript,
    "summary": _summary,
    "config": _config,
    "lock": _lock,
    "timeline": _timeline,
    "words": _words,
    "captions-json3": _captions,
    "captions-vtt": _captions,
    "captions-srt": _captions,
    **{f"chapters-{name}": _chapters(name) for name in FORMATS},
    "feed": _feed,
    "import": _import,
    "import-transcript": _import_transcript,
    **CACHED,
}

TARGETS: Mapping[str, Target] = {name: Target(name, SEEDS[name], read) for name, read in _READERS.items()}
"""Every reader by name."""
