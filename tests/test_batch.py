"""Whole shows: what `publish build` promises."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path

import feedparser
import pytest
from PIL import Image

from publisher import batch
from publisher.checking import check
from publisher.errors import ConfigError, UsageError
from publisher.files import through
from publisher.model import Outcome, Status
from publisher.report import Report
from publisher.store import read_lock
from publisher.workspace import Settings, open_show
from tests.conftest import CHECKOUT
from tests.standin.fixtures import make_audio
from tests.talks import example, speak, write_json3
from tests.test_settling import FailingDisk

TALK = speak(example(), wrong=0.1)
BODY = (CHECKOUT / "content/why-chapters-matter.md").read_text(encoding="utf-8").split("---\n", 2)[2]
NAMES = ("one", "two")


def write_episode(folder: Path, slug: str, *, day: int = 1, fields: str = "", body: str = BODY) -> Path:
    head = (
        f"---\ntitle: Talk {slug}\ndate: 2026-01-0{day}\naudio: talk.m4a\ncaptions: talk.json3\n{fields}---\n"
    )
    path = folder / "content" / f"{slug}.md"
    path.write_text(head + body, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("talk")
    make_audio(folder / "talk.m4a", TALK.duration / 1_000)
    write_json3(TALK.captions, folder / "talk.json3")
    return folder


@pytest.fixture
def show(show_folder: Path, media: Path) -> Path:
    for file in media.iterdir():
        shutil.copy(file, show_folder / "content")
    for day, name in enumerate(NAMES, 1):
        write_episode(show_folder, name, day=day)
    return show_folder


def build(folder: Path, *names: str, drafts: bool = False) -> Report:
    return batch.build(open_show(folder, Settings(drafts=drafts, debug=True)), names)


def tree(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file() and ".publisher" not in path.parts)
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}


def outcome(report: Report, slug: str) -> Outcome:
    return next(outcome for outcome in report.outcomes if outcome.slug == slug)


def titles(folder: Path) -> list[str]:
    return [entry.title for entry in feedparser.parse(str(folder / "output/feed.xml")).entries]


def test_a_folder_of_transcripts_becomes_a_podcast(show: Path) -> None:
    report = build(show)
    assert not report.failed
    feed = feedparser.parse(str(show / "output/feed.xml"))
    assert not feed.bozo
    assert feed.feed.title == "Test show"
    assert titles(show) == ["Talk two", "Talk one"]
    for entry in feed.entries:
        (enclosure,) = entry.enclosures
        file = show / "output" / enclosure.href.removeprefix("https://example.com/podcast/")
        assert file.stat().st_size == int(enclosure.length)
    folder = show / "output/episodes/one"
    assert {path.name for path in folder.iterdir()} >= {
        "chapters.vtt",
        "chapters.json",
        "chapters.psc.xml",
        "chapters.youtube.txt",
        "chapters.ffmetadata",
        "chapters.mkv.xml",
        "chapters.11tydata.json",
        "transcript.vtt",
        "notes.html",
    }
    lines = (folder / "chapters.youtube.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("00:00 ")
    assert [line.split(" ", 1)[1] for line in lines] == [section.title for section in example().sections]


def test_a_second_build_changes_nothing(show: Path) -> None:
    build(show)
    before = tree(show)
    report = build(show)
    assert report.changed == ()
    assert tree(show) == before


def test_times_that_were_sharpened_on_another_computer_stay_where_espeak_is_missing(
    show: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("espeakng_loader")
    path = show / "content/one.timeline.json"
    build(show, "one")
    timeline = path.read_bytes()
    monkeypatch.setattr("publisher.workspace.can_refine", lambda: False)
    shutil.rmtree(show / ".publisher")
    build(show, "one")
    assert path.read_bytes() == timeline
    path.unlink()
    build(show, "one")
    assert path.read_bytes() != timeline


def test_output_and_cache_come_back_byte_for_byte(show: Path) -> None:
    build(show)
    before = tree(show)
    shutil.rmtree(show / "output")
    shutil.rmtree(show / ".publisher")
    build(show)
    assert tree(show) == before


def test_an_output_that_somebody_changed_is_repaired(show: Path) -> None:
    build(show)
    before = tree(show)
    (show / "output/episodes/one/chapters.vtt").write_text("x", encoding="utf-8")
    (show / "output/episodes/two/notes.html").unlink()
    build(show)
    assert tree(show) == before


def test_nothing_is_minted_before_the_first_episode(show_folder: Path) -> None:
    write_episode(show_folder, "one", fields="draft: true\n")
    assert not build(show_folder).failed
    assert not (show_folder / "podcast.lock.json").exists()


def test_a_changed_title_changes_no_guid_date_or_audio_name(show: Path) -> None:
    build(show)
    lock, media = read_lock(show), sorted((show / "output/media").iterdir())
    path = write_episode(show, "one", day=5)
    path.write_text(path.read_text(encoding="utf-8").replace("Talk one", "Renamed"), encoding="utf-8")
    build(show)
    assert read_lock(show) == lock
    assert sorted((show / "output/media").iterdir()) == media
    assert titles(show) == ["Talk two", "Renamed"]


def test_drafts_are_skipped_until_asked_for(show: Path) -> None:
    write_episode(show, "three", fields="draft: true\n")
    skipped = outcome(build(show), "three")
    assert (skipped.status, skipped.code) == (Status.SKIPPED, "draft")
    assert "--drafts" in skipped.reason
    assert outcome(build(show, drafts=True), "three").status is Status.PUBLISHED
    assert "Talk three" in titles(show)


def test_a_draft_that_was_taken_in_once_leaves_nothing_behind(show: Path) -> None:
    build(show)
    before = set(tree(show / "output"))
    write_episode(show, "three", fields="draft: true\n")
    build(show, drafts=True)
    build(show)
    assert set(tree(show / "output")) == before


def test_an_episode_of_tomorrow_waits(show: Path) -> None:
    path = write_episode(show, "three")
    path.write_text(path.read_text(encoding="utf-8").replace("2026-01-01", "2999-01-01"), encoding="utf-8")
    waiting = outcome(build(show), "three")
    assert (waiting.status, waiting.code) == (Status.SKIPPED, "scheduled")


@pytest.mark.parametrize(
    ("fields", "body", "said"),
    [
        ("title: again\n", BODY, "(title): The field is there twice."),
        ("source: htp:/x\n", BODY, "is not a web address"),
        ("", "", "(transcript): Is empty."),
        ("image: ../../secret.png\n", BODY, "(image): There is no PNG or JPEG picture"),
    ],
)
def test_one_bad_episode_is_told_and_the_others_are_published(
    show: Path, fields: str, body: str, said: str
) -> None:
    write_episode(show, "bad", fields=fields, body=body)
    report = build(show)
    failed = outcome(report, "bad")
    assert failed.status is Status.FAILED
    assert said in failed.reason
    assert "bad.md" in failed.reason
    assert titles(show) == ["Talk two", "Talk one"]
    assert not (show / "output/episodes/bad").exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("audio: talk.m4a", "audio: none.m4a", "none.m4a"),
        ("audio: talk.m4a", "audio: page.m4a", "page.m4a"),
        ("audio: talk.m4a\n", "", "source:"),
        ("captions: talk.json3", "captions: none.json3", "none.json3"),
        ("captions: talk.json3", "captions: other.srt", "Only 0% of the words"),
        ("captions: talk.json3", "captions: page.m4a", "page.m4a"),
    ],
)
def test_bad_audio_or_captions_are_told_and_nothing_half_written_stays(
    show: Path, old: str, new: str, said: str
) -> None:
    (show / "content/page.m4a").write_text("<html>Before you continue</html>", encoding="utf-8")
    lines = "\n\n".join(
        f"{n}\n00:00:{n:02},000 --> 00:00:{n:02},900\nWelcome back to another show, part {n}"
        for n in range(1, 50)
    )
    (show / "content/other.srt").write_text(lines, encoding="utf-8")
    path = write_episode(show, "bad")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    report = build(show)
    failed = outcome(report, "bad")
    assert failed.status is Status.FAILED
    assert said in failed.reason
    assert len(titles(show)) == 2
    assert not (show / "output/episodes/bad").exists()
    assert not list(show.rglob("*.part"))
    assert "bad" not in read_lock(show).episodes


def test_an_episode_that_fails_later_keeps_its_last_good_version(show: Path) -> None:
    build(show)
    before = (show / "output/feed.xml").read_bytes()
    path = show / "content/one.md"
    path.write_text(path.read_text(encoding="utf-8").replace("date:", "day:"), encoding="utf-8")
    assert build(show).failed
    assert (show / "output/feed.xml").read_bytes() == before


def test_building_one_episode_keeps_the_others_in_the_feed(show: Path) -> None:
    build(show)
    build(show, "one")
    assert titles(show) == ["Talk two", "Talk one"]


def test_an_episode_that_is_removed_leaves_feed_and_output(show: Path) -> None:
    build(show)
    (show / "content/one.md").unlink()
    build(show)
    assert titles(show) == ["Talk two"]
    assert not (show / "output/episodes/one").exists()
    assert len(list((show / "output/media").iterdir())) == 1


def test_without_captions_an_episode_has_no_chapters_and_says_so(show: Path) -> None:
    path = write_episode(show, "three")
    path.write_text(path.read_text(encoding="utf-8").replace("captions: talk.json3\n", ""), encoding="utf-8")
    alone = outcome(build(show), "three")
    assert alone.status is Status.PUBLISHED
    assert alone.chapters == 0
    assert "without chapters and without a synced transcript" in alone.warnings[0]
    written = {path.name for path in (show / "output/episodes/three").iterdir()}
    assert "notes.html" in written
    assert not any(name.startswith(("chapters", "transcript")) for name in written)


def test_chapters_that_a_person_typed_win(show: Path) -> None:
    write_episode(show, "one", fields='chapters: ["0:00 Start", "1:00 End"]\n')
    build(show)
    text = (show / "output/episodes/one/chapters.youtube.txt").read_text(encoding="utf-8")
    assert text == "00:00 Start\n01:00 End\n"


def test_the_report_tells_what_happened_to_each_episode(show: Path) -> None:
    write_episode(show, "bad", body="")
    build(show)
    report = json.loads((show / "output/report.json").read_text(encoding="utf-8"))
    assert [(row["slug"], row["status"]) for row in report["episodes"]] == [
        ("bad", "failed"),
        ("one", "published"),
        ("two", "published"),
    ]


def test_a_cover_that_is_not_there_is_a_fault_of_the_show(show: Path) -> None:
    with (show / "podcast.toml").open("a", encoding="utf-8") as file:
        file.write('cover = "assets/none.png"\n')
    with pytest.raises(ConfigError, match=r"none\.png"):
        build(show)


def test_another_picture_has_another_address_and_the_same_one_keeps_its_own(show: Path) -> None:
    with (show / "podcast.toml").open("a", encoding="utf-8") as file:
        file.write('cover = "mine.png"\n')
    with (show / "content/one.md").open(encoding="utf-8") as file:
        told = file.read().replace("title:", "image: mine.png\ntitle:", 1)
    (show / "content/one.md").write_text(told, encoding="utf-8")

    def addresses(colour: str) -> list[str]:
        Image.new("RGB", (1_400, 1_400), colour).save(show / "mine.png")
        build(show)
        read = feedparser.parse(str(show / "output/feed.xml"))
        return [read.feed.image.href, *(entry.image.href for entry in read.entries if "image" in entry)]

    first = addresses("red")
    assert len(first) == 2
    assert all(".png?v=" in address for address in first)
    assert not set(addresses("blue")) & set(first)
    assert addresses("red") == first
    assert check(show / "output", "https://example.com/podcast", "apple") == ()


@pytest.mark.parametrize("column", ["outcome", "entry"])
@pytest.mark.parametrize("value", ["", "{}", "[[]]", "not JSON", '{"slug": 1, "status": "gone", "guid": []}'])
def test_a_ledger_that_a_stranger_wrote_is_made_anew_and_the_feed_is_the_same(
    show: Path, column: str, value: str
) -> None:
    build(show)
    feed = (show / "output/feed.xml").read_bytes()
    with closing(sqlite3.connect(show / ".publisher/ledger.sqlite3")) as ledger:
        ledger.execute(f"UPDATE records SET {column} = ? WHERE slug = 'one'", (value,))  # noqa: S608 - our own names
        ledger.commit()
    write_episode(show, "two", day=2, fields="summary: Other notes.\n")
    with suppress(OSError):
        build(show)
    write_episode(show, "two", day=2)
    assert build(show).failed is False
    assert (show / "output/feed.xml").read_bytes() == feed


def test_a_disk_that_fails_between_two_episodes_ends_the_run_and_takes_nobody_from_the_feed(
    show: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publisher.settling.TOGETHER", 1)
    build(show)
    feed, lock = ((show / name).read_bytes() for name in ("output/feed.xml", "podcast.lock.json"))
    for day, name in enumerate(NAMES, 1):
        write_episode(show, name, day=day, fields="summary: Other notes.\n")
    with through(FailingDisk()), pytest.raises(OSError, match="broken"):
        build(show)
    assert ((show / "output/feed.xml").read_bytes(), (show / "podcast.lock.json").read_bytes()) == (
        feed,
        lock,
    )
    assert not build(show).failed
    assert b"Other notes" in (show / "output/feed.xml").read_bytes()


def test_a_damaged_lock_stops_the_run_and_stays_as_it_is(show: Path) -> None:
    build(show)
    (show / "podcast.lock.json").write_text('{"version": 1', encoding="utf-8")
    with pytest.raises(ConfigError, match="git"):
        build(show)
    assert (show / "podcast.lock.json").read_text(encoding="utf-8") == '{"version": 1'


def test_an_unknown_episode_is_wrong_usage(show: Path) -> None:
    with pytest.raises(UsageError, match="one, two"):
        build(show, "three")


def test_a_slug_in_chinese_has_addresses_in_ascii(show: Path) -> None:
    write_episode(show, "第三期")
    build(show)
    for entry in feedparser.parse(str(show / "output/feed.xml")).entries:
        assert entry.enclosures[0].href.isascii()
        assert entry.link.isascii()
    assert (show / "output/episodes/第三期/notes.html").is_file()


def test_the_real_sample_becomes_an_episode_with_its_five_chapters(
    show: Path, shared: Path, media: Path
) -> None:
    (sample,) = (shared / "sample").glob("*.txt")
    from publisher.content import read_transcript

    talk = speak(read_transcript(sample), wrong=0.15)
    make_audio(show / "content/sample.m4a", talk.duration / 1_000)
    write_json3(talk.captions, show / "content/sample.json3")
    text = sample.read_text(encoding="utf-8")
    text = text.replace("\ndraft: true", "\ndraft: true\naudio: sample.m4a\ncaptions: sample.json3", 1)
    (show / "content/sample.md").write_text(text, encoding="utf-8")
    done = outcome(build(show, drafts=True), "sample")
    assert (done.status, done.chapters) == (Status.PUBLISHED, 5)


def test_verify_mends_what_was_changed_behind_the_back_of_size_and_time(show: Path) -> None:
    build(show)
    before = tree(show / "output")
    for name in ("feed.xml", "index.html", "episodes/one/chapters.vtt", "episodes/one/index.html"):
        path = show / "output" / name
        status, content = path.stat(), bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert tree(show / "output") != before

    report = batch.build(open_show(show, Settings(verify=True, debug=True)))
    assert not report.failed
    assert tree(show / "output") == before
