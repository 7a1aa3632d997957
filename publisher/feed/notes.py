"""Show notes: a template, filled with the summary, chapters, who speaks, what is named and when, and the source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from publisher import templating, timecode
from publisher.feed.links import listen_at, web_address, youtube_at
from publisher.feed.markup import escape, from_markdown, sanitise
from publisher.feed.moments import Moments
from publisher.feed.persons import named_speakers
from publisher.feed.wording import wording
from publisher.model import Chapter, EditMap, Episode, Show, Timeline
from publisher.text import one_line

if TYPE_CHECKING:
    from publisher.sandbox import Sandbox

FOLDER = "templates"
"""In the show's folder: a template that lies in it wins over the packaged one of the same name."""

TEMPLATE = "notes.html.j2"

STEPS, LONGEST = 20_000, 1_000_000
"""What a template may do: rounds of loops, and characters."""


@dataclass(frozen=True, slots=True)
class Notes:
    """Show notes of an episode.

    Attributes:
        html: A complete HTML document.
        feed_html: The same for the feed: tags that podcast apps know, times as `(00:12:34)`.
    """

    html: str
    feed_html: str


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that is said at a time: a chapter, or what front matter names.

    Attributes:
        title: What it is.
        time: `HH:MM:SS`; empty when it is not sure.
        url: Where to hear it; empty when there is no such place.
    """

    title: str
    time: str
    url: str


@dataclass(frozen=True, slots=True)
class Named:
    """What front matter lists under one heading, and when each is said first."""

    heading: str
    items: tuple[Moment, ...]


def render(
    show: Show,
    episode: Episode,
    chapters: tuple[Chapter, ...],
    *,
    enclosure_url: str,
    synthetic: bool,
    timeline: Timeline | None = None,
    edit: EditMap | None = None,
    templates: Path | None = None,
) -> Notes:
    """Write the show notes.

    Args:
        show: For its language, when the episode names none, for what its speakers are called, and how sure a time
            must be.
        episode: Its summary is Markdown of any origin; only harmless tags of it and of the template stay.
        chapters: What is published; times link to the source if that is on YouTube, on the page also to the audio.
        enclosure_url: Of the audio.
        synthetic: Whether a machine speaks.
        timeline: When the turns are spoken; without it, what is named has no times.
        edit: For the times in the video, where they are not those of the audio.
        templates: Folder with a person's own template; the packaged one serves when it holds none.

    Raises:
        ConfigError: The person's template has a fault.
    """
    language = episode.language or show.language
    words = wording(language)
    source = web_address(episode.source)
    moments = Moments(episode.transcript, timeline, threshold=show.confidence)
    firsts = {name: moments.first(name) for names in _lists(episode).values() for name in names}

    def body(*, page: bool) -> str:
        def moment(title: str, start: int | None) -> Moment:
            if start is None:
                return Moment(one_line(title), "", "")
            url = listen_at(source, enclosure_url, start, edit) if page else youtube_at(source, start, edit)
            return Moment(one_line(title), timecode.webvtt(start).partition(".")[0], url)

        values = {
            "page": page,
            "show": show,
            "episode": episode,
            "words": words,
            "language": language,
            "summary": _safe(from_markdown(episode.summary)),
            "synthetic": synthetic,
            "chapters": [moment(chapter.title, chapter.start) for chapter in chapters],
            "speakers": [one_line(name) for name in named_speakers(episode.transcript, show.speakers)],
            "named": [
                Named(getattr(words, kind), tuple(moment(name, firsts[name]) for name in names))
                for kind, names in _lists(episode).items()
                if names
            ],
            "source": source,
        }
        return _tidy(templating.render(_environment(templates), TEMPLATE, values))

    return Notes(
        html=_document(language, one_line(episode.title), body(page=True)), feed_html=body(page=False)
    )


def _lists(episode: Episode) -> dict[str, tuple[str, ...]]:
    """What front matter names, by the name of its heading."""
    listed = {
        "people": episode.people,
        "companies": episode.companies,
        "products": episode.products,
        "media": episode.media,
    }
    return {kind: tuple(name for name in names if one_line(name)) for kind, names in listed.items()}


def _environment(folder: Path | None) -> Sandbox:
    own = folder / TEMPLATE if folder else None
    return _kept_environment(folder, own.read_bytes() if own and own.is_file() else b"")


@lru_cache(maxsize=4)
def _kept_environment(folder: Path | None, _own: bytes) -> Sandbox:
    """An environment with its compiled templates, as long as the person's own one stays the same."""
    from publisher.sandbox import Bounds

    return templating.environment("publisher.feed", folder, Bounds(STEPS, LONGEST))


def _safe(markup: str) -> str:
    from markupsafe import Markup

    return Markup(markup)  # noqa: S704 - it was sanitised


def _tidy(markup: str) -> str:
    """Sanitised, without blank lines, with a line end when there is anything."""
    lines = (line.rstrip() for line in sanitise(markup).splitlines())
    return "".join(f"{line}\n" for line in lines if line)


def _document(language: str, title: str, body: str) -> str:
    return (
        "<!DOCTYPE html>\n"
        f'<html lang="{escape(language)}">\n'
        "<head>\n"
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(title)}</title>\n"
        "</head>\n"
        f"<body>\n<h1>{escape(title)}</h1>\n{body}</body>\n"
        "</html>\n"
    )
