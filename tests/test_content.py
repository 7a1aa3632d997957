from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.content import create_show, episode_files, read_episode, read_transcript
from publisher.content.transcript import parse, plain
from publisher.errors import ContentError, UsageError
from publisher.model import Episode, Span, TypedChapter
from tests.conftest import CHECKOUT

HEAD = "---\ntitle: A talk\ndate: 2026-02-17\n---\n"
BODY = "### One\n\n**Ann**: Hello.\n"

Read = Callable[[str], Episode]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(text: str) -> Episode:
        path = tmp_path / "talk.md"
        path.write_bytes(text.encode("utf-8"))
        return read_episode(path, language="zh-CN")

    return read


def fault(read: Read, text: str) -> str:
    with pytest.raises(ContentError) as caught:
        read(text)
    return str(caught.value)


def turns(body: str) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in parse(body).turns]


# -- the transcript -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "**Ann**: Hi.\n\n**Ben**: Ho.",
        "**Ann**：Hi.\n\n**Ben**：Ho.",
        "**Ann:** Hi.\n\n**Ben：** Ho.",
        "**Ann** : Hi.\n**Ben**:Ho.",
        "__Ann__: Hi.\n\n__Ben__: Ho.",
        "Ann: Hi.\n\nBen: Ho.\n\nAnn: \n\nBen: ",
    ],
)
def test_every_way_to_write_a_speaker_is_read(body: str) -> None:
    assert turns(body)[:2] == [("Ann", "Hi."), ("Ben", "Ho.")]


def test_a_bold_name_inside_a_turn_is_no_speaker() -> None:
    body = "**Ann**: I like **Veo**: it is good.\n\n**Seedance** is better."
    assert turns(body) == [("Ann", "I like Veo: it is good.\nSeedance is better.")]


def test_a_colon_in_plain_prose_makes_no_speaker() -> None:
    assert turns("比如说：这样。\n\n然后呢：那样。") == [("", "比如说：这样。"), ("", "然后呢：那样。")]


def test_paragraphs_continue_a_turn() -> None:
    assert turns("**Ann**: One.\n\nTwo.\n\n**Ben**: Three.") == [("Ann", "One.\nTwo."), ("Ben", "Three.")]


def test_a_turn_with_no_speaker_keeps_its_text() -> None:
    assert turns("One paragraph.\n\nAnother.") == [("", "One paragraph."), ("", "Another.")]


def test_text_before_the_first_heading_is_a_section_without_title() -> None:
    sections = parse("**Ann**: Before.\n\n### One\n\n**Ben**: In.").sections
    assert [(section.title, len(section.turns)) for section in sections] == [("", 1), ("One", 1)]


def test_a_file_without_headings_is_one_section() -> None:
    assert [section.title for section in parse("**Ann**: Hi.\n\n**Ben**: Ho.").sections] == [""]


@pytest.mark.parametrize(
    ("body", "titles"),
    [
        ("## A\n\nx\n\n## B\n\ny", ["A", "B"]),
        ("# A\n\nx\n\n# B\n\ny", ["A", "B"]),
        ("# Page\n\n### A\n\nx\n\n### B\n\ny", ["A", "B"]),
        ("### A\n\n#### a\n\nx\n\n### B\n\n#### b\n\ny", ["A", "B"]),
        ("### A ###\n\nx", ["A"]),
        ("### **A** and `b`\n\nx\n\n### B\n\ny", ["A and b", "B"]),
    ],
)
def test_the_highest_repeated_heading_makes_the_sections(body: str, titles: list[str]) -> None:
    assert [section.title for section in parse(body).sections] == titles


@pytest.mark.parametrize(
    "line",
    [
        "[00:01:02 - 00:01:09] **Ann**: Hi.",
        "**Ann** [00:01:02 - 00:01:09]: Hi.",
        "**Ann**: [00:01:02 - 00:01:09] Hi.",
        "**Ann**: （1:02–1:09）Hi.",
    ],
)
def test_times_that_the_author_left_are_hints(line: str) -> None:
    (turn,) = parse(line).turns
    assert (turn.speaker, turn.text, turn.hint) == ("Ann", "Hi.", Span(62_000, 69_000))


def test_a_time_that_cannot_be_is_no_hint() -> None:
    (turn,) = parse("**Ann**: [00:99:99] Hi.").turns
    assert turn.hint is None


def test_a_comment_or_script_that_is_escaped_is_speech() -> None:
    found = parse("**Ann**: Write \\<!-- or \\<script> there.\n\n**Ben**: Yes.\n")
    assert [turn.text for turn in found.turns] == ["Write <!-- or <script> there.", "Yes."]


