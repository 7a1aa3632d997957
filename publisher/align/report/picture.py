"""The picture: the waveform, and on the same axis of time the sections and the turns."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from publisher.align.report.markup import Player, safe
from publisher.align.report.peaks import COLUMNS, Peaks
from publisher.align.report.states import State, places, state_of
from publisher.align.report.wording import Wording
from publisher.model import TimedTurn, Timeline, Transcript
from publisher.timecode import HOUR, MINUTE, SECOND

HEIGHT = 200
TICKS = 12
_STEPS = (
    SECOND,
    5 * SECOND,
    10 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    30 * MINUTE,
    HOUR,
)


def waveform(found: Peaks, player: Player, starts: list[int]) -> str:
    """The waveform as SVG, scaled to its loudest part, with lines where sections begin."""
    top = max(float(found.highest.max()), 1e-6)
    shapes = "".join(
        f'<path class="{name}" d="{_shape((values / top).tolist())}"/>'
        for name, values in (("highest", found.highest), ("mean", found.mean))
    )
    lines = "".join(
        f'<path class="mark" d="M{player.place(start) * COLUMNS / 100:.1f} 0V{HEIGHT}"/>' for start in starts
    )
    box = f"0 0 {COLUMNS} {HEIGHT}"
    return f'<svg viewBox="{box}" preserveAspectRatio="none" aria-hidden="true">{shapes}{lines}</svg>'


def _shape(values: list[float]) -> str:
    """One closed line, above and below the middle."""
    middle = HEIGHT // 2
    heights = [max(1, round(min(1.0, value) * (middle - 4))) for value in values]
    above = [f"{x} {middle - height}" for x, height in enumerate(heights)]
    below = [f"{x} {middle + height}" for x, height in reversed(list(enumerate(heights)))]
    return f"M{'L'.join(above + below)}Z"


def section_lane(timeline: Timeline, player: Player, words: Wording) -> str:
    """The sections as blocks that play."""
    return "".join(
        f'<a class="block" {player.attributes(section.span.start)} '
        f'style="{_stretch(player, section.span.start, section.span.end)}" '
        f'title="{player.clock(section.span.start)} {safe(section.title or words.untitled)}">'
        f"<span>{safe(section.title or words.untitled)}</span></a>"
        for section in timeline.sections
        if section.span
    )


def turn_lane(
    transcript: Transcript, timeline: Timeline, player: Player, words: Wording, threshold: float
) -> str:
    """The turns as blocks that play, and a mark for each run of turns that are not in the audio."""
    at = places(timeline)
    pieces: list[str] = []
    for present, run in groupby(timeline.turns, lambda turn: turn.present):
        turns = list(run)
        if present:
            pieces += (_block(transcript, turn, player, words, threshold) for turn in turns)
        else:
            pieces.append(_gap(transcript, turns, at[turns[0].index], player, words))
    return "".join(pieces)


def _block(transcript: Transcript, turn: TimedTurn, player: Player, words: Wording, threshold: float) -> str:
    span = turn.span
    if span is None:
        return ""
    state = state_of(turn, threshold)
    label = f"{player.clock(span.start)} {_spoken(transcript, turn)} ({words_of(state, words)}, {turn.confidence:.2f})"
    return (
        f'<a class="turn {state}" id="t{turn.index}" {player.attributes(span.start)} '
        f'style="{_stretch(player, span.start, span.end)}" '
        f'title="{safe(label)}" aria-label="{safe(label)}"></a>'
    )


def _gap(transcript: Transcript, turns: list[TimedTurn], at: int, player: Player, words: Wording) -> str:
    label = f"{words.absent}: {_spoken(transcript, turns[0])}"
    more = f" {words.more_turns.format(len(turns) - 1)}" if len(turns) > 1 else ""
    left = f"clamp(1rem,{player.place(at)}%,calc(100% - 1rem))"
    return (
        f'<a class="turn absent" {player.attributes(at)} style="left:{left}" '
        f'title="{safe(label)}{more}" aria-label="{safe(label)}{more}">×{len(turns)}</a>'
    )


def _spoken(transcript: Transcript, turn: TimedTurn) -> str:
    text = transcript.turns[turn.index].text
    excerpt = text if len(text) <= 60 else f"{text[:60]}…"  # noqa: PLR2004
    return f"{turn.speaker}: {excerpt}" if turn.speaker else excerpt


def words_of(state: State, words: Wording) -> str:
    """A state in words."""
    return str(getattr(words, state))


def swatch(state: State) -> str:
    """A small sample of a state's pattern."""
    return f'<span class="swatch {state}" aria-hidden="true">{"×" if state is State.ABSENT else ""}</span>'


def _stretch(player: Player, start: int, end: int) -> str:
    left = player.place(start)
    return f"left:{left}%;width:{round(player.place(end) - left, 4)}%"


def ticks(player: Player) -> str:
    """Times along the axis, at round numbers."""
    return "".join(
        f'<span style="left:{player.place(at)}%">{player.clock(at)}</span>'
        for at in _round_times(player.duration)
    )


def _round_times(duration: int) -> Iterator[int]:
    step = next((step for step in _STEPS if duration <= TICKS * step), 2 * HOUR)
    return iter(range(0, duration - step // 3, step))


def legend(words: Wording) -> str:
    """What the patterns mean."""
    return "".join(f"<li>{swatch(state)}{words_of(state, words)}</li>" for state in State)
