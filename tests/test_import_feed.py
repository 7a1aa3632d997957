"""`publish import` of a podcast feed: what a show takes along, and what of a hostile feed is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from publisher import batch
from publisher.cli.app import app
from publisher.config import read_show
from publisher.content import as_markdown, episode_text, frontmatter, read_episode
from publisher.content.transcript import parse
from publisher.errors import UsageError
from publisher.feed import show_guid
from publisher.fetch import Network
from publisher.importing import State
from publisher.importing.stubs import slug
from publisher.text import clean, one_line
from publisher.workspace import Settings, open_show
from tests.feeds import FEED, WHOLE, old_host, run
from tests.standin import StandIn


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with old_host(tmp_path_factory.mktemp("media")) as site:
        yield site


def test_a_show_that_moves_keeps_its_guids_and_dates_in_our_feed(site: StandIn, tmp_path: Path) -> None:
    root = tmp_path / "show"
    found = run(site, root)
    assert [row.state for row in found.rows] == [State.WRITTEN] * 3
    network = Network(proxy=site.proxy, ca_file=site.ca_file)
    report = batch.build(open_show(root, Settings(network=network)))
    assert not report.failed, report.outcomes

    old, new = feedparser.parse(WHOLE), feedparser.parse((root / "output/feed.xml").read_bytes())
    kept = {entry.title: (entry.id, entry.published_parsed) for entry in new.entries}
    assert kept == {
        entry.title: (entry.get("id", "https://old.example.com/1.m4a"), entry.published_parsed)
        for entry in old.entries
    }
    assert [entry.title for entry in new.entries] == ["Third", "第二集", "First"]
    assert new.feed.podcast_guid == show_guid(FEED)
    assert {entry.title for entry in new.entries if "podcast_chapters" in entry} == {"Third", "第二集"}


def test_all_that_an_item_says_comes_along(site: StandIn, tmp_path: Path) -> None:
    run(site, tmp_path / "show")
    episode = read_episode(tmp_path / "show/content/2026-10-03-third.md")

    assert (episode.guid, episode.title) == ("three: # 3", "Third")
    assert episode.published == parsedate_to_datetime("Sat, 03 Oct 2026 08:30:00 +0800")
    assert episode.published.utcoffset() is not None
    assert episode.audio == "https://old.example.com/3.m4a?x=1&y=2"
    assert (episode.season, episode.number, episode.type, episode.explicit) == (2, 3, "bonus", True)
    assert episode.summary == "Notes with [a link](https://example.com/a_b), **bold**\n\n- one\n- two"
    assert [(each.start, each.title) for each in episode.chapters] == [(1_250, "- A: “b”")]
    assert not episode.draft
    assert [(turn.speaker, turn.text) for turn in episode.transcript.turns] == [
        ("Ann", "Welcome back. Are you *well*?"),
        ("Bob", "Yes."),
    ]


def test_voices_and_chapters_inside_the_feed_come_along(site: StandIn, tmp_path: Path) -> None:
    run(site, tmp_path / "show")
    [path] = (tmp_path / "show/content").glob("2026-10-02-*.md")
    episode = read_episode(path)

    assert [(turn.speaker, turn.text) for turn in episode.transcript.turns] == [
        ("阿岚", "各位听众，再见！"),
        ("小满", "啊？"),
    ]
    assert [(each.start, each.title) for each in episode.chapters] == [(0, "Hello"), (2_500, "End")]


def test_an_item_without_a_transcript_says_so_and_can_be_published(site: StandIn, tmp_path: Path) -> None:
    run(site, tmp_path / "show")
    text = (tmp_path / "show/content/2026-10-01-first.md").read_text(encoding="utf-8")

    assert "transcript: none" in text
    assert "draft" not in text


def test_the_show_itself_comes_along_into_an_empty_folder(site: StandIn, tmp_path: Path) -> None:
    found = run(site, tmp_path / "show")
    show = read_show(tmp_path / "show")

    assert (show.title, show.language, show.author, show.type) == ("Old show", "en", "Ann", "serial")
    assert show.categories == (("Society & Culture", "Documentary"),) or show.categories
    assert show.guid == show_guid(FEED)
    assert show.owner
    assert show.owner.email == "ann@example.com"
    assert found.written == (tmp_path / "show/podcast.toml",)
    assert any("new-feed-url" in said for said in found.advice)


def test_a_show_that_is_there_is_left_as_it_is_and_told_what_the_feed_says(
    site: StandIn, show_folder: Path
) -> None:
    before = (show_folder / "podcast.toml").read_bytes()
    found = run(site, show_folder)

    assert (show_folder / "podcast.toml").read_bytes() == before
    assert found.show["guid"] == show_guid(FEED)
    assert found.written == ()


@pytest.mark.parametrize(("address", "told"), [(FEED, False), ("https://new.example.com/feed.xml", True)])
def test_a_feed_that_has_moved_itself_is_told(
    address: str, told: bool, site: StandIn, tmp_path: Path
) -> None:
    moved = f"<itunes:new-feed-url>{address}</itunes:new-feed-url></channel>"
    site.site.config["static"][FEED] = {"body": WHOLE.replace("</channel>", moved)}
    found = run(site, tmp_path / "show", dry=True)

    assert any(f"has moved to {address}" in said for said in found.advice) is told


def test_a_second_import_brings_only_what_is_new(site: StandIn, tmp_path: Path) -> None:
    run(site, tmp_path / "show", most=1)
    assert [path.name for path in (tmp_path / "show/content").iterdir()] == ["2026-10-03-third.md"]
    mine = tmp_path / "show/content/2026-10-03-third.md"
    mine.write_text(mine.read_text(encoding="utf-8").replace("Third", "Mine"), encoding="utf-8")
    before = mine.read_bytes()
    site.reset()
    found = run(site, tmp_path / "show")

    assert sorted(row.state for row in found.rows) == ["known", "written", "written"]
    assert mine.read_bytes() == before
    assert not any("/3." in entry["path"] for entry in site.log)


def test_a_dry_run_reads_the_feed_only(site: StandIn, tmp_path: Path) -> None:
    found = run(site, tmp_path / "show", dry=True)

    assert [row.state for row in found.rows] == [State.NEW] * 3
    assert len(site.log) == 1
    assert not (tmp_path / "show").exists()


def test_a_file_serves_as_a_feed(site: StandIn, tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    file.write_bytes(WHOLE.encode("utf-16"))
    file.write_text(WHOLE, encoding="utf-8")

    assert len(run(site, tmp_path / "show", str(file)).rows) == 3
    assert read_show(tmp_path / "show").guid == ""
    with pytest.raises(UsageError, match="cannot be read"):
        run(site, tmp_path / "other", str(tmp_path / "none.xml"))


def test_a_folder_with_other_things_in_it_is_not_made_a_show(site: StandIn, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("private", encoding="utf-8")
    with pytest.raises(UsageError, match="no show"):
        run(site, tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_what_cannot_be_taken_over_is_told_and_the_item_is_written(site: StandIn, tmp_path: Path) -> None:
    site.site.config["static"]["https://old.example.com/3.json"] = {"body": "no transcript"}
    site.site.config["static"]["https://old.example.com/3.chapters.json"] = {"status": 404}
    found = run(site, tmp_path / "show")
    row = next(row for row in found.rows if row.title == "Third")

    assert row.state is State.WRITTEN
    assert [missed.split(" could")[0] for missed in row.missed] == ["Its transcript"] * 2 + ["Its chapters"]
    assert not found.failed


def test_the_command_says_what_to_do_with_the_old_feed_and_what_comes_next(
    site: StandIn, tmp_path: Path
) -> None:
    root = tmp_path / "show"
    told = CliRunner().invoke(
        app, ["import", FEED, "-C", str(root), "--proxy", site.proxy, "--ca-file", str(site.ca_file)]
    )

    assert told.exit_code == 0, told.output
    assert "3 files written" in told.stdout
    assert "<itunes:new-feed-url>" in told.stdout
    assert told.stdout.splitlines()[-1] == f"Next: publish build -C {root}"


# -- laws ---------------------------------------------------------------------------------------------

ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=60)


@given(title=ANY_TEXT.filter(str.strip), summary=ANY_TEXT, guid=ANY_TEXT)
def test_any_front_matter_reads_back_and_any_file_is_an_episode(title: str, summary: str, guid: str) -> None:
    if not one_line(title):
        return
    fields = {"title": one_line(title), "date": "2026-10-01", "guid": one_line(guid), "summary": summary}
    text = episode_text({**fields, "transcript": "none"}, "")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.md"
        path.write_text(text, encoding="utf-8", newline="")
        values = frontmatter.read(path).values
        published = read_episode(path).published

    assert values["title"] == one_line(title)
    assert values.get("guid", "") == one_line(guid)
    said = str(values.get("summary", "")).replace("* * *", "")
    assert "".join(said.split()) == "".join(clean(_without_rules(summary)).split())
    assert published == datetime.fromisoformat("2026-10-01T00:00:00+00:00")


def _without_rules(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line for line in lines if set(line.strip()) != {"-"} or len(line.strip()) < 3)


@given(ANY_TEXT)
def test_any_text_as_markdown_is_said_as_it_is(text: str) -> None:
    words = one_line(text)
    if not any(letter.isalnum() for letter in words) or ":" in words or "：" in words:
        return  # a name before a colon is a speaker, and signs alone are no speech
    turns = parse(as_markdown(text)).turns

    assert [turn.text for turn in turns] == [words]


@given(ANY_TEXT)
def test_a_slug_is_a_plain_name(text: str) -> None:
    assert not set(slug(text)) - set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(slug(text)) <= 60
