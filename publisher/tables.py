"""The tables that `podcast.toml` has, and those of them that front matter has too: what is allowed in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from publisher.model import (
    Funding,
    License,
    Location,
    Owner,
    RemoteFeed,
    Trailer,
    Txt,
    UpdateFrequency,
)


def _web_address(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s]*", value):
        raise ValueError("should be a web address that begins with https://")
    if not value.isascii():
        raise ValueError("should be ASCII; write other letters percent-encoded")
    return value


def as_list(value: object) -> object:
    """A value that stands for a list of one."""
    return [value] if isinstance(value, str | dict) else value


def _as_license(value: object) -> object:
    return {"id": value} if isinstance(value, str) else value


def _as_places(value: object) -> object:
    return [{"name": value}] if isinstance(value, str) else as_list(value)


def is_language(tag: str) -> bool:
    """Whether a tag names a language that there is (BCP 47): `zh-CN` does, `cn` does not."""
    from langcodes import tag_is_valid

    return re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag) is not None and tag_is_valid(tag)


LICENSES = ("ARR", "CC-BY-4.0", "CC-BY-NC-4.0", "CC-BY-NC-ND-4.0", "V4V-1.0", "POD-V4V-1.0")
"""Names that need no address (podcast namespace, license)."""

STRICT = ConfigDict(strict=True, extra="forbid", frozen=True, str_strip_whitespace=True)
Name = Annotated[str, Field(min_length=1, max_length=255)]
Text = Annotated[str, Field(max_length=128)]
Short = Annotated[Text, Field(min_length=1)]
Url = Annotated[str, AfterValidator(_web_address)]
GUID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_DEGREES = r"-?\d{1,3}(\.\d+)?"
_RRULE = r"^FREQ=[A-Z]+(;[A-Z]+=[A-Z0-9,:.+-]+)*$"


class OwnerTable(BaseModel):
    """`[owner]`."""

    model_config = STRICT
    name: Name
    """a person or a company"""
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
    """directories send their mail there"""


class LicenseTable(BaseModel):
    """`license`."""

    model_config = STRICT
    id: Short
    """a name that the podcast namespace lists, or one of your own"""
    url: Url = ""
    """the address of its text; needed for a name of your own"""

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        if not self.url and self.id.upper() not in LICENSES:
            raise ValueError(
                f"needs `url`, the address of its text, unless it is one of {', '.join(LICENSES)}"
            )
        return self


class FundingTable(BaseModel):
    """`[[funding]]`."""

    model_config = STRICT
    url: Url
    """where listeners can give money"""
    text: Short
    """what the link is called"""


class LocationTable(BaseModel):
    """`[[location]]`."""

    model_config = STRICT
    name: Short
    """as people say it"""
    rel: Annotated[str, Field(pattern=r"^(subject|creator)$")] = "subject"
    """`subject`, what the show is about, or `creator`, where it is made"""
    geo: Annotated[str, Field(pattern=rf"^(geo:{_DEGREES},{_DEGREES}[!-~]*)?$")] = ""
    """such as `"geo:31.23,121.47"`"""
    osm: Annotated[str, Field(pattern=r"^([NWR]\d+(#\d+)?)?$")] = ""
    """a thing of OpenStreetMap, such as `"R913067"`"""
    country: Annotated[str, Field(pattern=r"^([A-Za-z]{2})?$")] = ""
    """two letters, such as `"cn"`"""


class TxtTable(BaseModel):
    """`[[txt]]`."""

    model_config = STRICT
    text: Annotated[str, Field(min_length=1, max_length=4000)]
    """the code or the text"""
    purpose: Text = ""
    """what it is for, such as `"applepodcastsverify"`"""


class UpdateFrequencyTable(BaseModel):
    """`[update_frequency]`."""

    model_config = STRICT
    text: Short
    """as people say it"""
    rrule: Annotated[str, Field(pattern=_RRULE)] = ""
    """such as `"FREQ=WEEKLY;BYDAY=TU"` (RFC 5545)"""
    dtstart: AwareDatetime | None = None
    """a date with time and zone; needed with `COUNT` in `rrule`"""
    complete: bool = False
    """`true` when nothing will follow"""

    @model_validator(mode="after")
    def _is_dated(self) -> Self:
        if "COUNT=" in self.rrule and self.dtstart is None:
            raise ValueError("needs `dtstart`, because its rrule has a COUNT")
        return self


class RemoteFeedTable(BaseModel):
    """`[[podroll]]`."""

    model_config = STRICT
    guid: Annotated[str, Field(pattern=GUID)]
    """the show's `podcast:guid`"""
    feed_url: Url = ""
    """its feed"""
    title: Name = ""
    """its name"""


