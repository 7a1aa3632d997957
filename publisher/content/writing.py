"""New episode files: front matter and transcript as text that reads back as the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import yaml

from publisher.text import clean, one_line

Field = str | int | bool | Sequence[str] | Sequence[Mapping[str, str]]

_MARKS = re.compile(r"([\\`*_\[\]<>&~|])")
_AT_START = re.compile(r"^([#+=-]|\d{1,9}(?=[.)]))")
_DASHES = re.compile(r"^\s*-{3,}\s*$", re.MULTILINE)


class _Dumper(yaml.SafeDumper):
    """Writes a text of several lines as a block, as a person would."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def episode_text(fields: Mapping[str, Field], body: str) -> str:
    """An episode file.

    Args:
        fields: Front matter; what is empty or None is left out. Strangers' text is cleaned of control characters.
        body: The transcript, Markdown.
    """
    kept = {name: _cleaned(value) for name, value in fields.items() if value not in ("", None, (), [])}
    matter = yaml.dump(kept, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6)
    return f"---\n{matter}---\n{body}"


def _cleaned(value: Field) -> object:
    if isinstance(value, str):
        text = clean(value.replace("\r\n", "\n").replace("\r", "\n"))
        lines = "\n".join(line.rstrip() for line in text.split("\n")).strip()
        return _DASHES.sub("* * *", lines)  # a line of dashes would end the front matter
    if isinstance(value, bool | int):
        return value
    return [
        one_line(item) if isinstance(item, str) else {key: one_line(text) for key, text in item.items()}
        for item in value
    ]


def as_markdown(text: str) -> str:
    """A text on one line, as Markdown that says exactly this."""
    marked = _MARKS.sub(r"\\\1", one_line(text))
    return _AT_START.sub(_escaped_start, marked)


def _escaped_start(found: re.Match[str]) -> str:
    start = found[1]
    return f"\\{start}" if not start.isdigit() else f"{start}\\"
