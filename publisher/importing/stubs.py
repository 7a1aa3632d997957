"""Episode files that do not exist yet: their names, and which episodes a show has already."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from publisher.content import as_markdown, episode_files, episode_text
from publisher.content.frontmatter import read as read_matter
from publisher.content.writing import Field
from publisher.errors import ContentError
from publisher.fetch.sites import video_page
from publisher.files import write_whole
from publisher.store import read_lock

_LONGEST_SLUG = 60
_LONGEST_SUMMARY = 4_000
_STAMPED_LINE = re.compile(r"^\s*[-*•(\[]?\s*\d{1,2}:\d{2}(?::\d{2})?\b")
_MOST_NAMES = 1_000


@dataclass(frozen=True, slots=True)
class Stub:
    """An episode file to be.

    Attributes:
        title: On one line.
        day: For the name of the file.
        otherwise: What the file is called when the title does not make a name of ASCII letters.
        fields: Front matter.
        body: Transcript, Markdown.
    """

    title: str
    day: date
    otherwise: str
    fields: Mapping[str, Field]
    body: str

    def write(self, folder: Path) -> Path:
        """Write the file under a name that is free; a file that exists is never touched."""
        path = self.path(folder)
        write_whole(path, episode_text(self.fields, self.body).encode("utf-8"))
        return path

    def path(self, folder: Path) -> Path:
        """The name that `write` would take."""
        stem = f"{self.day:%Y-%m-%d}-{slug(self.title) or self.otherwise}"
        names = (f"{stem}.md", *(f"{stem}-{number}.md" for number in range(2, _MOST_NAMES)))
        return next(folder / name for name in names if not (folder / name).exists())


@dataclass(frozen=True, slots=True)
class Known:
    """The episodes that a show has.

    Attributes:
        videos: Keys of their videos (`Page.key`).
        items: GUIDs, and addresses of audio.
    """

    videos: frozenset[str] = field(default_factory=frozenset)
    items: frozenset[str] = field(default_factory=frozenset)


def known_episodes(root: Path) -> Known:
    """What a show has already, by the front matter of its files and by its lock.

    A file that cannot be read is passed over: `publish build` tells of it.

    Raises:
        ConfigError: The lock is damaged.
    """
    videos: set[str] = set()
    items = {entry.guid for entry in read_lock(root).episodes.values()}
    for path in episode_files(root / "content"):
        with suppress(ContentError):
            values = read_matter(path).values
            items |= {value for name in ("guid", "audio") if isinstance(value := values.get(name), str)}
            for name in ("source", "sources", "audio"):
                value = values.get(name, "")
                written = value if isinstance(value, list) else [value]
                pages = (video_page(each) for each in written if isinstance(each, str))
                videos |= {page.key for page in pages if page}
    return Known(frozenset(videos), frozenset(items - {""}))


def slug(title: str) -> str:
    """A title in lower ASCII letters, digits and hyphens; empty when too little of it would be left."""
    letters = [letter for letter in unicodedata.normalize("NFKD", title.lower()) if letter.isalnum()]
    plain = [letter for letter in letters if letter.isascii()]
    if len(plain) * 4 < len(letters) * 3:
        return ""
    folded = unicodedata.normalize("NFKD", title.lower()).replace("'", "").replace("’", "")
    words = re.findall(r"[a-z0-9]+", "".join(each for each in folded if not unicodedata.combining(each)))
    return "-".join(words)[:_LONGEST_SLUG].strip("-")


def summary_of(text: str) -> str:
    """A plain text as Markdown, a paragraph for each line, without its list of chapters."""
    lines = [line.strip() for line in text[: 2 * _LONGEST_SUMMARY].splitlines() if line.strip()]
    stamped = [line for line in lines if _STAMPED_LINE.match(line)]
    if len(stamped) > 1:
        lines = [line for line in lines if line not in stamped]
    return "\n\n".join(_line(line) for line in lines)[:_LONGEST_SUMMARY]


def _line(text: str) -> str:
    """A line as Markdown; web addresses stay as they are."""
    parts = re.split(r"(https?://\S+)", text)
    return "".join(part if index % 2 else _kept_blanks(part) for index, part in enumerate(parts))


def _kept_blanks(text: str) -> str:
    lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{lead}{as_markdown(text)}{trail}" if text.strip() else text
