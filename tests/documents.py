"""Documents that tell people what to type: every command in them is run, in the order in which it stands.

A block of `sh` is run. A comment in front of a block says what else it is: `file: NAME` is saved under that name,
`edit: NAME` has lines to replace, `output` is what the command before it said (times may differ), `until Ctrl-C` is a
command that goes on, `needs SOMETHING` is not run here.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import CHECKOUT

_BLOCK = re.compile(r"(?:^<!-- (.+?) -->\n)?^( *)```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a document.

    Attributes:
        said: The comment in front of it; empty when there is none.
        kind: Its language.
        text: What stands in it.
    """

    said: str
    kind: str
    text: str


def blocks(document: str) -> Iterator[Block]:
    """The blocks of a document under `docs/`, in their order."""
    text = (CHECKOUT / "docs" / document).read_text(encoding="utf-8")
    for said, margin, kind, inside in _BLOCK.findall(text):
        yield Block(said, kind, re.sub(rf"^{margin}", "", inside, flags=re.MULTILINE))


@dataclass(slots=True)
class Terminal:
    """A person's terminal.

    Attributes:
        folder: Where it is.
        tools: A folder with the command `publish`.
        options: What the command is always told besides.
        output: What the last block of commands said.
        commands: All that were run.
    """

    folder: Path
    tools: Path
    options: str = ""
    output: str = ""
    commands: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tools.mkdir(parents=True, exist_ok=True)
        program = self.tools / "publish"
        program.write_text(
            f'#!/bin/sh\nexec "{sys.executable}" -m publisher "$@" {self.options}\n', encoding="utf-8"
        )
        program.chmod(0o755)

    @property
    def environment(self) -> dict[str, str]:
        """What its commands see."""
        path = os.pathsep.join((str(self.tools), os.environ["PATH"]))
        return {**os.environ, "PATH": path, "PYTHONPATH": str(CHECKOUT), "COLUMNS": "200"}

    def follow(self, document: str, goes_on: Callable[[str, Terminal], None] | None = None) -> None:
        """Do what a document says.

        Args:
            document: Its path under `docs/`.
            goes_on: Takes a command that goes on until it is interrupted.
        """
        for block in blocks(document):
            word, _, name = block.said.partition(": ")
            if word == "file":
                self._save(name, block.text)
            elif word == "edit":
                self._edit(name, block.text)
            elif word == "output":
                self._compare(block.text)
            elif word == "until Ctrl-C":
                assert goes_on
                goes_on(block.text.strip(), self)
            elif block.kind == "sh" and not word.startswith("needs "):
                self.run(block.text)

    def run(self, script: str) -> None:
        """Run a block of commands; each must succeed, unless its last comment names its exit code."""
        for command in filter(None, script.replace("\\\n", " ").split("\n")):
            plain, _, comment = command.partition("   # ")
            code = int(found[1]) if (found := re.search(r"exit code (\d+)", comment)) else 0
            self.output = self._one(plain, code)

    def _one(self, command: str, code: int) -> str:
        here = self.tools / "here"
        done = subprocess.run(
            ("bash", "-c", f"{command}\ncode=$?; pwd > '{here}'; exit $code"),
            cwd=self.folder, env=self.environment, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert done.returncode == code, f"{command}: {done.stdout}{done.stderr}"
        self.folder = Path(here.read_text(encoding="utf-8").strip())
        self.commands.append(command)
        return done.stdout

    def _save(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def _edit(self, name: str, text: str) -> None:
        path = self.folder / name
        old = "".join(line[1:] for line in text.splitlines(keepends=True) if line.startswith("-"))
        new = "".join(line[1:] for line in text.splitlines(keepends=True) if line.startswith("+"))
        before = path.read_text(encoding="utf-8")
        assert before.count(old) == 1, f"{name} does not hold what is to be replaced"
        path.write_text(before.replace(old, new), encoding="utf-8")

    def _compare(self, text: str) -> None:
        said = [_without_times(line) for line in self.output.splitlines()]
        for line in text.splitlines():
            assert any(_without_times(line) in each for each in said), f"{line!r} is not in {self.output}"


def _without_times(line: str) -> str:
    return " ".join(re.sub(r"\d{2}:\d{2}", "00:00", line).split())
