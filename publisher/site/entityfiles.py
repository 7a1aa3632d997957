"""The entities of a show as data: `entities.json`, and the same for a site made with Eleventy."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from publisher.products import Product
from publisher.site.mentions import KINDS, Entity, Place
from publisher.site.record import Said
from publisher.timecode import clock, seconds


def shown(said: Said) -> dict[str, object]:
    """A sentence for a template; `start` in seconds is None, and its clock empty, when its time is not sure."""
    start = _start(said)
    written = "" if start is None else clock(said.start or 0)
    return {"start": start, "clock": written, "speaker": said.speaker, "text": said.text}


def files(found: tuple[Entity, ...], url: Callable[[str], str], parts: tuple[str, ...]) -> Iterator[Product]:
    """Both files.

    `entities.json`: `{"version": 1, "people": [...], "companies": [...], "products": [...]}`, each
    `{"name", "slug", "url", "episodes": [{"slug", "title", "url", "mentions": [{"start", "speaker", "text"}]}]}`.
    `start` is in seconds, and null where the time is not sure.

    `entities.11tydata.json`: `{"entities": [...]}`, one flat list to paginate over, with `startTime` as
    eleventy-plugin-podcaster names it.

    Args:
        found: The entities.
        url: Gives the public address of a path under `output/`.
        parts: What they are made from, as texts.
    """
    yield Product("entities.json", parts, lambda: _by_kind(found, url))
    yield Product("entities.11tydata.json", parts, lambda: _flat(found, url))


def _by_kind(found: tuple[Entity, ...], url: Callable[[str], str]) -> bytes:
    by_kind = {kind: [_entity(entity, url) for entity in found if entity.kind == kind] for kind in KINDS}
    return _json({"version": 1, **by_kind})


def _flat(found: tuple[Entity, ...], url: Callable[[str], str]) -> bytes:
    flat = [
        {
            "kind": entity.kind,
            "name": entity.name,
            "slug": entity.slug,
            "mentions": [
                {
                    "episode": place.record.slug,
                    "title": place.record.title,
                    "url": _url(place, url),
                    "startTime": _start(said),
                    "speaker": said.speaker,
                    "text": said.text,
                }
                for place in entity.places
                for said in place.mentions
            ],
        }
        for entity in found
    ]
    return _json({"entities": flat})


def _json(data: object) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _entity(entity: Entity, url: Callable[[str], str]) -> dict[str, object]:
    episodes = [
        {
            "slug": place.record.slug,
            "title": place.record.title,
            "url": _url(place, url),
            "mentions": [
                {"start": _start(said), "speaker": said.speaker, "text": said.text} for said in place.mentions
            ],
        }
        for place in entity.places
    ]
    page = url(f"{entity.kind}/{entity.slug}/index.html")
    return {"name": entity.name, "slug": entity.slug, "url": page, "episodes": episodes}


def _url(place: Place, url: Callable[[str], str]) -> str:
    return url(f"episodes/{place.record.slug}/index.html")


def _start(said: Said) -> float | None:
    return seconds(said.start) if said.sure and said.start is not None else None
