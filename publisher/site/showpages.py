"""The pages of the show: front page, search, 404, and one for each tag, series, category, year, person and so on.

They are made when something of the show has changed, and what is no longer made is removed.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache as once
from functools import partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from publisher.feed import markup
from publisher.model import Show
from publisher.products import Product, bring_up_to_date, remembered, remove
from publisher.site import entityfiles, searchindex, structured
from publisher.site.episodepage import description
from publisher.site.memory import FILE, DamagedError, Known, Memory, remembering
from publisher.site.mentions import Entity, gathered
from publisher.site.naming import slug
from publisher.site.record import Record
from publisher.site.theme import Theme
from publisher.site.wording import Wording, date_in_words, wording
from publisher.timecode import MINUTE

NEWEST = 100
"""Episodes on the front page; older ones are under their years."""

LINKS = 24
"""Tags, people and so on of a kind on the front page; all are on the page of the kind."""

PLACES = 200
"""Episodes on the page of a name, the newest; `entities.json` has all."""

MEMORY = "site.json"
"""In the cache: what was written, and from what."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of group: its folder and what people call it."""

    folder: str
    title: str


def write_show(
    theme: Theme, show: Show, *, output: Path, cache: Path, slugs: Iterable[str], url: Callable[[str], str]
) -> tuple[str, ...]:
    """Bring the pages of the show up to date.

    Args:
        theme: How they look.
        show: The show.
        output: `output/`; the episodes' own files are there.
        cache: The show's cache.
        slugs: The episodes that are published.
        url: Gives the public address of a path under `output/`.

    Returns:
        Paths under `output/` that were written or removed.

    Raises:
        ConfigError: A person's template has a fault.
    """
    folders = [output / "episodes" / slug for slug in sorted(slugs)]

    def made() -> tuple[str, ...]:
        with remembering(cache) as memory:
            pages = _Pages(theme, show, memory, memory.known(folders), url)
            return bring_up_to_date(output, cache / MEMORY, pages.products())

    try:
        return made()
    except DamagedError:
        return made()


def learn(output: Path, cache: Path, slugs: Iterable[str]) -> None:
    """Read what the pages of the show need of some episodes, so that less is left for `write_show`."""
    with suppress(DamagedError), remembering(cache) as memory:
        memory.learn(output / "episodes" / slug for slug in slugs)


def remove_show(output: Path, cache: Path) -> tuple[str, ...]:
    """Remove the pages of the show; for a show that wants none.

    Returns:
        Paths under `output/` that were removed.
    """
    written = tuple(remembered(cache / MEMORY))
    remove(output, written)
    forget(cache)
    return written


def forget(cache: Path) -> None:
    """Drop what is known of the pages, so that all are made from what is there."""
    for name in (MEMORY, FILE):
        (cache / name).unlink(missing_ok=True)


