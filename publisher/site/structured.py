"""Structured data (schema.org, JSON-LD) for search engines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from publisher.model import Chapter, Show
from publisher.text import one_line
from publisher.timecode import SECOND, seconds

if TYPE_CHECKING:
    from markupsafe import Markup

_UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def episode(
    show: Show,
    *,
    title: str,
    url: str,
    description: str,
    published: datetime,
    duration: int,
    audio_url: str,
    audio_type: str,
    image_url: str,
    chapters: Sequence[Chapter],
    show_url: str,
) -> Markup:
    """`PodcastEpisode`, with a `Clip` for each chapter."""
    clips = [
        {
            "@type": "Clip",
            "name": one_line(chapter.title),
            "startOffset": seconds(chapter.start),
            "endOffset": seconds(chapter.end),
            "url": f"{url}#t={seconds(chapter.start)}",
        }
        for chapter in chapters
    ]
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "PodcastEpisode",
        "name": title,
        "url": url,
        "description": description,
        "datePublished": published.isoformat(),
        "timeRequired": f"PT{duration // SECOND}S",
        "associatedMedia": {"@type": "AudioObject", "contentUrl": audio_url, "encodingFormat": audio_type},
        "partOfSeries": {
            "@type": "PodcastSeries",
            "name": show.title,
            "url": show_url,
            "webFeed": show.feed_url,
        },
    }
    if image_url:
        data["image"] = image_url
    if clips:
        data["hasPart"] = clips
    return _script(data)


def series(show: Show, *, url: str, description: str, image_url: str) -> Markup:
    """`PodcastSeries`."""
    data = {
        "@context": "https://schema.org",
        "@type": "PodcastSeries",
        "name": show.title,
        "url": url,
        "description": description,
        "webFeed": show.feed_url,
        "author": {"@type": "Person", "name": show.author},
        "inLanguage": show.language,
    }
    return _script(data | ({"image": image_url} if image_url else {}))


def _script(data: object) -> Markup:
    """JSON that cannot end the element that it stands in."""
    from markupsafe import Markup

    text = json.dumps(data, ensure_ascii=False)
    for letter, written in _UNSAFE.items():
        text = text.replace(letter, written)
    return Markup(text)  # noqa: S704 - nothing in it can be markup any more
