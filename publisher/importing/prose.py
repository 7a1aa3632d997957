"""HTML of strangers, as Markdown that a person can go on with."""

from __future__ import annotations

import re

from publisher.importing.stubs import summary_of
from publisher.text import clean

_LONGEST = 50_000
_TAGS = {
    *("a", "b", "strong", "em", "i", "p", "br", "ul", "ol", "li", "blockquote", "code", "pre"),
    *("h1", "h2", "h3", "h4", "h5", "h6"),
}
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BLANK_LINES = re.compile(r"\n{3,}")


def to_markdown(text: str) -> str:
    """Show notes as Markdown: the tags that podcast apps know are kept, scripts and the like are dropped.

    Args:
        text: HTML, or a plain text.
    """
    text = clean(text[:_LONGEST])
    if not _TAG.search(text):
        return summary_of(text)
    import nh3
    from markdownify import markdownify

    harmless = nh3.clean(
        text, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}, link_rel=None
    )
    try:
        found = markdownify(harmless, heading_style="ATX", bullets="-", autolinks=False)
    except RecursionError:  # thousands of elements in one another
        return summary_of(nh3.clean(text, tags=set()))
    lines = (line.rstrip() for line in clean(found).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
