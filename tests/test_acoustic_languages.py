"""Aligning by the sound in more languages than one, and in another than was said: spoken by espeak-ng, for real."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np
import pytest

from publisher import batch
from publisher.align import Evidence
from publisher.align.acoustic import AcousticAligner
from publisher.align.acoustic.features import RATE
from publisher.align.acoustic.phones import FILLER, spoken_script
from publisher.errors import AlignmentError
from publisher.model import Timeline, Transcript
from publisher.speech import Utterance, speak_all
from publisher.workspace import Settings, open_show
from tests.builders import transcript
from tests.talks import example

pytest.importorskip("espeakng_loader", reason="espeak-ng is not installed (extra `acoustic`)")

ENGLISH = (
    "Last winter the three of us sat down and planned a show about old maps.",
    "Nobody believed that people would listen to two hours about the coast of Norway.",
    "But the letters came, first a few, then a box full every single week.",
    "A teacher from a small town wrote that her class draws along while we talk.",
    "So we asked a printer whether he could make a book out of the drawings.",
    "He laughed, looked at the first pages and began to clean his oldest machine.",
    "The book smells of ink, it weighs two pounds and nobody wants to lend it.",
    "Now the harbour museum has called and would like to show the whole collection.",
)
SPANISH = (
    "El invierno pasado nos sentamos los tres y planeamos un programa sobre mapas antiguos.",
    "Nadie creía que la gente escucharía dos horas sobre la costa de Noruega.",
    "Pero llegaron las cartas, primero unas pocas, luego una caja llena cada semana.",
    "Una maestra de un pueblo pequeño escribió que su clase dibuja mientras hablamos.",
    "Así que preguntamos a un impresor si podía hacer un libro con los dibujos.",
    "Se rió, miró las primeras páginas y empezó a limpiar su máquina más vieja.",
    "El libro huele a tinta, pesa un kilo y nadie quiere prestarlo.",
    "Ahora ha llamado el museo del puerto y quisiera mostrar toda la colección.",
)


def said(texts: list[str], languages: list[str], path: Path) -> list[int]:
    """Speak turns by a voice that the aligner does not know; gives when each begins, in milliseconds."""
    chance = np.random.default_rng(3)
    parts, starts = [np.zeros(RATE // 2, dtype=np.float32)], []
    utterances = [
        Utterance(text, language, 38, 165, "m7") for text, language in zip(texts, languages, strict=True)
    ]
    for spoken in speak_all(utterances):
        wanted = np.arange(len(spoken.samples) * RATE // spoken.rate) * (spoken.rate / RATE)
        sound = np.interp(wanted, np.arange(len(spoken.samples)), spoken.samples / 40_000).astype(np.float32)
        loud = np.flatnonzero(np.abs(sound) > 0.01)
        starts.append(sum(map(len, parts)) * 1_000 // RATE)
        parts += [
            sound[loud[0] : loud[-1] + 1],
            np.zeros(int(chance.uniform(0.3, 0.9) * RATE), dtype=np.float32),
        ]
    whole = np.concatenate(parts)
    whole += chance.normal(0, 0.002, len(whole)).astype(np.float32)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(whole, -1, 1) * 32_767).astype("<i2").tobytes())
    return starts


def talk(*texts: str) -> Transcript:
    return transcript(("Talk", [("AB"[place % 2], text) for place, text in enumerate(texts)]))


def aligned(of: Transcript, audio: Path, *languages: str) -> Timeline:
    with wave.open(str(audio)) as file:
        duration = file.getnframes() * 1_000 // RATE
    evidence = Evidence(duration, audio=audio, language=languages[0], other_languages=languages[1:])
    return AcousticAligner().align(of, evidence)


def errors(found: Timeline, starts: list[int]) -> list[int]:
    return [
        abs(turn.span.start - start) for turn, start in zip(found.turns, starts, strict=True) if turn.span
    ]


def test_words_that_cannot_be_spoken_become_filler_and_the_others_their_phones() -> None:
    script, _ = spoken_script(["你好，カタカナ。好"], ("zh",))
    names = [script.names[phone] for phone in script.phone]
    assert names.count(FILLER) == 8
    assert {script.offset[place] for place, name in enumerate(names) if name == FILLER} == {3}
    assert script.opens[names.index(FILLER)]
    assert script.opens[names.index(FILLER) + 8]
    assert {"n", "X"} <= set(names)


def test_each_language_of_a_talk_is_spoken_by_its_own_voice() -> None:
    both, _ = spoken_script(["今日は です"], ("zh", "ja"))
    assert FILLER not in both.names
    assert "s" in both.names


def test_japanese_korean_and_arabic_words_in_a_chinese_talk_leave_the_turns_where_they_are(
    tmp_path: Path,
) -> None:
    texts = [turn.text for turn in example().turns[:14]]
    foreign = {3: "カタカナひらがな", 6: "안녕하세요", 9: "مرحبا بكم"}
    written = [f"{text}{foreign.get(place, '')}。" for place, text in enumerate(texts)]
    starts = said(written, ["zh"] * len(written), tmp_path / "talk.wav")
    found = aligned(talk(*written), tmp_path / "talk.wav", "zh-CN")
    wrong = errors(found, starts)
    assert len(wrong) == len(starts)
    assert max(wrong) <= 500
    unspoken = {place: len(texts[place]) for place in (3, 9)}
    assert not [
        word for word in found.words if word.sure and word.offset >= unspoken.get(word.turn, 1_000_000)
    ]


def test_spanish_turns_in_an_english_talk_keep_their_places_without_being_named(tmp_path: Path) -> None:
    texts = [*ENGLISH[:3], SPANISH[3], *ENGLISH[3:6], SPANISH[6], *ENGLISH[6:]]
    languages = ["es" if text in SPANISH else "en" for text in texts]
    starts = said(texts, languages, tmp_path / "talk.wav")
    wrong = errors(aligned(talk(*texts), tmp_path / "talk.wav", "en"), starts)
    assert len(wrong) == len(starts)
    assert max(wrong) <= 500


@pytest.mark.parametrize(
    ("spoken", "language", "written", "wanted"),
    [
        (ENGLISH, "en", SPANISH, "es"),
        (SPANISH, "es", ENGLISH, "en"),
        (tuple(turn.text for turn in example().turns[:9]), "zh", SPANISH, "es"),
    ],
    ids=["English, written in Spanish", "Spanish, written in English", "Chinese, written in Spanish"],
)
def test_audio_in_another_language_than_the_text_is_refused_with_what_was_measured(
    tmp_path: Path, spoken: tuple[str, ...], language: str, written: tuple[str, ...], wanted: str
) -> None:
    said(list(spoken), [language] * len(spoken), tmp_path / "talk.wav")
    with pytest.raises(AlignmentError, match=f"not this text in {wanted}") as refused:
        aligned(talk(*written), tmp_path / "talk.wav", wanted)
    assert any(letter.isdigit() for letter in refused.value.what)


def test_a_text_in_letters_that_its_language_does_not_have_is_refused_before_anything_is_heard(
    tmp_path: Path,
) -> None:
    said(["Hello there."], ["en"], tmp_path / "talk.wav")
    with pytest.raises(AlignmentError, match=r"100% of the letters of the text are none of en") as refused:
        aligned(talk("大家好。", "欢迎收听。"), tmp_path / "talk.wav", "en")
    assert "language:" in refused.value.remedy


def test_the_report_names_the_words_that_cannot_be_spoken(show_folder: Path) -> None:
    texts = [turn.text for turn in example().turns[:8]]
    texts[2] += "カタカナ。"
    said(texts, ["zh"] * len(texts), show_folder / "content/talk.wav")
    head = "---\ntitle: Talk\ndate: 2026-01-01\naudio: talk.wav\nlanguage: {}\n---\n\n"
    lines = "\n".join(f"**A**: {text}\n" for text in texts)
    path = show_folder / "content/talk.md"
    for language, told in (("zh-CN", [{"line": 12, "words": ["カタカナ"]}]), ("[zh-CN, ja]", None)):
        path.write_text(head.format(language) + lines, encoding="utf-8")
        for _ in range(2):  # the second run knows it from the ledger
            report = batch.build(open_show(show_folder, Settings(debug=True)))
            (row,) = json.loads(report.as_json())["episodes"]
            assert row.get("unspoken") == told
            assert any("カタカナ (line 12)" in warning for warning in row.get("warnings", ())) == bool(told)
