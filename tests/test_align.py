from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.align import ENGINES, Evidence, align
from publisher.align.coldopen import cold_open
from publisher.align.matching import match
from publisher.align.sequences import author_text, heard_text
from publisher.content import read_transcript
from publisher.errors import AlignmentError, UsageError
from publisher.model import (
    CaptionKind,
    Captions,
    ColdOpen,
    Method,
    Section,
    Span,
    Timeline,
    Transcript,
    Turn,
    Word,
)
from tests.builders import transcript
from tests.talks import PAUSE, Talk, example, speak

EXAMPLE = example()


def aligned(talk: Talk, text: Transcript = EXAMPLE) -> Timeline:
    return align(text, Evidence(talk.duration, talk.captions))


def errors(timeline: Timeline, talk: Talk) -> list[int]:
    """How far each turn that is placed and spoken is off, in milliseconds."""
    pairs = zip(timeline.turns, talk.starts, strict=True)
    return [abs(turn.span.start - start) for turn, start in pairs if turn.span and start is not None]


# -- what is found ------------------------------------------------------------------------------------


def test_captions_without_faults_give_every_turn_its_exact_time() -> None:
    talk = speak(EXAMPLE)
    timeline = aligned(talk)
    assert max(errors(timeline, talk)) == 0
    assert all(turn.present and turn.confidence >= 0.5 for turn in timeline.turns)
    assert {turn.method for turn in timeline.turns} == {Method.CAPTIONS}


def test_a_section_begins_with_its_first_turn() -> None:
    timeline = aligned(speak(EXAMPLE))
    for section, timed in zip(EXAMPLE.sections, timeline.sections, strict=True):
        first = timeline.turns[section.turns[0].index]
        assert timed.title == section.title
        assert timed.span
        assert first.span
        assert timed.span.start == first.span.start


@pytest.mark.parametrize("wrong", [0.1, 0.2, 0.3])
def test_mishearings_move_no_turn_by_more_than_a_second(wrong: float) -> None:
    talk = speak(EXAMPLE, wrong=wrong)
    assert max(errors(aligned(talk), talk)) <= 1_000


def test_a_cold_open_stays_at_the_start_and_takes_nothing_from_its_originals() -> None:
    talk = speak(EXAMPLE, wrong=0.1)
    timeline = aligned(talk)
    for index in (0, 11, 35, 42):
        span, start = timeline.turns[index].span, talk.starts[index]
        assert span is not None
        assert start is not None
        assert abs(span.start - start) <= 500


def test_a_back_channel_lies_between_its_neighbours() -> None:
    short = [turn.index for turn in EXAMPLE.turns if 2 < turn.index < 50 and len(turn.text) <= 8]
    talk = speak(EXAMPLE, unheard=short)
    timeline = aligned(talk)
    for index in short:
        before, it, after = (timeline.turns[i].span for i in (index - 1, index, index + 1))
        assert before
        assert it
        assert after
        assert before.start <= it.start <= after.start


def test_text_that_is_not_spoken_is_absent_and_moves_nobody() -> None:
    unspoken = [index for index in (12, 20, 33) if len(EXAMPLE.turns[index].text) > 12]
    assert unspoken
    talk = speak(EXAMPLE, wrong=0.1, unspoken=unspoken)
    timeline = aligned(talk)
    assert [turn.index for turn in timeline.turns if not turn.present] == unspoken
    assert max(errors(timeline, talk)) <= 1_000


def test_speech_that_the_captions_missed_is_interpolated_and_said_to_be() -> None:
    unheard = [20, 21, 22]
    talk = speak(EXAMPLE, unheard=unheard)
    timeline = aligned(talk)
    for index in unheard:
        turn = timeline.turns[index]
        assert turn.method is Method.INTERPOLATED
        assert turn.confidence < 0.5
    assert max(errors(timeline, talk)) <= 2 * PAUSE


def test_a_musical_opening_is_not_taken_for_the_first_turn() -> None:
    talk = speak(EXAMPLE, wrong=0.2, before=60_000)
    first = aligned(talk).turns[0].span
    assert first is not None
    assert abs(first.start - 60_000) <= 500


def test_an_advertisement_between_two_turns_moves_nobody() -> None:
    talk = speak(EXAMPLE)
    at = talk.starts[25]
    assert at is not None
    advertisement = [
        Word(letter, Span(at + k * 200, at + k * 200 + 200))
        for k, letter in enumerate("这里插播一条广告买一送一" * 20)
    ]
    shift = len(advertisement) * 200 + 1_000
    early = [word for word in talk.captions.words if word.span.start < at]
    late = [
        Word(word.text, Span(word.span.start + shift, word.span.end + shift))
        for word in talk.captions.words
        if word.span.start >= at
    ]
    captions = replace(talk.captions, words=(*early, *advertisement, *late))
    starts = tuple(start if start is None or start < at else start + shift for start in talk.starts)
    moved = Talk(captions, starts, talk.duration + shift)
    assert max(errors(aligned(moved), moved)) <= 1_000


