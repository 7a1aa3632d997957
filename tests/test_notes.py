"""Show notes in three forms, from text that may be hostile."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.feed.markup import TAGS, from_markdown, plain, shortened
from publisher.feed.notes import Notes, render
from publisher.feed.persons import named_speakers
from publisher.model import Chapter, Episode
from tests.builders import episode, show, transcript
from tests.markup import Markup

CHAPTERS = (Chapter(0, 754_000, "开场"), Chapter(754_000, 4_000_000, "市场 <定位> & more"))
AUDIO = "https://example.org/podcast/media/first.m4a"
YOUTUBE = "https://www.youtube.com/watch?v=IpK175HsDQI"


def notes(
    of: Episode | None = None, *, chapters: tuple[Chapter, ...] = CHAPTERS, synthetic: bool = False
) -> Notes:
    return render(show(), of or episode(), chapters, enclosure_url=AUDIO, synthetic=synthetic)


# -- what stands in them ------------------------------------------------------------------------------


def test_the_page_is_a_complete_document_in_its_language() -> None:
    page = notes(episode(title="第一期 <b> & more")).html
    assert page.startswith('<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n')
    assert "<title>第一期 &lt;b&gt; &amp; more</title>" in page
    assert page.endswith("</body>\n</html>\n")
    assert Markup(page).open == []


def test_the_summary_is_markdown() -> None:
    made = notes(
        episode(summary="本期谈**即梦**与[它](https://example.org/a?b=1&c=2)。\n\n- 一\n- 二\n\n# 题"),
        chapters=(),
    )
    assert '<p>本期谈<strong>即梦</strong>与<a href="https://example.org/a?b=1&amp;c=2"' in made.feed_html
    assert "<li>一</li>" in made.feed_html
    assert "<h2>题</h2>" in made.feed_html
    assert made.feed_html.strip() in made.html.replace(
        "<h2>发言人</h2>\n<p>小苏、老修</p>", "<p>发言人：小苏、老修</p>"
    )
    assert plain(made.feed_html).startswith("本期谈即梦与它。\n\n- 一\n- 二\n\n题\n")


def test_bold_around_chinese_punctuation_is_bold() -> None:
    assert from_markdown("读**《三体》**的人") == "<p>读<strong>《三体》</strong>的人</p>"


def test_chapters_of_a_youtube_source_link_to_the_video_at_their_second() -> None:
    made = notes(episode(source=YOUTUBE + "&t=9s"))
    link = "https://www.youtube.com/watch?v=IpK175HsDQI&amp;t=754s"
    assert f'<li><a href="{link}"><time>00:12:34</time></a> 市场 &lt;定位&gt; &amp; more</li>' in made.html
    assert f'(00:12:34) <a href="{link}">市场 &lt;定位&gt; &amp; more</a></p>' in made.feed_html
    assert "章节\n(00:00:00) 开场\n(00:12:34) 市场 <定位> & more\n" in plain(made.feed_html)


def test_a_short_youtube_address_gets_its_time_too() -> None:
    made = notes(episode(source="https://youtu.be/IpK175HsDQI"))
    assert '"https://youtu.be/IpK175HsDQI?t=754s"' in made.html


def test_chapters_of_another_source_link_to_the_audio_on_the_page_and_are_plain_in_the_feed() -> None:
    made = notes(episode(source="https://example.org/talk"))
    assert f'<a href="{AUDIO}#t=754"><time>00:12:34</time></a>' in made.html
    assert "(00:00:00) 开场<br>(00:12:34) 市场 &lt;定位&gt; &amp; more</p>" in made.feed_html
    assert "#t=" not in made.feed_html


def test_without_chapters_there_is_no_list_of_them() -> None:
    made = notes(chapters=())
    assert "章节" not in made.html + made.feed_html


def test_names_and_source_are_listed_with_headings_in_the_episodes_language() -> None:
    named = {
        "people": ("李白",),
        "companies": ("字节跳动", "OpenAI"),
        "products": ("Seedance",),
        "media": ("灌篮高手",),
        "source": "https://example.org/talk",
    }
    assert plain(notes(episode(**named), chapters=()).feed_html) == (
        "发言人：小苏、老修\n人物：李白\n公司与机构：字节跳动、OpenAI\n产品与模型：Seedance\n"
        "书籍与作品：灌篮高手\n来源：https://example.org/talk"
    )
    english = notes(episode(**named, language="en"), chapters=CHAPTERS[:1])
    assert plain(english.feed_html).startswith(
        "Chapters\n(00:00:00) 开场\nSpeakers: 小苏, 老修\nPeople: 李白\nCompanies: "
    )
    assert "<h2>Books and media</h2>\n<p>灌篮高手</p>" in english.html
    assert (
        '<p>Source: <a href="https://example.org/talk">https://example.org/talk</a></p>' in english.feed_html
    )


def test_an_episode_without_a_language_takes_the_shows() -> None:
    assert "章节" in notes(episode(language="")).html


def test_a_synthetic_voice_is_said_in_the_first_line() -> None:
    chinese = notes(episode(summary="x"), synthetic=True)
    assert chinese.feed_html.startswith("<p>本期语音为机器合成的预览。</p>\n")
    assert plain(chinese.feed_html).startswith("本期语音为机器合成的预览。\n")
    assert "</h1>\n<p>本期语音为机器合成的预览。</p>" in chinese.html
    english = notes(episode(language="en-GB"), synthetic=True)
    assert plain(english.feed_html).startswith("The voice in this episode is synthetic.\n")
    assert "synthetic" not in notes(episode(language="en")).html


def test_labels_that_are_no_names_are_left_out() -> None:
    labels = (
        "发言人A", "发言人 1", "说话人1", "發言人B", "Speaker 2", "speaker", "SPEAKER_01", "spk_0", "Unknown",
        "Unknown Speaker", "未知发言人", "主持人", "嘉宾2", "Guest 1", "",
    )  # fmt: skip
    names = ("小苏", "刘某人", "Alla", "Host Müller", "说话的人", "**Ann**")
    talk = transcript(("A", [(speaker, "嗯。") for speaker in (*labels, *names, "小苏")]))
    assert named_speakers(talk, {}) == names


def test_speakers_are_called_what_the_show_calls_them() -> None:
    called = {"发言人A": "刘某人", "小苏": "", "Guest": " 老\x00修 ", "B": "刘某人", "nobody": "x"}
    talk = transcript(("A", [(name, "嗯。") for name in ("发言人A", "小苏", "Guest", "B", "发言人B", "Ann")]))
    assert named_speakers(talk, called) == ("刘某人", "老修", "Ann")
    told = episode(transcript=talk, summary="x")
    made = render(show(speakers=called), told, (), enclosure_url=AUDIO, synthetic=False)
    assert "<p>发言人：刘某人、老修、Ann</p>" in made.feed_html


def test_nothing_to_say_gives_an_empty_feed_text() -> None:
    silent = episode(transcript=transcript(("", [])))
    made = notes(silent, chapters=())
    assert made.feed_html == ""


# -- hostile text -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        '<a href="https://example.org" onclick="alert(1)">x</a>',
        '[x](https://example.org "onclick=alert(1)")',
        "![x](https://example.org/pixel.png)",
        '<img src=x onerror="alert(1)">',
        "<style>*{display:none}</style>",
        "<iframe src=//example.org></iframe>",
        "**[x](https://example.org/**a**)**",
        "`<b>`\n\n```\n</p><script>\n```",
    ],
)
def test_hostile_markdown_leaves_only_harmless_tags(hostile: str) -> None:
    tags = Markup(notes(episode(summary=hostile)).feed_html)
    assert tags.tags <= TAGS
    assert tags.attributes <= {"href", "rel"}
    assert all(re.match("https?:|mailto:", link) for link in tags.links)
    assert tags.open == []


@settings(deadline=None)
@given(text=st.text(st.sampled_from("ab<>&\"'`*_[]()!#-:/\n ]\x00\x1b\u202e中，"), max_size=60))
def test_no_text_anywhere_escapes_from_its_place(text: str) -> None:
    one = episode(
        title=text,
        summary=text,
        people=(text,),
        source=f"https://example.org/{text}",
        transcript=transcript((text, [(text, text)])),
    )
    made = notes(one, chapters=(Chapter(0, 1_000, text),))
    assert Markup(made.feed_html).tags <= TAGS
    page = Markup(made.html)
    assert page.tags <= TAGS | {"html", "head", "meta", "title", "body", "h1"}
    assert page.open == []
    assert not re.search(r"[\x00\x1b\u202e]", made.html + made.feed_html)


@pytest.mark.parametrize("source", ["javascript:alert(1)", "IpK175HsDQI", "http://[", "file:///etc/passwd"])
def test_a_source_that_is_no_web_address_is_not_linked(source: str) -> None:
    made = notes(episode(source=source))
    assert "来源" not in made.html + made.feed_html


# -- cutting ------------------------------------------------------------------------------------------


def test_what_fits_is_not_cut() -> None:
    assert shortened("<p>好</p>", 10) == "<p>好</p>"


def test_a_long_text_is_cut_after_a_paragraph() -> None:
    markup = "<p>" + "好" * 500 + "</p>\n<p>" + "天" * 700 + "</p>\n<p>" + "气" * 500 + "</p>"
    assert shortened(markup, 4_000) == "<p>" + "好" * 500 + "</p>\n<p>" + "天" * 700 + "</p>"


def test_a_long_paragraph_is_cut_between_characters() -> None:
    cut = shortened("<p>" + "好" * 5_000 + "</p>", 4_000)
    assert re.fullmatch("<p>好+…</p>", cut)
    assert 3_950 < len(cut.encode()) <= 4_000


@settings(deadline=None)
@given(
    summary=st.lists(
        st.sampled_from(
            ["词" * 40, "**粗**", '&<>"', "\n\n", "- 点\n", "[链](https://e.org/?a&b)", "> 引\n"]
        ),
        max_size=60,
    ),
    limit=st.integers(200, 900),
)
def test_a_cut_text_is_within_its_bytes_and_never_leaves_a_tag_open(summary: list[str], limit: int) -> None:
    markup = from_markdown("".join(summary))
    cut = shortened(markup, limit)
    tags = Markup(cut)
    assert len(cut.encode()) <= limit
    assert tags.open == []
    assert tags.tags <= TAGS
    assert not re.search(r"&(?!amp;|lt;|gt;|quot;)", cut)
