"""Small episodes, shows and timelines for tests, built by hand: name only what the test is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from publisher.model import (
    Episode,
    Mark,
    Method,
    Owner,
    Section,
    Show,
    Span,
    TimedSection,
    TimedTurn,
    Timeline,
    Transcript,
    Turn,
)

Spoken = tuple[str, str]
"""Speaker and text of a turn."""


def transcript(*sections: tuple[str, Sequence[Spoken]]) -> Transcript:
    """A transcript of sections, each a heading and its turns; a small talk of two sections when none is given."""
    sections = sections or (
        ("新春拜年", (("小苏", "大家好，欢迎收听。"), ("老修", "新年快乐！"))),
        ("市场定位", (("小苏", "我们来聊聊**市场**。"), ("老修", "好的。"))),
    )
    line, index = 10, 0
    built = []
    for title, spoken in sections:
        turns = []
        for place, (speaker, text) in enumerate(spoken):
            turns.append(Turn(index, speaker, text.replace("**", ""), text, line + 2 + 2 * place))
            index += 1
        built.append(Section(title, line, tuple(turns)))
        line += 4 + 2 * len(turns)
    return Transcript(tuple(built))


def timeline(
    of: Transcript,
    *,
    spans: Sequence[tuple[int, int] | None] | None = None,
    duration: int | None = None,
    confidence: float = 0.9,
    confidences: Mapping[int, float] | None = None,
    marks: Mapping[int, tuple[Mark, ...]] | None = None,
) -> Timeline:
    """A timeline of a transcript.

    Args:
        of: The transcript.
        spans: Start and end of each turn, None for one that is absent; ten seconds each when not given.
        duration: Of the audio; the end of the last turn when not given.
        confidence: Of every turn and section.
        confidences: Of single sections, by their place in the list.
        marks: Of single turns, by their index.
    """
    if spans is None:
        spans = list(pairwise(range(0, 10_000 * len(of.turns) + 1, 10_000)))
    turns = tuple(
        TimedTurn(
            index=turn.index,
            speaker=turn.speaker,
            span=Span(*span) if span else None,
            confidence=confidence,
            method=Method.CAPTIONS,
            present=span is not None,
            marks=(marks or {}).get(turn.index, ()),
        )
        for turn, span in zip(of.turns, spans, strict=True)
    )
    sections = tuple(
        _section(section, turns, (confidences or {}).get(place, confidence))
        for place, section in enumerate(of.sections)
    )
    ends = [turn.span.end for turn in turns if turn.span]
    return Timeline("by hand", max(ends, default=0) if duration is None else duration, sections, turns)


def _section(section: Section, turns: tuple[TimedTurn, ...], confidence: float) -> TimedSection:
    spans = [span for turn in section.turns if (span := turns[turn.index].span)]
    whole = Span(spans[0].start, max(span.end for span in spans)) if spans else None
    return TimedSection(section.title, whole, confidence, Method.CAPTIONS)


def episode(**overrides: Any) -> Episode:
    """An episode in Chinese without a source."""
    plain = Episode(
        slug="first",
        path=Path("content/first.md"),
        title="第一期",
        published=datetime(2026, 2, 17, 8, 30, tzinfo=UTC),
        transcript=transcript(),
        language="zh-CN",
    )
    return replace(plain, **overrides)


def show(**overrides: Any) -> Show:
    """A show in Chinese with everything that a feed needs."""
    plain = Show(
        title="公园闲谈",
        description="每周一次的谈话。",
        link="https://example.org/",
        base_url="https://example.org/podcast",
        language="zh-CN",
        author="公园",
        owner=Owner("公园", "park@example.org"),
        categories=(("Technology",),),
        cover="assets/cover.png",
    )
    return replace(plain, **overrides)
