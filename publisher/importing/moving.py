"""What a show takes along when it moves: the keys of podcast.toml, and what to do with the old feed."""

from __future__ import annotations

import json

from publisher.categories import APPLE_CATEGORIES
from publisher.feed import show_guid
from publisher.importing.feed import Feed
from publisher.text import one_line

_ADDRESS = "https://example.com/podcast"


def show_fields(feed: Feed, address: str) -> dict[str, object]:
    """The keys of podcast.toml that a feed tells of.

    Args:
        feed: The old feed.
        address: Where it is; from it apps work out the GUID of a show that says none. Empty when unknown.
    """
    categories = [name for name in feed.categories if _is_apples(name)]
    guid = feed.guid or (show_guid(address) if address else "")
    fields: dict[str, object] = {
        "title": feed.title,
        "description": one_line(feed.description),
        "link": feed.link,
        "language": feed.language,
        "author": feed.author,
        "category": categories[0] if len(categories) == 1 else categories,
        "explicit": feed.explicit,
        "type": feed.type,
        "guid": guid,
    }
    name, mail = feed.owner
    owner = {"name": name, "email": mail} if name and mail else {}
    return {key: value for key, value in {**fields, "owner": owner}.items() if value not in ("", [], {})}


def podcast_toml(fields: dict[str, object]) -> str:
    """A `podcast.toml` with the fields, and with something to replace where a needed one is missing."""
    needed = {
        "title": "My show",
        "description": "One or two sentences about the show.",
        "link": "https://example.com",
        "base_url": _ADDRESS,
        "language": "en",
        "author": "Your name",
        "category": "Technology",
    }
    plain = {**needed, **{key: value for key, value in fields.items() if key != "owner"}}
    lines = ["# Taken over from the old feed. Every key is explained in the reference."]
    for key, value in plain.items():
        note = "" if key in fields else "   # replace this"
        note = "   # the address at which you will serve output/" if key == "base_url" else note
        lines.append(f"{key} = {_toml(value)}{note}")
    if isinstance(owner := fields.get("owner"), dict):
        lines += ["", "[owner]", *(f"{key} = {_toml(value)}" for key, value in owner.items())]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """JSON's strings, lists and booleans are TOML's."""
    return json.dumps(value, ensure_ascii=False)


def _is_apples(name: str) -> bool:
    outer, _, part = name.partition(" > ")
    return outer in APPLE_CATEGORIES and (not part or part in APPLE_CATEGORIES[outer])


def advice(feed: Feed, address: str, *, has_guid: bool) -> tuple[str, ...]:
    """What to do so that subscribers come along, a sentence or two each."""
    said = [
        (
            "Keep the old feed up. When the new one is online, put <itunes:new-feed-url> with its address into the "
            "old feed, redirect the old address to it (status 301), and set new_feed_url in podcast.toml to the same."
        ),
        "The audio is fetched from the old host at the first build: keep it there until then.",
    ]
    if has_guid:
        said.insert(0, "Keep `guid` in podcast.toml: by it apps know that it is the same show.")
    if feed.moved_to not in {"", address}:
        said.insert(0, f"This feed says that it has moved to {feed.moved_to}: import from there.")
    return tuple(said)
