"""`publish plan`: what subscribers would see of the next build."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from publisher import batch
from publisher.cli.app import app
from publisher.planning import Change, Planned, plan
from publisher.workspace import Settings, open_show
from tests.conftest import CHECKOUT, PODCAST_TOML
from tests.standin.fixtures import make_audio
from tests.talks import example, speak, write_json3

NOW = datetime(2026, 6, 1, tzinfo=UTC)
BODY = (CHECKOUT / "content/why-chapters-matter.md").read_text(encoding="utf-8").split("---\n", 2)[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A show of one published episode."""
    folder = tmp_path_factory.mktemp("plan") / "show"
    (folder / "content").mkdir(parents=True)
    (folder / "podcast.toml").write_text(PODCAST_TOML, encoding="utf-8")
    talk = speak(example())
    make_audio(folder / "content/talk.m4a", talk.duration / 1_000)
    write_json3(talk.captions, folder / "content/talk.json3")
    write(folder, "one")
    batch.build(open_show(folder, Settings(debug=True)))
    return folder


@pytest.fixture
def show(built: Path) -> Path:
    """The show as it was built, at the same path: large files are known by path, size and time of change."""
    kept = built.with_name("kept")
    if not kept.exists():
        shutil.copytree(built, kept)
    shutil.rmtree(built)
    return Path(shutil.copytree(kept, built))


def write(
    folder: Path, slug: str, *, title: str = "Talk", date: str = "2026-01-02", fields: str = ""
) -> None:
    head = f"---\ntitle: {title}\ndate: {date}\naudio: talk.m4a\ncaptions: talk.json3\n{fields}---\n"
    (folder / "content" / f"{slug}.md").write_text(head + BODY, encoding="utf-8")


def planned(folder: Path, *, drafts: bool = False) -> tuple[Planned, ...]:
    return plan(open_show(folder, Settings(drafts=drafts)), NOW)


def changes(folder: Path) -> list[tuple[str, Change, bool]]:
    return [(each.slug, each.change, each.dangerous) for each in planned(folder)]


def test_after_a_build_nothing_is_planned_and_nothing_is_written(show: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in show.rglob("*")}
    assert changes(show) == []
    assert {path: path.stat().st_mtime_ns for path in show.rglob("*")} == before


def test_a_new_episode_appears(show: Path) -> None:
    write(show, "two", title="Second")
    assert planned(show) == (Planned("two", Change.NEW, "“Second” appears."),)


def test_changed_title_and_summary_are_told_apart(show: Path) -> None:
    write(show, "one", title="Renamed")
    assert changes(show) == [("one", Change.TITLE, False)]
    write(show, "one", fields="summary: Other words.\n")
    assert changes(show) == [("one", Change.NOTES, False)]


def test_other_sections_change_the_notes(show: Path) -> None:
    path = show / "content/one.md"
    path.write_text(
        path.read_text(encoding="utf-8") + "\n### More\n\n**阿岚**: 再说一句。\n", encoding="utf-8"
    )
    assert changes(show) == [("one", Change.NOTES, False)]


def test_other_audio_is_dangerous(show: Path) -> None:
    make_audio(show / "content/talk.m4a", 5)
    assert changes(show) == [("one", Change.AUDIO, True)]


def test_another_address_of_the_audio_is_dangerous(show: Path) -> None:
    path = show / "content/one.md"
    text = path.read_text(encoding="utf-8").replace("audio: talk.m4a", "audio: https://example.com/a.mp3")
    path.write_text(text, encoding="utf-8")
    assert changes(show) == [("one", Change.AUDIO, True)]


def test_a_moved_date_is_told_and_kept_back(show: Path) -> None:
    write(show, "one", date="2026-01-05")
    assert [(each.change, each.what) for each in planned(show)] == [
        (Change.DATE, "The file says 2026-01-05; subscribers keep 2026-01-02.")
    ]


@pytest.mark.parametrize("fields", ["draft: true\n", ""])
def test_a_published_episode_that_is_held_back_or_gone_is_withdrawn(show: Path, fields: str) -> None:
    write(show, "one", fields=fields, date="2026-01-02" if fields else "2027-01-01")
    assert changes(show) == [("one", Change.WITHDRAWN, True)]
    (show / "content/one.md").unlink()
    assert changes(show) == [("one", Change.WITHDRAWN, True)]


def test_drafts_and_scheduled_episodes_say_when_they_come(show: Path) -> None:
    write(show, "three", date="2026-07-01T08:00:00+08:00")
    write(show, "two", fields="draft: true\n")
    assert changes(show) == [("three", Change.SCHEDULED, False), ("two", Change.DRAFT, False)]
    assert [each.due for each in planned(show)] == [datetime(2026, 7, 1, tzinfo=UTC), None]
    assert [each.change for each in planned(show, drafts=True)] == [Change.SCHEDULED, Change.NEW]


def test_a_faulty_file_keeps_its_last_version(show: Path) -> None:
    (show / "content/one.md").write_text("---\ntitle: A\n---\n", encoding="utf-8")
    (found,) = planned(show)
    assert found.change is Change.FAULTY
    assert found.what.endswith("Its last version stays.")


def test_without_the_cache_it_says_that_it_cannot_tell(show: Path) -> None:
    shutil.rmtree(show / ".publisher")
    assert changes(show) == [("one", Change.UNKNOWN, False)]


def test_the_command_ends_with_3_when_something_is_dangerous(show: Path) -> None:
    run = CliRunner().invoke
    result = run(app, ["plan", "-C", str(show)])
    assert (result.exit_code, result.stdout) == (0, "Nothing changes for subscribers.\n")
    write(show, "one", date="2026-07-01")
    held = run(app, ["plan", "-C", str(show), "--as-of", "2026-06-01", "--json"])
    assert held.exit_code == 3
    assert json.loads(held.stdout)[0]["change"] == "withdrawn"
    assert run(app, ["plan", "-C", str(show), "--as-of", "2026-07-01"]).exit_code == 0
    assert run(app, ["plan", "-C", str(show), "--as-of", "soon"]).exit_code == 2
