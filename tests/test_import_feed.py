"""`publish import` of a podcast feed: what a show takes along, and what of a hostile feed is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

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
from publisher.errors import FetchError, Place, UsageError
from publisher.feed import show_guid
from publisher.fetch import Network
from publisher.importing import Imported, Options, State, import_from
from publisher.importing.feed import read_feed
from publisher.importing.prose import to_markdown
from publisher.importing.stubs import slug
from publisher.model import silent
from publisher.text import clean, one_line
from publisher.workspace import Settings, open_show
from tests.fetching import HASTY
from tests.standin import StandIn
from tests.standin.fixtures import make_audio

FEED = "https://old.example.com/feed.xml"
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:psc="http://podlove.org/simple-chapters"><channel>
<title>Old show</title><link>https://old.example.com/</link><language>en</language>
<description>About &lt;b&gt;everything&lt;/b&gt;.</description><itunes:author>Ann</itunes:author>
<itunes:owner><itunes:name>Ann</itunes:name><itunes:email>ann@example.com</itunes:email></itunes:owner>
<itunes:category text="Society &amp; Culture"><itunes:category text="Documentary"/></itunes:category>
<itunes:explicit>false</itunes:explicit><itunes:type>serial</itunes:type>
"""
ITEMS = """
<item><title>Third</title><guid isPermaLink="false"> three: # 3 </guid>
 <pubDate>Sat, 03 Oct 2026 08:30:00 +0800</pubDate>
 <enclosure url="https://old.example.com/3.m4a?x=1&amp;y=2" length="1" type="audio/mp4"/>
 <description>Short.</description>
 <content:encoded><![CDATA[<p>Notes with <a href="https://example.com/a_b">a link</a>, <b>bold</b></p>
 <script>alert(1)</script><ul><li>one</li><li>two</li></ul><hr>]]></content:encoded>
 <itunes:season>2</itunes:season><itunes:episode>3</itunes:episode><itunes:episodeType>bonus</itunes:episodeType>
 <itunes:explicit>true</itunes:explicit>
 <podcast:transcript url="https://old.example.com/3.srt" type="application/srt"/>
 <podcast:transcript url="https://old.example.com/3.json" type="application/json"/>
 <podcast:transcript url="https://old.example.com/3.html" type="text/html"/>
 <podcast:chapters url="https://old.example.com/3.chapters.json" type="application/json+chapters"/></item>
<item><title>第二集</title><guid>https://old.example.com/?p=2</guid><pubDate>Fri, 02 Oct 2026 00:00:00 GMT</pubDate>
 <enclosure url="https://old.example.com/2.m4a" length="1" type="audio/mp4"/>
 <psc:chapters version="1.2"><psc:chapter start="0" title="Hello"/>
 <psc:chapter start="00:00:02.5" title="End"/></psc:chapters>
 <podcast:transcript url="https://old.example.com/2.vtt" type="text/vtt"/></item>
<item><title>First</title><pubDate>Thu, 01 Oct 2026 12:00:00 -0500</pubDate>
 <enclosure url="https://old.example.com/1.m4a" length="1" type="audio/mp4"/></item>
"""
WHOLE = HEAD + ITEMS + "</channel></rss>"
SEGMENTS = [
    {"speaker": "Ann", "startTime": 0, "endTime": 1.5, "body": "Welcome back."},
    {"speaker": "Ann", "startTime": 1.5, "endTime": 2, "body": "Are you *well*?"},
    {"speaker": "Bob: *", "startTime": 2, "endTime": 3, "body": "Yes."},
]
STATIC: dict[str, Any] = {
    FEED: {"body": WHOLE},
    "https://old.example.com/3.json": {"body": json.dumps({"version": "1.0.0", "segments": SEGMENTS})},
    "https://old.example.com/3.chapters.json": {
        "body": json.dumps({"version": "1.2.0", "chapters": [{"startTime": 1.25, "title": "- A: “b”"}]})
    },
    "https://old.example.com/2.vtt": {
        "body": "WEBVTT\n\n00:00.000 --> 00:01.000\n<v 阿岚>各位听众，再见！\n\n00:01.000 --> 00:02.000\n<v 小满>啊？\n"
    },
    **{
        f"https://old.example.com/{number}.m4a": {"file": "talk.m4a", "type": "audio/mp4"}
        for number in (1, 2, 3)
    },
}


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    folder = tmp_path_factory.mktemp("media")
    make_audio(folder / "talk.m4a", 4.0)
    with StandIn({"static": dict(STATIC)}, root=folder) as site:
        yield site


def run(site: StandIn, root: Path, reference: str = FEED, **options: Any) -> Imported:
    network = Network(proxy=site.proxy, ca_file=site.ca_file)
    return import_from(root, reference, Options(patience=HASTY, **options), network=network, progress=silent)


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


# -- hostile feeds ------------------------------------------------------------------------------------

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><rss version='2.0'><channel><title>&i;</title></channel></rss>"
)
FILE_ENTITY = (
    '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<rss version='2.0'><channel><title>&x;</title></channel></rss>"
)


@pytest.mark.parametrize(
    "content",
    [
        BOMB.encode(),
        BOMB.encode("utf-16"),
        FILE_ENTITY.encode(),
        b"",
        b"\x00\xff" * 100,
        b"<html><body>A page about the show</body></html>",
        b"<rss version='2.0'><channel></channel></rss>",
        b"{}",
        b"<a>" * 100_000,
    ],
)
def test_what_is_no_honest_feed_is_refused(content: bytes) -> None:
    with pytest.raises(FetchError) as caught:
        read_feed(content, Place("feed.xml"))

    assert caught.value.code == "bad_feed"
    assert "root:" not in str(caught.value)