class _Pages:
    """All pages of a show. Its episodes stand the oldest first."""

    def __init__(
        self, theme: Theme, show: Show, memory: Memory, listed: list[Known], url: Callable[[str], str]
    ) -> None:
        self._theme, self._show, self._memory, self._listed = theme, show, memory, listed
        self._url = url
        self._words: Wording = wording(show.language)
        self._newest = [known.record for known in reversed(listed)]
        self._version = {known.record.slug: known.version for known in listed}
        self._cover = f"cover.{show.cover.rpartition('.')[2].lower()}" if show.cover else ""

    def products(self) -> Iterator[Product]:
        """Every file; paths are relative to `output/`."""
        for asset in self._theme.assets.values():
            yield Product(asset.path, (self._theme.key,), partial(getattr, asset, "content"))
        groups = [(kind, group) for kind, group in self._groups() if group]
        found = gathered((known.record, known.mentioned) for known in reversed(self._listed))
        of_kind = [
            (kind, [entity for entity in found if entity.kind == kind.folder])
            for kind in self._entity_kinds()
        ]
        kinds = [
            *((kind, self._entity_links(own)) for kind, own in of_kind if own),
            *((kind, self._group_links(group)) for kind, group in groups),
        ]
        yield self._front(kinds)
        for kind, links in kinds:
            yield self._list(kind, links)
        for kind, group in groups:
            yield from (self._group(kind, own, *named) for own, named in group.items())
        for kind, own in of_kind:
            yield from (self._entity(kind, entity) for entity in own)
        parts = tuple(part for entity in found for part in self._parts_of(entity, len(entity.places)))
        yield from entityfiles.files(found, self._url, (repr(self._show), *parts))
        yield from self._search()
        yield self._page("404.html", "404.html", {"root": self._url("")}, ())

    def _search(self) -> Iterator[Product]:
        """The index and its page, which names the index's version."""
        records = [known.record for known in self._listed]
        rows = searchindex.rows(records)
        key = sha256("".join(known.index_version for known in self._listed).encode("ascii")).hexdigest()
        made = once(lambda: searchindex.shards(self._memory.terms(record.slug for record in records)))
        count = self._memory.count_of(key) or self._memory.keep_count(key, len(made()))
        yield Product(
            f"{searchindex.FOLDER}/index.json", (key, repr(rows)), partial(searchindex.about, rows, count)
        )
        for number in range(count):
            path = f"{searchindex.FOLDER}/{number}.json"
            yield Product(path, (key, str(searchindex.VERSION)), partial(lambda at: made()[at], number))
        version = sha256(
            f"{searchindex.VERSION} {key} {rows!r}".encode("utf-8", "surrogatepass")
        ).hexdigest()[:10]
        yield self._page("search/index.html", "search.html", {"version": version}, (version,))

    def _parts_of(self, entity: Entity, most: int) -> Iterator[str]:
        """What decides how an entity is shown with so many episodes."""
        yield repr((entity.kind, entity.slug, entity.name, entity.count, len(entity.places)))
        for place in entity.places[:most]:
            yield self._version[place.record.slug]
            if place.mentions:
                yield repr(place.mentions)

    def _groups(self) -> Iterator[tuple[_Kind, dict[str, tuple[str, list[Record]]]]]:
        words = self._words
        yield _Kind("series", words.series), self._grouped(lambda record: record.series)
        yield _Kind("categories", words.categories), self._grouped(lambda record: record.categories)
        yield _Kind("tags", words.tags), self._grouped(lambda record: record.tags)
        yield _Kind("years", words.years), self._grouped(lambda record: (str(record.published.year),))

    def _entity_kinds(self) -> tuple[_Kind, ...]:
        words = self._words
        return (
            _Kind("people", words.people),
            _Kind("companies", words.companies),
            _Kind("products", words.products),
        )

    def _grouped(self, names: Callable[[Record], tuple[str, ...]]) -> dict[str, tuple[str, list[Record]]]:
        """Slug → name and episodes, the newest first."""
        found: dict[str, tuple[str, list[Record]]] = {}
        for record in self._newest:
            for own, name in {slug(name): name for name in names(record)}.items():
                found.setdefault(own, (name, []))[1].append(record)
        return dict(sorted(found.items()))

    def _group_links(self, group: dict[str, tuple[str, list[Record]]]) -> list[dict[str, object]]:
        return [{"own": own, "name": name, "count": len(records)} for own, (name, records) in group.items()]

    def _entity_links(self, own: list[Entity]) -> list[dict[str, object]]:
        return [{"own": entity.slug, "name": entity.name, "count": entity.count} for entity in own]

    def _front(self, kinds: list[tuple[_Kind, list[dict[str, object]]]]) -> Product:
        newest = (self._version[record.slug] for record in self._newest[:NEWEST])
        parts = (repr(kinds), str(len(self._newest)), *newest)
        return self._page("index.html", "index.html", lambda: self._front_values(kinds), parts)

    def _front_values(self, kinds: list[tuple[_Kind, list[dict[str, object]]]]) -> dict[str, object]:
        from markupsafe import Markup

        show, about = self._show, description(self._show.description)
        image_url = self._url(self._cover) if self._cover else ""
        shown = [
            {"folder": kind.folder, "title": kind.title, "links": self._hrefs(kind, links, most=LINKS)}
            for kind, links in kinds
        ]
        return {
            "description": about,
            "about": Markup(markup.from_markdown(show.description)),  # noqa: S704 - sanitised there
            "image": self._cover,
            "image_url": image_url,
            "podcast_url": "podcast://" + show.feed_url.partition("://")[2],
            "qr": Markup(qr_code(show.feed_url)),  # noqa: S704 - made here
            "kinds": shown,
            "records": self._newest[:NEWEST],
            "more": len(self._newest) > NEWEST,
            "structured": structured.series(
                show, url=self._url("index.html"), description=about, image_url=image_url
            ),
        }

    def _hrefs(
        self, kind: _Kind, links: list[dict[str, object]], *, most: int | None = None, root: str = ""
    ) -> list[dict[str, object]]:
        chosen = sorted(links, key=lambda link: -int(str(link["count"])))[:most] if most else links
        return [
            link | {"href": f"{root}{kind.folder}/{quote(str(link['own']))}/index.html"} for link in chosen
        ]

    def _list(self, kind: _Kind, links: list[dict[str, object]]) -> Product:
        values = {"kind": kind, "links": self._hrefs(kind, links, root="../")}
        return self._page(f"{kind.folder}/index.html", "groups.html", values, (repr(values),))

    def _group(self, kind: _Kind, own: str, name: str, records: list[Record]) -> Product:
        values = {"kind": kind, "name": name, "records": records}
        parts = (repr(kind), name, *(self._version[record.slug] for record in records))
        return self._page(f"{kind.folder}/{own}/index.html", "group.html", values, parts)

    def _entity(self, kind: _Kind, entity: Entity) -> Product:
        def values() -> dict[str, object]:
            return {
                "kind": kind,
                "name": entity.name,
                "count": entity.count,
                "places": [
                    {"record": place.record, "mentions": [entityfiles.shown(said) for said in place.mentions]}
                    for place in entity.places[:PLACES]
                ],
                "episodes": len(entity.places),
                "most": PLACES,
            }

        parts = (repr(kind), *self._parts_of(entity, PLACES))
        return self._page(f"{kind.folder}/{entity.slug}/index.html", "entity.html", values, parts)

    def _page(
        self,
        path: str,
        template: str,
        values: Mapping[str, object] | Callable[[], Mapping[str, object]],
        parts: tuple[str, ...],
    ) -> Product:
        """A page that is made from its own values, of which `parts` tell, and what all pages share."""

        def content() -> bytes:
            own = values() if callable(values) else values
            return self._theme.render(template, self._shared(path) | dict(own))

        return Product(path, (self._theme.key, repr(self._show), *parts), content)

    def _shared(self, path: str) -> dict[str, object]:
        words = self._words
        return {
            "show": self._show,
            "words": words,
            "language": self._show.language,
            "root": "../" * path.count("/"),
            "feed_url": self._show.feed_url,
            "url": self._url(path),
            "date": lambda day: date_in_words(day, words),
            "minutes": lambda duration: max(1, round(duration / MINUTE)),
        }


def qr_code(text: str) -> str:
    """A QR code (ISO/IEC 18004) as an SVG element, black on white in every colour scheme."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=True,
        nl=False,
        omitsize=True,
        border=4,
        dark="#000",
        light="#fff",
    )
    return out.getvalue().decode("utf-8")
