"""One `content/<slug>.md` → one `Episode`. Files are read, never rewritten."""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from publisher import timecode
from publisher.content import frontmatter, soundbite, transcript
from publisher.content.edits import read_cut, read_trim
from publisher.content.frontmatter import Fields, FrontMatter
from publisher.errors import ContentError, Place
from publisher.model import Episode, Transcript, TypedChapter
from publisher.text import one_line

_TYPES = ("full", "trailer", "bonus")
_NO_TRANSCRIPT = "none"
_MOST_LANGUAGES = 10
_TYPED_CHAPTER = re.compile(
    r"\s*[-*]?\s*[\[(]?(\d{1,3}(?::\d{2}){1,2}(?:[.,]\d{1,3})?)[\])]?\s*(?:[-–—:：]\s+)?(.+)"
)


def episode_files(folder: Path) -> tuple[Path, ...]:
    """The Markdown files of a content folder by name; hidden files and `README.md` are not episodes."""
    files = (path for path in folder.glob("*.md") if path.is_file())
    return tuple(
        sorted(p for p in files if not p.name.startswith((".", "_")) and p.name.lower() != "readme.md")
    )


def read_episode(path: Path, *, timezone: str = "UTC", language: str = "") -> Episode:
    """Read an episode file.

    Args:
        path: The Markdown file; its name without suffix is the slug.
        timezone: IANA name, for dates without a time of day.
        language: The show's, for a file that names none.

    Raises:
        ContentError: The file cannot be read, or has faults; all of them are listed with line and field.
    """
    matter = frontmatter.read(path)
    fields = Fields(matter)
    text = transcript.parse(matter.body, matter.body_line)
    title = fields.text("title")
    if not title:
        fields.fault("title", "is missing. Write the episode's name.")
    published = fields.date("date", timezone)
    source = _url(fields, "source")
    episode_type = fields.text("episode_type") or "full"
    if episode_type not in _TYPES:
        fields.fault("episode_type", f"should be full, trailer or bonus, not {episode_type!r}.")
    chapters = _typed_chapters(fields, matter)
    trim, cut = read_trim(fields, matter), read_cut(fields, matter)
    flags = {name: fields.flag(name) for name in ("draft", "explicit")}
    numbers = {"season": fields.number("season"), "number": fields.number("episode")}
    soundbites = soundbite.typed(fields, matter, text)
    told = _told(fields, matter)
    languages = _languages(fields) or (language,)
    without = fields.text("transcript").lower()
    if without not in {"", _NO_TRANSCRIPT}:
        fields.fault("transcript", f"should be left out, or {_NO_TRANSCRIPT!r} where there is none.")
    if not text.turns and not without and not flags["draft"]:
        fields.fault(
            "transcript",
            "is empty. Write the talk below the front matter as '**Name**: text', or `transcript: none` above.",
        )
    if fields.faults or published is None:
        raise _faulty(path, fields)
    return Episode(
        slug=path.stem,
        path=path,
        title=title,
        published=published,
        transcript=text,
        source=source,
        audio=fields.text("audio"),
        captions=fields.text("captions"),
        summary=fields.text("summary"),
        language=languages[0],
        other_languages=languages[1:],
        draft=bool(flags["draft"]),
        guid=fields.text("guid"),
        season=numbers["season"],
        number=numbers["number"],
        type=episode_type,
        explicit=flags["explicit"],
        image=fields.text("image") or None,
        tags=fields.names("tags"),
        people=fields.names("people"),
        companies=fields.names("companies_orgs"),
        products=fields.names("products_models"),
        media=fields.names("media_books"),
        chapters=chapters,
        trim=trim,
        cut=cut,
        intro=fields.text("intro"),
        outro=fields.text("outro"),
        soundbites=soundbites,
        season_name=fields.text("season_name"),
        **told,
        fields=MappingProxyType(dict(matter.values)),
    )


def read_transcript(path: Path) -> Transcript:
    """Only the transcript of a Markdown file; one without front matter will do.

    Raises:
        ContentError: The file cannot be read or holds no turn.
    """
    text = frontmatter.read_text(path)
    if text.startswith("---"):
        matter = frontmatter.read(path)
        found = transcript.parse(matter.body, matter.body_line)
    else:
        found = transcript.parse(text)
    if not found.turns:
        raise ContentError("The transcript is empty.", place=Place(str(path)))
    return found


def read_languages(path: Path) -> tuple[str, ...]:
    """The languages that the front matter of a Markdown file names; none where it has no front matter."""
    return _languages(Fields(frontmatter.read(path))) if frontmatter.read_text(path).startswith("---") else ()


def _languages(fields: Fields) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fields.names("language")))[:_MOST_LANGUAGES]


def _faulty(path: Path, fields: Fields) -> ContentError:
    first, *rest = fields.faults
    if not rest:
        return ContentError(f"{first.what[0].upper()}{first.what[1:]}", place=first.place)
    count = len(fields.faults)
    return ContentError(f"The file has {count} faults.", place=Place(str(path)), faults=tuple(fields.faults))


def _url(fields: Fields, field: str) -> str:
    url = fields.text(field)
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"\s", url)
    except ValueError:
        good = False
    if not good:
        fields.fault(field, f"{url!r} is not a web address. It should begin with https://.")
    return url


def _told(fields: Fields, matter: FrontMatter) -> dict[str, Any]:
    """Licence, funding, location and txt, as `podcast.toml` has them too."""
    from pydantic import ValidationError

    from publisher import tables

    given = {name: value for name in tables.Told.model_fields if (value := matter.values.get(name))}
    try:
        return tables.values(tables.Told.model_validate(given))
    except ValidationError as error:
        for detail in error.errors():
            name = str(detail["loc"][0])
            inner = tables.dotted(detail["loc"]).removeprefix(f"{name}.")
            said = tables.sentence(detail)
            fields.fault(name, f"{said}." if inner == name else f"`{inner}` {said}.")
        return {}


def _typed_chapters(fields: Fields, matter: FrontMatter) -> tuple[TypedChapter, ...]:
    value = matter.values.get("chapters", "")
    entries: list[frontmatter.Value] = []
    if isinstance(value, str):
        entries.extend(value.split("\n"))
    elif isinstance(value, dict):
        entries.extend({"start": start, "title": title} for start, title in value.items())
    else:
        entries.extend(value)
    chapters: list[TypedChapter] = []
    for entry in entries:
        if not entry:
            continue
        chapter = _typed_chapter(entry)
        if chapter is None:
            fields.fault("chapters", f'{entry!r} is not a chapter. Write it as "12:34 Title".')
        else:
            chapters.append(chapter)
    return tuple(sorted(chapters, key=lambda chapter: chapter.start))


def _typed_chapter(entry: frontmatter.Value) -> TypedChapter | None:
    if isinstance(entry, dict):
        start = entry.get("start", entry.get("startTime", entry.get("time", "")))
        title = entry.get("title", entry.get("name", ""))
    elif isinstance(entry, str) and (written := _TYPED_CHAPTER.fullmatch(one_line(entry))):
        start, title = written[1], written[2]
    else:
        return None
    if not isinstance(start, str) or not isinstance(title, str) or not title.strip():
        return None
    try:
        at = timecode.parse(start)
    except ValueError:
        return None
    return TypedChapter(at, title.strip()) if at <= timecode.LONGEST else None
