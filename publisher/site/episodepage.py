"""The page of an episode, the small one that other sites embed, and what the show's pages need to know of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from publisher.feed import markup
from publisher.model import Artefact, Chapter, Episode, Media, Show, TimedWord, Timeline
from publisher.site import structured, transcriptview
from publisher.site.naming import slug
from publisher.site.record import Record, files
from publisher.site.sentences import Sentence, sentences
from publisher.site.theme import Theme
from publisher.site.waveform import COLUMNS, shape
from publisher.site.wording import Wording, date_in_words, wording
from publisher.text import one_line
from publisher.timecode import SECOND, clock, seconds

DESCRIPTION = 300
"""Characters of a description in lists and previews."""

EMBED_SIZE = (640, 260)
"""Pixels of the embedded player."""

_ROOT = "../../"
_DOWNLOADS = ("chapters.vtt", "transcript.vtt", "transcript.srt", "transcript.json", "transcript.txt")


@dataclass(frozen=True, slots=True)
class Material:
    """An episode that is written, for its page.

    Attributes:
        show: The show.
        episode: What a person wrote.
        guid: Minted once.
        published: When it was first published.
        audio: The published audio.
        enclosure: Its path under `output/`.
        synthetic: Whether a machine speaks.
        timeline: When everything is said; None when that is not known.
        words: The same for each word.
        chapters: What is published.
        files: The episode's other files by their path under `output/`.
        url: Gives the public address of a path under `output/`.
    """

    show: Show
    episode: Episode
    guid: str
    published: datetime
    audio: Media
    enclosure: str
    synthetic: bool
    timeline: Timeline | None
    words: tuple[TimedWord, ...]
    chapters: tuple[Chapter, ...]
    files: Mapping[str, Artefact]
    url: Callable[[str], str]

    @property
    def folder(self) -> str:
        """Where its files lie, under `output/`."""
        return f"episodes/{self.episode.slug}"

    def artefact(self, name: str) -> Artefact | None:
        """One of its other files, by name."""
        return self.files.get(f"{self.folder}/{name}")


def episode_files(theme: Theme, material: Material) -> tuple[Artefact, ...]:
    """All files that the site needs of an episode; their paths are relative to its folder.

    Raises:
        ConfigError: A person's template has a fault.
    """
    episode = material.episode
    language = episode.language or material.show.language
    words = wording(language)
    said = sentences(episode.transcript, material.timeline, material.words, material.show.confidence)
    values = {
        "show": material.show,
        "words": words,
        "language": language,
        "root": _ROOT,
        "feed_url": material.show.feed_url,
        "page": _view(material, said, words, language),
    }
    return (
        Artefact("index.html", "text/html", theme.render("episode.html", values)),
        Artefact("embed.html", "text/html", theme.render("embed.html", values)),
        Artefact("oembed.json", "application/json+oembed", _oembed(material)),
        *files(_record(material), said),
    )


def _record(material: Material) -> Record:
    episode = material.episode
    return Record(
        episode.slug,
        one_line(episode.title),
        material.published,
        material.audio.duration,
        description(episode.summary),
        tags=_lines(episode.tags),
        categories=_field(episode, "category"),
        series=_field(episode, "series"),
        people=_lines(episode.people),
        companies=_lines(episode.companies),
        products=_lines(episode.products),
    )


def description(summary: str) -> str:
    """A summary as plain text on one bounded line."""
    text = one_line(markup.plain(markup.from_markdown(summary)))
    return text if len(text) <= DESCRIPTION else f"{text[: DESCRIPTION - 1]}…"


def _lines(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in map(one_line, names) if name)


def _field(episode: Episode, name: str) -> tuple[str, ...]:
    value = episode.fields.get(name)
    values = [value] if isinstance(value, str) else value
    return (
        _lines(each for each in values if isinstance(each, str)) if isinstance(values, list | tuple) else ()
    )


def _view(material: Material, said: tuple[Sentence, ...], words: Wording, language: str) -> dict[str, object]:
    from markupsafe import Markup

    episode, audio = material.episode, material.audio
    page_url = material.url(f"{material.folder}/index.html")
    about = description(episode.summary)
    image = _image(material)
    image_url = material.url(image) if image else ""
    title = one_line(episode.title)
    peaks = material.artefact("peaks.json")
    sections = transcriptview.sections(
        episode.transcript, said, audio.duration, timed=material.timeline is not None
    )
    return {
        "key": material.guid,
        "title": title,
        "url": page_url,
        "description": about,
        "date": date_in_words(material.published, words),
        "day": material.published.date().isoformat(),
        "length": clock(audio.duration),
        "zero": clock(0, longest=audio.duration),
        "seconds": audio.duration // SECOND,
        "language": language,
        "audio": _ROOT + quote(material.enclosure),
        "audio_url": material.url(material.enclosure),
        "audio_type": audio.mime,
        "image": _ROOT + quote(image) if image else "",
        "image_url": image_url,
        "oembed_url": material.url(f"{material.folder}/oembed.json"),
        "source": episode.source,
        "synthetic": material.synthetic,
        "notes": Markup(markup.from_markdown(episode.summary)),  # noqa: S704 - sanitised there
        "chapters_file": "chapters.vtt" if material.artefact("chapters.vtt") else "",
        "captions_file": "transcript.vtt" if material.artefact("transcript.vtt") else "",
        "words_file": "transcript.words.json" if material.artefact("transcript.words.json") else "",
        "wave": shape(peaks.content) if peaks else "",
        "chapters": [_chapter(chapter, audio.duration) for chapter in material.chapters],
        "downloads": [
            {"name": name, "mime": file.mime} for name in _DOWNLOADS if (file := material.artefact(name))
        ],
        "groups": list(_groups(episode)),
        "mentioned": list(_mentioned(episode, words)),
        "sections": sections,
        "turns": sum(len(section.turns) for section in sections),
        "structured": structured.episode(
            material.show,
            title=title,
            url=page_url,
            description=about,
            published=material.published,
            duration=audio.duration,
            audio_url=material.url(material.enclosure),
            audio_type=audio.mime,
            image_url=image_url,
            chapters=material.chapters,
            show_url=material.url("index.html"),
        ),
    }


def _image(material: Material) -> str:
    """Path under `output/` of the episode's picture, or of the show's cover; empty when there is neither."""
    own = (path for path, file in material.files.items() if file.mime.startswith("image/"))
    cover = material.show.cover
    return next(own, f"cover.{cover.rpartition('.')[2].lower()}" if cover else "")


def _chapter(chapter: Chapter, duration: int) -> dict[str, object]:
    return {
        "start": seconds(chapter.start),
        "clock": clock(chapter.start, longest=duration),
        "title": one_line(chapter.title),
        "place": round(COLUMNS * chapter.start / max(1, duration), 1),
    }


def _link(folder: str, name: str) -> dict[str, str]:
    return {"href": f"{_ROOT}{folder}/{quote(slug(name))}/index.html", "name": name}


def _groups(episode: Episode) -> Iterator[dict[str, str]]:
    for folder, names in (
        ("series", _field(episode, "series")),
        ("categories", _field(episode, "category")),
        ("tags", _lines(episode.tags)),
    ):
        yield from (_link(folder, name) for name in names)


def _mentioned(episode: Episode, words: Wording) -> Iterator[dict[str, object]]:
    for folder, title, names in (
        ("people", words.people, episode.people),
        ("companies", words.companies, episode.companies),
        ("products", words.products, episode.products),
    ):
        if links := [_link(folder, name) for name in _lines(names)]:
            yield {"title": title, "links": links}


def _oembed(material: Material) -> bytes:
    """The embedded player as oEmbed 1.0 has it, type `rich`."""
    width, height = EMBED_SIZE
    title = one_line(material.episode.title)
    address = material.url(f"{material.folder}/embed.html")
    frame = (
        f'<iframe src="{markup.escape(address)}" width="{width}" height="{height}" '
        f'title="{markup.escape(title)}" allow="autoplay; clipboard-write" loading="lazy"></iframe>'
    )
    data = {
        "version": "1.0",
        "type": "rich",
        "provider_name": material.show.title,
        "provider_url": material.url("index.html"),
        "author_name": material.show.author,
        "title": title,
        "html": frame,
        "width": width,
        "height": height,
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
