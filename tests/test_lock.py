"""`podcast.lock.json`: nothing is announced twice, whatever happens to the files of a show."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from typer.testing import CliRunner, Result

from publisher import batch
from publisher.cli.app import app
from publisher.errors import ConfigError, ContentError
from publisher.media import sound_hash
from publisher.model import Outcome, Status
from publisher.planning import Change, plan
from publisher.report import Report
from publisher.store import Lock, read_lock
from publisher.workspace import Settings, open_show
from tests.builders import episode
from tests.conftest import PODCAST_TOML
from tests.standin.fixtures import make_audio

NOW = datetime(2026, 6, 1, tzinfo=UTC)
OLD, NEW = "https://example.com/podcast", "https://cdn.example.org/show"


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three sounds: two talks, and one of another length."""
    folder = tmp_path_factory.mktemp("sounds")
    for name, pitch in (("one", 220.0), ("two", 330.0), ("other", 440.0)):
        make_audio(folder / f"{name}.m4a", 2, pitch=pitch)
    return folder


@pytest.fixture
def show(show_folder: Path, sounds: Path) -> Path:
    """A show of two published episodes."""
    for day, name in enumerate(("one", "two"), 1):
        shutil.copy(sounds / f"{name}.m4a", show_folder / "content")
        write(show_folder, name, day=day)
    assert not build(show_folder).failed
    return show_folder


def write(folder: Path, slug: str, *, day: int = 1, audio: str = "", fields: str = "") -> None:
    head = f"---\ntitle: Talk {slug}\ndate: 2026-01-0{day}\naudio: {audio or slug}.m4a\n{fields}---\n"
    (folder / f"content/{slug}.md").write_text(f"{head}\n**A**: Hello.\n", encoding="utf-8")


def build(folder: Path, *names: str, **settings: Any) -> Report:
    return batch.build(open_show(folder, Settings(debug=True, **settings)), names)


def outcome(report: Report, slug: str) -> Outcome:
    return next(outcome for outcome in report.outcomes if outcome.slug == slug)


def feed(folder: Path) -> dict[str, str]:
    """GUID to address of the audio."""
    entries = feedparser.parse(str(folder / "output/feed.xml")).entries
    return {entry.id: entry.enclosures[0].href for entry in entries}


def tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in (folder / "output").rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def planned(folder: Path) -> list[tuple[str, Change, bool]]:
    found = plan(open_show(folder, Settings()), NOW)
    return [(each.slug, each.change, each.dangerous) for each in found]


def move(folder: Path, address: str = NEW) -> None:
    (folder / "podcast.toml").write_text(PODCAST_TOML.replace(OLD, address), encoding="utf-8")


def run(*arguments: object, said: str = "") -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=said)


# -- drift --------------------------------------------------------------------------------------------


def test_another_sound_under_a_published_guid_is_refused_and_touches_nothing(
    show: Path, sounds: Path
) -> None:
    before, lock = tree(show), read_lock(show)
    shutil.copy(sounds / "other.m4a", show / "content/one.m4a")
    refused = outcome(build(show), "one")
    assert (refused.status, refused.code) == (Status.FAILED, "drift")
    assert "publish republish one" in refused.reason
    assert {**tree(show), "output/report.json": b""} == {**before, "output/report.json": b""}
    assert read_lock(show) == lock
    shutil.copy(sounds / "one.m4a", show / "content/one.m4a")
    assert not build(show).failed
    assert tree(show) == before


