"""The fields of front matter that `publish` reads: their names, and what the reference says of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an episode's front matter.

    Attributes:
        name: As it is written.
        what: What the reference says of it, Markdown.
        others: Names that mean the same, as other programs write it.
    """

    name: str
    what: str
    others: tuple[str, ...] = ()


_ALL = (
    Field("title", "needed: the episode's name"),
    Field(
        "date",
        "needed: `2026-02-17` or `2026-02-17T08:00:00+08:00`. A file name that begins with a date will do",
    ),
    Field("source", "the page of the video: audio, captions and thumbnail come from it", ("sources",)),
    Field("audio", "a file beside the episode or in the show, an `https://` address, or `synthetic`"),
    Field("captions", "a file or an `https://` address: YouTube's json3, WebVTT or SRT"),
    Field("summary", "the show notes, in Markdown", ("description",)),
    Field("draft", "`true` keeps the episode back"),
    Field(
        "language",
        "when it is not the show's; several when more than one is spoken, the main one first: `[zh-CN, ja]`",
        ("lang",),
    ),
    Field(
        "chapters",
        '`- "12:34 Title"` or `- {start: "12:34", title: Title}`: they win over what is found',
    ),
    Field("season", "a number from 1"),
    Field("episode", "a number from 1"),
    Field("season_name", "what the season is called"),
    Field(
        "soundbites",
        'passages that apps may play first: `- "12:34-13:10 Title"`, or words of the transcript: '
        '`- "Nobody believed us"`. Also `- {start: "12:34", duration: "36", title: Title}` and '
        '`- {quote: "Nobody believed us", title: Title}`. Without them, the passages of the cold open are taken',
    ),
    Field("license", "for this episode alone, as in `podcast.toml`"),
    Field("funding", "likewise"),
    Field("location", "likewise: `location: 上海` or `- {name: 上海, rel: creator}`"),
    Field("txt", "likewise"),
    Field("episode_type", "`full`, `trailer` or `bonus`", ("episodeType", "type")),
    Field("explicit", "when it is not the show's"),
    Field("image", "a PNG or JPEG in the show's folder; treated as the show's cover", ("cover",)),
    Field(
        "trim",
        'where the published audio begins and ends in the source: `"0:35 - 1:02:10"`, `"0:35 -"`, or '
        '`{start: "0:35", end: "1:02:10"}`',
    ),
    Field("cut", 'what is left out: a list of `"12:00 - 13:30"` or `{start: "12:00", end: "13:30"}`'),
    Field("intro", "when it is not the show's; `none` means none"),
    Field("outro", "likewise"),
    Field("guid", "the GUID of an episode that you bring along"),
    Field("transcript", "`none`: there is no transcript, and the episode is published without one"),
    Field("tags", "a list"),
    Field("series", "what the site groups episodes by"),
    Field("category", "likewise"),
    Field("people", "a list of names: they go into the notes, each with the time at which it is said first"),
    Field("companies_orgs", "likewise"),
    Field("products_models", "likewise"),
    Field("media_books", "likewise"),
)

FIELDS: Mapping[str, Field] = MappingProxyType({field.name: field for field in _ALL})
"""Every field by its name. `Fields` reads no other; what else stands in front matter is kept and ignored."""
