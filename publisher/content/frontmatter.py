"""Front matter: YAML between two `---` lines, every scalar kept as the text that the author wrote.

YAML 1.1 reads `12:34` as 754, `no` as False and `012` as 10. Here a value stays text until the one who needs
it asks for a date, a number or a yes-or-no.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from frontmatter.default_handlers import YAMLHandler

from publisher.content.fields import FIELDS
from publisher.errors import ContentError, Fault, Place
from publisher.text import clean
from publisher.timecode import FIRST_YEAR, LAST_YEAR

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's is ten times as fast, where the package was built with it."""

MAX_BYTES = 2_000_000
_MAX_MATTER = 200_000
_MAX_DEPTH = 20
_YES = {"true", "yes", "on", "y", "1"}
_NO = {"false", "no", "off", "n", "0", ""}
_DATE_IN_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\D|$)")

Value = str | list["Value"] | dict[str, "Value"]


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields of a file and where they stand.

    Attributes:
        path: The file.
        values: Field name to text, list or mapping, as written.
        lines: Line of each field, from 1.
        body: What follows the front matter.
        body_line: Line of the body's first line.
    """

    path: Path
    values: Mapping[str, Value]
    lines: Mapping[str, int]
    body: str
    body_line: int

    def place(self, field: str) -> Place:
        """Where a field stands, or would stand."""
        return Place(str(self.path), self.lines.get(field, 1), field)


def read(path: Path) -> FrontMatter:
    """Read a Markdown file and split it.

    Raises:
        ContentError: The file is missing, not UTF-8, too large, has no front matter, or its YAML is broken.
    """
    text = read_text(path)
    lines = text.split("\n")
    if not lines[0].rstrip() == "---":
        raise ContentError(
            "The file has no front matter.",
            place=Place(str(path), 1),
            remedy="Begin it with a line '---', then title: and date:, then another line '---'.",
        )
    try:
        yaml_text, body = YAMLHandler().split(text)
    except ValueError:
        raise ContentError(
            "The front matter is not closed.",
            place=Place(str(path), 1),
            remedy="End it with a line that holds only '---'.",
        ) from None
    first_line = text[: text.index(yaml_text)].count("\n") + 1
    if len(yaml_text) > _MAX_MATTER:
        raise ContentError(
            "The front matter is over 200 KB; that is no front matter.", place=Place(str(path), 1)
        )
    values, field_lines = _parse_yaml(yaml_text, path, first_line)
    body_line = text[: len(text) - len(body)].count("\n") + 1
    return FrontMatter(path, values, field_lines, body, body_line)


def read_text(path: Path) -> str:
    """The file as text: UTF-8 with or without a BOM, any line ends, control characters removed."""
    place = Place(str(path))
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ContentError("The file is over 2 MB; that is no transcript.", place=place)
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ContentError("The file does not exist.", place=place, remedy="Check the name.") from None
    except UnicodeDecodeError as error:
        raise ContentError(
            f"The file is not UTF-8 (byte {error.start}).", place=place, remedy="Save it as UTF-8."
        ) from None
    except OSError as error:
        raise ContentError(f"The file cannot be read: {error.strerror}.", place=place) from None
    return clean(text.replace("\r\n", "\n").replace("\r", "\n"))


def _parse_yaml(text: str, path: Path, first_line: int) -> tuple[dict[str, Value], dict[str, int]]:
    try:
        _refuse_bombs(text, path, first_line)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + first_line if mark else None
        raise ContentError(
            f"The front matter is not valid YAML: {error.problem or error.context}.",
            place=Place(str(path), line),
            remedy="Values that hold ': ' or begin with a sign such as * & @ # [ { need quotation marks.",
        ) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise ContentError(f"The front matter is not valid YAML: {error}.", place=Place(str(path))) from None
    if node is None:
        return {}, {}
    if not isinstance(node, yaml.MappingNode):
        raise ContentError(
            "The front matter is not a list of 'field: value' lines.", place=Place(str(path), first_line)
        )
    values: dict[str, Value] = {}
    lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + first_line
        if not isinstance(key_node, yaml.ScalarNode):
            raise ContentError("The name of a field is not text.", place=Place(str(path), line))
        key = clean(key_node.value)
        if key in values:
            raise ContentError(
                "The field is there twice.", place=Place(str(path), line, key), remedy="Remove one of them."
            )
        values[key], lines[key] = _plain(value_node), line
    return values, lines


def _refuse_bombs(text: str, path: Path, first_line: int) -> None:
    """Look at the events of YAML one by one, so that what would grow without end is never built."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        place = Place(str(path), event.start_mark.line + first_line if event.start_mark else None)
        if isinstance(event, yaml.AliasEvent):
            raise ContentError(
                "The front matter uses a YAML alias (*name).", place=place, remedy="Write the value out."
            )
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise ContentError("The front matter is nested too deep.", place=place)


