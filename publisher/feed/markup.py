"""HTML that is safe to publish: Markdown in, a small allow-list of tags out."""

from __future__ import annotations

import html
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from publisher.text import clean

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_KEPT = 4
"""Texts that are remembered: a summary goes into the notes, the page, the tags and the feed."""

TAGS = {
    "p", "a", "ol", "ul", "li", "strong", "em", "b", "i", "br", "h2", "h3", "blockquote", "time",
}  # fmt: skip

APP_TAGS = {"p", "ol", "ul", "li", "a", "b", "i", "strong", "em", "br"}
"""Tags that apps show in a description (PSP-1), and the line break, which Spotify takes in a chapter list."""

_HEADING = re.compile(r"<(/?)h[23]>")
_HEADING_TAGS = {"": "<p><strong>", "/": "</strong></p>"}

_LEVELS = {"h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}
_LEFT_BOLD = re.compile(r"\*\*([^*<>\n]+)\*\*")
"""CommonMark leaves the marks of `**《书》**是` alone, because Chinese has no blank after the punctuation."""

_LINE_END = re.compile(r"</(?:p|ul|ol|h2|h3|blockquote)>|<br>")
_TORN = re.compile(r"(?:<[^<>]*|&[^\s;&<>]*)\Z")
_BLOCK_END = re.compile(r"(?:</(?:p|li|h2|h3)>|<br>)\n?")
_BLANK_LINES = re.compile(r"\n{3,}")


@lru_cache(_KEPT)
def from_markdown(text: str) -> str:
    """Markdown (CommonMark, raw HTML shown as text) as sanitised HTML."""
    markdown = _markdown()
    tokens = markdown.parse(clean(text))
    for token in tokens:
        token.tag = _LEVELS.get(token.tag, token.tag)
    markup = str(markdown.renderer.render(tokens, markdown.options, {})).strip()
    return sanitise(_LEFT_BOLD.sub(r"<strong>\1</strong>", markup))


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False})


def sanitise(markup: str) -> str:
    """HTML with nothing but `TAGS`, and links to http, https and mailto; open tags are closed."""
    import nh3

    return nh3.clean(
        markup,
        tags=TAGS,
        attributes={"*": set(), "a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel=None,  # it would matter in links that open a window of their own, and takes room in the feed
    )


def for_apps(markup: str) -> str:
    """Sanitised HTML with `APP_TAGS` only: a heading becomes a bold line, of other tags their text stays."""
    import nh3

    bold = _HEADING.sub(lambda tag: _HEADING_TAGS[tag[1]], markup)
    return nh3.clean(bold, tags=APP_TAGS, attributes={"a": {"href"}}, link_rel=None)


def escape(text: str) -> str:
    """Text of any origin as HTML text or attribute value."""
    return html.escape(clean(text))


@lru_cache(_KEPT)
def plain(markup: str) -> str:
    """Sanitised HTML as text: a line a paragraph, `- ` before list items."""
    import nh3

    lines = _BLOCK_END.sub("\n", markup.replace("<li>", "- "))
    return _BLANK_LINES.sub("\n\n", html.unescape(nh3.clean(lines, tags=set()))).strip()


def shortened(markup: str, limit: int) -> str:
    """HTML of at most `limit` bytes (some hundreds or more), no tag left open.

    It is cut after a paragraph or a line if one ends in its second half, else between two characters, with `…`.
    """
    if len(markup.encode()) <= limit:
        return markup
    room = limit
    while True:
        head = _TORN.sub("", markup.encode()[:room].decode(errors="ignore"))
        ends = [end.end() for end in _LINE_END.finditer(head)]
        late_enough = ends and ends[-1] * 2 >= len(head)
        result = sanitise(head[: ends[-1]] if late_enough else head.rstrip() + "…")
        if len(result.encode()) <= limit:
            return result
        room -= len(result.encode()) - limit
