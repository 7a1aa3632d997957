"""The timeline as a file that people read and pin."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from publisher.align import Evidence, align, chapter_pins, pins_of, read_timeline, timeline_json
from publisher.errors import AlignmentError, ContentError
from publisher.model import Method, Pin, Timeline, Transcript, Turn, TypedChapter
from tests.talks import Talk, example, speak

EXAMPLE = example()


def aligned(talk: Talk) -> Timeline:
    return align(EXAMPLE, Evidence(talk.duration, talk.captions))


# -- the file -----------------------------------------------------------------------------------------


def test_a_timeline_file_reads_back(tmp_path: Path) -> None:
    talk = speak(EXAMPLE, wrong=0.2, unspoken=[12], unheard=[20])
    timeline = aligned(talk)
    path = tmp_path / "talk.timeline.json"
    path.write_text(timeline_json(timeline, EXAMPLE, inputs="abc"), encoding="utf-8")
    assert read_timeline(path) == (replace(timeline, words=()), "abc")


def test_a_timeline_file_has_the_promised_form() -> None:
    data = json.loads(timeline_json(aligned(speak(EXAMPLE, unspoken=[12])), EXAMPLE))
    assert data["version"] == 1
    assert data["engine"] == "captions"
    assert list(data["sections"][0]) == ["title", "start", "end", "confidence", "method"]
    assert {"index", "speaker", "start", "end", "confidence", "method", "present"} <= set(data["turns"][0])
    absent = data["turns"][12]
    assert (absent["start"], absent["end"], absent["present"]) == (None, None, False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"version": 2}',
        '{"version": 1, "engine": "x", "duration": 1, "sections": [], "turns": [{}]}',
    ],
)
def test_a_damaged_timeline_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "talk.timeline.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=r"talk\.timeline\.json"):
        read_timeline(path)


# -- a person's word ----------------------------------------------------------------------------------


def test_a_pin_holds_and_its_neighbours_keep_to_their_side() -> None:
    talk = speak(EXAMPLE, wrong=0.1)
    start = talk.starts[20]
    assert start is not None
    timeline = align(EXAMPLE, Evidence(talk.duration, talk.captions, pins=(Pin(20, start + 1_500),)))
    pinned = timeline.turns[20]
    assert pinned.span
    assert (pinned.span.start, pinned.method, pinned.confidence) == (start + 1_500, Method.PINNED, 1.0)
    others = [
        (turn, known) for turn, known in zip(timeline.turns, talk.starts, strict=True) if turn.index != 20
    ]
    assert all(
        turn.span and known is not None and abs(turn.span.start - known) <= 1_000 for turn, known in others
    )


def test_a_pinned_row_of_the_file_survives_the_next_run(tmp_path: Path) -> None:
    talk = speak(EXAMPLE)
    data = json.loads(timeline_json(aligned(talk), EXAMPLE))
    data["turns"][20] |= {"start": data["turns"][20]["start"] + 0.4, "pinned": True}
    data["sections"][2] |= {"start": data["sections"][2]["start"] - 0.3, "pinned": True}
    path = tmp_path / "talk.timeline.json"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    pins = pins_of(path, EXAMPLE)
    assert {pin.turn for pin in pins} == {20, EXAMPLE.sections[2].turns[0].index}
    again = align(EXAMPLE, Evidence(talk.duration, talk.captions, pins=pins))
    path.write_text(timeline_json(again, EXAMPLE), encoding="utf-8")
    assert set(pins_of(path, EXAMPLE)) == set(pins)


def test_a_pin_follows_its_turn_when_the_transcript_grows(tmp_path: Path) -> None:
    data = json.loads(timeline_json(aligned(speak(EXAMPLE)), EXAMPLE))
    data["turns"][20]["pinned"] = True
    path = tmp_path / "talk.timeline.json"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    first, *rest = EXAMPLE.sections
    more = Turn(0, "新人", "这一句是后来加上的。", "这一句是后来加上的。", 1)
    turns = (more, *first.turns)
    sections = [replace(first, turns=turns), *rest]
    counter = iter(range(1_000))
    grown = Transcript(
        tuple(replace(s, turns=tuple(replace(t, index=next(counter)) for t in s.turns)) for s in sections)
    )
    (pin,) = pins_of(path, grown)
    assert pin.turn == 21


def test_a_pin_that_fits_nothing_any_more_is_told(tmp_path: Path) -> None:
    data = json.loads(timeline_json(aligned(speak(EXAMPLE)), EXAMPLE))
    data["turns"][20] |= {"pinned": True, "text": "nobody said this"}
    path = tmp_path / "talk.timeline.json"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(ContentError, match="fits nothing"):
        pins_of(path, EXAMPLE)


def test_chapters_with_the_title_of_a_section_pin_it() -> None:
    section = EXAMPLE.sections[1]
    typed = (TypedChapter(0, "Something else"), TypedChapter(90_000, section.title))
    assert chapter_pins(typed, EXAMPLE) == (Pin(section.turns[0].index, 90_000),)


def test_pins_that_contradict_each_other_are_refused() -> None:
    talk = speak(EXAMPLE)
    with pytest.raises(AlignmentError, match="before turn 10"):
        align(EXAMPLE, Evidence(talk.duration, talk.captions, pins=(Pin(10, 90_000), Pin(20, 60_000))))
    with pytest.raises(AlignmentError, match="audio ends"):
        align(EXAMPLE, Evidence(talk.duration, talk.captions, pins=(Pin(10, 9_000_000),)))
