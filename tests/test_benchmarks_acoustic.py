"""Talks put together from recordings: every turn is heard where the truth says, and a row holds what was measured."""

from __future__ import annotations

import gzip
import json
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks import acoustic, acoustic_targets, cost, engines, joined, packages, recorded
from benchmarks.case import Case, Guess
from benchmarks.cost import Spent, spent, write_markdown
from benchmarks.figures import figures
from benchmarks.recorded import RATE, write_sound
from benchmarks.report import Row
from benchmarks.speaking import INTERLUDE, Script, Token, speak
from benchmarks.voices import LEVEL, Prompts, Syllables, Synthetic, lasting, resampled, voiced, zhuyin
from publisher.media import probe
from publisher.model import CaptionKind, Captions, Transcript
from tests.builders import transcript
from tests.talks import example

if TYPE_CHECKING:
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

NOTHING_HEARD = Captions((), CaptionKind.AUTOMATIC)
TALK = transcript(
    ("One", (("A", "大家好，我们今天聊播客。"), ("B", "那我先说两句。"), ("A", "你说吧，我听着呢。"))),
    ("Two", (("B", "章节写好了，听众就回来了。"), ("A", "文字稿也是一样。"), ("B", "那就这样。"))),
)


def chance() -> Random:
    return Random(1)  # noqa: S311 - the same talk every time


def tone(hertz: float, milliseconds: int) -> Samples:
    return np.sin(2 * np.pi * hertz * np.arange(milliseconds * RATE // 1_000) / RATE).astype(np.float32)


def pitch_of(samples: Samples) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * RATE / len(samples))


def level(samples: Samples) -> float:
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2)))


def between(samples: Samples, start: float, end: float) -> Samples:
    return samples[round(start * RATE / 1_000) : round(end * RATE / 1_000)]


# -- sound --------------------------------------------------------------------------------------------


