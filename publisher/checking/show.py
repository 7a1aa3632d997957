"""Rules of the channel: what the show says of itself."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import PurePosixPath

from publisher.categories import APPLE_CATEGORIES
from publisher.checking.episodes import date_of
from publisher.checking.rules import breach
from publisher.checking.tree import NAMESPACES, Tree, attribute, text
from publisher.findings import Finding
from publisher.media import PLAIN_COVER
from publisher.tables import is_language

SMALLEST, LARGEST = 1400, 3000
"""Pixels of a cover's side (Apple)."""


_PNG = b"\x89PNG\r\n\x1a\n"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers that are followed by the picture's size."""

DENSITY = 72
"""Dots of a cover an inch (Apple)."""

_OLD_COPYRIGHT = re.compile(r"copyright|©|\(c\)|\d{4}\b", re.IGNORECASE)
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def channel(tree: Tree) -> Iterator[Finding]:
    """What a channel must say."""
    found = tree.channel
    for tag, code in (
        ("title", "show-title"),
        ("description", "show-description"),
        ("link", "show-link"),
        ("itunes:author", "show-author"),
        ("itunes:owner/itunes:email", "show-owner"),
    ):
        if not text(found, tag):
            yield breach(code, tree.feed.name, f"The show has no {tag}.")
    if text(found, "link") in {page.link("self") for page in tree.documents} - {""}:
        yield breach("show-link", tree.feed.name, "The show's link is its feed, not a web page.")
    for tag in ("pubDate", "lastBuildDate"):
        if (said := text(found, tag)) and date_of(said) is None:
            yield breach("show-date", tree.feed.name, f"{tag} {said[:80]!r} is no valid date.")
    if _OLD_COPYRIGHT.match(text(found, "copyright")):
        yield breach("show-copyright", tree.feed.name, "copyright says more than who has the rights.")
    if not is_language(text(found, "language")):
        yield breach(
            "show-language", tree.feed.name, f"The language {text(found, 'language')!r} is no language code."
        )
    if not _GUID.fullmatch(text(found, "podcast:guid")):
        yield breach("show-guid", tree.feed.name, "The show has no podcast:guid that is a UUID.")
    if text(found, "podcast:locked") not in {"yes", "no"}:
        yield breach("show-locked", tree.feed.name, "podcast:locked does not say yes or no.")
    if found.find("item") is None:
        yield breach("show-empty", tree.feed.name, "There is no episode in the feed.")
    yield from _category(tree)
    yield from _image(tree)


def _category(tree: Tree) -> Iterator[Finding]:
    named = tree.channel.findall("itunes:category", namespaces=NAMESPACES)
    if not named:
        yield breach("show-category", tree.feed.name, "The show has no itunes:category.")
    for category in named:
        name = category.get("text") or ""
        if name not in APPLE_CATEGORIES:
            yield breach("show-category", tree.feed.name, f"{name!r} is none of Apple's categories.")
        for part in category.iterfind("itunes:category", namespaces=NAMESPACES):
            if part.get("text") not in APPLE_CATEGORIES.get(name, ()):
                yield breach("show-category", tree.feed.name, f"{part.get('text')!r} is no part of {name}.")


def _image(tree: Tree) -> Iterator[Finding]:
    address = attribute(tree.channel, "itunes:image", "href")
    if not address:
        yield breach("show-image", tree.feed.name, "The show has no picture.")
        return
    path = tree.path_of(address)
    if path is None or not (content := tree.content(path)):
        return
    if PurePosixPath(path).stem == PLAIN_COVER:
        yield breach("show-image-plain", path, "The show has no picture of its own, only a plain one.")
    if wrong := _wrong(path, content):
        yield breach(f"show-image-{wrong[0]}", path, wrong[1])


def of_episodes(tree: Tree) -> Iterator[Finding]:
    """An episode's own picture is as the show's has to be."""
    for where, item in tree.episodes():
        path = tree.path_of(attribute(item, "itunes:image", "href"))
        content = tree.content(path) if path else b""
        if path and content and (wrong := _wrong(path, content)) and wrong[0] != "density":
            yield breach("item-image", where, wrong[1])


def _wrong(path: str, content: bytes) -> tuple[str, str] | None:
    """What directories have against a picture: the end of the rule's code, and a sentence."""
    size = picture_size(content)
    endings = (".png",) if content.startswith(_PNG) else (".jpg", ".jpeg")
    if size is None or not path.endswith(endings):
        return "type", f"{path} is not the PNG or JPEG that its name says."
    if size[0] != size[1] or not SMALLEST <= size[0] <= LARGEST:
        return "size", f"{path} has {size[0]} × {size[1]} pixels."
    if not _has_three_colours(content):
        return "colour", f"{path} is not in RGB."
    if (density := _density(content)) and density != DENSITY:
        return "density", f"{path} says that it has {density} dots an inch, not {DENSITY}."
    return None


def _density(content: bytes) -> int:
    """Dots an inch that a picture says it has; 0 where it says nothing."""
    import io

    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
            return round(float(picture.info.get("dpi", (0, 0))[0]))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return 0


def _has_three_colours(content: bytes) -> bool:
    """Whether a picture of which the size is known is in red, green and blue, without transparency."""
    if content.startswith(_PNG):
        return content[25] == 2  # noqa: PLR2004 - PNG, colour type "truecolour"
    return content[_frame(content) + 9] == 3  # noqa: PLR2004 - components


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height that a PNG or a JPEG states; None for anything else."""
    if content.startswith(_PNG) and len(content) >= 24:  # noqa: PLR2004
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content[:2] != b"\xff\xd8":
        return None
    at = _frame(content)
    if at < 0:
        return None
    height, width = struct.unpack(">HH", content[at + 5 : at + 9])
    return width, height


def _frame(content: bytes) -> int:
    """Where a JPEG's frame header begins; -1 when it has none."""
    at = 2
    while at + 10 <= len(content) and content[at] == 0xFF:  # noqa: PLR2004
        if content[at + 1] in _FRAMES:
            return at
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return -1
