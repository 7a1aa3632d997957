"""The edit map: where each moment of the source is heard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher import retiming
from publisher.model import Chapter, Cue, EditMap, Method, Span, TimedSection, TimedTurn, TimedWord, Timeline

DURATION = 100_000


@st.composite
def edits(draw: st.DrawFn) -> EditMap:
    times = st.integers(0, DURATION + 5_000)
    spans = st.tuples(times, times).map(lambda pair: Span(min(pair), max(pair)))
    removed = draw(st.lists(spans.filter(lambda span: span.length < DURATION // 4), max_size=4))
    around = st.integers(0, 10_000)
    found = EditMap.without(tuple(removed), DURATION, intro=draw(around), outro=draw(around))
    return found or EditMap((Span(0, DURATION),), DURATION)


@given(edits(), st.integers(0, DURATION), st.integers(0, DURATION))
def test_what_comes_later_in_the_source_is_never_heard_earlier(edit: EditMap, one: int, other: int) -> None:
    first, second = sorted((one, other))
    assert edit.published(first) <= edit.published(second)


@given(edits(), st.data())
def test_a_moment_that_is_kept_is_found_again(edit: EditMap, data: st.DataObject) -> None:
    span = data.draw(st.sampled_from(edit.kept))
    time = data.draw(st.integers(span.start, span.end - 1))
    assert edit.source(edit.published(time)) == time


@given(edits(), st.data())
def test_a_moment_that_is_heard_is_found_again(edit: EditMap, data: st.DataObject) -> None:
    end = edit.published_duration - edit.outro
    time = data.draw(st.integers(edit.intro, end))
    assert edit.published(edit.source(time)) == time


@given(edits())
def test_the_published_length_is_what_is_kept_and_what_is_set_around(edit: EditMap) -> None:
    kept = sum(span.length for span in edit.kept)
    assert edit.published_duration == edit.intro + kept + edit.outro
    assert edit.published(DURATION) == edit.intro + kept


@given(edits(), st.integers(0, DURATION), st.integers(0, 20_000))
def test_a_stretch_never_grows_and_is_gone_only_when_all_of_it_is_cut(
    edit: EditMap, start: int, length: int
) -> None:
    span = Span(start, min(start + length, DURATION))
    heard = edit.span(span)
    kept = sum(max(0, min(span.end, each.end) - max(span.start, each.start)) for each in edit.kept)
    assert (heard.length if heard else 0) == kept


@given(st.lists(st.tuples(st.integers(0, DURATION), st.integers(0, 30_000)), max_size=5))
def test_nothing_that_is_removed_is_kept(removed: list[tuple[int, int]]) -> None:
    spans = tuple(Span(start, start + length) for start, length in removed)
    edit = EditMap.without(spans, DURATION)
    left = set(range(0, DURATION, 97)) - {
        time for span in spans for time in range(0, DURATION, 97) if span.start <= time < span.end
    }
    heard = {
        time for time in range(0, DURATION, 97) if edit and any(s.start <= time < s.end for s in edit.kept)
    }
    assert heard == left


def test_a_map_that_keeps_nothing_or_is_out_of_order_cannot_be_made() -> None:
    for kept in ((), (Span(5, 5),), (Span(5, 9), Span(0, 3)), (Span(0, 5), Span(5, 9)), (Span(0, 200_000),)):
        with pytest.raises(ValueError, match=r"kept|keeps"):
            EditMap(kept, DURATION)
    assert EditMap.without((Span(0, DURATION),), DURATION) is None


def test_an_episode_that_is_published_whole_keeps_every_time() -> None:
    edit = EditMap((Span(0, DURATION),), DURATION)
    assert not edit.changes
    listed = (Chapter(700, DURATION, "one"),)
    assert retiming.published_chapters(edit, listed) is listed


def test_chapters_lose_what_is_cut_and_the_first_holds_the_intro() -> None:
    edit = EditMap.without((Span(10_000, 45_000), Span(90_000, DURATION)), DURATION, intro=3_000, outro=2_000)
    assert edit is not None
    listed = tuple(
        Chapter(start, end, title)
        for start, end, title in (
            (0, 20_000, "one"),
            (20_000, 40_000, "cut"),
            (40_000, 60_000, "three"),
            (60_000, DURATION, "four"),
        )
    )
    assert retiming.published_chapters(edit, listed) == (
        Chapter(0, 13_000, "one"),
        Chapter(13_000, 28_000, "three"),
        Chapter(28_000, 60_000, "four"),
    )


def test_cues_words_and_turns_that_are_cut_are_gone() -> None:
    edit = EditMap.without((Span(10_000, 20_000),), 30_000)
    assert edit is not None
    spans = (Span(0, 9_000), Span(11_000, 19_000), Span(18_000, 25_000))
    cues = retiming.published_cues(edit, tuple(Cue(span, "A", "text") for span in spans))
    assert [cue.span for cue in cues] == [Span(0, 9_000), Span(10_000, 15_000)]
    words = retiming.published_words(
        edit, tuple(TimedWord(k, 0, 1, s, sure=True) for k, s in enumerate(spans))
    )
    assert [word.turn for word in words] == [0, 2]
    turns = tuple(TimedTurn(k, "A", span, 1, Method.CAPTIONS) for k, span in enumerate(spans))
    sections = (TimedSection("cut", Span(11_000, 19_000), 1, Method.CAPTIONS),)
    moved = retiming.published_timeline(edit, Timeline("by hand", 30_000, sections, turns))
    assert [turn.present for turn in moved.turns] == [True, False, True]
    assert moved.sections[0].span is None
    assert moved.duration == 20_000
