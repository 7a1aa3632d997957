"""The parts of aligning by the sound: features, phones, models and the search."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.align.acoustic.chain import NEVER, Band, Chain, chain_of, everywhere, pinned_band
from publisher.align.acoustic.confidence import sure
from publisher.align.acoustic.features import Sound, listen, observed, pooled
from publisher.align.acoustic.hubs import Hubs
from publisher.align.acoustic.models import Voices, fitted, trained
from publisher.align.acoustic.onsets import Words, places_of
from publisher.align.acoustic.phones import SILENCE, Script, spoken_script
from publisher.align.acoustic.search import best_path
from publisher.model import Pin

if TYPE_CHECKING:
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

pytest.importorskip("espeakng_loader", reason="espeak-ng is not installed (extra `acoustic`)")


@given(cuts=st.lists(st.integers(0, 16_000), max_size=5))
@settings(max_examples=20, deadline=None)
def test_features_do_not_depend_on_how_the_sound_comes_in(cuts: list[int]) -> None:
    samples = np.random.default_rng(3).normal(0, 0.1, 16_000).astype(np.float32)
    edges = [0, *sorted(cuts), 16_000]
    whole = listen([samples])
    parts = listen([samples[low:high] for low, high in pairwise(edges)])
    assert len(whole.cepstra) == 100
    np.testing.assert_allclose(parts.cepstra, whole.cepstra, atol=1e-4)
    np.testing.assert_allclose(parts.decibels, whole.decibels, atol=1e-4)


def test_no_sound_has_no_features() -> None:
    assert listen([]).cepstra.shape == (0, 13)


def test_observed_features_have_mean_nought_and_variance_one() -> None:
    cepstra = np.random.default_rng(4).normal(3, 2, (1_200, 13)).astype(np.float32)
    frames = observed(cepstra, 500, by=1)
    assert frames.shape == (1_200, 39)
    np.testing.assert_allclose(frames.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(frames.std(axis=0), 1, atol=1e-3)
    assert observed(cepstra, 500).shape == (300, 39)
    assert pooled(frames[:1_198]).shape == (300, 39)


def test_a_script_has_the_phones_of_each_turn_and_marks_where_words_begin() -> None:
    script, speech = spoken_script(["大家好。", "", "我们聊OpenAI。"], ("zh",))
    bounds = script.bounds.tolist()
    assert bounds[0] == 0
    assert bounds[1] == bounds[2] < bounds[3] == len(script.phone)
    assert script.opens[0]
    assert script.opens[bounds[2]]
    assert SILENCE not in script.phone
    assert script.offset[bounds[2]] == 0
    assert all(len(one.cepstra) == len(one.phone) for one in speech)


def test_phones_that_sound_different_are_told_apart() -> None:
    chance = np.random.default_rng(5)
    phone = np.repeat(np.arange(3), 200)
    frames = (chance.normal(0, 1, (600, 4)) + 3 * phone[:, None]).astype(np.float32)
    scores = trained(frames, phone, 3, 2).scores(frames)
    assert (scores.argmax(axis=1) == phone).mean() > 0.95


def small_script(lengths: list[int]) -> Script:
    """Turns of so many phones; a word begins with every second one."""
    bounds = np.cumsum([0, *lengths])
    places = np.arange(bounds[-1])
    return Script(
        ("_", "a", "b", "c"),
        places % 3 + 1,
        np.zeros(len(places), dtype=np.int64),
        places % 2 == 0,
        bounds,
    )


def worth(chain: Chain, scores: Samples, hubs: Hubs | None) -> float:
    """The score of the best path, by the definition, one state after the other."""
    count = len(chain.first)
    text = {-1: 0.0}
    side = dict.fromkeys(range(count), NEVER)
    side[0] = 0.0
    openings = {int(state): number for number, state in enumerate(chain.first)}
    for frame, row in enumerate(scores):
        new: dict[int, float] = {}
        for state in range(chain.size):
            before = [text.get(state, NEVER), text.get(state - 1, NEVER)]
            before.append(text.get(state - 2, NEVER) + float(chain.bypass[state]))
            if frame == 0 and state == 1:
                before.append(0.0)
            if hubs:
                before += [side[openings[at]] for at in (state, state - 1) if at in openings]
            new[state] = max(before) + float(row[chain.column[state]])
        if hubs:
            reached = {
                number: max(
                    side[number],
                    text.get(int(chain.first[number]) - 1, NEVER) - hubs.enter if number else NEVER,
                )
                + float(hubs.score[frame])
                for number in range(count)
            }
            side = {
                number: max(
                    [reached[number]]
                    + [
                        reached[other] - hubs.jump - float(hubs.turn[other:number].sum())
                        for other in range(number)
                    ]
                )
                for number in range(count)
            }
        text = new
    ends = [text.get(chain.size - 1, NEVER), text.get(chain.size - 2, NEVER)]
    return max([*ends, side[count - 1]] if hubs else ends)


@given(
    lengths=st.lists(st.integers(0, 4), min_size=1, max_size=4).filter(any),
    frames=st.integers(18, 26),
    seed=st.integers(0, 1_000),
    free=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_the_best_path_is_the_best_of_all_paths(
    lengths: list[int], frames: int, seed: int, free: bool
) -> None:
    chance = np.random.default_rng(seed)
    chain = chain_of(small_script(lengths))
    scores = chance.normal(0, 3, (frames, 4)).astype(np.float32)
    hubs = None
    if free:
        turns = np.full(len(chain.turn), 0.5, dtype=np.float32)
        hubs = Hubs(chance.normal(0.5, 1, frames).astype(np.float32), 1.0, 2.0, turns)
    path = best_path(scores, chain, everywhere(chain.size, frames), hubs)
    assert path.score == pytest.approx(worth(chain, scores, hubs), abs=1e-2)
    assert (np.diff(path.state[path.state >= 0]) >= 0).all()


def test_a_band_around_the_best_path_finds_it_again() -> None:
    chance = np.random.default_rng(11)
    chain = chain_of(small_script([30, 30]))
    scores = chance.normal(0, 3, (300, 4)).astype(np.float32)
    whole = best_path(scores, chain, everywhere(chain.size, 300))
    band = Band(np.maximum(0, whole.state - 3), np.minimum(chain.size, whole.state + 4))
    np.testing.assert_array_equal(best_path(scores, chain, band).state, whole.state)


@given(pin=st.integers(2_000, 8_000), seed=st.integers(0, 1_000))
@settings(max_examples=20, deadline=None)
def test_no_word_is_on_the_wrong_side_of_a_pin(pin: int, seed: int) -> None:
    chain = chain_of(small_script([20, 20]))
    scores = np.random.default_rng(seed).normal(0, 3, (250, 4)).astype(np.float32)
    limits = pinned_band(chain, [Pin(1, pin)], 250, 25)
    path = best_path(scores, chain, everywhere(chain.size, 250), limits=limits)
    assert path.is_possible
    before, opening = np.searchsorted(path.state, (chain.first[1], chain.first[1] + 1)) * 40
    assert before <= pin + 300
    assert opening >= pin - 300 - 40


def test_without_pins_there_are_no_limits() -> None:
    chain = chain_of(small_script([3]))
    assert pinned_band(chain, [], 100, 25) is None


def test_a_text_that_is_too_long_has_no_path() -> None:
    chain = chain_of(small_script([40]))
    scores = np.zeros((10, 4), dtype=np.float32)
    assert not best_path(scores, chain, everywhere(chain.size, 10)).is_possible


def test_an_open_end_leaves_out_text_that_the_sound_does_not_reach() -> None:
    chain = chain_of(small_script([12]))
    scores = np.full((40, 4), -5.0, dtype=np.float32)
    for frame in range(40):
        scores[frame, chain.column[frame // 10]] = 0
    path = best_path(scores, chain, everywhere(chain.size, 40), open_end=True)
    np.testing.assert_array_equal(path.state, np.arange(40) // 10)


def words(*turns: list[float], frames: int = 6) -> Words:
    """Words of two phones that are said one after the other, by what they gain."""
    gains = np.array([gain for turn in turns for gain in turn], dtype=np.float32)
    count = len(gains)
    start = 1_000 + np.arange(count) * frames * 40
    each = np.full(count, frames)
    bounds = np.cumsum([0, *map(len, turns)])
    return Words(np.arange(count) * 2, start, start + frames * 40, gains, each, np.full(count, 2), bounds)


def heard(of: Words) -> list[int]:
    """The turns that are in the audio."""
    steady = Sound(np.zeros((2_000, 13), dtype=np.float32), np.full(2_000, -20, dtype=np.float32))
    return sorted(places_of(of, steady))


def test_a_turn_of_which_the_greater_part_was_not_said_is_in_the_audio() -> None:
    assert heard(words([6.0] * 4, [6.0] * 2 + [-20.0] * 6, [6.0] * 4)) == [0, 1, 2]


def test_a_long_turn_of_which_nothing_is_heard_is_absent() -> None:
    assert heard(words([6.0] * 4, [-2.0] * 8, [6.0] * 4)) == [0, 2]


def test_a_short_turn_of_which_nothing_is_heard_is_absent_only_beside_an_absent_one() -> None:
    assert heard(words([6.0] * 4, [-2.0] * 2, [6.0] * 4)) == [0, 1, 2]
    assert heard(words([6.0] * 4, [-2.0] * 2, [-2.0], [-2.0] * 8, [-2.0], [6.0] * 4)) == [0, 5]


def test_words_that_are_too_short_to_be_told_make_a_start_less_sure() -> None:
    places = places_of(
        words([6.0] * 8, [6.0] * 8), Sound(np.zeros((2_000, 13), np.float32), np.zeros(2_000, np.float32))
    )
    usual, hurried = (
        sure(places, words([6.0] * 8, [6.0] * 8, frames=frames))[1].confidence for frames in (6, 1)
    )
    assert hurried < 0.8 < usual


def test_a_frame_scores_the_same_under_one_phone_as_under_all() -> None:
    chance = np.random.default_rng(5)
    frames = chance.normal(size=(300, 4)).astype(np.float32)
    voices = Voices(tuple(fitted(frames[place:] + place, 2) for place in (0, 100, 150)))
    phone = chance.integers(0, 3, len(frames))
    all_scores = voices.scores(frames)[np.arange(len(frames)), phone]
    assert np.allclose(voices.scores_as(frames, phone), all_scores, atol=1e-4)