def test_the_same_sound_with_other_tags_is_no_drift(show: Path, sounds: Path) -> None:
    import av

    lock, source = read_lock(show), show / "content/one.m4a"
    with av.open(sounds / "one.m4a") as before, av.open(source, "w") as after:
        after.metadata["title"] = "Tagged"
        copy = after.add_stream_from_template(before.streams.audio[0])
        for packet in before.demux(before.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = copy
                after.mux(packet)
    assert source.read_bytes() != (sounds / "one.m4a").read_bytes()
    assert sound_hash(source) == sound_hash(sounds / "one.m4a")
    assert planned(show) == []
    assert not build(show).failed
    assert read_lock(show) == lock


def test_another_guid_in_the_file_is_refused(show: Path) -> None:
    before = feed(show)
    write(show, "one", fields="guid: https://old.example/1\n")
    assert planned(show) == [("one", Change.GUID, True)]
    refused = outcome(build(show), "one")
    assert refused.code == "drift"
    assert read_lock(show).episodes["one"].guid in refused.reason
    assert feed(show) == before


def test_another_guid_of_the_show_stops_the_run(show: Path) -> None:
    with (show / "podcast.toml").open("a", encoding="utf-8") as file:
        file.write('guid = "00000000-0000-5000-8000-000000000000"\n')
    with pytest.raises(ConfigError, match=read_lock(show).guid):
        build(show)


def test_two_episodes_cannot_have_one_guid() -> None:
    lock = Lock("28783126-4b83-5731-87b0-dc956beb2ce1").with_episode(episode(slug="a", guid="x"))
    with pytest.raises(ContentError, match="'a'"):
        lock.with_episode(episode(slug="b", guid="x"))


def test_a_lock_of_the_first_version_is_filled_in_with_what_subscribers_have(
    show: Path, sounds: Path
) -> None:
    filled = read_lock(show)
    data = json.loads((show / "podcast.lock.json").read_text(encoding="utf-8"))
    names = ("guid", "published", "enclosure")
    episodes = {slug: {name: row[name] for name in names} for slug, row in data["episodes"].items()}
    old = json.dumps({"version": 1, "guid": data["guid"], "episodes": episodes})
    (show / "podcast.lock.json").write_text(old, encoding="utf-8")
    shutil.copy(sounds / "other.m4a", show / "content/two.m4a")
    assert outcome(build(show), "two").code == "drift"
    sounds_of = {slug: entry.sound for slug, entry in read_lock(show).episodes.items()}
    assert sounds_of == {slug: entry.sound for slug, entry in filled.episodes.items()}


@pytest.mark.parametrize("name", ["../../x", "a/b", "", ".x"])
def test_a_lock_cannot_name_a_file_outside_of_its_folder(show: Path, name: str) -> None:
    path = show / "podcast.lock.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["episodes"]["one"]["enclosure"] = name
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ConfigError, match="audio file"):
        read_lock(show)


# -- republish ----------------------------------------------------------------------------------------


def test_republish_gives_the_new_sound_a_new_name_and_keeps_guid_and_date(show: Path, sounds: Path) -> None:
    before = read_lock(show).episodes["one"]
    shutil.copy(sounds / "other.m4a", show / "content/one.m4a")
    result = run("republish", "one", "-C", show, "--yes")
    assert result.exit_code == 0, result.output
    assert "MB" in result.stdout
    after = read_lock(show).episodes["one"]
    assert (after.guid, after.published) == (before.guid, before.published)
    assert after.enclosure != before.enclosure
    assert after.sound != before.sound
    assert feed(show)[after.guid] == f"{OLD}/media/{after.enclosure}.m4a"
    assert {path.stem for path in (show / "output/media").iterdir()} == {
        entry.enclosure for entry in read_lock(show).episodes.values()
    }
    assert not build(show).failed


def test_republish_asks_and_no_changes_nothing(show: Path, sounds: Path) -> None:
    shutil.copy(sounds / "other.m4a", show / "content/one.m4a")
    before, lock = tree(show), read_lock(show)
    assert run("republish", "one", "-C", show, said="n\n").exit_code == 1
    assert (tree(show), read_lock(show)) == (before, lock)
    assert run("republish", "one", "-C", show, said="y\n").exit_code == 0
    assert read_lock(show) != lock


def test_republish_of_what_is_as_it_was_does_nothing(show: Path) -> None:
    before = tree(show)
    result = run("republish", "one", "-C", show)
    assert (result.exit_code, "nothing to republish" in result.stdout) == (0, True)
    assert tree(show) == before


def test_an_audio_name_that_was_given_up_is_never_given_again(show: Path, sounds: Path) -> None:
    first = read_lock(show).episodes["one"].enclosure
    for sound in ("other", "one"):
        shutil.copy(sounds / f"{sound}.m4a", show / "content/one.m4a")
        assert run("republish", "one", "-C", show, "--yes").exit_code == 0
    entry = read_lock(show).episodes["one"]
    assert first in entry.retired
    assert entry.enclosure not in entry.retired
    assert len(entry.retired) == 2