def test_tables_rules_pictures_and_comments_are_not_speech() -> None:
    body = "**Ann**: Hi.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n---\n\n![x](y.png)\n\n<!-- note\nmore -->\n\nMore."
    assert turns(body) == [("Ann", "Hi.\nMore.")]


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("a **b** *c* `d` e", "a b c d e"),
        ("[text](https://x.y) <https://z.z>", "text https://z.z"),
        ("a<br>b <span class='x'>c</span>", "ab c"),
        ("**“引号”**后面", "“引号”后面"),
        ("2 < 3 &amp; 4", "2 < 3 & 4"),
        (r"\*not bold\*", "*not bold*"),
        ("- one\n- two", "one\ntwo"),
    ],
)
def test_markup_is_not_spoken(markdown: str, words: str) -> None:
    assert plain(markdown) == words


def test_lines_are_those_of_the_file(read: Read) -> None:
    episode = read(HEAD + "\n### One\n\n**Ann**: Hi.\n\n**Ben**: Ho.\n")
    assert [turn.line for turn in episode.transcript.turns] == [8, 10]
    assert episode.transcript.sections[0].line == 6


@given(st.text(alphabet=st.sampled_from("#*_:：ab \n[]()0123456789-|<>!`\\&;小"), max_size=200))
@settings(max_examples=300)
def test_any_text_is_read_and_turns_are_numbered(body: str) -> None:
    transcript = parse(body)
    assert [turn.index for turn in transcript.turns] == list(range(len(transcript.turns)))
    assert all(turn.line >= 1 for turn in transcript.turns)


# -- front matter -------------------------------------------------------------------------------------


def test_carriage_returns_and_a_byte_order_mark_do_not_matter(read: Read) -> None:
    plain_file = read(HEAD + BODY)
    windows_file = read("\ufeff" + (HEAD + BODY).replace("\n", "\r\n"))
    assert windows_file == plain_file


def test_yaml_traps_stay_text(read: Read) -> None:
    head = "---\ntitle: no\ndate: 2026-02-17\nepisode: 012\nlength: 12:34\nscore: 1e3\nempty:\n---\n"
    episode = read(head + BODY)
    assert episode.title == "no"
    assert episode.number == 12
    assert (episode.fields["length"], episode.fields["score"], episode.fields["empty"]) == (
        "12:34",
        "1e3",
        "",
    )


def test_unknown_fields_are_kept(read: Read) -> None:
    episode = read("---\ntitle: A\ndate: 2026-02-17\nmood: [a, b]\ndeep: {x: {y: 1}}\n---\n" + BODY)
    assert episode.fields["mood"] == ["a", "b"]
    assert episode.fields["deep"] == {"x": {"y": "1"}}


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("2026-02-17", 0),
        ("'2026-02-17'", 0),
        ("2026/2/17", 0),
        ("2026-02-17 08:30", 8.5),
        ("2026-02-17T08:30:00+08:00", 0.5),
        ("2026-02-17 08:30:00 +0800", 0.5),
    ],
)
def test_dates_are_read_as_people_write_them(read: Read, written: str, hours: float) -> None:
    episode = read(f"---\ntitle: A\ndate: {written}\n---\n" + BODY)
    assert episode.published == datetime(2026, 2, 17, tzinfo=UTC) + timedelta(hours=hours)


def test_the_date_may_stand_in_the_name_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "2026-02-17-talk.md"
    path.write_text("---\ntitle: A\n---\n" + BODY, encoding="utf-8")
    assert read_episode(path).published == datetime(2026, 2, 17, tzinfo=UTC)


def test_a_list_of_sources_gives_the_first(read: Read) -> None:
    head = (
        "---\ntitle: A\ndate: 2026-02-17\nsources:\n  - https://a.example/1\n  - https://a.example/2\n---\n"
    )
    assert read(head + BODY).source == "https://a.example/1"