def test_script_width_and_homophones_do_not_matter() -> None:
    text = transcript(("One", (("A", "字节跳动的工程化优势在哪里"), ("B", "我覺得他們的數據做得好ＡＩ"))))
    heard = "自节跳洞的工程化优是在哪里我觉得他们的数据做的好ai"
    words = tuple(Word(letter, Span(k * 200, k * 200 + 200)) for k, letter in enumerate(heard))
    timeline = align(text, Evidence(10_000, Captions(words, CaptionKind.AUTOMATIC)))
    assert [turn.span.start for turn in timeline.turns if turn.span] == [0, 13 * 200]


def test_marks_tell_when_the_clauses_of_a_turn_begin() -> None:
    text = transcript(("One", (("A", "第一句话在这里。第二句话，然后第三句！"),)))
    talk = speak(text)
    (turn,) = aligned(talk, text).turns
    assert [(mark.offset, mark.start) for mark in turn.marks] == [
        (0, 1_000),
        (8, 1_000 + 7 * 240),
        (13, 1_000 + 11 * 240),
    ]


# -- laws ---------------------------------------------------------------------------------------------


@given(
    wrong=st.floats(0, 0.6),
    unspoken=st.sets(st.integers(0, 53), max_size=15),
    unheard=st.sets(st.integers(0, 53), max_size=15),
    seed=st.integers(0, 1_000),
)
@settings(max_examples=25, deadline=None)
def test_times_never_go_back_and_stay_inside_the_audio(
    wrong: float, unspoken: set[int], unheard: set[int], seed: int
) -> None:
    talk = speak(EXAMPLE, wrong=wrong, unspoken=unspoken, unheard=unheard, seed=seed)
    try:
        timeline = aligned(talk)
    except AlignmentError:
        return
    spans = [turn.span for turn in timeline.turns if turn.span]
    assert all(earlier.end <= later.start for earlier, later in pairwise(spans))
    assert all(span.end <= talk.duration for span in spans)
    for turn in timeline.turns:
        assert all(a.offset < b.offset and a.start < b.start for a, b in pairwise(turn.marks))
        assert all(turn.span and turn.span.start <= mark.start <= turn.span.end for mark in turn.marks)


@given(st.text(alphabet="甲乙丙丁ab", max_size=60), st.text(alphabet="甲乙丙丁ab", max_size=60))
@settings(max_examples=100, deadline=None)
def test_matches_ascend_on_both_sides(author: str, heard: str) -> None:
    text = Transcript((Section("", 1, (Turn(0, "", author, author, 1),)),))
    words = tuple(Word(letter, Span(k, k + 1)) for k, letter in enumerate(heard))
    found = match(author_text(text), heard_text(Captions(words, CaptionKind.GIVEN)))
    assert all(a < b for a, b in pairwise(found.author.tolist()))
    assert all(a < b for a, b in pairwise(found.heard.tolist()))


# -- what is refused ----------------------------------------------------------------------------------


def test_captions_of_another_talk_are_refused_with_the_measured_share() -> None:
    other = transcript(
        ("X", tuple(("A", "今天的天气预报说明天会下大雨请大家带好雨伞出门注意安全") for _ in range(30)))
    )
    with pytest.raises(AlignmentError, match=r"Only \d+% of the words"):
        aligned(Talk(speak(other).captions, (), speak(EXAMPLE).duration))


def test_captions_in_another_language_are_refused() -> None:
    words = tuple(
        Word(word, Span(k * 400, k * 400 + 400))
        for k, word in enumerate(
            ["welcome", "back", "to", "the", "show", "today", "we", "talk", "about"] * 40
        )
    )
    with pytest.raises(AlignmentError, match="another language"):
        align(EXAMPLE, Evidence(600_000, Captions(words, CaptionKind.MANUAL, "en")))


def test_captions_that_run_on_after_the_audio_are_refused() -> None:
    talk = speak(EXAMPLE)
    with pytest.raises(AlignmentError, match="The captions run to"):
        align(EXAMPLE, Evidence(60_000, talk.captions))


def test_without_captions_there_is_nothing_to_align_with() -> None:
    with pytest.raises(AlignmentError, match="no captions"):
        align(EXAMPLE, Evidence(60_000))


