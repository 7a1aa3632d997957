"""The speech recogniser: sound in pieces, a real model, words in order."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.align import recognising
from publisher.align.recognising import RATE, SpeechModel, in_order, pieces
from tests.recordings import bursts, decoded, whisper_base, write_wav


@pytest.fixture(scope="session")
def model() -> str:
    """The folder of a real speech model."""
    return whisper_base()


# -- pieces -------------------------------------------------------------------------------------------


def test_pieces_are_cut_in_pauses_and_are_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    monkeypatch.setattr(recognising, "SHORTEST", 20 * RATE)
    monkeypatch.setattr(recognising, "LONGEST", 30 * RATE)
    write_wav(tmp_path / "noise.wav", bursts(100))
    found = list(pieces(tmp_path / "noise.wav"))
    assert np.array_equal(np.concatenate([piece.samples for piece in found]), decoded(tmp_path / "noise.wav"))
    assert [piece.start for piece in found] == [0, *(piece.end for piece in found[:-1])]
    assert [piece.last for piece in found] == [False] * (len(found) - 1) + [True]
    for piece in found[:-1]:
        assert 20 * RATE <= len(piece.samples) <= 31 * RATE
        assert 2.65 * RATE <= piece.end % (3 * RATE) <= 2.95 * RATE


def test_pieces_are_cut_at_the_same_places_when_they_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognising, "SHORTEST", 20 * RATE)
    monkeypatch.setattr(recognising, "LONGEST", 30 * RATE)
    write_wav(tmp_path / "noise.wav", bursts(100))
    first, *rest = [(piece.start, piece.end) for piece in pieces(tmp_path / "noise.wav")]
    assert [(piece.start, piece.end) for piece in pieces(tmp_path / "noise.wav", first[1])] == rest


@given(
    st.lists(st.tuples(st.text(max_size=3), st.floats(0, 100), st.floats(0, 100)), max_size=20),
    st.integers(0, 90_000),
)
def test_words_never_go_back_and_stay_inside_the_sound(
    heard: list[tuple[str, float, float]], length: int
) -> None:
    words = list(in_order(heard, length))
    assert [word.text for word in words] == [text for text, _, _ in heard]
    assert all(before.span.start <= after.span.start for before, after in pairwise(words))
    assert all(word.span.end <= length for word in words)


# -- models -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", ["zh-CN", "zh", "ZH-hant-TW"])
def test_a_language_with_region_or_script_is_the_one_that_the_model_knows(model: str, wanted: str) -> None:
    import numpy as np

    assert SpeechModel(model).language(wanted, np.zeros(0, dtype=np.float32)) == "zh"


def test_a_model_is_the_same_wherever_its_folder_lies(model: str, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(model, moved)
    assert SpeechModel(str(moved)).identity == SpeechModel(model).identity
    (moved / "config.json").write_text("{}", encoding="utf-8")
    assert SpeechModel(str(moved)).identity != SpeechModel(model).identity


def in_new_python(code: str, **variables: str) -> str:
    environment = {**os.environ, **variables}
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, encoding="utf-8"
    )
    return done.stdout


def test_a_model_that_cannot_be_downloaded_is_answered_with_a_way_without_the_network(tmp_path: Path) -> None:
    pytest.importorskip("faster_whisper", reason="faster-whisper is not installed (extra `asr`)")
    code = (
        "from publisher.align.recognising import *\n"
        "import numpy\n"
        "try:\n"
        "    list(SpeechModel('tiny').words(numpy.zeros(RATE, dtype=numpy.float32), 'en'))\n"
        "except FetchError as error:\n"
        "    print(error.again, error)\n"
    )
    said = in_new_python(code, HF_HUB_OFFLINE="1", HF_HOME=str(tmp_path))
    assert said.startswith("True tiny (--model): The speech model is not on this computer")
    assert "folder" in said


def test_nothing_of_the_recogniser_is_loaded_before_it_is_used() -> None:
    said = in_new_python(
        "import publisher.align, sys; print(sorted({'faster_whisper', 'numpy'} & set(sys.modules)))"
    )
    assert said.strip() == "[]"
