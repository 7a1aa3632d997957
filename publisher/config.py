"""`podcast.toml` → `Show`. All faults are reported at once, each with its key and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    ValidationError,
)

from publisher import tables
from publisher.categories import APPLE_CATEGORIES
from publisher.errors import ConfigError, Fault, Place
from publisher.model import (
    FEED_LIMIT,
    THRESHOLD,
    AudioSettings,
    Show,
)
from publisher.tables import (
    GUID,
    STRICT,
    Name,
    OwnerTable,
    PublisherTable,
    RemoteFeedTable,
    Short,
    Text,
    Told,
    TrailerTable,
    UpdateFrequencyTable,
    Url,
    as_list,
)
from publisher.text import clean

FILE = "podcast.toml"
_MOST_BYTES = 500_000
_MOST_DOTS = 5_000
"""tomllib's time grows with the square of the parts of a dotted key."""


def read_show(folder: Path) -> Show:
    """Read the show of a folder.

    Raises:
        ConfigError: There is no `podcast.toml`, it is not TOML, or values are wrong; all faults are listed.
    """
    model = _read(folder)
    told = tables.values(model)
    plain = model.model_dump(exclude={"category", "base_url", "youtube", "audio", *told})
    return Show(
        **plain,
        **told,
        audio=AudioSettings(**model.audio.model_dump() | {"also": tuple(model.audio.also)}),
        base_url=model.base_url.rstrip("/"),
        categories=tuple(_category_parts(name) for name in model.category),
    )


