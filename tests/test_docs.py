"""The documents tell of everything that there is."""

from __future__ import annotations

import re
from dataclasses import fields
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner

from publisher.chapters import FORMATS as CHAPTER_WRITERS
from publisher.chapters.platforms import PLATFORMS
from publisher.checking import RULES
from publisher.cli.app import app
from publisher.config import read_show
from publisher.content import episode
from publisher.fetch import OUTCOMES
from publisher.model import (
    AudioSettings,
    Funding,
    License,
    Location,
    Method,
    Owner,
    RemoteFeed,
    Show,
    Trailer,
    Txt,
    UpdateFrequency,
)
from publisher.pipeline import known_chapters
from publisher.planning import Change
from publisher.site.record import PAGE, SENTENCES
from publisher.site.theme import ASSETS
from publisher.transcripts import WRITERS as TRANSCRIPT_WRITERS
from publisher.workspace import Settings, open_show
from tests.conftest import CHECKOUT

README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
REFERENCE = (CHECKOUT / "docs/reference.md").read_text(encoding="utf-8")
COMMANDS = [
    command.name or command.callback.__name__ for command in app.registered_commands if command.callback
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_in_the_readme(command: str) -> None:
    assert f"publish {command}" in README
    said = CliRunner().invoke(app, [command, "--help"]).stdout
    for option in set(re.findall(r"--[a-z][a-z-]+", said)) - {"--show", "--engine", "--output", "--verbose"}:
        assert option in README, option


def test_every_key_of_the_configuration_is_in_the_reference() -> None:
    keys = {field.name for field in fields(Show)} - {"categories", "owner"} | {"category"}
    tables = {
        "audio": AudioSettings,
        "owner": Owner,
        "license": License,
        "funding": Funding,
        "location": Location,
        "txt": Txt,
        "update_frequency": UpdateFrequency,
        "podroll": RemoteFeed,
        "trailer": Trailer,
    }
    keys |= {f"{name}.{field.name}" for name, table in tables.items() for field in fields(table)}
    assert {key for key in keys if f"`{key}`" not in REFERENCE} == set()


def test_every_front_matter_field_that_is_read_is_in_the_reference() -> None:
    source = Path(episode.__file__).read_text(encoding="utf-8")
    read = set(re.findall(r'fields\.(?:text|names|flag|number|date)\("(\w+)"', source))
    assert {name for name in read if f"`{name}`" not in REFERENCE} == set()


def test_every_outcome_of_a_fetch_is_in_the_reference_as_it_is_said() -> None:
    assert {
        code for code, outcome in OUTCOMES.items() if f"| `{code}` | {outcome.what} |" not in REFERENCE
    } == set()


def test_every_file_that_is_written_is_in_the_reference() -> None:
    names = {writer.filename for writer in CHAPTER_WRITERS.values()}
    names |= {writer.filename for writer in TRANSCRIPT_WRITERS.values()}
    names |= {"embed.html", "oembed.json", PAGE, SENTENCES, "entities.json", "entities.11tydata.json"}
    assert {name for name in names if name not in REFERENCE} == set()


def test_every_way_to_find_a_time_that_occurs_is_in_the_reference() -> None:
    assert all(f"`{method}`" in REFERENCE for method in (Method.CAPTIONS, Method.INTERPOLATED))


def test_every_finding_code_is_in_the_reference() -> None:
    codes = set(RULES) | {f"{name}-chapter-few" for name in PLATFORMS} | {"chapter-end-unknown"}
    assert {code for code in codes if f"`{code}`" not in REFERENCE} == set()


def test_every_planned_change_is_in_the_reference() -> None:
    assert {change for change in Change if f"`{change}`" not in REFERENCE} == set()


def test_every_file_of_the_theme_is_in_the_document_of_the_site() -> None:
    document = (CHECKOUT / "docs/site.md").read_text(encoding="utf-8")
    templates = {path.name for path in (resources.files("publisher.site") / "templates").iterdir()}
    assert {name for name in (*ASSETS, *templates) if f"`site/{name}`" not in document} == set()


def test_links_between_documents_lead_somewhere() -> None:
    for document in (CHECKOUT / "README.md", *(CHECKOUT / "docs").glob("*.md")):
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / link).exists(), f"{document.name}: {link}"


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