def test_an_unknown_engine_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="captions"):
        align(EXAMPLE, Evidence(60_000), engine="magic")


# -- every engine -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(ENGINES))
class TestAlignerContract:
    """What every engine promises."""

    def test_it_is_known_by_its_own_name(self, name: str) -> None:
        assert ENGINES[name].name == name

    def test_it_does_not_claim_to_work_with_nothing(self, name: str) -> None:
        assert not ENGINES[name].can_use(Evidence(60_000))

    def test_it_times_every_turn_and_section(self, name: str) -> None:
        talk = speak(EXAMPLE)
        evidence = Evidence(talk.duration, talk.captions)
        if not ENGINES[name].can_use(evidence):
            pytest.skip("its own tests give it the sound that it needs")
        timeline = ENGINES[name].align(EXAMPLE, evidence)
        assert timeline.engine == name
        assert timeline.duration == talk.duration
        assert [turn.index for turn in timeline.turns] == [turn.index for turn in EXAMPLE.turns]
        assert [section.title for section in timeline.sections] == [s.title for s in EXAMPLE.sections]


def test_the_benchs_clean_talk_is_within_a_second(shared: Path) -> None:
    from publisher.fetch import read_captions
    from publisher.media import probe
    from publisher.model import CaptionFile

    bench = shared / "bench"
    captions = read_captions(CaptionFile(bench / "talk_clean.zh-orig.json3", CaptionKind.GIVEN))
    duration = probe(bench / "talk_clean.opus").duration
    timeline = align(read_transcript(bench / "talk_clean.md"), Evidence(duration, captions))
    truth = json.loads((bench / "talk_clean.truth.json").read_text(encoding="utf-8"))["turns"]
    off = [
        abs(turn.span.start / 1_000 - known["start"])
        for turn, known in zip(timeline.turns, truth, strict=True)
        if turn.span
    ]
    assert sum(error <= 1 for error in off) >= 0.9 * len(truth)
    for section in timeline.sections:
        first = next(known["start"] for known in truth if known["section"] == section.title)
        assert section.span
        assert abs(section.span.start / 1_000 - first) <= 1


# -- the cold open ------------------------------------------------------------------------------------


def test_a_montage_at_the_start_is_found_by_its_text() -> None:
    assert aligned(speak(EXAMPLE)).cold_open == (ColdOpen(0, (11, 35, 42)),)


def test_a_talk_that_begins_at_its_beginning_has_none() -> None:
    assert cold_open(Transcript(EXAMPLE.sections[:1])) == ()


def test_the_samples_montage_repeats_four_turns(shared: Path) -> None:
    (sample,) = (shared / "sample").glob("*.txt")
    assert cold_open(read_transcript(sample)) == (ColdOpen(0, (7, 42, 52, 85)),)


# -- languages with spaces ----------------------------------------------------------------------------

ENGLISH = transcript(
    (
        "Opening",
        (
            (
                "Ann",
                "Welcome back, everybody. Today we talk about the twenty letters that my grandmother kept.",
            ),
            ("Ben", "In a biscuit tin, of course."),
            ("Ann", "In a biscuit tin. She never threw anything away, least of all the tin."),
            ("Ben", "Right."),
            (
                "Ann",
                "The first one is from a harbour in Norway, in pencil, and half of it is about the weather.",
            ),
        ),
    ),
    (
        "The harbour",
        (
            ("Ben", "Half of it? My uncle wrote about nothing else for thirty years."),
            ("Ann", "Then comes one sentence about a dog on the quay, and the letter ends."),
            ("Ben", "Right."),
            (
                "Ann",
                "And that dog turns up again eleven letters later, older and apparently in charge of the ferry.",
            ),
        ),
    ),
)


def test_languages_with_spaces_are_aligned_word_by_word() -> None:
    words: list[Word] = []
    starts: list[int] = []
    now = 2_000
    for turn in ENGLISH.turns:
        starts.append(now)
        for place, word in enumerate(turn.text.split()):
            heard = "something" if (turn.index + place) % 9 == 4 else word.lower().strip(".,?")
            words.append(Word(f" {heard}", Span(now, now + 330)))
            now += 330
        now += 700
    timeline = align(ENGLISH, Evidence(now, Captions(tuple(words), CaptionKind.AUTOMATIC, "en")))
    placed = [turn.span.start for turn in timeline.turns if turn.span]
    assert len(placed) == len(starts)
    assert max(abs(found - start) for found, start in zip(placed, starts, strict=True)) <= 500