def read_extractor_args(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """What a show's `[youtube]` table tells yt-dlp's YouTube extractor.

    Raises:
        ConfigError: As `read_show`.
    """
    return {name: tuple(values) for name, values in _read(folder).youtube.extractor_args.items()}


def _read(folder: Path) -> ShowTable:
    path = folder / FILE
    place = Place(str(path))
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
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
    if len(raw) > _MOST_BYTES or text.count(".") > _MOST_DOTS:
        raise ConfigError("The file is too large to be a podcast.toml.", place=place)
    try:
        data = _cleaned(tomllib.loads(text))
    except RecursionError:
        raise ConfigError("The file is nested too deep.", place=place) from None
    except ValueError as error:
        line = re.search(r"line (\d+)", str(error))
        raise ConfigError(
            f"The file is not valid TOML: {error}.", place=Place(str(path), int(line[1]) if line else None)
        ) from None
    return _validated(data, text, path)


def _cleaned(value: Any) -> Any:
    """Texts without control characters: TOML can hold them as escapes."""
    if isinstance(value, dict):
        return {clean(key): _cleaned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    return clean(value) if isinstance(value, str) else value


def _validated(data: dict[str, Any], text: str, path: Path) -> ShowTable:
    try:
        return ShowTable.model_validate(data)
    except ValidationError as error:
        raise ConfigError(
            "The show cannot be read.",
            place=Place(str(path)),
            faults=_faults(error, text, path),
            remedy="Mend these lines:",
        ) from None


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


def _language(value: str) -> str:
    if not tables.is_language(value):
        raise ValueError("is no language; write it as zh-CN, en or ja")
    return value


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, LookupError):
        raise ValueError("is no time zone; write it as Asia/Shanghai") from None
    return value


class _YouTube(BaseModel):
    model_config = STRICT
    extractor_args: dict[Annotated[str, Field(pattern=r"^[a-z_]+$")], list[str]] = Field(default_factory=dict)
    """what yt-dlp is told of YouTube: `{player_client = ["default", "-tv_samsung"]}`; seldom needed"""


_FileFormat = Annotated[str, Field(pattern=r"^(m4a|mp3|opus)$")]
_Level = Annotated[float, Field(ge=-31, le=-9)]


class _Audio(BaseModel):
    model_config = STRICT
    format: Annotated[str, Field(pattern=r"^(auto|m4a|mp3|opus)$")] = "auto"
    """`auto` (MP3 stays MP3, all else becomes M4A), `m4a`, `mp3` or `opus`"""
    also: Annotated[list[_FileFormat], BeforeValidator(as_list)] = Field(default_factory=list)
    """further formats, such as `["opus"]`, for apps that know `podcast:alternateEnclosure`"""
    normalise: bool = True
    """`true` brings every episode to one loudness; `false` leaves it as it came"""
    loudness: _Level = -16
    """that loudness in LUFS, -31 to -9"""
    loudness_mono: _Level | None = None
    """the same for audio of one channel, such as -19. Without it both are alike"""
    intro: str = ""
    """a sound in the show's folder that is played before every episode"""
    outro: str = ""
    """the same, after every episode"""


class ShowTable(Told):
    """The keys of `podcast.toml`; the sentences below them are what the reference says of each."""

    title: Name
    """the show's name"""
    description: Annotated[str, Field(min_length=1, max_length=4000)]
    """one paragraph; Markdown is allowed"""
    link: Url
    """the show's web page"""
    base_url: Url
    """the address at which `output/` is served"""
    language: Annotated[str, AfterValidator(_language)]
    """such as `zh-CN` or `en`"""
    author: Name
    """a person or a company"""
    owner: OwnerTable | None = None
    """a table `[owner]`: who answers for the feed"""
    category: Annotated[list[Annotated[str, AfterValidator(_category)]], BeforeValidator(as_list)]
    """one of Apple's names, or a list; a part is written `"Society & Culture > Documentary"`"""
    explicit: bool = False
    """whether the show has explicit language"""
    cover: Annotated[str, Field(pattern=r"(?i)\.(png|jpe?g)$")] | None = None
    """a picture in the show's folder, PNG or JPEG, best square and of 1400 to 3000 pixels; else a copy is made so"""
    type: Annotated[str, Field(pattern=r"^(episodic|serial)$")] = "episodic"
    """`episodic`, or `serial` for a show that is heard from its first episode on"""
    copyright: str = ""
    """who has the rights, without the word, the sign and the year"""
    timezone: Annotated[str, AfterValidator(_timezone)] = "UTC"
    """such as `Asia/Shanghai`; a date without a time of day is midnight there"""
    confidence: Annotated[float, Field(ge=0, le=1)] = THRESHOLD
    """chapters that are less sure than this, 0 to 1, are withheld"""
    recogniser: str = ""
    """a speech model, by name (`small`) or path, for episodes without captions; needs the extra `asr`"""
    locked: bool = True
    """`true` forbids other platforms to take the feed over"""
    block: bool = False
    """`true` asks directories not to list the show; apps that have its address play it"""
    youtube: _YouTube = Field(default_factory=_YouTube)
    """a table `[youtube]`, for days when YouTube changes faster than we do"""
    guid: Annotated[str, Field(pattern=GUID)] = ""
    """the `podcast:guid` of a show that you bring along"""
    speakers: dict[Short, Text] = Field(default_factory=dict)
    """a table `[speakers]`: names for feed and notes, `"发言人A" = "刘某人"`; `""` leaves one out"""
    new_feed_url: Url = ""
    """where the feed has moved to; when `base_url` changes, the feed says so without this"""
    feed_limit: Annotated[int, Field(ge=10)] = FEED_LIMIT
    """the most episodes in `feed.xml`, 10 or more; older ones move to `feed-1.xml`, `feed-2.xml`, …"""
    hub: Url = ""
    """the WebSub hub that you tell of new episodes"""
    update_frequency: UpdateFrequencyTable | None = None
    """a table: how often episodes come"""
    publisher: PublisherTable | None = None
    """a table: the feed of a publisher to which several shows belong"""
    podroll: Annotated[list[RemoteFeedTable], BeforeValidator(as_list)] = Field(default_factory=list)
    """tables of shows that you recommend"""
    trailer: Annotated[list[TrailerTable], BeforeValidator(as_list)] = Field(default_factory=list)
    """tables of trailers that are no episodes"""
    site: bool = True
    """`false` makes no web pages. See [the site](site.md)"""
    audio: _Audio = Field(default_factory=_Audio)
    """a table `[audio]`. See [how the audio sounds](audio.md)"""


_MOST_FAULTS = 50


def _faults(error: ValidationError, text: str, path: Path) -> tuple[Fault, ...]:
    faults: dict[str, Fault] = {}
    for detail in error.errors(include_url=False, include_input=False, include_context=False)[:_MOST_FAULTS]:
        keys, row = tables.where(detail["loc"])
        name = tables.dotted(detail["loc"])
        place = Place(str(path), _line(text, keys, row), name)
        faults.setdefault(name, Fault(place, f"{tables.sentence(detail)}."))
    return tuple(faults.values())


def _line(text: str, keys: list[str], row: int) -> int | None:
    """The line where a key stands; that of its table when it is missing, or of the key that holds an inline table."""
    table, _, key = ".".join(keys).rpartition(".")
    current, table_line, seen = "", None, 0
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+\s*([\w.-]+)\s*\]", line):
            current = header[1]
            seen += current == (table or key)
            if seen == row and table_line is None:
                table_line = number
        elif (
            current == table
            and (not table or seen == row)
            and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", line)
        ):
            return number
    return _line(text, keys[:-1], 1) if table and table_line is None else table_line