def test_a_feed_that_never_ends_is_refused(
    site: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publisher.importing.running._MOST_FEED_BYTES", 1_000)
    with pytest.raises(FetchError) as caught:
        run(site, tmp_path / "show")

    assert caught.value.code == "too_large"


@pytest.mark.parametrize(
    ("status", "code"), [(404, "gone"), (403, "forbidden"), (429, "rate_limited"), (503, "network")]
)
def test_a_feed_that_is_not_given_is_told(status: int, code: str, site: StandIn, tmp_path: Path) -> None:
    site.site.config["static"][FEED] = {"status": status}
    with pytest.raises(FetchError) as caught:
        run(site, tmp_path / "show")

    assert caught.value.code == code
    assert not (tmp_path / "show").exists()


def test_a_host_that_asks_us_to_wait_is_asked_once(site: StandIn, tmp_path: Path) -> None:
    for name in ("3.json", "3.chapters.json", "2.vtt"):
        site.site.config["static"][f"https://old.example.com/{name}"] = {"status": 429}
    found = run(site, tmp_path / "show")

    assert [row.state for row in found.rows] == [State.WRITTEN] * 3
    assert len(site.log) == 2


INSIDE = (
    "http://127.0.0.1:9/x",
    "http://169.254.169.254/x",
    "http://localhost/x",
    "http://[::1]/x",
    "file:///etc/passwd",
)


@pytest.mark.parametrize("address", INSIDE)
def test_audio_inside_our_network_is_not_taken_from_a_stranger(
    address: str, site: StandIn, tmp_path: Path
) -> None:
    feed = WHOLE.replace("https://old.example.com/1.m4a", address)
    site.site.config["static"][FEED] = {"body": feed}
    found = run(site, tmp_path / "show")

    assert [row.code for row in found.rows if row.title == "First"] in (["inside"], ["bad_feed"])
    assert not any(address in path.read_text("utf-8") for path in (tmp_path / "show/content").iterdir())


class _Loopback(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        body = self.server.pages[self.path]  # type: ignore[attr-defined]
        self.send_response(302 if body.startswith(b"http") else 200)
        self.send_header("Location", body.decode() if body.startswith(b"http") else "")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Say nothing."""


@pytest.fixture
def inside() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Loopback) as server:
        server.asked, server.pages = [], {}  # type: ignore[attr-defined]
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()


def one_item(audio: str, transcript: str, chapters: str) -> str:
    return f"""{HEAD}<item><title>One</title><guid>1</guid><pubDate>Thu, 01 Oct 2026 12:00:00 GMT</pubDate>
      <enclosure url="{audio}" type="audio/mp4" length="1"/>
      <podcast:transcript url="{transcript}" type="text/vtt"/>
      <podcast:chapters url="{chapters}" type="application/json+chapters"/></item></channel></rss>"""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"])
def test_what_a_feed_names_inside_our_network_is_never_asked_for(
    host: str, inside: ThreadingHTTPServer, tmp_path: Path
) -> None:
    secret = f"http://{host}:{inside.server_address[1]}/secret"
    file = tmp_path / "feed.xml"
    file.write_text(one_item("https://8.8.8.8/1.m4a", secret, secret), encoding="utf-8")
    found = import_from(
        tmp_path / "show", str(file), Options(patience=HASTY), network=Network(), progress=silent
    )

    [row] = found.rows
    assert row.state is State.WRITTEN
    assert len([missed for missed in row.missed if "inside" in missed]) == 2
    assert inside.asked == []  # type: ignore[attr-defined]


def test_a_feed_of_ones_own_network_may_name_its_own_host_and_no_other_port(
    inside: ThreadingHTTPServer, tmp_path: Path
) -> None:
    home = f"http://127.0.0.1:{inside.server_address[1]}"
    feed = one_item(f"{home}/1.m4a", f"{home}/1.vtt", "http://127.0.0.1:9/c.json")
    inside.pages = {  # type: ignore[attr-defined]
        "/feed.xml": feed.encode(),
        "/1.vtt": b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n",
    }
    found = import_from(
        tmp_path / "show", f"{home}/feed.xml", Options(patience=HASTY), network=Network(), progress=silent
    )

    assert inside.asked == ["/feed.xml", "/1.vtt"]  # type: ignore[attr-defined]
    [row] = found.rows
    assert row.state is State.WRITTEN
    assert len(row.missed) == 1


def test_thousands_of_elements_in_one_another_are_survived() -> None:
    assert "deep" in to_markdown("<blockquote>" * 3_000 + "deep")


def test_an_item_that_lacks_what_an_episode_needs_is_a_row_and_not_the_end(
    site: StandIn, tmp_path: Path
) -> None:
    feed = WHOLE.replace("<pubDate>Fri, 02 Oct 2026 00:00:00 GMT</pubDate>", "<pubDate>soon</pubDate>")
    site.site.config["static"][FEED] = {"body": feed.replace("<title>First</title>", "")}
    found = run(site, tmp_path / "show")

    assert sorted(row.state for row in found.rows) == ["failed", "failed", "written"]
    assert {row.code for row in found.rows if row.code} == {"bad_feed"}


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
