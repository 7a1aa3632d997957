"""The benchmark measures what it says: its talks have the faults that were asked for, and its truth is true."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from benchmarks import synthetic
from benchmarks.align import main
from benchmarks.case import Case, Guess
from benchmarks.cost import write_json3, write_markdown
from benchmarks.figures import bands, claims, figures
from benchmarks.hearing import EARLY, Ear, hear
from benchmarks.methods import METHODS, ours
from benchmarks.speaking import Script, Speech, speak
from benchmarks.texts import clauses, homophones, long_transcript, spoken, with_repeats
from publisher.content import read_transcript
from publisher.fetch import read_captions
from publisher.model import CaptionFile, CaptionKind, Captions
from publisher.text import fold
from tests.builders import transcript
from tests.conftest import CHECKOUT

EXAMPLE_FILE = CHECKOUT / "content/why-chapters-matter.md"
EXAMPLE = read_transcript(EXAMPLE_FILE)
FAULTS = synthetic.faults()


def chance(seed: int = 1) -> Random:
    return Random(seed)  # noqa: S311 - the same talk every time


def speech(seed: int = 1, script: Script | None = None) -> Speech:
    return speak(EXAMPLE, script or Script(), chance(seed))


def heard(captions: Captions) -> str:
    return fold("".join(word.text for word in captions.words)).text


def said(of: Speech) -> str:
    return fold("".join(token.text for token in of.tokens)).text


# -- speaking -----------------------------------------------------------------------------------------


@given(
    seed=st.integers(0, 10_000),
    absent=st.sets(st.integers(0, 53), max_size=20),
    advertisements=st.sets(st.integers(1, 53), max_size=3),
    unsaid=st.floats(0, 0.5),
    ad_libs=st.floats(0, 0.5),
)
@settings(max_examples=20, deadline=None)
def test_what_is_said_runs_forward_and_every_turn_has_its_truth(
    seed: int, absent: set[int], advertisements: set[int], unsaid: float, ad_libs: float
) -> None:
    script = Script(absent=absent, unsaid=unsaid, advertisements=advertisements, ad_libs=ad_libs)
    spoken_talk = speech(seed, script)
    assert all(a.start < a.end <= b.start for a, b in pairwise(spoken_talk.tokens))
    assert spoken_talk.tokens[-1].end < spoken_talk.duration
    assert len(spoken_talk.starts) == len(EXAMPLE.turns)
    assert all(spoken_talk.starts[index] is None for index in absent)
    present = [start for start in spoken_talk.starts if start is not None]
    assert all(a < b for a, b in pairwise(present))
    assert set(present) <= {token.start for token in spoken_talk.tokens}


def test_a_turn_begins_with_its_own_first_character() -> None:
    spoken_talk = speech()
    first = {token.start: token.text for token in spoken_talk.tokens}
    for turn, start in zip(EXAMPLE.turns, spoken_talk.starts, strict=True):
        assert start is not None
        assert fold(turn.text).text.startswith(fold(first[start]).text)


def test_everything_that_is_present_is_said_in_its_order() -> None:
    assert said(speech()) == "".join(fold(turn.text).text for turn in EXAMPLE.turns)


# -- hearing ------------------------------------------------------------------------------------------


def test_a_perfect_ear_hears_every_character_at_its_time() -> None:
    spoken_talk = speech()
    captions = hear(spoken_talk, Ear(early=0), chance(1))
    assert heard(captions) == said(spoken_talk)
    assert {word.span.start for word in captions.words} <= {token.start for token in spoken_talk.tokens}


@pytest.mark.parametrize("wrong", [0.0, 0.1, 0.2, 0.3, 0.4])
def test_the_error_rate_is_the_one_that_was_asked_for(wrong: float) -> None:
    sources = [long_transcript([EXAMPLE], 12_000, chance(1))]
    spoken_talk = speak(sources[0], Script(), chance(1))
    captions = hear(spoken_talk, Ear(wrong=wrong), chance(1))
    letters = said(spoken_talk)
    rate = Levenshtein.distance(letters, heard(captions)) / len(letters)
    assert abs(rate - wrong) <= 0.03


@given(seed=st.integers(0, 10_000), wrong=st.floats(0, 0.5), holes=st.floats(0, 0.3), mixed=st.booleans())
@settings(max_examples=20, deadline=None)
def test_caption_times_ascend_without_overlap_and_no_piece_is_empty(
    seed: int, wrong: float, holes: float, mixed: bool
) -> None:
    captions = hear(speech(seed), Ear(wrong=wrong, holes=holes, mixed=mixed), chance(seed))
    assert all(a.span.end <= b.span.start for a, b in pairwise(captions.words))
    assert all(word.text for word in captions.words)
    assert sorted({len(word.text) for word in captions.words})[:3] == [1, 2, 3]


def test_stamps_after_a_pause_are_early_by_six_tenths_at_the_median_and_never_by_more_than_eight() -> None:
    spoken_talk = speech()
    exact = hear(spoken_talk, Ear(early=0), chance(1))
    early = hear(spoken_talk, Ear(), chance(1))
    begun = {start for start in spoken_talk.starts if start is not None}
    leads = []
    for start in sorted(begun):
        before = [word.span.start for word in early.words if start - EARLY <= word.span.start <= start]
        assert before
        leads.append(start - before[0])
    assert {word.span.start for word in exact.words} >= begun
    assert sorted(leads)[len(leads) // 2] >= 450


def test_holes_take_the_share_of_the_talk_that_was_asked_for() -> None:
    spoken_talk = speech()
    captions = hear(spoken_talk, Ear(early=0, holes=0.2), chance(1))
    missing = 1 - len(heard(captions)) / len(said(spoken_talk))
    assert 0.1 <= missing <= 0.3


def test_captions_that_stop_say_nothing_after_that() -> None:
    spoken_talk = speech()
    captions = hear(spoken_talk, Ear(stop=0.5), chance(1))
    assert captions.words[-1].span.start <= spoken_talk.duration / 2
    assert captions.words[-1].span.start >= spoken_talk.duration / 3


def test_mixed_script_folds_to_the_same_letters_but_for_numbers() -> None:
    text = transcript(("One", (("A", "我觉得他们的数据做得很好，RSS和Whisper都行"),)))
    spoken_talk = speak(text, Script(), chance(1))
    for seed in range(8):
        assert heard(hear(spoken_talk, Ear(mixed=True), chance(seed))) == said(spoken_talk)


# -- texts --------------------------------------------------------------------------------------------


@given(st.text(alphabet="甲乙丙，。！？\n ab", max_size=40))
@settings(max_examples=100, deadline=None)
def test_cutting_into_clauses_loses_no_letter(text: str) -> None:
    assert fold("".join(clauses(text))).text == fold(text).text


def test_a_long_talk_stays_varied() -> None:
    text = "".join(turn.text for turn in long_transcript([EXAMPLE], 30_000, chance(1)).turns)
    grams = [text[place : place + 20] for place in range(len(text) - 20)]
    assert len(text) >= 30_000
    assert len(set(grams)) >= 0.9 * len(grams)


def test_a_cold_open_says_what_comes_again() -> None:
    repeated = with_repeats(EXAMPLE, chance(1))
    opening, later = repeated.turns[0].text, "".join(turn.text for turn in repeated.turns[1:])
    assert opening != EXAMPLE.turns[0].text
    assert all(clause in later for clause in clauses(opening))


def test_homophones_sound_alike_and_are_other_characters() -> None:
    assert "自" in homophones("字")
    assert "字" not in homophones("字")
    assert homophones("a") == ""


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("7", "七"),
        ("10", "十"),
        ("25", "二十五"),
        ("2026", "二零二六"),
        ("2.0", "二点零"),
        ("80%", "百分之八十"),
        ("RSS", "RSS"),
    ],
)
def test_numbers_are_said_as_people_say_them(token: str, words: str) -> None:
    assert spoken(token) == words


# -- cases and figures --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FAULTS)
def test_the_truth_of_every_made_talk_covers_every_turn_and_is_the_same_again(name: str) -> None:
    case = synthetic.made(name, "example", EXAMPLE, FAULTS[name])
    assert case == synthetic.made(name, "example", EXAMPLE, FAULTS[name])
    assert len(case.starts) == len(case.transcript.turns)
    assert all(0 <= start < case.duration for start in case.starts if start is not None)


def test_a_share_of_the_text_is_not_said_where_that_is_asked_for() -> None:
    case = synthetic.made("x", "example", EXAMPLE, synthetic.Fault(Ear(), cut=0.1))
    lengths = [len(turn.text) for turn in EXAMPLE.turns]
    cut = sum(length for length, start in zip(lengths, case.starts, strict=True) if start is None)
    assert 0.08 <= cut / sum(lengths) <= 0.11


@pytest.mark.parametrize("method", METHODS)
def test_without_faults_every_turn_is_within_a_quarter_of_a_second(method: str) -> None:
    case = synthetic.made("no faults", "example", EXAMPLE, synthetic.Fault(Ear(early=0, chained=False)))
    guess = METHODS[method](case)
    assert guess is not None
    assert max(_errors(case, guess)) <= 0.25


def _errors(case: Case, guess: Guess) -> Iterator[float]:
    for true, found in zip(case.starts, guess.starts, strict=True):
        assert true is not None
        assert found is not None
        yield abs(found - true) / 1_000


def test_figures_count_what_is_right_absent_and_claimed() -> None:
    text = transcript(("", tuple(("A", "话") for _ in range(5))))
    case = Case("x", "x", text, Captions((), CaptionKind.GIVEN), (0, 1_000, 2_000, None, None), 9_000)
    guess = Guess((100, 1_600, None, 3_000, None), (100,), (0.9, 0.85, 0.0, 0.6, 0.0))
    found = figures(case, guess)
    assert found.turns == 3
    assert found.within == (0.3333, 0.3333, 0.3333, 0.6667)
    assert (found.median, found.worst, found.bias) == (0.35, 0.6, 0.35)
    assert (found.absent, found.absent_found, found.falsely_absent) == (2, 1, 1)
    assert (found.worst_likely, found.false_likely) == (0.6, 1)
    assert (found.sure, found.sure_right) == (2, 0.5)
    assert found.sections == (0.1,)
    assert [len(band) for band in bands(claims(case, guess))] == [0, 0, 0, 0, 0, 0, 1, 0, 1, 1]


def test_a_refusal_is_a_row_and_not_an_end() -> None:
    case = synthetic.made("x", "example", EXAMPLE, synthetic.Fault(Ear()))
    other = synthetic.made("y", "ads", transcript(), synthetic.Fault(Ear()))
    guess = ours(Case("z", "x", EXAMPLE, other.captions, case.starts, case.duration))
    found = figures(case, guess)
    assert found.refused
    assert found.within == (0, 0, 0, 0)
    assert found.falsely_absent == found.turns


def test_a_talk_is_the_same_after_it_was_written_and_read(tmp_path: Path) -> None:
    case = synthetic.made("x", "example", EXAMPLE, synthetic.Fault(Ear()))
    write_markdown(case.transcript, tmp_path / "talk.md")
    write_json3(case.captions, tmp_path / "talk.json3")
    again = read_transcript(tmp_path / "talk.md")
    assert [turn.text for turn in again.turns] == [turn.text for turn in case.transcript.turns]
    captions = read_captions(CaptionFile(tmp_path / "talk.json3", CaptionKind.AUTOMATIC, "zh"))
    assert [word.span.start for word in captions.words] == [word.span.start for word in case.captions.words]


# -- the command --------------------------------------------------------------------------------------


def test_a_quick_run_prints_tables_and_writes_the_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "figures.json"
    main(["--quick", "--json", str(path)])
    printed = capsys.readouterr().out
    assert "Made talks: example" in printed
    assert "Calibration" in printed
    data = json.loads(path.read_text(encoding="utf-8"))
    assert set(data) == {"rows", "calibration", "costs", "targets"}
    assert {row["method"] for row in data["rows"]} == {"ours", "rapidfuzz", "difflib"}
    assert {"within", "median", "p95", "worst", "absent_found", "worst_likely", "sure_right"} <= set(
        data["rows"][0]["figures"]
    )
    assert len(data["calibration"]["made"]) == 10
    assert any(target["measure"].startswith("example: 30 % wrong") for target in data["targets"])


def test_only_the_named_talks_are_run(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    main(["--quick", "--only", "exact stamps", "--json", str(path)])
    data = json.loads(path.read_text(encoding="utf-8"))
    assert {row["case"] for row in data["rows"]} == {"exact stamps"}
