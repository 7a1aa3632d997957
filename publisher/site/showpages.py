"""The pages of the show: front page, search, 404, and one for each tag, series, category, year, person and so on.

They are made when something of the show has changed, and what is no longer made is removed.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from publisher.feed import markup
from publisher.files import write_if_changed, write_whole
from publisher.model import Artefact, Show
from publisher.site import entityfiles, searchindex, structured
from publisher.site.episodepage import description
from publisher.site.mentions import Entity, entities
from publisher.site.naming import slug
from publisher.site.record import PAGE, SENTENCES, Record, Said, read_record, read_said
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


Listed = tuple[Record, tuple[Said, ...]]


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
    memory = cache / MEMORY
    key = _key(theme, show, folders)
    known_key, written = _remembered(memory)
    if key == known_key and all(_mark(output / path) == mark for path, mark in written.items()):
        return ()
    listed = sorted(
        ((read_record(folder), read_said(folder)) for folder in folders),
        key=lambda pair: (pair[0].published, pair[0].slug),
    )
    files = {file.path: file for file in _Pages(theme, show, listed, url).files()}
    changed = [path for path, file in files.items() if write_if_changed(output / path, file.content)]
    gone = [path for path in written if path not in files]
    remove(output, gone)
    marks = {path: _mark(output / path) for path in files}
    write_whole(memory, json.dumps({"key": key, "files": marks}, indent=0).encode("utf-8"))
    return (*changed, *gone)


def remove_show(output: Path, cache: Path) -> tuple[str, ...]:
    """Remove the pages of the show; for a show that wants none.

    Returns:
        Paths under `output/` that were removed.
    """
    memory = cache / MEMORY
    _, written = _remembered(memory)
    remove(output, written)
    memory.unlink(missing_ok=True)
    return tuple(written)


def remove(output: Path, paths: Iterable[str]) -> None:
    """Remove files under `output/`, and the folders that they leave empty."""
    for path in paths:
        file = output / path
        file.unlink(missing_ok=True)
        for folder in file.parents:
            if folder == output or not folder.is_dir() or any(folder.iterdir()):
                break
            folder.rmdir()


def _key(theme: Theme, show: Show, folders: list[Path]) -> str:
    digest = sha256(f"{theme.key} {show!r}".encode())
    for folder in folders:
        marks = (_mark(folder / name) for name in (PAGE, SENTENCES))
        digest.update(f"{folder.name} {' '.join(marks)}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _mark(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return "missing"
    return f"{status.st_size} {status.st_mtime_ns}"


def _remembered(memory: Path) -> tuple[str, dict[str, str]]:
    try:
        data = json.loads(memory.read_bytes())
        return str(data["key"]), dict(data["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", {}


class _Pages:
    """All pages of a show. Its episodes stand the oldest first."""

    def __init__(self, theme: Theme, show: Show, listed: list[Listed], url: Callable[[str], str]) -> None:
        self._theme, self._show, self._listed, self._url = theme, show, listed, url
        self._words: Wording = wording(show.language)
        self._newest = [record for record, _ in reversed(listed)]
        self._cover = f"cover.{show.cover.rpartition('.')[2].lower()}" if show.cover else ""

    def files(self) -> Iterator[Artefact]:
        """Every file; paths are relative to `output/`."""
        yield from self._theme.assets.values()
        groups = [(kind, group) for kind, group in self._groups() if group]
        found = entities((record, said) for record, said in reversed(self._listed))
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
        yield from entityfiles.files(found, self._url)
        index = list(searchindex.index_files(self._listed))
        yield from index
        version = sha256(b"".join(file.content for file in index)).hexdigest()[:10]
        yield self._page("search/index.html", "search.html", {"version": version})
        yield self._page("404.html", "404.html", {"root": self._url("")})

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

    def _front(self, kinds: list[tuple[_Kind, list[dict[str, object]]]]) -> Artefact:
        from markupsafe import Markup

        show, about = self._show, description(self._show.description)
        image_url = self._url(self._cover) if self._cover else ""
        shown = [
            {"folder": kind.folder, "title": kind.title, "links": self._hrefs(kind, links, most=LINKS)}
            for kind, links in kinds
        ]
        values = {
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
        return self._page("index.html", "index.html", values)

    def _hrefs(
        self, kind: _Kind, links: list[dict[str, object]], *, most: int | None = None, root: str = ""
    ) -> list[dict[str, object]]:
        chosen = sorted(links, key=lambda link: -int(str(link["count"])))[:most] if most else links
        return [
            link | {"href": f"{root}{kind.folder}/{quote(str(link['own']))}/index.html"} for link in chosen
        ]

    def _list(self, kind: _Kind, links: list[dict[str, object]]) -> Artefact:
        values = {"kind": kind, "links": self._hrefs(kind, links, root="../")}
        return self._page(f"{kind.folder}/index.html", "groups.html", values)

    def _group(self, kind: _Kind, own: str, name: str, records: list[Record]) -> Artefact:
        values = {"kind": kind, "name": name, "records": records}
        return self._page(f"{kind.folder}/{own}/index.html", "group.html", values)

    def _entity(self, kind: _Kind, entity: Entity) -> Artefact:
        values = {
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
        return self._page(f"{kind.folder}/{entity.slug}/index.html", "entity.html", values)

    def _page(self, path: str, template: str, values: dict[str, object]) -> Artefact:
        words = self._words
        shared = {
            "show": self._show,
            "words": words,
            "language": self._show.language,
            "root": "../" * path.count("/"),
            "feed_url": self._show.feed_url,
            "url": self._url(path),
            "date": lambda day: date_in_words(day, words),
            "minutes": lambda duration: max(1, round(duration / MINUTE)),
        }
        return Artefact(path, "text/html", self._theme.render(template, shared | values))


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
