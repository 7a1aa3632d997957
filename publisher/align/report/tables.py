"""The tables: what to check, sections, mishearings, all turns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from publisher.align.mishearings import Mishearing
from publisher.align.report.markup import Player, confidence, safe
from publisher.align.report.picture import swatch, words_of
from publisher.align.report.states import Doubt, State, state_of
from publisher.align.report.wording import Wording
from publisher.model import ColdOpen, TimedTurn, Timeline, Transcript
from publisher.timecode import seconds

MOST_ROWS = 300
"""Mishearings that the page shows."""

LONGEST_TURN = 20_000
"""Characters of a turn that the page shows."""


def checks(found: Sequence[Doubt], transcript: Transcript, player: Player, words: Wording) -> str:
    """The list of doubtful places; a sentence when there is none."""
    if not found:
        return f'<p class="fine">{words.nothing_to_check}</p>'
    items = "".join(_check(doubt, transcript, player, words) for doubt in found)
    return f'<p class="hint">{words.to_check_hint}</p><ol class="checks">{items}</ol>'


def _check(doubt: Doubt, transcript: Transcript, player: Player, words: Wording) -> str:
    first = transcript.turns[doubt.turns[0]]
    why = {
        State.UNSURE: words.why_unsure,
        State.INTERPOLATED: words.why_interpolated,
        State.ABSENT: words.why_absent,
    }[doubt.state]
    section = ""
    if doubt.section is not None:
        title = transcript.sections[doubt.section].title or words.untitled
        section = f'<p class="chapter">{words.chapter_start}: {safe(title)}</p>'
    count = len(doubt.turns) - 1
    more = f' <span class="more">{words.more_turns.format(count)}</span>' if count else ""
    sure = "" if doubt.state is State.ABSENT else confidence(doubt.confidence)
    return (
        f'<li class="{doubt.state}"><p class="head">{player.link(doubt.at, words.listen, early=True)}'
        f"<b>{swatch(doubt.state)}{words_of(doubt.state, words)}</b>"
        f"{sure}</p>{section}"
        f'<p class="said">{_speaker(first.speaker)}{safe(first.text, 120)}{more}</p>'
        f'<p class="hint">{why}</p></li>'
    )


def _speaker(name: str) -> str:
    return f'<span class="speaker">{safe(name, 60)}</span> ' if name else ""


def sections(timeline: Timeline, player: Player, words: Wording, threshold: float) -> str:
    """When each section begins, how sure that is and how it was found, as the command prints it."""
    rows = (
        _row(
            player.link(section.span.start, words.listen) if section.span else words.absent,
            confidence(section.confidence),
            words.methods[section.method],
            safe(section.title or words.untitled),
            kind="doubtful" if not section.span or section.confidence < threshold else "",
        )
        for section in timeline.sections
    )
    return _table((words.start, words.sure, words.how, words.section), rows)


def misheard(found: Sequence[Mishearing], player: Player, words: Wording) -> str:
    """What was misheard, names first."""
    rows = (
        _row(
            f"{safe(one.written, 80)}{_badge(words) if one.name else ''}",
            safe(one.heard, 80),
            str(one.count),
            player.link(one.at, words.listen, early=True),
        )
        for one in found[:MOST_ROWS]
    )
    left = len(found) - MOST_ROWS
    more = f'<p class="hint">{words.more_rows.format(left)}</p>' if left > 0 else ""
    return _table((words.written, words.heard, words.count, words.first), rows) + more


def _badge(words: Wording) -> str:
    return f' <span class="badge">{words.name}</span>'


def turns(
    transcript: Transcript, timeline: Timeline, player: Player, words: Wording, threshold: float
) -> str:
    """Every turn with its time and text; one of the cold open with the places where it comes again."""
    openings = {opening.turn: opening for opening in timeline.cold_open}
    rows = (
        _row(
            player.link(turn.span.start, words.listen) if turn.span else words.absent,
            safe(turn.speaker, 60),
            _clauses(transcript.turns[turn.index].text, turn)
            + _repeats(openings.get(turn.index), timeline, player, words),
            f"{words_of(state, words)} {'' if state is State.ABSENT else confidence(turn.confidence)}",
            kind=str(state),
        )
        for turn in timeline.turns
        for state in (state_of(turn, threshold),)
    )
    return _table((words.start, words.speaker, words.text, words.sure), rows)


def _repeats(opening: ColdOpen | None, timeline: Timeline, player: Player, words: Wording) -> str:
    if opening is None:
        return ""
    later = {turn.index: turn.span.start for turn in timeline.turns if turn.span}
    links = " ".join(player.link(later[turn], words.listen) for turn in opening.repeats if turn in later)
    return f'<p class="why">{words.cold_open} {links or words.absent}</p>'


def _clauses(text: str, turn: TimedTurn) -> str:
    """A turn's text; each clause with a time plays from there."""
    text = text[:LONGEST_TURN]
    offsets = [mark.offset for mark in turn.marks if mark.offset < len(text)]
    lead = safe(text[: offsets[0]], LONGEST_TURN) if offsets else safe(text, LONGEST_TURN)
    clauses = zip(turn.marks, offsets, [*offsets[1:], len(text)], strict=False)
    return lead + "".join(
        f'<span data-start="{seconds(mark.start)}">{safe(text[start:end], LONGEST_TURN)}</span>{_blank(text[end - 1])}'
        for mark, start, end in clauses
    )


def _blank(last: str) -> str:
    return " " if last.isspace() else ""


def _row(*cells: str, kind: str = "") -> str:
    of_kind = f' class="{kind}"' if kind else ""
    return f"<tr{of_kind}>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _table(head: Iterable[str], rows: Iterator[str]) -> str:
    names = "".join(f'<th scope="col">{name}</th>' for name in head)
    return f"<table><thead><tr>{names}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
