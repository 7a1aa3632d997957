"""What the pages of the show need to know of an episode: two small files beside its page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from publisher.model import Artefact
from publisher.site.sentences import Sentence
from publisher.text import one_line
from publisher.timecode import from_seconds, seconds

PAGE = "page.json"
SENTENCES = "sentences.json"
MIME = "application/json"


@dataclass(frozen=True, slots=True)
class Record:
    """An episode in lists.

    Attributes:
        slug: Its folder under `episodes/`.
        title: One line.
        published: With timezone.
        duration: Milliseconds.
        summary: Plain text, bounded.
        tags: As written; so are the following.
        categories: Of the front matter's `category`.
        series: Of the front matter's `series`.
        people: Names listed in its front matter; so are the following.
        companies: Likewise.
        products: Likewise.
    """

    slug: str
    title: str
    published: datetime
    duration: int
    summary: str
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    products: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of an episode as lists and the search show it: its start in milliseconds, None when unknown."""

    start: int | None
    sure: bool
    speaker: str
    text: str


def files(record: Record, sentences: tuple[Sentence, ...]) -> tuple[Artefact, Artefact]:
    """Both files. Times in them are seconds."""
    page = {
        "version": 1,
        "slug": record.slug,
        "title": record.title,
        "date": record.published.isoformat(),
        "duration": seconds(record.duration),
        "summary": record.summary,
        **{name: list(getattr(record, name)) for name in LISTS if getattr(record, name)},
    }
    names = list(dict.fromkeys(one_line(sentence.speaker) for sentence in sentences))
    place = {name: number for number, name in enumerate(names)}
    rows = [
        [
            None if sentence.start is None else seconds(sentence.start),
            int(sentence.sure),
            place[one_line(sentence.speaker)],
            one_line(sentence.text),
        ]
        for sentence in sentences
    ]
    said = {"version": 1, "speakers": names, "sentences": rows}
    return Artefact(PAGE, MIME, _json(page)), Artefact(SENTENCES, MIME, _json(said))


LISTS = ("tags", "categories", "series", "people", "companies", "products")
"""The fields of a record that are lists."""


def _json(data: object) -> bytes:
    return (json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8")


def read_record(folder: Path) -> Record:
    """The record in an episode's folder."""
    data = json.loads((folder / PAGE).read_bytes())
    return Record(
        data["slug"],
        data["title"],
        datetime.fromisoformat(data["date"]),
        from_seconds(data["duration"]),
        data["summary"],
        **{name: tuple(data.get(name, ())) for name in LISTS},
    )


def read_said(folder: Path) -> tuple[Said, ...]:
    """The sentences in an episode's folder."""
    data = json.loads((folder / SENTENCES).read_bytes())
    names = data["speakers"]
    return tuple(
        Said(None if start is None else from_seconds(start), bool(sure), names[speaker], text)
        for start, sure, speaker, text in data["sentences"]
    )