# -- withdrawn, renamed, moved ------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["removed", "draft"])
def test_a_withdrawn_episode_leaves_a_tombstone_and_comes_back_as_itself(show: Path, how: str) -> None:
    before, entry = tree(show), read_lock(show).episodes["one"]
    text = (show / "content/one.md").read_text(encoding="utf-8")
    if how == "removed":
        (show / "content/one.md").unlink()
    else:
        write(show, "one", fields="draft: true\n")
    assert planned(show) == [("one", Change.WITHDRAWN, True)]
    build(show)
    assert entry.guid not in feed(show)
    gone = read_lock(show).episodes["one"]
    assert gone.withdrawn == read_lock(show).episodes["two"].published
    assert (gone.guid, gone.enclosure) == (entry.guid, entry.enclosure)
    assert planned(show) == ([] if how == "removed" else [("one", Change.DRAFT, False)])
    (show / "content/one.md").write_text(text, encoding="utf-8")
    assert planned(show) == [("one", Change.NEW, False)]
    build(show)
    assert tree(show) == before
    assert read_lock(show).episodes["one"] == entry


def test_the_audio_name_of_a_withdrawn_episode_is_never_used_again(show: Path) -> None:
    source = "https://youtu.be/IpK175HsDQI"
    lock = Lock("28783126-4b83-5731-87b0-dc956beb2ce1")
    lock = lock.with_episode(episode(slug="a", source=source)).withdrawing({"a"})
    lock = lock.with_episode(episode(slug="b", source=source, guid="another"), {"b"})
    assert lock.episodes["a"].enclosure != lock.episodes["b"].enclosure


def test_a_renamed_file_is_the_same_episode(show: Path) -> None:
    before, known = feed(show), read_lock(show).episodes["one"]
    (show / "content/one.md").rename(show / "content/uno.md")
    assert planned(show) == [("uno", Change.RENAMED, False)]
    build(show)
    lock = read_lock(show)
    assert (lock.episodes["uno"], "one" in lock.episodes) == (known, False)
    assert feed(show) == before
    assert not (show / "output/episodes/one").exists()


def test_a_renamed_file_that_fails_keeps_its_last_version(show: Path) -> None:
    before = feed(show)
    (show / "content/one.md").unlink()
    write(show, "uno", audio="one")
    (show / "content/one.m4a").unlink()
    assert build(show).failed
    assert feed(show) == before
    assert not read_lock(show).episodes["one"].withdrawn


def test_a_show_whose_files_are_all_gone_is_not_withdrawn(show: Path) -> None:
    before = tree(show)
    (show / "content").rename(show / "elsewhere")
    with pytest.raises(ConfigError, match="no episode"):
        build(show)
    assert tree(show) == before


def test_a_new_address_is_told_to_apps_and_keeps_every_guid(show: Path) -> None:
    before, guid = feed(show), read_lock(show).guid
    move(show)
    assert planned(show)[0] == ("", Change.MOVED, True)
    build(show)
    assert feed(show) == {guid: address.replace(OLD, NEW) for guid, address in before.items()}
    text = (show / "output/feed.xml").read_text(encoding="utf-8")
    assert f"<itunes:new-feed-url>{NEW}/feed.xml</itunes:new-feed-url>" in text
    assert (read_lock(show).guid, read_lock(show).moved_from) == (guid, (OLD,))
    assert planned(show) == []
    move(show, OLD)
    build(show)
    assert read_lock(show).moved_from == (NEW,)


# -- the clock ----------------------------------------------------------------------------------------


def test_a_clock_that_was_set_back_withdraws_nothing(show: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from publisher import pipeline

    class Past(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Past:  # noqa: ARG003
            return cls(1970, 1, 1, tzinfo=UTC)

    before = tree(show)
    monkeypatch.setattr(pipeline, "datetime", Past)
    shutil.rmtree(show / ".publisher")
    build(show)
    assert tree(show) == before
