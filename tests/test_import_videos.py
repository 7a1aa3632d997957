"""`publish import` of videos, channels and playlists: what is written, in which order, and what stays."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from publisher.cli.app import app
from publisher.content import read_episode
from publisher.errors import ConfigError, FetchError
from publisher.fetch import Network
from publisher.importing import Imported, Options, State, import_from
from publisher.model import silent
from tests.conftest import CHECKOUT
from tests.fetching import HASTY, WATCHED, customise
from tests.standin import StandIn

CHANNEL = "https://www.youtube.com/@show"
PLAYLIST = "https://www.youtube.com/playlist?list=PLstandin0123456789"
VIDEOS = [f"video{number:06}" for number in range(7)]  # the newest first
CUES = [[at * 5.0, at * 5.0 + 4.0, f"This is sentence number {at}."] for at in range(20)]
SCRIPT = """
import sys
from pathlib import Path
from publisher.fetch import Network
from publisher.importing import Options, import_from
from publisher.model import silent
from tests.fetching import HASTY
root, proxy, ca_file, url = sys.argv[1:]
import_from(Path(root), url, Options(patience=HASTY), network=Network(proxy=proxy, ca_file=Path(ca_file)),
    progress=silent)
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[StandIn]:
    silence = tmp_path / "talk.m4a"  # never fetched by an import
    silence.write_bytes(b"no audio")
    defaults = {
        "duration": 100.0,
        "media": [{"itag": 140, "file": str(silence)}],
        "clients": {"TVHTML5": "direct"},
        "captions": [{"lang": "en", "kind": "asr", "cues": CUES}],
        "upload_date": "2026-10-01",
        "description": "Ann & Ben talk.\n0:00 Hello\n0:50 The end\nhttps://example.com/a_b_c",
        "tags": ["radio", "talk"],
        "chapters": [{"start": 0, "title": "Hello"}, {"start": 50, "title": "# 1. **Bold**: _x_"}],
    }
    videos = {
        name: {"title": f"Talk {name}", "ago": f"{index + 1} weeks ago"} for index, name in enumerate(VIDEOS)
    }
    config = {
        "defaults": defaults,
        "videos": videos,
        "channels": {"@show": {"videos": VIDEOS, "page_size": 3}},
        "playlists": {"PLstandin0123456789": {"videos": VIDEOS[::-1], "page_size": 3}},
    }
    with StandIn(config) as site:
        yield site


def run(site: StandIn, root: Path, reference: str, **options: Any) -> Imported:
    network = Network(proxy=site.proxy, ca_file=site.ca_file)
    return import_from(root, reference, Options(patience=HASTY, **options), network=network, progress=silent)


def names(found: Imported) -> list[str]:
    """Videos in the order of the work."""
    return [row.source.rpartition("=")[2] for row in found.rows]


def files(root: Path) -> list[Path]:
    return sorted((root / "content").glob("*.md"))


def test_a_video_becomes_a_draft_with_its_facts_and_its_captions(site: StandIn, show_folder: Path) -> None:
    found = run(site, show_folder, f"https://youtu.be/{VIDEOS[0]}")

    [row] = found.rows
    assert row.path == show_folder / "content/2026-10-01-talk-video000000.md"
    episode = read_episode(row.path, language="zh-CN")
    assert (episode.title, episode.draft, episode.language) == ("Talk video000000", True, "en")
    assert episode.source == f"https://www.youtube.com/watch?v={VIDEOS[0]}"
    assert (f"{episode.published:%Y-%m-%d}", episode.tags) == ("2026-10-01", ("radio", "talk"))
    assert episode.summary == "Ann \\& Ben talk.\n\nhttps://example.com/a_b_c"
    assert [section.title for section in episode.transcript.sections] == ["Hello", "# 1. **Bold**: _x_"]
    said = " ".join(turn.text for turn in episode.transcript.turns)
    assert said == " ".join(str(text) for _, _, text in CUES)
    assert {"media", "thumb"} & set(site.kinds()) == set()


