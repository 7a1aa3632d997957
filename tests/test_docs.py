"""The documents tell of everything that there is."""

from __future__ import annotations

import re
from dataclasses import fields
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner

import publisher
from publisher.chapters import FORMATS as CHAPTER_WRITERS
from publisher.cli.app import app
from publisher.config import read_show
from publisher.content import episode
from publisher.content.fields import FIELDS
from publisher.model import Method, Show
from publisher.pipeline import known_chapters
from publisher.planning import Change
from publisher.site.record import PAGE, SENTENCES
from publisher.site.theme import ASSETS
from publisher.tables import Told
from publisher.transcripts import WRITERS as TRANSCRIPT_WRITERS
from publisher.workspace import Settings, open_show
from tests.conftest import CHECKOUT
from tools import reference

README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
REFERENCE = (CHECKOUT / "docs/reference.md").read_text(encoding="utf-8")
COMMANDS = [
    command.name or command.callback.__name__ for command in app.registered_commands if command.callback
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"publish {command}" in README


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_that_help_shows_is_in_the_document_of_the_commands(command: str) -> None:
    document = (CHECKOUT / "docs/commands.md").read_text(encoding="utf-8")
    shared, _, own = document.partition("<!-- generated: commands -->")
    part = own.partition(f"## `publish {command}`")[2].partition("\n## ")[0]
    said = CliRunner().invoke(app, [command, "--help"]).stdout
    for option in set(re.findall(r"--[a-z][a-z-]+", said)) - {"--help"}:
        assert option in part or option in shared, option


@pytest.mark.parametrize("document", reference.DOCUMENTS, ids=lambda path: path.name)
def test_the_generated_parts_are_what_the_code_gives(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert reference.filled(text) == text, "run: python -m tools.reference"


def test_every_generated_part_stands_in_a_document_once() -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in reference.DOCUMENTS)
    assert sorted(re.findall(r"<!-- generated: ([\w-]+) -->", texts)) == sorted(reference.PARTS)


def test_a_part_that_was_edited_by_hand_is_written_anew_and_what_is_around_it_stays() -> None:
    text = "Before.\n\n<!-- generated: formats -->\n\nedited\n\n<!-- end -->\n\nAfter.\n"
    filled = reference.filled(text)
    assert "edited" not in filled
    assert "| `vtt` |" in filled
    assert (filled[:8], filled[-8:]) == (text[:8], text[-8:])
    assert reference.filled(filled) == filled


def test_every_key_of_the_configuration_has_its_row_and_its_sentence() -> None:
    cells = (line.split("|") for line in reference.configuration().splitlines()[2:])
    rows = {key.strip("` "): said.strip() for _, key, _, said, *_ in cells}
    assert all(rows.values())
    keys = {field.name for field in fields(Show)} - {"categories"} | {"category"}
    assert keys - rows.keys() == set()
    assert {"license.id", "audio.loudness", "trailer.published", "youtube.extractor_args"} <= rows.keys()


def test_every_front_matter_field_that_is_told_is_read() -> None:
    folder = Path(episode.__file__).parent
    read = "".join(
        path.read_text(encoding="utf-8") for path in folder.glob("*.py") if path.name != "fields.py"
    )
    site = {"series", "category"}
    assert {name for name in FIELDS.keys() - site if f'"{name}"' not in read} - {*Told.model_fields} == set()


def test_every_file_that_is_written_is_in_the_reference() -> None:
    names = {writer.filename for writer in CHAPTER_WRITERS.values()}
    names |= {writer.filename for writer in TRANSCRIPT_WRITERS.values()}
    names |= {"embed.html", "oembed.json", PAGE, SENTENCES, "entities.json", "entities.11tydata.json"}
    assert {name for name in names if name not in REFERENCE} == set()


def test_every_way_to_find_a_time_that_occurs_is_in_the_reference() -> None:
    assert all(f"`{method}`" in REFERENCE for method in (Method.CAPTIONS, Method.INTERPOLATED))


def test_every_planned_change_is_in_the_reference() -> None:
    assert {change for change in Change if f"`{change}`" not in REFERENCE} == set()


def test_every_file_of_the_theme_is_in_the_document_of_the_site() -> None:
    document = (CHECKOUT / "docs/site.md").read_text(encoding="utf-8")
    templates = {path.name for path in (resources.files("publisher.site") / "templates").iterdir()}
    assert {name for name in (*ASSETS, *templates) if f"`site/{name}`" not in document} == set()


def test_links_between_documents_lead_somewhere() -> None:
    for document in (CHECKOUT / "README.md", *(CHECKOUT / "docs").rglob("*.md")):
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / link).exists(), f"{document.name}: {link}"


def test_the_checklist_of_a_release_names_only_what_there_is() -> None:
    text = (CHECKOUT / "docs/releasing.md").read_text(encoding="utf-8")
    told = re.findall(r"`([\w.][\w./-]*/[\w./-]+|[\w-]+\.(?:md|toml|lock))`", text)
    assert len(told) > 3
    places = (CHECKOUT, Path(publisher.__file__).parents[1])
    assert [path for path in told if not any((place / path).exists() for place in places)] == []
    ours = set(re.findall(r"python -m ((?:tests|tools|benchmarks)[\w.]*)", text))
    assert {"tests.fuzz", "tools.reference"} <= ours
    assert [name for name in ours if find_spec(name) is None] == []


def test_the_readmes_commands_are_the_ones_that_are_run() -> None:
    for marker, last in (("demo command", "publish demo"), ("test command", "pytest -n 2")):
        block = re.search(rf"<!-- {marker} -->\n```sh\n(.+)\n```", README)
        assert block is not None
        assert block[1].endswith(last)


def test_the_example_show_of_the_readme_is_this_one() -> None:
    assert read_show(CHECKOUT).title == "坐过站"
    space = open_show(CHECKOUT, Settings())
    chapters, about = known_chapters(space, "why-chapters-matter")
    lines = CHAPTER_WRITERS["youtube"].write(chapters, about).splitlines()
    assert len(lines) == 5
    assert [line for line in lines if line not in README] == []