def test_chapters_that_a_person_typed_are_read(read: Read) -> None:
    head = (
        '---\ntitle: A\ndate: 2026-02-17\nchapters:\n  - "12:34 Two"\n  - {title: One, start: "0:00"}\n---\n'
    )
    assert read(head + BODY).chapters == (TypedChapter(0, "One"), TypedChapter(754_000, "Two"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("### One\n\n**Ann**: Hi.\n", "talk.md:1: The file has no front matter."),
        ("---\ntitle: A\n", "The front matter is not closed."),
        ("---\ntitle: A: B\n---\n" + BODY, "talk.md:2: The front matter is not valid YAML"),
        ("---\ndate: 2026-02-17\n---\n" + BODY, "(title): Is missing."),
        ("---\ntitle: A\ndate: someday\n---\n" + BODY, "talk.md:3 (date): 'someday' is not a date."),
        ("---\ntitle: A\n---\n" + BODY, "(date): Is missing."),
        ("---\ntitle: A\ndate: 2026-02-30\n---\n" + BODY, "(date): '2026-02-30' is not a date."),
        (
            "---\ntitle: A\ndate: 2026-02-17\nsource: htp:/x\n---\n" + BODY,
            "talk.md:4 (source): 'htp:/x' is not a web",
        ),
        ("---\ntitle: A\ndate: 2026-02-17\ndraft: maybe\n---\n" + BODY, "(draft): Should be true or false"),
        (
            "---\ntitle: A\ndate: 2026-02-17\nepisode: five\n---\n" + BODY,
            "(episode): Should be a whole number",
        ),
        (
            "---\ntitle: A\ndate: 2026-02-17\nchapters: soon\n---\n" + BODY,
            "(chapters): 'soon' is not a chapter.",
        ),
        ("---\ntitle: A\ntitle: B\n---\n" + BODY, "talk.md:3 (title): The field is there twice."),
        ("---\na: &x [1]\nb: *x\n---\n" + BODY, "uses a YAML alias"),
        ("---\n- a\n---\n" + BODY, "is not a list of 'field: value' lines"),
        (HEAD, "(transcript): Is empty."),
    ],
)
def test_a_fault_says_file_line_and_field(read: Read, text: str, said: str) -> None:
    assert said in fault(read, text)


def test_all_faults_of_a_file_are_told_at_once(read: Read) -> None:
    message = fault(read, "---\ndate: someday\ndraft: maybe\n---\n")
    assert "4 faults" in message
    assert all(f"({field})" in message for field in ("title", "date", "draft", "transcript"))


def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "talk.md"
    path.write_text("---\ntitle: a\n? {b: [c]}\n: d\n---\n**Ann**: Hello.\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"talk\.md:3: The name of a field is not text"):
        read_episode(path)


def test_a_missing_file_and_another_encoding_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="does not exist"):
        read_episode(tmp_path / "none.md")
    (tmp_path / "gb.md").write_bytes("---\ntitle: 节目\n---\n".encode("gb18030"))
    with pytest.raises(ContentError, match="UTF-8"):
        read_episode(tmp_path / "gb.md")


@given(st.text(max_size=300))
@settings(max_examples=200)
def test_any_file_is_read_or_refused_with_a_reason(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("any") / "talk.md"
    path.write_text("---\n" + text, encoding="utf-8", errors="surrogatepass")
    refused = ""
    try:
        read_episode(path)
    except ContentError as error:
        refused = str(error)
    assert not refused or str(path) in refused


# -- folders ------------------------------------------------------------------------------------------


def test_a_transcript_without_front_matter_can_be_aligned_alone(tmp_path: Path) -> None:
    path = tmp_path / "talk.md"
    path.write_text(BODY, encoding="utf-8")
    assert read_transcript(path).speakers == ("Ann",)


def test_readme_and_hidden_files_are_no_episodes(tmp_path: Path) -> None:
    for name in ("b.md", "a.md", "README.md", ".hidden.md", "_template.md", "note.txt"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [path.name for path in episode_files(tmp_path)] == ["a.md", "b.md"]


def test_a_new_show_can_be_read_and_is_never_overwritten(tmp_path: Path) -> None:
    written = create_show(tmp_path / "new", date="2026-11-22")
    assert [path.name for path in written] == ["podcast.toml", "first-episode.md", ".gitignore"]
    assert read_episode(tmp_path / "new/content/first-episode.md").draft
    with pytest.raises(UsageError, match="a show already"):
        create_show(tmp_path / "new", date="2026-11-22")


def test_the_example_has_what_the_real_site_uses() -> None:
    episode = read_episode(CHECKOUT / "content/why-chapters-matter.md")
    assert len(episode.transcript.sections) == 5
    assert len(episode.transcript.speakers) == 4
    assert sum(len(turn.text) <= 8 for turn in episode.transcript.turns) >= 6
    assert read_episode(CHECKOUT / "content/next-time.md").draft


def test_the_real_sample_is_read_without_loss(shared: Path) -> None:
    (path,) = (shared / "sample").glob("*.txt")
    episode = read_episode(path)
    assert (len(episode.transcript.sections), len(episode.transcript.turns)) == (5, 109)
    assert sum(letter.isalnum() for turn in episode.transcript.turns for letter in turn.text) == 12_984
    assert episode.transcript.speakers == ("发言人A", "小苏", "老修", "刘某人")
    assert episode.draft
    assert episode.source == "https://www.youtube.com/watch?v=IpK175HsDQI"
    assert len(episode.fields) == 20
    assert episode.products[:2] == ("Seedance", "Veo")
    assert not any("*" in turn.text for turn in episode.transcript.turns)