def test_speakers_that_a_person_writes_in_are_read_as_speakers(site: StandIn, show_folder: Path) -> None:
    site.site.config["defaults"]["chapters"] = []
    path = run(site, show_folder, f"https://youtu.be/{VIDEOS[0]}").rows[0].path
    assert path
    text = path.read_text(encoding="utf-8")
    assert len(read_episode(path).transcript.turns) > 1
    path.write_text(
        text.replace("This is sentence number 0.", "**Ann**: This is sentence number 0."), "utf-8"
    )

    assert read_episode(path).transcript.turns[0].speaker == "Ann"


def test_a_channel_is_read_page_by_page_until_the_first_known_episode(
    site: StandIn, show_folder: Path
) -> None:
    first = run(site, show_folder, CHANNEL, most=2)
    assert names(first) == [VIDEOS[1], VIDEOS[0]]
    assert site.kinds().count("browse") == 0
    site.site.config["channels"]["@show"]["videos"] = ["newest_____", *VIDEOS]
    site.site.config["videos"]["newest_____"] = {"title": "Newest"}
    site.reset()

    assert names(run(site, show_folder, CHANNEL)) == ["newest_____"]
    assert site.kinds().count("browse") == 0
    assert names(run(site, show_folder, CHANNEL)) == []
    assert names(run(site, show_folder, CHANNEL, past_known=True)) == VIDEOS[:1:-1]
    assert len(files(show_folder)) == 8


def test_a_playlist_is_taken_newest_first_whichever_way_it_is_sorted(
    site: StandIn, show_folder: Path
) -> None:
    run(site, show_folder, PLAYLIST, most=2)
    site.site.config["playlists"]["PLstandin0123456789"]["videos"] = VIDEOS

    assert names(run(site, show_folder, PLAYLIST, dry=True)) == []
    assert names(run(site, show_folder, PLAYLIST, dry=True, past_known=True, most=2)) == [
        VIDEOS[3],
        VIDEOS[2],
    ]


def test_a_list_without_dates_passes_over_what_is_known(site: StandIn, show_folder: Path) -> None:
    for video in site.site.config["videos"].values():
        del video["ago"]
    run(site, show_folder, f"https://youtu.be/{VIDEOS[3]}")

    assert set(names(run(site, show_folder, PLAYLIST, dry=True))) == {*VIDEOS} - {VIDEOS[3]}


def test_a_dry_run_asks_for_the_list_only_and_writes_nothing(site: StandIn, show_folder: Path) -> None:
    found = run(site, show_folder, CHANNEL, dry=True)

    assert [row.state for row in found.rows] == [State.NEW] * 7
    assert set(site.kinds()) == {"channel", "browse"}
    assert files(show_folder) == []


def test_a_file_that_exists_is_never_written_again(site: StandIn, show_folder: Path) -> None:
    mine = show_folder / "content/2026-10-01-talk-video000000.md"
    mine.write_text("mine", encoding="utf-8")
    found = run(site, show_folder, f"https://youtu.be/{VIDEOS[0]}")

    assert found.rows[0].path == mine.with_stem(f"{mine.stem}-2")
    assert mine.read_text(encoding="utf-8") == "mine"
    assert run(site, show_folder, f"https://youtu.be/{VIDEOS[0]}").rows[0].state is State.KNOWN


def test_one_video_that_cannot_be_had_does_not_stop_the_others(site: StandIn, show_folder: Path) -> None:
    site.site.config["videos"][VIDEOS[3]]["state"] = "geo"
    found = run(site, show_folder, CHANNEL)

    assert Counter(row.state for row in found.rows) == {State.WRITTEN: 6, State.FAILED: 1}
    assert [row.code for row in found.rows if row.code] == ["geo_blocked"]
    assert found.failed