def test_a_recording_is_kept_from_the_first_sound_to_the_last_and_brought_to_one_level() -> None:
    silence = np.zeros(RATE // 2, np.float32)
    found = voiced(np.concatenate([silence, 0.3 * tone(300, 200), silence]))
    assert len(found) == RATE // 5
    assert level(found) == pytest.approx(LEVEL, rel=0.01)


@pytest.mark.parametrize("milliseconds", [90, 250, 400, 700])
def test_another_pace_gives_the_wanted_length_and_keeps_the_pitch(milliseconds: int) -> None:
    found = lasting(tone(440, 400), milliseconds)
    assert len(found) == milliseconds * RATE // 1_000
    assert pitch_of(found) == pytest.approx(440, rel=0.05)


def test_another_step_moves_the_pitch_and_the_length() -> None:
    found = resampled(tone(400, 1_000), 1.25)
    assert len(found) == pytest.approx(0.8 * RATE, abs=2)
    assert pitch_of(found) == pytest.approx(500, rel=0.01)


# -- Mandarin -----------------------------------------------------------------------------------------


def test_characters_are_read_in_their_context() -> None:
    assert zhuyin("快乐") == ["ㄎㄨㄞ4", "ㄌㄜ4"]
    assert zhuyin("音乐") == ["ㄧㄣ", "ㄩㄝ4"]
    assert zhuyin("好了吗") == ["ㄏㄠ3", "ㄌㄜ1", "ㄇㄚ1"]


def test_a_syllable_is_said_in_its_tone_else_in_another_else_by_another_voice(tmp_path: Path) -> None:
    for name, hertz in (("ㄇㄚ3/5", 300), ("ㄇㄚ/5", 400), ("ㄏㄠ4/5", 500), ("ㄌㄜ4/3", 600)):
        path = tmp_path / f"{name}.ogg"
        path.parent.mkdir(exist_ok=True)
        write_sound(0.5 * tone(hertz, 300), path)
    said = Syllables(tmp_path, "5", 1.0, Prompts({})).say(
        [Token(text, at, at + 250) for text, at in (("马", 0), ("妈", 250), ("好", 500), ("乐", 750))]
    )
    assert [pitch_of(samples) for samples in said] == pytest.approx([300, 400, 500, 600], rel=0.05)


def test_numbers_are_said_in_syllables_and_latin_words_by_the_other_voice(tmp_path: Path) -> None:
    for name in ("ㄕ2", "ㄦ4"):
        (tmp_path / name).mkdir()
        write_sound(0.5 * tone(300, 300), tmp_path / name / "5.ogg")
    voice = Syllables(tmp_path, "5", 1.0, Prompts({"RSS": tone(800, 500)}))
    twelve, rss = voice.say([Token("12", 0, 600), Token("RSS", 600, 1_100)])
    assert len(twelve) == 600 * RATE // 1_000
    assert pitch_of(twelve) == pytest.approx(300, rel=0.05)
    assert pitch_of(rss) == pytest.approx(800, rel=0.05)


# -- putting together ---------------------------------------------------------------------------------


def synthetic_talk(script: Script) -> tuple[Samples, tuple[int | None, ...], tuple[tuple[int, int], ...]]:
    pytest.importorskip("espeakng_loader", reason="espeak-ng is not installed (extra `acoustic`)")
    speech = speak(TALK, script, chance())
    voice = Synthetic((token.text for token in speech.tokens), "zh")
    samples = joined.tape(speech, {"A": voice, "B": voice, "": voice}, [0.1 * tone(200, 60_000)], 0, chance())
    return samples, speech.starts, tuple((span.start, span.end) for span in speech.music)


def test_every_turn_is_heard_where_the_truth_says_and_not_before() -> None:
    samples, starts, _ = synthetic_talk(Script(absent={2}, ad_libs=0.5))
    assert starts[2] is None
    for start in starts:
        if start is not None:
            assert level(between(samples, start - 100, start - 2)) == 0
            assert level(between(samples, start, start + 100)) > LEVEL / 4


def test_music_is_heard_alone_before_and_between_and_softly_under_the_speech_that_follows() -> None:
    samples, starts, music = synthetic_talk(Script(before=26_000, interludes={3}, advertisements={4}))
    assert [end - start for start, end in music] == [26_000, INTERLUDE]
    for start, end in music:
        assert pitch_of(between(samples, start, end)) == pytest.approx(200, rel=0.01)
    assert starts[0] == 26_000
    pause = between(samples, (starts[1] or 0) - 100, starts[1] or 0)
    assert 0 < level(pause) < level(between(samples, 0, 26_000)) / 4


def test_the_same_talk_is_put_together_every_time() -> None:
    script = Script(ad_libs=0.5, advertisements={2})
    first, again = synthetic_talk(script), synthetic_talk(script)
    assert first[0].tobytes() == again[0].tobytes()


def test_a_hard_talk_lacks_turns_and_has_an_advertisement_and_music() -> None:
    script = joined.hard_script(example(), chance())
    speech = speak(example(), script, chance())
    assert script.absent
    assert all(speech.starts[index] is None for index in script.absent)
    assert {token.speaker for token in speech.tokens} > {""}
    assert len(speech.music) == 2


def test_prompts_follow_each_other_as_long_as_they_were_recorded() -> None:
    said = {turn.text: tone(300, 40 * len(turn.text)) for turn in TALK.turns} | {"Ad": tone(900, 3_000)}
    script = Script(absent={1}, before=20_000, advertisements={3}, interludes={4})
    speech = joined.prompted(TALK, script, said, ["Ad", "Ad"], chance())
    assert [token.speaker for token in speech.tokens] == ["A", "A", "", "", "B", "A", "B"]
    assert all(token.end - token.start == len(said[token.text]) * 1_000 // RATE for token in speech.tokens)
    starts = [start for start in speech.starts if start is not None]
    assert speech.starts[1] is None
    assert starts == [token.start for token in speech.tokens if token.speaker]
    gaps = [after.start - before.end for before, after in pairwise(speech.tokens)]
    assert gaps.pop(4) > INTERLUDE
    assert all(joined.GAP[0] <= gap <= joined.GAP[1] for gap in gaps)


# -- packages -----------------------------------------------------------------------------------------


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """A folder as the packages fill it, with little in it."""
    share = tmp_path / "usr" / "share"
    packages.syllables(share).mkdir(parents=True)
    write_sound(tone(200, 100), _folder(share / "asterisk" / "moh") / "song.wav")
    for language, speaker in packages.PROMPTS.items():
        sounds = _folder(share / "asterisk" / "sounds" / speaker)
        for name in ("goodbye", "beep", "spy", "quoted", "silent"):
            write_sound(tone(300, 1_000), sounds / f"{name}.wav")
        texts = _folder(share / "doc" / f"asterisk-core-sounds-{language}") / f"core-sounds-{language}.txt.gz"
        lines = (
            *("; Prompts: of a switchboard", "", "goodbye: See you: goodbye.", "lost: It has no recording."),
            *("beep: [a simple beep]", "spy: X (says nothing else)", "quoted: “Merci à tous.”"),
        )
        texts.write_bytes(gzip.compress("\n".join(lines).encode()))
    return share


def _folder(path: Path) -> Path:
    path.mkdir(parents=True)
    return path


def test_prompts_are_recordings_with_their_words_and_no_notes(share: Path) -> None:
    found = [(path.stem, text) for path, text in packages.prompts(share, "fr")]
    assert found == [("goodbye", "See you: goodbye."), ("quoted", "Merci à tous.")]


def test_recordings_that_are_there_are_taken_and_nothing_is_downloaded(
    share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(packages, "INSTALLED", tmp_path / "nowhere")
    assert packages.recordings(tmp_path) == share
    monkeypatch.setattr(packages, "INSTALLED", share)
    assert packages.recordings(tmp_path / "cache") == share
    assert not (tmp_path / "cache").exists()


def test_without_recordings_a_line_says_why_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(packages, "INSTALLED", tmp_path)
    acoustic.main([str(tmp_path), "--packages", str(tmp_path / "cache")])
    printed = " ".join(capsys.readouterr().out.split())
    assert "this computer lacks apt-get and dpkg. Unpack them yourself" in printed
    assert "aeneas is not installed and not measured. Install it with: pip install" in printed
    assert "echogarden is not installed and not measured." in printed


# -- measuring ----------------------------------------------------------------------------------------


def case_of(folder: Path, talk: Transcript = TALK) -> Case:
    starts = tuple(2_000 * turn.index for turn in talk.turns)
    write_markdown(talk, folder / "talk.md")
    write_sound(0.3 * tone(300, 2_000 * len(starts)), folder / "talk.wav")
    turns = [{"index": index, "start": start / 1_000} for index, start in enumerate(starts)]
    truth = {"material": "made", "language": "en", "turns": turns}
    (folder / "talk.truth.json").write_text(json.dumps(truth), encoding="utf-8")
    return recorded.talk(folder, "talk")


def test_a_talk_with_known_times_is_read_with_its_sound_and_language(tmp_path: Path) -> None:
    case = case_of(tmp_path)
    assert recorded.names(tmp_path) == ["talk"]
    assert (case.name, case.material, case.language) == ("talk", "made", "en")
    assert (case.starts, case.duration) == ((0, 2_000, 4_000, 6_000, 8_000, 10_000), 12_000)
    assert case.captions.words == ()


def test_the_opening_holds_the_turns_that_are_over_by_then_and_their_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorded, "OPENING", 7_000)
    case = recorded.opening(case_of(tmp_path), tmp_path)
    assert case.starts == (0, 2_000, 4_000)
    assert [turn.text for turn in case.transcript.turns] == [turn.text for turn in TALK.turns[:3]]
    assert case.duration == 6_000 - recorded.LEAD // 2
    assert (case.language, case.material) == ("en", "made")


def test_talks_end_to_end_are_as_long_as_is_wanted_and_keep_their_times(tmp_path: Path) -> None:
    case = case_of(tmp_path)
    long = recorded.end_to_end("long", [case, replace(case, starts=(None, *case.starts[1:]))], 1, tmp_path)
    assert long.duration == 5 * case.duration
    assert long.audio is not None
    assert probe(long.audio).duration == long.duration
    assert [turn.index for turn in long.transcript.turns] == list(range(5 * len(TALK.turns)))
    assert long.starts[4:9] == (8_000, 10_000, None, 14_000, 16_000)


def test_a_command_is_measured_with_what_it_starts() -> None:
    work = "import subprocess, sys; held = bytearray(200_000_000); print('done', len(held)); sys.exit(3)"
    used, done = spent(
        [
            sys.executable,
            "-c",
            f"import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c', {work!r}]))",
        ]
    )
    assert (done.returncode, done.stdout) == (3, "done 200000000\n")
    assert 200 < used.peak_megabytes < 400
    assert used.processor > 0
    assert used.wall > 0


def test_a_command_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "LIMIT", 1)
    _, done = spent([sys.executable, "-c", "import time; time.sleep(600)"])
    assert done.returncode
    assert "It was stopped after 1 seconds." in done.stderr


@pytest.mark.parametrize("engine", engines.PEERS, ids=lambda engine: engine.name)
def test_another_program_gives_a_time_for_each_turn(engine: engines.Engine, tmp_path: Path) -> None:
    program = engines.installed(engine)
    if program is None:
        pytest.skip(f"{engine.name} is not installed")
    samples, starts, _ = synthetic_talk(Script())
    write_sound(samples, tmp_path / "talk.wav")
    case = Case("x", "x", TALK, NOTHING_HEARD, starts, len(samples) * 1_000 // RATE, tmp_path / "talk.wav")
    guess, used = engines.peer(engine, program, case)
    assert not guess.refused
    assert figures(case, guess).share(1_000) >= 0.5
    assert used.processor > 0


def test_a_program_that_fails_or_gives_other_turns_is_a_row_and_not_an_end(tmp_path: Path) -> None:
    case = case_of(tmp_path)
    failing = replace(
        engines.PEERS[0], command=lambda program, *_: [program, "-c", "raise SystemExit('No room.')"]
    )
    assert engines.peer(failing, sys.executable, case)[0].refused == "No room."
    writing = "import sys; open(sys.argv[1], 'w').write('{\"fragments\": []}')"
    short = replace(failing, command=lambda program, files, _: [program, "-c", writing, str(files.out)])
    assert engines.peer(short, sys.executable, case)[0].refused == "It gave 0 times for 6 turns."


def test_a_run_prints_each_talk_with_its_opening_and_writes_the_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("espeakng_loader", reason="espeak-ng is not installed (extra `acoustic`)")
    monkeypatch.setattr(recorded, "OPENING", 7_000)
    case_of(tmp_path)
    path = tmp_path / "figures.json"
    acoustic.main([str(tmp_path / "none"), "--ours", "--talks", str(tmp_path), "--json", str(path)])
    printed = capsys.readouterr().out
    assert "Alignment by sound: made" in printed
    data = json.loads(path.read_text(encoding="utf-8"))
    assert [row["case"] for row in data["rows"]] == ["talk", f"talk: {recorded.FIRST}"]
    assert all(row["figures"]["refused"] for row in data["rows"])
    assert all(row["spent"]["peak_megabytes"] > 0 for row in data["rows"])


# -- targets ------------------------------------------------------------------------------------------


def row_of(name: str, method: str, errors: tuple[int, ...], processor: float = 1.0) -> Row:
    starts = tuple(1_000 * turn.index for turn in TALK.turns)
    case = Case(name, "bench", TALK, NOTHING_HEARD, starts, 1_800_000)
    found = tuple(start + error for start, error in zip(starts, errors, strict=True))
    guess = Guess(found, (found[0], found[3]))
    return Row(name, "bench", 30, method, figures(case, guess), None, (), Spent(1, processor, 500))


def test_targets_tell_what_is_reached_and_what_is_not() -> None:
    rows = [
        row_of("talk_clean", engines.OURS, (0, 0, 0, 0, 0, 200), processor=30),
        row_of("talk_clean", engines.AENEAS, (0, 0, 0, 0, 0, 300), processor=5),
        row_of("talk_clean", engines.ECHOGARDEN, (0, 0, 0, 0, 0, 0), processor=20),
        row_of("73 min of talk", engines.OURS, (0, 0, 0, 0, 0, 0), processor=61),
    ]
    met = {target.measure: target.met for target in acoustic_targets.targets(rows)}
    assert met == {
        "talk_clean: turns within 0.1 s": False,
        "talk_clean: turns within 0.25 s": True,
        "talk_clean: sections": True,
        "talk_clean: ahead of aeneas": True,
        "talk_clean: ahead of echogarden": False,
        "talk_clean: no slower than echogarden": False,
        "73 min of talk: processor time, wall time": False,
        "73 min of talk: peak memory": True,
    }
