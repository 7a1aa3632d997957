"""The notes' template: what it is given, that a person may replace it, and what it may not do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from publisher import batch
from publisher.errors import ConfigError
from publisher.feed.notes import FOLDER, TEMPLATE, Notes, render
from publisher.model import Chapter, Episode, Mark, Method, Status, Timeline
from publisher.workspace import Settings, open_show
from tests.builders import episode, show, timeline, transcript
from tests.conftest import CHECKOUT, PODCAST_TOML
from tests.standin.fixtures import make_audio
from tests.talks import example, speak, write_json3

AUDIO = "https://example.org/podcast/media/first.m4a"
VIDEO = "https://youtu.be/IpK175HsDQI"
TALK = transcript(
    ("", [("A", "我们先聊聊，ＯｐｅｎＡＩ和字節跳動。"), ("B", "OpenAIs? 不，三体。")]),
    ("二", [("A", "三体是刘慈欣写的。"), ("B", "字节跳动也读《三体》。")]),
)
NAMED = episode(
    transcript=TALK,
    people=("刘慈欣", "李白"),
    companies=("OpenAI", "字节跳动"),
    media=("三体", "<b>&nbsp;"),
)


def made(of: Episode = NAMED, *, times: Timeline | None = None, folder: Path | None = None) -> Notes:
    chapters = (Chapter(0, 20_000, "开场"), Chapter(20_000, 40_000, "二"))
    return render(
        show(), of, chapters, enclosure_url=AUDIO, synthetic=False, timeline=times, templates=folder
    )


def line(markup: str, heading: str) -> str:
    return next(line for line in markup.splitlines() if heading in line)


# -- when things are said -----------------------------------------------------------------------------


def test_what_is_named_has_the_time_of_the_clause_in_which_it_is_said_first() -> None:
    times = timeline(TALK, marks={0: (Mark(0, 500), Mark(6, 4_700))})
    feed = made(times=times).feed_html
    assert line(feed, "公司") == "<p>公司与机构：OpenAI (00:00:04)、字节跳动 (00:00:04)</p>"
    assert line(feed, "人物") == "<p>人物：刘慈欣 (00:00:20)、李白</p>"
    assert line(feed, "书籍") == "<p>书籍与作品：三体 (00:00:10)、&lt;b&gt;&amp;nbsp;</p>"


def test_on_the_page_the_time_is_a_link_and_in_the_feed_the_name_where_there_is_a_video() -> None:
    times = timeline(TALK)
    page = made(times=times).html
    assert f'刘慈欣 (<a href="{AUDIO}#t=20">00:00:20</a>)、李白' in page
    filmed = made(episode(transcript=TALK, people=("刘慈欣",), source=VIDEO), times=times)
    assert f'<p>人物：<a href="{VIDEO}?t=20s">刘慈欣</a> (00:00:20)</p>' in filmed.feed_html
    assert f'刘慈欣 (<a href="{VIDEO}?t=20s">00:00:20</a>)' in filmed.html


def test_a_time_that_is_not_sure_is_not_told() -> None:
    assert "(00:00:20)" not in made().feed_html.replace("(00:00:20) 二", "")
    unsure = timeline(TALK, confidence=0.49)
    assert line(made(times=unsure).feed_html, "人物") == "<p>人物：刘慈欣、李白</p>"


def test_a_turn_that_is_not_in_the_audio_says_nothing() -> None:
    absent = timeline(TALK, spans=[(0, 10_000), None, (20_000, 30_000), (30_000, 40_000)])
    assert "三体 (00:00:20)" in made(times=absent).feed_html


def test_an_unsure_first_time_is_not_replaced_by_a_sure_second_one() -> None:
    times = timeline(TALK)
    first, second, *rest = times.turns
    weak = type(second)(second.index, second.speaker, second.span, 0.1, Method.CAPTIONS)
    doubtful = Timeline(times.engine, times.duration, times.sections, (first, weak, *rest))
    assert "三体、" in made(times=doubtful).feed_html


# -- a template of one's own --------------------------------------------------------------------------


def write(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / TEMPLATE).write_text(text, encoding="utf-8")
    return folder


def test_a_template_of_the_show_wins(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        "<p>{{ show.title }}: {{ episode.title }}, {{ '页' if page else '订阅' }}</p>\n"
        "{% for chapter in chapters %}<p>{{ chapter.time }} {{ chapter.title }}</p>{% endfor %}",
    )
    notes = made(episode(title="A & <b>"), folder=folder)
    assert notes.feed_html == (
        "<p>公园闲谈: A &amp; &lt;b&gt;, 订阅</p>\n<p>00:00:00 开场</p><p>00:00:20 二</p>\n"
    )
    assert "<p>公园闲谈: A &amp; &lt;b&gt;, 页</p>" in notes.html


def test_a_template_may_build_on_the_packaged_one(tmp_path: Path) -> None:
    folder = write(tmp_path, '{% include "publisher/notes.html.j2" %}<p>谢谢。</p>')
    assert made(folder=folder).feed_html == made().feed_html + "<p>谢谢。</p>\n"


def test_what_a_template_writes_is_sanitised_like_all_else(tmp_path: Path) -> None:
    folder = write(
        tmp_path, '<script>alert(1)</script><p onclick="x">好<iframe src="https://x"></iframe></p>'
    )
    assert made(folder=folder).feed_html == "<p>好</p>\n"


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("<p>\n{{ nobody }}", ":2", "'nobody' is undefined"),
        ("<p>\n\n{{ episode.nothing }}", ":3", "no attribute 'nothing'"),
        ("\n{% for x in chapters %}", ":2", "Unexpected end of template"),
        ("{{ 1 / 0 }}", ":1", "division by zero"),
        ("{{ 'x'.__class__ }}", ":1", "access to attribute '__class__'"),
        ("{{ episode.__class__ }}", ":1", "access to attribute '__class__'"),
        ("{{ '{:>9999999}'.format(1) }}", ":1", "access to attribute 'format'"),
        ("{{ show.title.center(9999999) }}", ":1", "access to attribute 'center'"),
        ('{% include "/etc/passwd" %}', "", "/etc/passwd"),
        ('\n{% include "../podcast.toml" %}', "", "../podcast.toml"),
        ("{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}", "", "20,000 steps"),
        ("{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}", "", "cannot be used"),
        ("{% for a in range(9999) %}" + "x" * 200 + "{% endfor %}", "", "1,000,000 characters"),
        ("{{ 'x' * 9999999 }}", ":1", "cannot use * here"),
        ("{{ 9 ** 9999999 }}", ":1", "cannot use ** here"),
        ("{{ '%9999999d' % 1 }}", ":1", "cannot use % here"),
        (
            "{% set n = namespace(x='x') %}{% for a in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
            ":1",
            "1,000,000 characters",
        ),
        (
            "{% set n = namespace(x='x') %}{% for a in range(99) %}{% set n.x %}{{n.x}}{{n.x}}{% endset %}{% endfor %}",
            ":1",
            "1,000,000 characters",
        ),
        ("{{ chapters | random }}", ":1", "No filter named 'random'"),
        ("{{ lipsum() }}", ":1", "'lipsum' is undefined"),
    ],
)
def test_a_template_with_a_fault_is_told_with_its_file_and_line(
    tmp_path: Path, text: str, place: str, said: str
) -> None:
    folder = write(tmp_path / FOLDER, text)
    with pytest.raises(ConfigError) as caught:
        made(folder=folder)
    assert said in str(caught.value)
    assert caught.value.remedy
    if place:
        assert str(caught.value.place) == f"{folder / TEMPLATE}{place}"


@pytest.fixture
def built(show_folder: Path) -> Path:
    """A show of one episode, built once."""
    talk = speak(example(), wrong=0.1)
    make_audio(show_folder / "content/talk.m4a", talk.duration / 1_000)
    write_json3(talk.captions, show_folder / "content/talk.json3")
    body = (CHECKOUT / "content/why-chapters-matter.md").read_text(encoding="utf-8").split("---\n", 2)[2]
    fields = "audio: talk.m4a\ncaptions: talk.json3\nproducts_models: [Overcast]\n"
    head = f"---\ntitle: Talk\ndate: 2026-01-01\n{fields}---\n"
    (show_folder / "content/talk.md").write_text(head + body, encoding="utf-8")
    assert not batch.build(open_show(show_folder, Settings(debug=True))).failed
    return show_folder


def test_a_build_notices_a_template_that_came_changed_or_went(built: Path) -> None:
    page = built / "output/episodes/talk/notes.html"
    before = page.read_text(encoding="utf-8")
    assert "Overcast (<a href=" in before
    write(built / FOLDER, "<p>Mine</p>")
    space = open_show(built, Settings(debug=True))
    assert "output/feed.xml" in {f"output/{path}" for path in batch.build(space).changed}
    assert "<p>Mine</p>" in page.read_text(encoding="utf-8")
    write(built / FOLDER, "<p>{{ x }}</p>")
    (outcome,) = batch.build(space).outcomes
    assert outcome.status is Status.FAILED
    assert f"{TEMPLATE}:1" in outcome.reason
    assert "<p>Mine</p>" in page.read_text(encoding="utf-8")
    shutil.rmtree(built / FOLDER)
    batch.build(space)
    assert page.read_text(encoding="utf-8") == before


def test_the_template_that_is_packaged_is_in_the_reference_for_copying() -> None:
    packaged = CHECKOUT / "publisher/feed/templates" / TEMPLATE
    assert packaged.is_file()
    reference = (CHECKOUT / "docs/reference.md").read_text(encoding="utf-8")
    assert f"{FOLDER}/{TEMPLATE}" in reference
    names = ("page", "show", "episode", "words", "language", "summary", "synthetic", "chapters", "speakers")
    for name in (*names, "named", "source"):
        assert f"`{name}`" in reference
    assert "base_url" in PODCAST_TOML