def test_a_video_of_a_list_that_cannot_be_watched_is_passed_over_and_is_no_failure(
    site: StandIn, show_folder: Path
) -> None:
    site.site.config["videos"][VIDEOS[3]]["state"] = "private"
    found = run(site, show_folder, CHANNEL)

    assert Counter(row.state for row in found.rows) == {State.WRITTEN: 6, State.PASSED: 1}
    assert not found.failed
    assert run(site, show_folder, f"https://youtu.be/{VIDEOS[3]}").failed


def test_a_site_that_asks_us_to_wait_ends_the_run_and_the_next_one_goes_on(
    site: StandIn, show_folder: Path
) -> None:
    for name in VIDEOS[:5]:
        site.site.config["videos"][name]["state"] = "ratelimit"
    found = run(site, show_folder, CHANNEL)
    assert names(found) == [VIDEOS[6], VIDEOS[5], VIDEOS[4]]
    assert "Run the same command again" in found.stopped
    for name in VIDEOS:
        site.site.config["videos"][name]["state"] = "ok"
    site.reset()

    with pytest.raises(FetchError, match="wait"):
        run(site, show_folder, CHANNEL)
    assert site.log == []
    (show_folder / ".publisher/sites/pauses.json").unlink()
    assert names(run(site, show_folder, CHANNEL)) == VIDEOS[4::-1]


def test_a_nasty_title_makes_a_plain_name_and_reads_back(site: StandIn, show_folder: Path) -> None:
    title = "--- ../../x: [a] 'b' \"c\" \u202egnp\x07 &amp; # *d*"
    site.site.config["videos"][VIDEOS[0]]["title"] = title
    site.site.config["defaults"]["description"] = "---\n  ---\n- [x](javascript:1)\n# no heading\n\tmore: yes"
    path = run(site, show_folder, f"https://youtu.be/{VIDEOS[0]}").rows[0].path

    assert path == show_folder / "content/2026-10-01-x-a-b-c-gnp-amp-d.md"
    episode = read_episode(path)
    assert episode.title == "--- ../../x: [a] 'b' \"c\" gnp &amp; # *d*"
    assert episode.draft


def test_a_chinese_title_gives_the_file_the_name_of_the_video(site: StandIn, show_folder: Path) -> None:
    site.site.config["videos"][VIDEOS[0]] |= {
        "title": "没人听完的后半集 EP1",
        "captions": [{"lang": "zh-Hans", "cues": [[0.0, 2.0, "大家好。"], [2.0, 4.0, "1. 今天*很*好。"]]}],
        "chapters": [],
    }
    [row] = run(site, show_folder, f"https://youtu.be/{VIDEOS[0]}").rows

    assert row.path == show_folder / f"content/2026-10-01-{VIDEOS[0]}.md"
    assert [turn.text for turn in read_episode(row.path).transcript.turns] == ["大家好。1. 今天*很*好。"]


def test_without_captions_the_chapters_keep_their_times_and_the_draft_waits(
    site: StandIn, show_folder: Path
) -> None:
    site.site.config["defaults"]["captions"] = []
    path = run(site, show_folder, f"https://youtu.be/{VIDEOS[0]}").rows[0].path
    assert path
    episode = read_episode(path)

    assert episode.transcript.turns == ()
    assert [(chapter.start, chapter.title) for chapter in episode.chapters] == [
        (0, "Hello"),
        (50_000, "# 1. **Bold**: _x_"),
    ]
    built = CliRunner().invoke(app, ["build", "-C", str(show_folder), "--offline"])
    assert built.exit_code == 0, built.output


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("https://www.youtube.com/feed/subscriptions", "unsupported_url"),
        ("https://www.youtube.com/playlist?list=PLnone00000000", "removed"),
        ("https://www.youtube.com/@nobody", "removed"),
        ("https://space.bilibili.com/", "unsupported_url"),
        ("file:///etc/passwd", "unsupported_url"),
        ("https://www.youtube.com.example.com/@show", "forbidden"),
    ],
)
def test_what_is_no_list_is_told(reference: str, code: str, site: StandIn, show_folder: Path) -> None:
    with pytest.raises(FetchError) as caught:
        run(site, show_folder, reference)

    assert caught.value.code == code
    assert caught.value.remedy


