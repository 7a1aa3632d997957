"""The site of a whole show as files, and its themes."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from publisher import batch
from publisher.errors import ConfigError
from publisher.workspace import Settings, open_show
from tests.conftest import PODCAST_TOML
from tests.standin.fixtures import make_audio

# -- whole shows --------------------------------------------------------------------------------------


@pytest.fixture
def show(show_folder: Path) -> Path:
    make_audio(show_folder / "content/talk.m4a", 3)
    write(show_folder, "one", "tags: [A b, 春节]\nseries: 对谈\nproducts_models: [RSS]\n")
    write(show_folder, "two", "tags: [A B]\npeople: [小苏]\n", day=2)
    return show_folder


def write(folder: Path, name: str, fields: str = "", day: int = 1) -> None:
    head = f"---\ntitle: Talk {name}\ndate: 2026-01-0{day}\naudio: talk.m4a\nsummary: About *{name}*\n{fields}---\n"
    (folder / f"content/{name}.md").write_text(f"{head}### 头\n\n**小苏**: RSS很好。\n", encoding="utf-8")


def build(folder: Path, *names: str) -> tuple[str, ...]:
    report = batch.build(open_show(folder, Settings(debug=True)), names)
    assert not report.failed
    return report.changed


def read(folder: Path, path: str) -> str:
    return (folder / "output" / path).read_text(encoding="utf-8")


def test_a_show_gets_its_pages(show: Path) -> None:
    build(show)
    front = read(show, "index.html")
    assert front.index("Talk two") < front.index("Talk one")
    assert "podcast://example.com/podcast/feed.xml" in front
    assert "Talk one" in read(show, "series/对谈/index.html")
    both = read(show, "tags/a-b/index.html")
    assert "Talk one" in both
    assert "Talk two" in both
    assert "RSS很好。" in read(show, "products/rss/index.html")
    assert read(show, "episodes/one/index.html").count("<h1>") == 1
    data = json.loads(read(show, "entities.json"))
    assert [len(place["mentions"]) for place in data["products"][0]["episodes"]] == [1, 1]
    flat = json.loads(read(show, "entities.11tydata.json"))["entities"]
    assert {entity["name"] for entity in flat} == {"RSS", "小苏"}


def test_an_episode_without_times_is_read_and_nothing_in_it_is_a_link_into_the_audio(show: Path) -> None:
    build(show)
    page = read(show, "episodes/one/index.html")
    assert "RSS很好。" in page
    assert "data-t=" not in page
    assert (
        json.loads(read(show, "entities.json"))["products"][0]["episodes"][0]["mentions"][0]["start"] is None
    )


def test_what_search_engines_and_other_sites_read_is_there(show: Path) -> None:
    build(show)
    page = read(show, "episodes/one/index.html")
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    data = json.loads(block)
    assert (data["@type"], data["name"]) == ("PodcastEpisode", "Talk one")
    assert data["url"] == "https://example.com/podcast/episodes/one/index.html"
    embedded = json.loads(read(show, "episodes/one/oembed.json"))
    assert "https://example.com/podcast/episodes/one/embed.html" in embedded["html"]
    assert re.search(r'<link rel="alternate" type="application/json\+oembed"[^>]*oembed\.json">', page)
    assert 'property="og:audio"' in page


def test_a_second_build_writes_no_page(show: Path) -> None:
    build(show)
    before = {path: path.stat().st_mtime_ns for path in (show / "output").rglob("*")}
    assert build(show) == ()
    assert {path: path.stat().st_mtime_ns for path in (show / "output").rglob("*")} == before


def test_pages_that_nothing_leads_to_any_more_are_removed(show: Path) -> None:
    build(show)
    write(show, "one")
    assert "series/对谈/index.html" in build(show)
    assert not (show / "output/series").exists()
    assert not (show / "output/tags/春节").exists()
    assert (show / "output/tags/a-b/index.html").exists()
    assert "Talk one" not in read(show, "tags/a-b/index.html")


def test_a_page_that_somebody_changed_or_removed_is_repaired(show: Path) -> None:
    build(show)
    before = read(show, "index.html")
    (show / "output/index.html").write_text("x", encoding="utf-8")
    (show / "output/404.html").unlink()
    assert set(build(show)) == {"index.html", "404.html"}
    assert read(show, "index.html") == before


def test_a_show_that_wants_no_site_gets_none(show: Path) -> None:
    build(show)
    toml = show / "podcast.toml"
    toml.write_text(PODCAST_TOML + "site = false\n", encoding="utf-8")
    build(show)
    left = {str(path.relative_to(show / "output")) for path in (show / "output").rglob("*") if path.is_file()}
    assert {path for path in left if path.endswith("index.html")} == set()
    assert {"feed.xml", "report.json", "episodes/one/notes.html"} <= left
    assert not any(part in path for path in left for part in ("assets/", "search/", "entities", "sentences"))
    assert "episodes/one/notes.html</link>" in read(show, "feed.xml")


def test_an_episode_that_is_withdrawn_leaves_the_site(show: Path) -> None:
    build(show)
    (show / "content/two.md").unlink()
    build(show)
    assert "Talk two" not in read(show, "index.html")
    assert not (show / "output/episodes/two").exists()
    assert not (show / "output/people").exists()


# -- themes -------------------------------------------------------------------------------------------


def test_a_template_of_the_show_builds_on_the_packaged_one(show: Path) -> None:
    build(show)
    (show / "site").mkdir()
    template = '{% extends "publisher/404.html" %}{% block main %}<p>Gone {{ show.title }}</p>{% endblock %}'
    (show / "site/404.html").write_text(template, encoding="utf-8")
    build(show)
    page = read(show, "404.html")
    assert "<p>Gone Test show</p>" in page
    assert "Content-Security-Policy" in page
    shutil.rmtree(show / "site")
    build(show)
    assert "Gone" not in read(show, "404.html")


def test_a_stylesheet_of_the_show_wins_and_has_an_address_of_its_own(show: Path) -> None:
    build(show)
    (before,) = (show / "output/assets").glob("style.*.css")
    (show / "site").mkdir()
    (show / "site/style.css").write_text("body { color: red }", encoding="utf-8")
    build(show)
    (after,) = (show / "output/assets").glob("style.*.css")
    assert after.read_text(encoding="utf-8") == "body { color: red }"
    assert after.name != before.name
    assert after.name in read(show, "episodes/one/index.html")


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("{{ nothing }}", "'nothing' is undefined"),
        ("{% if %}", "Expected an expression"),
        ("{{ show.__class__.__mro__ }}", "unsafe"),
        ('{% extends "none.html" %}', "none.html"),
    ],
)
def test_a_fault_in_a_template_is_a_sentence_with_its_line(show: Path, template: str, fault: str) -> None:
    (show / "site").mkdir()
    (show / "site/404.html").write_text(f"\n{template}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=fault) as raised:
        build(show)
    assert "404.html" in str(raised.value)
    assert raised.value.place is not None
    assert raised.value.place.line == 2


def test_a_damaged_memory_of_the_pages_costs_nothing_but_time(show: Path) -> None:
    build(show)
    whole = {path: path.read_bytes() for path in (show / "output").rglob("*") if path.is_file()}
    memory = show / ".publisher/site.sqlite3"
    content = memory.read_bytes()
    for damaged in (b"", b"garbage" * 99, content[: len(content) // 2], content[:4096] + b"x" * 8192):
        memory.write_bytes(damaged)
        write(show, "two", "tags: [A B]\npeople: [小苏]\nseries: other\n", day=2)
        build(show)
        write(show, "two", "tags: [A B]\npeople: [小苏]\n", day=2)
        build(show)
        assert {path: path.read_bytes() for path in (show / "output").rglob("*") if path.is_file()} == whole


def test_pages_that_are_brought_up_to_date_are_those_that_are_made_anew(show: Path) -> None:
    build(show)
    write(show, "three", "tags: [A b]\npeople: [小苏, RSS]\nproducts_models: [RSS, 好]\n", day=3)
    build(show)
    write(show, "one", "series: 对谈\n")
    build(show)
    whole = {path: path.read_bytes() for path in (show / "output").rglob("*") if path.is_file()}
    shutil.rmtree(show / "output")
    for name in ("ledger.sqlite3", "site.sqlite3", "site.json", "feed.json"):
        (show / ".publisher" / name).unlink()
    build(show)
    assert {path: path.read_bytes() for path in (show / "output").rglob("*") if path.is_file()} == whole
