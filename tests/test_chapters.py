"""From sections to chapters."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.chapters import derive
from publisher.model import Chapter, Method, Span, TimedSection, Timeline, TypedChapter, Withheld
from tests.builders import episode, timeline, transcript

Found = tuple[tuple[Chapter, ...], tuple[Withheld, ...]]


def sections(
    *given_sections: tuple[str, int | None, float], duration: int = 100_000, language: str = "zh-CN"
) -> Found:
    """Derive from sections given as title, start (None: absent) and confidence."""
    timed = tuple(
        TimedSection(title, None if start is None else Span(start, start + 1), confidence, Method.CAPTIONS)
        for title, start, confidence in given_sections
    )
    return derive(Timeline("by hand", duration, timed, ()), episode(language=language), threshold=0.5)


def titles(chapters: tuple[Chapter, ...]) -> list[tuple[int, str]]:
    return [(chapter.start, chapter.title) for chapter in chapters]


def test_every_section_becomes_a_chapter_that_ends_where_the_next_begins() -> None:
    talk = transcript()
    chapters, withheld = derive(timeline(talk), episode(transcript=talk), threshold=0.5)
    assert chapters == (Chapter(0, 20_000, "新春拜年"), Chapter(20_000, 40_000, "市场定位"))
    assert withheld == ()


def test_the_first_section_starts_the_audio_even_if_its_first_word_is_late() -> None:
    chapters, _ = sections(("A", 26_000, 0.9), ("B", 50_000, 0.9))
    assert titles(chapters) == [(0, "A"), (50_000, "B")]


def test_a_section_with_an_unsure_time_is_withheld_with_what_to_do() -> None:
    chapters, withheld = sections(("A", 0, 0.9), ("B", 61_000, 0.3), ("C", 80_000, 0.5))
    assert chapters == (Chapter(0, 80_000, "A"), Chapter(80_000, 100_000, "C"))
    assert [(each.title, each.start, each.confidence) for each in withheld] == [("B", 61_000, 0.3)]
    assert "30% sure" in withheld[0].reason
    assert "01:01" in withheld[0].reason
    assert "pin it in the timeline" in withheld[0].reason
    assert "`chapters:`" in withheld[0].reason


def test_a_section_that_is_not_in_the_audio_is_withheld() -> None:
    chapters, withheld = sections(("A", 0, 0.9), ("B", None, 0.9), ("C", 80_000, 0.9))
    assert titles(chapters) == [(0, "A"), (80_000, "C")]
    assert withheld[0].title == "B"
    assert withheld[0].start is None
    assert "None of its text was found" in withheld[0].reason


def test_an_unsure_first_section_is_published_if_a_later_one_is() -> None:
    chapters, withheld = sections(("A", 9_000, 0.1), ("B", 50_000, 0.9))
    assert titles(chapters) == [(0, "A"), (50_000, "B")]
    assert withheld == ()


def test_an_unsure_first_section_is_withheld_if_all_others_are() -> None:
    chapters, withheld = sections(("A", 0, 0.1), ("B", 50_000, 0.1), ("C", None, 0.9))
    assert chapters == ()
    assert [each.title for each in withheld] == ["A", "B", "C"]


def test_a_first_section_that_is_not_in_the_audio_leaves_the_start_to_nobody() -> None:
    chapters, withheld = sections(("A", None, 0.9), ("B", 3_000, 0.9))
    assert titles(chapters) == [(3_000, "B")]
    assert [each.title for each in withheld] == ["A"]


def test_text_before_the_first_heading_is_an_opening_in_the_episodes_language() -> None:
    chinese, _ = sections(("", 0, 0.9), ("B", 50_000, 0.9), language="zh-TW")
    english, _ = sections(("", 0, 0.9), ("B", 50_000, 0.9), language="en")
    assert titles(chinese) == [(0, "开场"), (50_000, "B")]
    assert titles(english) == [(0, "Introduction"), (50_000, "B")]


def test_a_transcript_without_headings_has_no_chapters() -> None:
    assert sections(("", 0, 0.9)) == ((), ())
    assert sections(("", 0, 0.9), (" ** ", 5_000, 0.9))[1] == ()
    assert sections() == ((), ())


def test_an_untitled_section_in_the_middle_is_no_chapter() -> None:
    chapters, withheld = sections(("A", 0, 0.9), ("", 40_000, 0.9), ("C", 80_000, 0.9))
    assert titles(chapters) == [(0, "A"), (80_000, "C")]
    assert withheld == ()


def test_of_two_sections_at_the_same_time_the_later_keeps_the_place() -> None:
    chapters, withheld = sections(("A", 0, 0.9), ("B", 50_000, 0.9), ("C", 50_000, 0.9))
    assert titles(chapters) == [(0, "A"), (50_000, "C")]
    assert [each.title for each in withheld] == ["B"]
    assert "“C” starts at the same time, 00:50" in withheld[0].reason


def test_a_section_that_goes_back_in_time_is_withheld() -> None:
    chapters, withheld = sections(("A", 0, 0.9), ("B", 50_000, 0.9), ("C", 40_000, 0.9))
    assert titles(chapters) == [(0, "A"), (50_000, "B")]
    assert [each.title for each in withheld] == ["C"]


def test_a_section_at_the_end_of_the_audio_is_withheld() -> None:
    chapters, withheld = sections(("A", 0, 0.9), ("B", 100_000, 0.9))
    assert titles(chapters) == [(0, "A")]
    assert "end of the audio, 01:40" in withheld[0].reason


def test_titles_are_one_line_without_marks_or_control_characters() -> None:
    chapters, _ = sections(("**即梦**\tvs\x00 \u202e **Veo**\n2", 0, 0.9))
    assert titles(chapters) == [(0, "即梦 vs Veo 2")]


def test_a_very_long_title_is_cut() -> None:
    chapters, _ = sections(("长" * 5_000, 0, 0.9))
    assert len(chapters[0].title) == 255
    assert chapters[0].title.endswith("长…")


def test_typed_chapters_win_entirely_and_are_sorted() -> None:
    typed = (TypedChapter(30_000, "**Two**"), TypedChapter(5_000, "One"))
    talk = transcript()
    chapters, withheld = derive(
        timeline(talk, confidence=0.0), episode(transcript=talk, chapters=typed), threshold=0.5
    )
    assert chapters == (Chapter(5_000, 30_000, "One"), Chapter(30_000, 40_000, "Two"))
    assert withheld == ()


def test_typed_chapters_outside_the_audio_twice_at_a_time_or_without_title_are_withheld() -> None:
    typed = (
        TypedChapter(0, "One"),
        TypedChapter(0, "Uno"),
        TypedChapter(9_000, ""),
        TypedChapter(40_000, "Late"),
    )
    talk = transcript()
    chapters, withheld = derive(timeline(talk), episode(transcript=talk, chapters=typed), threshold=0.5)
    assert titles(chapters) == [(0, "Uno")]
    assert [(each.title, each.start) for each in withheld] == [("One", 0), ("", 9_000), ("Late", 40_000)]


@settings(deadline=None)
@given(
    given_sections=st.lists(
        st.tuples(
            st.text(max_size=8),
            st.none() | st.integers(0, 1_200),
            st.floats(0, 1),
        ),
        max_size=12,
    ),
    duration=st.integers(0, 1_000),
)
def test_chapters_always_ascend_and_tile_the_audio_from_the_first_to_its_end(
    given_sections: list[tuple[str, int | None, float]], duration: int
) -> None:
    chapters, withheld = sections(*given_sections, duration=duration)
    starts = [chapter.start for chapter in chapters]
    assert starts == sorted(set(starts))
    assert all(chapter.start < chapter.end <= duration for chapter in chapters)
    assert [chapter.end for chapter in chapters] == [*starts[1:], *([duration] if starts else [])]
    assert all(chapter.title.splitlines() == [chapter.title] for chapter in chapters)
    assert all(each.reason for each in withheld)
    assert len(chapters) + len(withheld) <= len(given_sections)