def test_a_video_wants_a_show(site: StandIn, tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        run(site, tmp_path / "nowhere", CHANNEL)


def test_stopped_by_ctrl_c_all_files_are_whole_and_the_next_run_brings_the_rest(
    site: StandIn, show_folder: Path
) -> None:
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    arguments = [str(show_folder), site.proxy, str(site.ca_file), CHANNEL]
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *arguments], env=environment, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while len(files(show_folder)) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) != 0
    before = {path: path.read_bytes() for path in files(show_folder)}
    assert 2 <= len(before) < 7

    run(site, show_folder, CHANNEL)

    assert len(files(show_folder)) == 7
    assert all(path.read_bytes() == content for path, content in before.items())
    assert all(read_episode(path).transcript.turns for path in files(show_folder))
    assert {path.suffix for path in (show_folder / "content").iterdir()} == {".md"}


def test_no_request_of_an_import_leaves_for_an_address_that_is_not_the_proxy(
    site: StandIn, show_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = """<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>F</title>
      <item><title>One</title><guid>g1</guid><pubDate>Thu, 01 Oct 2026 08:00:00 +0800</pubDate>
      <enclosure url="https://feeds.example.com/1.mp3" type="audio/mpeg" length="1"/>
      <podcast:transcript url="https://feeds.example.com/1.vtt" type="text/vtt"/>
      <podcast:chapters url="https://other.example.org/1.json" type="application/json+chapters"/></item>
      </channel></rss>"""
    site.site.config["static"] = {
        "https://feeds.example.com/feed.xml": {"body": feed, "type": "application/rss+xml"},
        "https://feeds.example.com/1.vtt": {
            "status": 302,
            "headers": {"Location": "http://127.0.0.1:9/1.vtt"},
        },
    }
    site.site.config["bilibili"] = {"BV13x41117TL": {"title": "片", "duration": 4}}
    site.site.config["bilibili_lists"] = {"42": ["BV13x41117TL"]}
    connections = show_folder / "connections.txt"
    monkeypatch.setenv("CONNECTIONS", str(connections))
    customise(show_folder / "custom", WATCHED, monkeypatch.setenv)
    environment = {**os.environ, "PYTHONPATH": f"{show_folder / 'custom'}{os.pathsep}{CHECKOUT}"}
    lists = ("https://feeds.example.com/feed.xml", "https://space.bilibili.com/42", PLAYLIST, CHANNEL)
    for url in lists:
        arguments = [str(show_folder), site.proxy, str(site.ca_file), url]
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, *arguments],
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr

    assert len(files(show_folder)) == 9
    assert set(connections.read_text(encoding="utf-8").split()) == {site.proxy.removeprefix("http://")}
    assert {"static", "channel", "playlist", "bilibili api", "captions"} <= set(site.kinds())


# -- the command --------------------------------------------------------------------------------------


def test_the_command_ends_with_the_next_one(site: StandIn, show_folder: Path) -> None:
    arguments = [
        "import",
        CHANNEL,
        "-C",
        str(show_folder),
        "--proxy",
        site.proxy,
        "--ca-file",
        str(site.ca_file),
    ]
    dry = CliRunner().invoke(app, [*arguments, "--dry-run", "--limit", "2"])
    assert dry.exit_code == 0, dry.output
    assert "without --dry-run" in dry.stdout.splitlines()[-1]
    told = CliRunner().invoke(app, [*arguments, "--limit", "1", "--json"])

    data = json.loads(told.stdout)
    assert [row["state"] for row in data["rows"]] == ["written"]
    assert Path(data["rows"][0]["path"]).exists()
