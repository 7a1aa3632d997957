"""Rules of the Podcasting 2.0 tags: what `podcast.toml` and front matter may say of them, a feed may say too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from publisher import tables, timecode
from publisher.checking.rules import breach
from publisher.checking.tree import NAMESPACES, Tree
from publisher.findings import Finding

if TYPE_CHECKING:
    from lxml.etree import _Element
    from pydantic import BaseModel

MEDIA = ("podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "publisher", "course")
LONGEST_NAME = 128
SHORTEST, LONGEST = 15, 120
"""Seconds of a soundbite, as the namespace recommends them."""


@dataclass(frozen=True, slots=True)
class _Table:
    """A tag whose values are those of a table: its rule, the table, and the attribute of each key."""

    code: str
    table: type[BaseModel]
    text: str
    attributes: Mapping[str, str]


def _converted(key: str, value: str) -> object:
    """Dates and numbers as the tables have them; what is none stays text, which the table refuses."""
    try:
        if key == "published":
            return parsedate_to_datetime(value)
        if key == "dtstart":
            return datetime.fromisoformat(value)
        if key == "complete":
            return {"true": True, "false": False}.get(value, value)
        return int(value) if key in {"length", "season"} else value
    except ValueError:
        return value


_TABLES = {
    "license": _Table("license-wrong", tables.LicenseTable, "id", {"url": "url"}),
    "funding": _Table("funding-wrong", tables.FundingTable, "text", {"url": "url"}),
    "location": _Table(
        "location-wrong",
        tables.LocationTable,
        "name",
        {name: name for name in ("rel", "geo", "osm", "country")},
    ),
    "txt": _Table("txt-wrong", tables.TxtTable, "text", {"purpose": "purpose"}),
    "updateFrequency": _Table(
        "frequency-wrong",
        tables.UpdateFrequencyTable,
        "text",
        {name: name for name in ("rrule", "dtstart", "complete")},
    ),
    "trailer": _Table(
        "trailer-wrong",
        tables.TrailerTable,
        "title",
        {"url": "url", "published": "pubdate", "length": "length", "type": "type", "season": "season"},
    ),
    "publisher/podcast:remoteItem": _Table(
        "publisher-wrong", tables.PublisherTable, "", {"guid": "feedGuid", "feed_url": "feedUrl"}
    ),
    "podroll/podcast:remoteItem": _Table(
        "podroll-wrong",
        tables.RemoteFeedTable,
        "",
        {"guid": "feedGuid", "feed_url": "feedUrl", "title": "title"},
    ),
}


@dataclass(frozen=True, slots=True)
class _Form:
    """A tag of which each value has a form: that of its text, those of its attributes, and what it must hold."""

    text: str = ".*"
    attributes: Mapping[str, str] = field(default_factory=dict)
    holds: str = ""


_URL = r"https?://\S+"
_FORMS = {
    "chapters": _Form(attributes={"url": _URL}),
    "transcript": _Form(attributes={"url": _URL, "rel": "|captions"}),
    "season": _Form("[0-9]+", {"name": r".{0,128}"}),
    "episode": _Form(r"[0-9]+(\.[0-9]+)?", {"display": r".{0,32}"}),
    "alternateEnclosure": _Form(
        attributes={"type": r"\S+/\S+", "length": "[0-9]*", "title": r".{0,32}", "rel": r".{0,32}"},
        holds="source",
    ),
    "alternateEnclosure/podcast:source": _Form(attributes={"uri": r"\S+"}),
    "alternateEnclosure/podcast:integrity": _Form(attributes={"type": "sri|pgp-signature", "value": r"\S.*"}),
    "image": _Form(attributes={"href": _URL, "purpose": r".{0,128}"}),
    "locked": _Form(attributes={"owner": r"(\S+@\S+)?"}),
    "block": _Form("yes|no"),
    "podping": _Form(attributes={"usesPodping": "true|false"}),
}
_NO_LONGER = ("images",)
"""Tags that the namespace has given up."""


def tags(tree: Tree) -> Iterator[Finding]:
    """Each tag of the namespace, of the show and of its episodes."""
    channel = (tree.feed.name, tree.channel)
    for where, part in (channel, *tree.episodes()):
        for name, rule in _TABLES.items():
            for found in part.iterfind(f"podcast:{name}", namespaces=NAMESPACES):
                yield from _by_table(where, name.rpartition(":")[2], rule, found)
        for name, form in _FORMS.items():
            for found in part.iterfind(f"podcast:{name}", namespaces=NAMESPACES):
                yield from _by_form(where, name.rpartition(":")[2], form, found)
        for name in _NO_LONGER:
            if part.find(f"podcast:{name}", namespaces=NAMESPACES) is not None:
                yield breach("tag-wrong", where, f"podcast:{name} is no longer used.")
        yield from _people(where, part)
        yield from _soundbites(where, part)
    yield from _medium(*channel)
    for roll in tree.channel.iterfind("podcast:podroll", namespaces=NAMESPACES):
        if roll.find("podcast:remoteItem", namespaces=NAMESPACES) is None:
            yield breach("podroll-wrong", tree.feed.name, "podcast:podroll recommends no show.")
    for publisher in tree.channel.iterfind("podcast:publisher", namespaces=NAMESPACES):
        named = publisher.findall("podcast:remoteItem", NAMESPACES)
        if [each.get("medium") for each in named] != ["publisher"]:
            what = "podcast:publisher does not hold one podcast:remoteItem of the medium publisher."
            yield breach("publisher-wrong", tree.feed.name, what)


def _by_table(where: str, name: str, rule: _Table, found: _Element) -> Iterator[Finding]:
    from pydantic import ValidationError

    said = {key: found.get(attribute) for key, attribute in rule.attributes.items()}
    if rule.text:
        said[rule.text] = (found.text or "").strip()
    values = {key: _converted(key, value) for key, value in said.items() if value}
    try:
        rule.table.model_validate(values)
    except ValidationError as error:
        detail = error.errors()[0]
        key = str(detail["loc"][0]) if detail["loc"] else ""
        at = rule.attributes.get(key, "its text" if key else "it")
        yield breach(rule.code, where, f"podcast:{name}: {at} {tables.sentence(detail)}.")


def _by_form(where: str, name: str, form: _Form, found: _Element) -> Iterator[Finding]:
    values = {"": (found.text or "").strip()} | {key: found.get(key, "") for key in form.attributes}
    for key, value in values.items():
        if not re.fullmatch(form.attributes.get(key, form.text), value, re.DOTALL):
            at = f"its {key}" if key else "its text"
            yield breach(
                "tag-wrong", where, f"podcast:{name}: {at} {value[:80]!r} is missing or not allowed."
            )
    if form.holds and found.find(f"podcast:{form.holds}", NAMESPACES) is None:
        yield breach("tag-wrong", where, f"podcast:{name} holds no podcast:{form.holds}.")


def _people(where: str, part: _Element) -> Iterator[Finding]:
    for person in part.iterfind("podcast:person", namespaces=NAMESPACES):
        if not 0 < len((person.text or "").strip()) <= LONGEST_NAME:
            yield breach(
                "person-wrong", where, f"podcast:person has no name of 1 to {LONGEST_NAME} characters."
            )


def _soundbites(where: str, part: _Element) -> Iterator[Finding]:
    for bite in part.iterfind("podcast:soundbite", namespaces=NAMESPACES):
        try:
            length = timecode.parse(bite.get("duration") or "") / timecode.SECOND
        except ValueError:
            continue  # the rule of its times names that
        if not SHORTEST <= length <= LONGEST:
            what = f"A soundbite lasts {length:g} s, not {SHORTEST} to {LONGEST} s."
            yield breach("soundbite-length", where, what)
        if len(bite.text or "") > LONGEST_NAME:
            yield breach(
                "soundbite-length", where, f"A soundbite's title is longer than {LONGEST_NAME} characters."
            )


def _medium(where: str, channel: _Element) -> Iterator[Finding]:
    medium = (channel.findtext("podcast:medium", namespaces=NAMESPACES) or "podcast").strip()
    if medium not in {*MEDIA, *(f"{name}L" for name in MEDIA), "mixed"}:
        yield breach(
            "medium-unknown", where, f"podcast:medium {medium[:80]!r} is none that the namespace knows."
        )
