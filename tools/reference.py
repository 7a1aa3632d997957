"""Writes the tables of the reference from the code: `python -m tools.reference`.

A document holds `<!-- generated: NAME -->` and `<!-- end -->`; what lies between is replaced by the table NAME. The
words come from where the code has them: help of options, docstrings of classes and below fields, texts of registries.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from typer.main import get_command

from publisher import config
from publisher.chapters import FORMATS, PUBLISHED
from publisher.chapters.platforms import BREACHES, PLATFORMS
from publisher.checking import RULES
from publisher.cli.app import app
from publisher.cli.common import common_options
from publisher.content.fields import FIELDS
from publisher.fetch import OUTCOMES
from publisher.findings import Severity
from publisher.timecode import SECOND

CHECKOUT = Path(__file__).resolve().parents[1]
DOCUMENTS = tuple(CHECKOUT / "docs" / name for name in ("commands.md", "reference.md"))
_PART = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(\n<!-- end -->)", re.DOTALL)


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    cells = [tuple(head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    lines = [f"| {' | '.join(row)} |".replace("|  |", "| |") for row in cells]
    return "\n".join((lines[0], f"|{' --- |' * len(cells[0])}", *lines[1:]))


# -- commands -----------------------------------------------------------------------------------------


def commands() -> str:
    """Each command: what it does, how it is called, its own options."""
    root: Any = get_command(app)
    return "\n\n".join(_command(name, command) for name, command in root.commands.items())


def _command(name: str, command: Any) -> str:
    about, *others = inspect.cleandoc(command.help).split("\n\n")
    shared = set(common_options())
    own = [each for each in command.params if each.name not in shared]
    arguments = [each for each in own if each.param_type_name == "argument"]
    usage = " ".join(("publish", name, *(each.metavar for each in arguments), "[OPTIONS]"))
    parts = [f"## `publish {name}`", about, f"```text\n{usage}\n```"]
    for text in others:
        kind, _, said = text.partition(": ")
        examples = re.split(r"\s{2,}|\n", said) if kind in {"Example", "Examples"} else []
        parts.append("```sh\n" + "\n".join(examples) + "\n```" if examples else _in_one(text))
    if arguments:
        parts.append(
            table(("argument", "what it is"), ((f"`{each.metavar}`", each.help) for each in arguments))
        )
    if options := [each for each in own if each not in arguments]:
        parts.append(_options(options))
    return "\n\n".join(parts)


def shared_options() -> str:
    """The options that every command takes."""
    root: Any = get_command(app)
    shared = set(common_options())
    first = next(iter(root.commands.values()))
    return _options([each for each in first.params if each.name in shared])


def _options(options: Iterable[Any]) -> str:
    return table(("option", "default", "what it does"), (_option(each) for each in options))


def _option(option: Any) -> tuple[str, str, str]:
    value = f" {option.metavar or 'VALUE'}" if not option.is_flag else ""
    names = ", ".join(
        f"`{name}`" for name in (*option.opts[:-1], f"{option.opts[-1]}{value}", *option.secondary_opts)
    )
    return names, _default(option.default if not option.is_flag else None), _in_one(option.help)


def _in_one(text: str) -> str:
    return " ".join(text.split())


# -- files that people write --------------------------------------------------------------------------


def configuration() -> str:
    """The keys of `podcast.toml`."""
    return table(("key", "default", "what it is"), _keys(config.ShowTable))


def _keys(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, str, str]]:
    said = _sentences(model)
    for name, field in sorted(model.model_fields.items(), key=lambda each: not each[1].is_required()):
        default = (
            "**needed**" if field.is_required() else _default(field.get_default(call_default_factory=True))
        )
        yield f"`{above}{name}`", default, said[name]
        for inner in _models(field.annotation):
            yield from _keys(inner, f"{above}{name}.")


def _sentences(model: type[BaseModel]) -> Mapping[str, str]:
    """What stands below each field of a class and of those that it is made of."""
    said: dict[str, str] = {}
    for kind in reversed(
        [each for each in model.__mro__ if issubclass(each, BaseModel) and each is not BaseModel]
    ):
        (tree,) = (each for each in ast.parse(inspect.getsource(kind)).body if isinstance(each, ast.ClassDef))
        for field, below in pairwise(tree.body):
            if isinstance(field, ast.AnnAssign) and isinstance(below, ast.Expr):
                said[ast.unparse(field.target)] = ast.literal_eval(below.value)
    return said


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The tables inside a type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _default(value: Any) -> str:
    if value is None or value in ("", [], {}, Path()) or isinstance(value, BaseModel):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def front_matter() -> str:
    """The fields of an episode."""
    rows = (
        (", ".join(f"`{name}`" for name in (each.name, *each.others)), each.what) for each in FIELDS.values()
    )
    return table(("field", "what it is"), rows)


# -- what is written and said -------------------------------------------------------------------------


def formats() -> str:
    """The chapter formats."""
    rows = (
        (
            f"`{name}`",
            f"`{each.filename}`",
            each.mime,
            f"{each.resolution} ms" if each.resolution < SECOND else "1 s",
            "yes" if name in PUBLISHED else "",
            (inspect.getdoc(each) or "").split("\n")[0].removesuffix("."),
        )
        for name, each in FORMATS.items()
    )
    return table(("name", "file", "type", "times to", "in `output/`", "what it is"), rows)


def platforms() -> str:
    """What platforms ask of a list in a description."""
    rows = (
        (
            each.called,
            str(each.least),
            f"{each.shortest // SECOND} s" if each.shortest else "",
            str(each.longest_title),
        )
        for each in PLATFORMS.values()
    )
    return table(("platform", "chapters at least", "each at least", "characters of a title"), rows)


def platform_codes() -> str:
    """The codes of what a platform would not take."""
    rows = (
        (
            ", ".join(
                f"`{name}-{code}`"
                for name, each in PLATFORMS.items()
                if each.shortest or code != "chapter-short"
            ),
            severity.value,
            what,
        )
        for code, (severity, what) in BREACHES.items()
    )
    return table(("code", "how bad", "what is wrong"), rows)


def findings() -> str:
    """The codes of `publish check`."""
    rows = (
        (
            f"`{code}`",
            rule.what,
            "warning" if rule.severity is Severity.WARNING else "error",
            ", ".join(sorted(rule.profiles)) or "all",
            rule.remedy,
            rule.source,
        )
        for code, rule in RULES.items()
    )
    return table(("code", "what is wrong", "how bad", "counts for", "what to do", "whose rule"), rows)


def outcomes() -> str:
    """How a fetch may end."""
    rows = (
        (f"`{code}`", each.what, _again(each.retry_after), each.remedy) for code, each in OUTCOMES.items()
    )
    return table(("code", "what happened", "worth another try", "what to do"), rows)


def _again(seconds: int | None) -> str:
    if seconds is None:
        return "after a change"
    for unit, name in ((3600, "h"), (60, "min")):
        if seconds >= unit:
            return f"after {seconds // unit} {name}"
    return "at once"


PARTS: Mapping[str, Callable[[], str]] = {
    "commands": commands,
    "shared-options": shared_options,
    "configuration": configuration,
    "front-matter": front_matter,
    "formats": formats,
    "platforms": platforms,
    "platform-codes": platform_codes,
    "findings": findings,
    "outcomes": outcomes,
}
"""Every generated part by its name."""


def filled(text: str) -> str:
    """A document with its generated parts as the code gives them."""
    return _PART.sub(lambda found: f"{found[1]}\n{PARTS[found[2]]()}\n{found[3]}", text)


def main() -> int:
    """Write the parts into the documents."""
    for path in DOCUMENTS:
        before = path.read_text(encoding="utf-8")
        after = filled(before)
        path.write_text(after, encoding="utf-8", newline="\n")
        sys.stdout.write(f"{path.relative_to(CHECKOUT)}: {'written' if after != before else 'as it was'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
