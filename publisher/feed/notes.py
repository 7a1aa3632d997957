"""Show notes: the summary, chapters with times to click, who speaks, what is named, the source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from publisher import timecode
from publisher.feed.markup import escape, from_markdown, plain
from publisher.feed.persons import named_speakers
from publisher.model import Chapter, Episode, Show
from publisher.text import one_line

_YOUTUBE = {"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "youtu.be"}


@dataclass(frozen=True, slots=True)
class Notes:
    """Show notes of an episode.

    Attributes:
        html: A complete HTML document.
        feed_html: The same for the feed: tags that podcast apps know, times as `(00:12:34)`.
        plain: The same as text.
    """

    html: str
    feed_html: str
    plain: str


@dataclass(frozen=True, slots=True)
class _Words:
    chapters: str
    speakers: str
    people: str
    companies: str
    products: str
    media: str
    source: str
    synthetic: str
    colon: str
    comma: str


_CHINESE = _Words(
    chapters="章节",
    speakers="发言人",
    people="人物",
    companies="公司与机构",
    products="产品与模型",
    media="书籍与作品",
    source="来源",
    synthetic="本期语音为机器合成的预览。",
    colon="：",
    comma="、",
)
_ENGLISH = _Words(
    chapters="Chapters",
    speakers="Speakers",
    people="People",
    companies="Companies",
    products="Products",
    media="Books and media",
    source="Source",
    synthetic="The voice in this episode is synthetic.",
    colon=": ",
    comma=", ",
)


def render(
    show: Show, episode: Episode, chapters: tuple[Chapter, ...], *, enclosure_url: str, synthetic: bool
) -> Notes:
    """Write the show notes.

    Args:
        show: For the language, when the episode names none, and for what its speakers are called.
        episode: Its summary is Markdown of any origin; only harmless tags of it stay.
        chapters: What is published; times link to the source if that is on YouTube, else to the audio.
        enclosure_url: Of the audio.
        synthetic: Whether a machine speaks; the first line says so.
    """
    language = episode.language or show.language
    words = _CHINESE if language.lower().startswith("zh") else _ENGLISH
    summary = from_markdown(episode.summary)
    warning = words.synthetic if synthetic else ""
    lists = _lists(episode, words, show.speakers)
    source = _web_address(episode.source)
    return Notes(
        html=_document(
            language,
            one_line(episode.title),
            _joined(
                _paragraph(escape(warning)),
                summary,
                _page_chapters(chapters, words, source, enclosure_url),
                *(f"<h2>{escape(head)}</h2>\n<p>{escape(names)}</p>" for head, names in lists),
                _paragraph(_source_link(source, words)),
            ),
        ),
        feed_html=_joined(
            _paragraph(escape(warning)),
            summary,
            _feed_chapters(chapters, words, source),
            *(_paragraph(escape(f"{head}{words.colon}{names}")) for head, names in lists),
            _paragraph(_source_link(source, words)),
        ),
        plain=_joined(
            warning,
            plain(summary),
            _plain_chapters(chapters, words),
            *(f"{head}{words.colon}{names}" for head, names in lists),
            f"{words.source}{words.colon}{source}" if source else "",
            between="\n\n",
        ),
    )


def _joined(*blocks: str, between: str = "\n") -> str:
    return "".join(f"{block}{between}" for block in blocks if block).rstrip() + "\n" if any(blocks) else ""


def _paragraph(markup: str) -> str:
    return f"<p>{markup}</p>" if markup else ""


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


def _lists(episode: Episode, words: _Words, aliases: Mapping[str, str]) -> list[tuple[str, str]]:
    found = (
        (words.speakers, named_speakers(episode.transcript, aliases)),
        (words.people, episode.people),
        (words.companies, episode.companies),
        (words.products, episode.products),
        (words.media, episode.media),
    )
    joined = ((head, words.comma.join(filter(None, map(one_line, names)))) for head, names in found)
    return [(head, names) for head, names in joined if names]


# -- chapters -----------------------------------------------------------------------------------------


def _page_chapters(chapters: tuple[Chapter, ...], words: _Words, source: str, enclosure_url: str) -> str:
    if not chapters:
        return ""
    items = (
        f'<li><a href="{escape(listen_at(source, enclosure_url, chapter.start))}">'
        f"<time>{_stamp(chapter.start)}</time></a> {escape(one_line(chapter.title))}</li>\n"
        for chapter in chapters
    )
    return f"<h2>{words.chapters}</h2>\n<ul>\n{''.join(items)}</ul>"


def _feed_chapters(chapters: tuple[Chapter, ...], words: _Words, source: str) -> str:
    """Apps look for the time outside links, one a line."""
    if not chapters:
        return ""
    lines = []
    for chapter in chapters:
        title, address = escape(one_line(chapter.title)), _youtube_at(source, chapter.start)
        linked = f'<a href="{escape(address)}">{title}</a>' if address else title
        lines.append(f"({_stamp(chapter.start)}) {linked}")
    return f"<p>{words.chapters}</p>\n<p>{'<br>'.join(lines)}</p>"


def _plain_chapters(chapters: tuple[Chapter, ...], words: _Words) -> str:
    lines = (f"({_stamp(chapter.start)}) {one_line(chapter.title)}" for chapter in chapters)
    return "\n".join((words.chapters, *lines)) if chapters else ""


def _stamp(ms: int) -> str:
    return timecode.webvtt(ms).partition(".")[0]


def listen_at(source: str, enclosure_url: str, ms: int) -> str:
    """Where a moment can be heard: in the video if it is on YouTube, else in the published audio."""
    return _youtube_at(source, ms) or _audio_at(enclosure_url, ms)


# -- links --------------------------------------------------------------------------------------------


def _source_link(source: str, words: _Words) -> str:
    return f'{words.source}{words.colon}<a href="{escape(source)}">{escape(source)}</a>' if source else ""


def _web_address(text: str) -> str:
    """An http or https address as it is; anything else is empty."""
    address = one_line(text)
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in {"http", "https"} and parts.netloc and " " not in address else ""


def _youtube_at(source: str, ms: int) -> str:
    """The video at a time; empty when the source is not on YouTube."""
    if not source or urlsplit(source).hostname not in _YOUTUBE:
        return ""
    parts = urlsplit(source)
    query = [(key, value) for key, value in parse_qsl(parts.query) if key != "t"]
    timed = urlencode([*query, ("t", f"{ms // timecode.SECOND}s")])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, timed, ""))


def _audio_at(enclosure_url: str, ms: int) -> str:
    """A media fragment (W3C Media Fragments URI 1.0)."""
    return f"{enclosure_url}#t={ms // timecode.SECOND}"
