"""`podcast.toml` → `Show`. All faults are reported at once, each with its key and line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from publisher.errors import ConfigError, Fault, Place
from publisher.model import THRESHOLD, Owner, Show

FILE = "podcast.toml"

APPLE_CATEGORIES: dict[str, tuple[str, ...]] = {
    "Arts": ("Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts"),
    "Business": ("Careers", "Entrepreneurship", "Investing", "Management", "Marketing", "Non-Profit"),
    "Comedy": ("Comedy Interviews", "Improv", "Stand-Up"),
    "Education": ("Courses", "How To", "Language Learning", "Self-Improvement"),
    "Fiction": ("Comedy Fiction", "Drama", "Science Fiction"),
    "Government": (),
    "History": (),
    "Health & Fitness": (
        "Alternative Health",
        "Fitness",
        "Medicine",
        "Mental Health",
        "Nutrition",
        "Sexuality",
    ),
    "Kids & Family": ("Education for Kids", "Parenting", "Pets & Animals", "Stories for Kids"),
    "Leisure": (
        "Animation & Manga",
        "Automotive",
        "Aviation",
        "Crafts",
        "Games",
        "Hobbies",
        "Home & Garden",
        "Video Games",
    ),
    "Music": ("Music Commentary", "Music History", "Music Interviews"),
    "News": (
        "Business News",
        "Daily News",
        "Entertainment News",
        "News Commentary",
        "Politics",
        "Sports News",
        "Tech News",
    ),
    "Religion & Spirituality": (
        "Buddhism",
        "Christianity",
        "Hinduism",
        "Islam",
        "Judaism",
        "Religion",
        "Spirituality",
    ),
    "Science": (
        "Astronomy",
        "Chemistry",
        "Earth Sciences",
        "Life Sciences",
        "Mathematics",
        "Natural Sciences",
        "Nature",
        "Physics",
        "Social Sciences",
    ),
    "Society & Culture": (
        "Documentary",
        "Personal Journals",
        "Philosophy",
        "Places & Travel",
        "Relationships",
    ),
    "Sports": (
        "Baseball",
        "Basketball",
        "Cricket",
        "Fantasy Sports",
        "Football",
        "Golf",
        "Hockey",
        "Rugby",
        "Running",
        "Soccer",
        "Swimming",
        "Tennis",
        "Volleyball",
        "Wilderness",
        "Wrestling",
    ),
    "Technology": (),
    "True Crime": (),
    "TV & Film": ("After Shows", "Film History", "Film Interviews", "Film Reviews", "TV Reviews"),
}
"""The categories that Apple takes, in its spelling; other directories use the same names."""


def read_show(folder: Path) -> Show:
    """Read the show of a folder.

    Raises:
        ConfigError: There is no `podcast.toml`, it is not TOML, or values are wrong; all faults are listed.
    """
    path = folder / FILE
    place = Place(str(path))
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            "There is no show here.",
            place=place,
            remedy="Go to the folder of your show, or make one with: publish init FOLDER.",
        ) from None
    except UnicodeDecodeError:
        raise ConfigError("The file is not UTF-8.", place=place, remedy="Save it as UTF-8.") from None
    except OSError as error:
        raise ConfigError(f"The file cannot be read: {error.strerror}.", place=place) from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise ConfigError(
            f"The file is not valid TOML: {error}.", place=Place(str(path), int(line[1]) if line else None)
        ) from None
    return _validated(data, text, path)


def _validated(data: dict[str, Any], text: str, path: Path) -> Show:
    try:
        model = _Show.model_validate(data)
    except ValidationError as error:
        raise ConfigError(
            "The show cannot be read.",
            place=Place(str(path)),
            faults=_faults(error, text, path),
            remedy="Mend these lines:",
        ) from None
    plain = model.model_dump(exclude={"category", "owner", "base_url"})
    return Show(
        **plain,
        base_url=model.base_url.rstrip("/"),
        owner=Owner(model.owner.name, model.owner.email) if model.owner else None,
        categories=tuple(_category_parts(name) for name in model.category),
    )


def _web_address(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s]*", value):
        raise ValueError("should be a web address that begins with https://")
    if not value.isascii():
        raise ValueError("should be ASCII; write other letters percent-encoded")
    return value


def _category_parts(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(">"))


def _category(value: str) -> str:
    parts = _category_parts(value)
    if parts[0] not in APPLE_CATEGORIES:
        raise ValueError(f"is none of Apple's categories: {', '.join(APPLE_CATEGORIES)}")
    subs = APPLE_CATEGORIES[parts[0]]
    if len(parts) > 2 or (len(parts) == 2 and parts[1] not in subs):  # noqa: PLR2004
        known = ", ".join(f"{parts[0]} > {sub}" for sub in subs) or "it has no parts"
        raise ValueError(f"is no part of {parts[0]}: {known}")
    return value


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, LookupError):
        raise ValueError("is no time zone; write it as Asia/Shanghai") from None
    return value


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


_STRICT = ConfigDict(strict=True, extra="forbid", frozen=True, str_strip_whitespace=True)
_Name = Annotated[str, Field(min_length=1, max_length=255)]
_Url = Annotated[str, AfterValidator(_web_address)]


class _Owner(BaseModel):
    model_config = _STRICT
    name: _Name
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


class _Show(BaseModel):
    model_config = _STRICT
    title: _Name
    description: Annotated[str, Field(min_length=1, max_length=4000)]
    link: _Url
    base_url: _Url
    language: Annotated[str, Field(pattern=r"^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$")]
    author: _Name
    owner: _Owner | None = None
    category: Annotated[list[Annotated[str, AfterValidator(_category)]], BeforeValidator(_as_list)]
    explicit: bool = False
    cover: Annotated[str, Field(pattern=r"(?i)\.(png|jpe?g)$")] | None = None
    type: Annotated[str, Field(pattern=r"^(episodic|serial)$")] = "episodic"
    copyright: str = ""
    timezone: Annotated[str, AfterValidator(_timezone)] = "UTC"
    confidence: Annotated[float, Field(ge=0, le=1)] = THRESHOLD
    recogniser: str = ""
    locked: bool = True
    guid: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")] = ""


_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not a key that publish knows",
    "string_too_short": "is empty",
    "bool_type": "should be true or false, without quotation marks",
    "string_type": "should be text in quotation marks",
}


def _faults(error: ValidationError, text: str, path: Path) -> tuple[Fault, ...]:
    faults: dict[str, Fault] = {}
    for detail in error.errors():
        keys = [part for part in detail["loc"] if isinstance(part, str) and not part.startswith("function-")]
        keys = [
            key
            for key in keys
            if key not in {"str", "list[function-after[_category(), str]]"} and "[" not in key
        ]
        name = ".".join(keys)
        message = _SENTENCES.get(detail["type"]) or _sentence(detail["msg"])
        faults.setdefault(name, Fault(Place(str(path), _line(text, keys), name), f"{message}."))
    return tuple(faults.values())


def _sentence(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return f"{message[0].lower()}{message[1:]}".rstrip(".")


def _line(text: str, keys: list[str]) -> int | None:
    """The line where a key stands; the table's line, or none, when it is missing."""
    table, _, key = ".".join(keys).rpartition(".")
    current, table_line = "", None
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\s*([\w.-]+)\s*\]", line):
            current = header[1]
            table_line = number if current == (table or key) else table_line
        elif current == table and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", line):
            return number
    return table_line
