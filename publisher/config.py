"""`podcast.toml` → `Show`. All faults are reported at once, each with its key and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from publisher.categories import APPLE_CATEGORIES
from publisher.errors import ConfigError, Fault, Place
from publisher.model import (
    THRESHOLD,
    Funding,
    License,
    Location,
    Owner,
    RemoteFeed,
    Show,
    Trailer,
    Txt,
    UpdateFrequency,
)

FILE = "podcast.toml"


def read_show(folder: Path) -> Show:
    """Read the show of a folder.

    Raises:
        ConfigError: There is no `podcast.toml`, it is not TOML, or values are wrong; all faults are listed.
    """
    model = _read(folder)
    plain = model.model_dump(exclude={"category", "owner", "base_url", "youtube", *_TABLES})
    return Show(
        **plain,
        **{name: _made(kind, getattr(model, name)) for name, kind in _TABLES.items()},
        base_url=model.base_url.rstrip("/"),
        categories=tuple(_category_parts(name) for name in model.category),
    )


_TABLES: dict[str, Callable[..., Any]] = {
    "owner": Owner,
    "license": License,
    "funding": Funding,
    "location": Location,
    "txt": Txt,
    "update_frequency": UpdateFrequency,
    "podroll": RemoteFeed,
    "trailer": Trailer,
}
"""What the tables of a show become."""


def _made(kind: Callable[..., Any], tables: BaseModel | list[BaseModel] | None) -> Any:
    if isinstance(tables, list):
        return tuple(_made(kind, table) for table in tables)
    return kind(**tables.model_dump()) if tables else None


def read_extractor_args(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """What a show's `[youtube]` table tells yt-dlp's YouTube extractor.

    Raises:
        ConfigError: As `read_show`.
    """
    return {name: tuple(values) for name, values in _read(folder).youtube.extractor_args.items()}


def _read(folder: Path) -> _Show:
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


def _validated(data: dict[str, Any], text: str, path: Path) -> _Show:
    try:
        return _Show.model_validate(data)
    except ValidationError as error:
        raise ConfigError(
            "The show cannot be read.",
            place=Place(str(path)),
            faults=_faults(error, text, path),
            remedy="Mend these lines:",
        ) from None


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
    return [value] if isinstance(value, str | dict) else value


def _as_license(value: object) -> object:
    return {"id": value} if isinstance(value, str) else value


LICENSES = ("ARR", "CC-BY-4.0", "CC-BY-NC-4.0", "CC-BY-NC-ND-4.0", "V4V-1.0", "POD-V4V-1.0")
"""Names that need no address (podcast namespace, license)."""

_STRICT = ConfigDict(strict=True, extra="forbid", frozen=True, str_strip_whitespace=True)
_Name = Annotated[str, Field(min_length=1, max_length=255)]
_Text = Annotated[str, Field(max_length=128)]
_Short = Annotated[_Text, Field(min_length=1)]
_Url = Annotated[str, AfterValidator(_web_address)]
_GUID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_DEGREES = r"-?\d{1,3}(\.\d+)?"
_RRULE = r"^FREQ=[A-Z]+(;[A-Z]+=[A-Z0-9,:.+-]+)*$"


class _Owner(BaseModel):
    model_config = _STRICT
    name: _Name
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


class _License(BaseModel):
    model_config = _STRICT
    id: _Short
    url: _Url = ""

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        if not self.url and self.id.upper() not in LICENSES:
            raise ValueError(
                f"needs `url`, the address of its text, unless it is one of {', '.join(LICENSES)}"
            )
        return self


class _Funding(BaseModel):
    model_config = _STRICT
    url: _Url
    text: _Short


class _Location(BaseModel):
    model_config = _STRICT
    name: _Short
    rel: Annotated[str, Field(pattern=r"^(subject|creator)$")] = "subject"
    geo: Annotated[str, Field(pattern=rf"^(geo:{_DEGREES},{_DEGREES}[!-~]*)?$")] = ""
    osm: Annotated[str, Field(pattern=r"^([NWR]\d+(#\d+)?)?$")] = ""
    country: Annotated[str, Field(pattern=r"^([A-Za-z]{2})?$")] = ""


class _Txt(BaseModel):
    model_config = _STRICT
    text: Annotated[str, Field(min_length=1, max_length=4000)]
    purpose: _Text = ""


class _UpdateFrequency(BaseModel):
    model_config = _STRICT
    text: _Short
    rrule: Annotated[str, Field(pattern=_RRULE)] = ""
    dtstart: AwareDatetime | None = None
    complete: bool = False

    @model_validator(mode="after")
    def _is_dated(self) -> Self:
        if "COUNT=" in self.rrule and self.dtstart is None:
            raise ValueError("needs `dtstart`, because its rrule has a COUNT")
        return self


class _RemoteFeed(BaseModel):
    model_config = _STRICT
    guid: Annotated[str, Field(pattern=_GUID)]
    feed_url: _Url = ""
    title: _Name = ""


class _Trailer(BaseModel):
    model_config = _STRICT
    title: _Short
    url: _Url
    published: AwareDatetime
    length: Annotated[int, Field(gt=0)] | None = None
    type: Annotated[str, Field(pattern=r"^((audio|video)/[!-~]+)?$")] = ""
    season: Annotated[int, Field(gt=0)] | None = None


class _YouTube(BaseModel):
    model_config = _STRICT
    extractor_args: dict[Annotated[str, Field(pattern=r"^[a-z_]+$")], list[str]] = Field(default_factory=dict)


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
    youtube: _YouTube = Field(default_factory=_YouTube)
    guid: Annotated[str, Field(pattern=_GUID)] = ""
    speakers: dict[_Short, _Text] = Field(default_factory=dict)
    new_feed_url: _Url = ""
    hub: _Url = ""
    license: Annotated[_License, BeforeValidator(_as_license)] | None = None
    funding: Annotated[list[_Funding], BeforeValidator(_as_list)] = Field(default_factory=list)
    location: Annotated[list[_Location], BeforeValidator(_as_list)] = Field(default_factory=list)
    txt: Annotated[list[_Txt], BeforeValidator(_as_list)] = Field(default_factory=list)
    update_frequency: _UpdateFrequency | None = None
    podroll: Annotated[list[_RemoteFeed], BeforeValidator(_as_list)] = Field(default_factory=list)
    trailer: Annotated[list[_Trailer], BeforeValidator(_as_list)] = Field(default_factory=list)
    site: bool = True


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
        keys, row = _where(detail["loc"])
        name = ".".join(keys) if row == 1 else f"{keys[0]}[{row}].{'.'.join(keys[1:])}"
        message = _SENTENCES.get(detail["type"]) or _sentence(detail["msg"])
        faults.setdefault(name, Fault(Place(str(path), _line(text, keys, row), name), f"{message}."))
    return tuple(faults.values())


def _where(place: tuple[int | str, ...]) -> tuple[list[str], int]:
    """The keys that lead to a value, without pydantic's own words, and which of several tables it is in, from 1."""
    keys = [
        part
        for part in place
        if isinstance(part, str) and part != "str" and "[" not in part and not part.startswith("function-")
    ]
    rows = [part + 1 for part in place if isinstance(part, int)]
    return keys, rows[0] if rows and len(keys) > 1 else 1


def _sentence(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return f"{message[0].lower()}{message[1:]}".rstrip(".")


def _line(text: str, keys: list[str], row: int) -> int | None:
    """The line where a key stands; that of its table when it is missing, or of the key that holds an inline table."""
    table, _, key = ".".join(keys).rpartition(".")
    current, table_line, tables = "", None, 0
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+\s*([\w.-]+)\s*\]", line):
            current = header[1]
            tables += current == (table or key)
            if tables == row and table_line is None:
                table_line = number
        elif (
            current == table
            and (not table or tables == row)
            and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", line)
        ):
            return number
    return _line(text, keys[:-1], 1) if table and table_line is None else table_line