def _plain(node: yaml.Node) -> Value:
    if isinstance(node, yaml.MappingNode):
        return {clean(str(key.value)): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    if node.tag == "tag:yaml.org,2002:null":
        return ""
    return clean(str(node.value)).strip()


class Fields:
    """Reads typed values out of front matter and collects every fault on the way."""

    def __init__(self, matter: FrontMatter) -> None:
        self._matter = matter
        self.faults: list[Fault] = []

    def fault(self, field: str, what: str) -> None:
        """Note a fault at a field."""
        self.faults.append(Fault(self._matter.place(field), what))

    def text(self, field: str) -> str:
        """The field, or one that means the same, as one text; a list gives its first item."""
        for name in (field, *FIELDS[field].others):
            value = self._matter.values.get(name, "")
            if isinstance(value, list):
                value = value[0] if value else ""
            if isinstance(value, dict):
                self.fault(name, "should be text, not a mapping.")
                continue
            if value:
                return str(value)
        return ""

    def names(self, field: str) -> tuple[str, ...]:
        """A list of texts; one text, possibly with commas, is a list too."""
        values = (self._matter.values.get(name, "") for name in (field, *FIELDS[field].others))
        value: Value = next((each for each in values if each), "")
        if isinstance(value, dict):
            self.fault(field, "should be a list of names.")
            return ()
        items = value if isinstance(value, list) else re.split(r"[,，、]", value)
        named = (item.get("name", "") if isinstance(item, dict) else item for item in items)
        return tuple(name.strip() for name in named if isinstance(name, str) and name.strip())

    def flag(self, field: str) -> bool | None:
        """A yes or no; None when the field is missing or empty."""
        value = self.text(field).lower()
        if not value:
            return None
        if value in _YES:
            return True
        if value not in _NO:
            self.fault(field, f"should be true or false, not {value!r}.")
        return False

    def number(self, field: str) -> int | None:
        """A whole number from 1; None when the field is missing, empty or 0."""
        value = self.text(field)
        if not value:
            return None
        if not re.fullmatch(r"\d{1,6}", value):
            self.fault(field, f"should be a whole number, not {value!r}.")
            return None
        return int(value) or None

    def date(self, field: str, timezone: str) -> datetime | None:
        """A date with timezone; one without a time of day is midnight in `timezone`.

        A file without the field may carry the date at the start of its name, as Jekyll does.
        """
        value = self.text(field)
        if not value:
            in_name = _DATE_IN_NAME.match(self._matter.path.stem)
            value = in_name[1] if in_name else ""
        if not value:
            self.fault(field, "is missing. Write the day of publication, such as 2026-02-17.")
            return None
        found = _read_date(value)
        if found is None:
            self.fault(
                field, f"{value!r} is not a date. Write it as 2026-02-17 or 2026-02-17T08:00:00+08:00."
            )
            return None
        return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(timezone))


def _read_date(value: str) -> datetime | None:
    value = re.sub(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})", r"\1-\2-\3", value)
    value = re.sub(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)", lambda m: f"{m[1]}-{m[2]:0>2}-{m[3]:0>2}", value)
    value = re.sub(r"(?<=\d) (?=[+-]\d{2}:?\d{2}$)", "", value)
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None