class TrailerTable(BaseModel):
    """`[[trailer]]`."""

    model_config = STRICT
    title: Short
    """its name"""
    url: Url
    """the audio or video"""
    published: AwareDatetime
    """a date with time and zone"""
    length: Annotated[int, Field(gt=0)] | None = None
    """bytes"""
    type: Annotated[str, Field(pattern=r"^((audio|video)/[!-~]+)?$")] = ""
    """such as `"audio/mpeg"`"""
    season: Annotated[int, Field(gt=0)] | None = None
    """the season that it announces"""


class PublisherTable(BaseModel):
    """`[publisher]`."""

    model_config = STRICT
    guid: Annotated[str, Field(pattern=GUID)]
    """the `podcast:guid` of the publisher's feed"""
    feed_url: Url = ""
    """its address"""


class Told(BaseModel):
    """What a show says of itself and an episode may say otherwise."""

    model_config = STRICT
    license: Annotated[LicenseTable, BeforeValidator(_as_license)] | None = None
    """`"CC-BY-4.0"` or another name that the podcast namespace lists, or a table"""
    funding: Annotated[list[FundingTable], BeforeValidator(as_list)] = Field(default_factory=list)
    """tables: where listeners can give money"""
    location: Annotated[list[LocationTable], BeforeValidator(_as_places)] = Field(default_factory=list)
    """tables: what the show is about, and where it is made"""
    txt: Annotated[list[TxtTable], BeforeValidator(as_list)] = Field(default_factory=list)
    """tables: codes that prove whose the feed is"""


_VALUES: dict[str, Callable[..., Any]] = {
    "owner": Owner,
    "license": License,
    "funding": Funding,
    "location": Location,
    "txt": Txt,
    "update_frequency": UpdateFrequency,
    "publisher": RemoteFeed,
    "podroll": RemoteFeed,
    "trailer": Trailer,
}


def values(model: BaseModel) -> dict[str, Any]:
    """The tables of a model as central values, by their names; several of a kind are a tuple."""
    return {
        name: _made(_VALUES[name], getattr(model, name))
        for name in type(model).model_fields
        if name in _VALUES
    }


def _made(kind: Callable[..., Any], tables: BaseModel | list[BaseModel] | None) -> Any:
    if isinstance(tables, list):
        return tuple(_made(kind, table) for table in tables)
    return kind(**tables.model_dump()) if tables else None


_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not a key that publish knows",
    "string_too_short": "is empty",
    "bool_type": "should be true or false, without quotation marks",
    "string_type": "should be text in quotation marks",
}


def sentence(detail: Mapping[str, Any]) -> str:
    """What pydantic says of one fault, as the end of a sentence without its full stop."""
    if known := _SENTENCES.get(detail["type"]):
        return known
    message = str(detail["msg"]).removeprefix("Value error, ")
    return f"{message[0].lower()}{message[1:]}".rstrip(".")


def where(place: tuple[int | str, ...]) -> tuple[list[str], int]:
    """The keys that lead to a value, without pydantic's own words, and which of several tables it is in, from 1."""
    keys = [
        part
        for part in place
        if isinstance(part, str) and part != "str" and "[" not in part and not part.startswith("function-")
    ]
    rows = [part + 1 for part in place if isinstance(part, int)]
    return keys, rows[0] if rows and len(keys) > 1 else 1


def dotted(place: tuple[int | str, ...]) -> str:
    """A place as people read it: `funding.url`, or `funding[2].url` in the second table."""
    keys, row = where(place)
    return ".".join(keys) if row == 1 else f"{keys[0]}[{row}].{'.'.join(keys[1:])}"
