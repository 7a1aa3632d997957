"""Chapters as the CSV of regions that audio workstations exchange (Reaper's columns: #,Name,Start,End,Length)."""

from __future__ import annotations

import csv
import io

from publisher import timecode
from publisher.chapters import reading
from publisher.chapters.reading import Found
from publisher.formats import About
from publisher.model import Chapter
from publisher.text import one_line

_HEAD = ("#", "Name", "Start", "End", "Length")
_NAMES = ("name", "title", "description", "marker name")
_STARTS = ("start", "time", "start time", "timestamp", "position")
_ENDS = ("end", "end time")


class Format:
    """Reaper's columns; other tables with a name and a start are read."""

    name = "csv"
    filename = "chapters.csv"
    mime = "text/csv"
    resolution = 1
    ends = True

    def write(self, chapters: tuple[Chapter, ...], about: About) -> str:  # noqa: ARG002
        """The file as text; the line of headings alone when there are no chapters."""
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(_HEAD)
        for place, chapter in enumerate(chapters, 1):
            times = (chapter.start, chapter.end, max(0, chapter.end - chapter.start))
            table.writerow((f"R{place}", one_line(chapter.title), *map(timecode.webvtt, times)))
        return text.getvalue()

    def claims(self, text: str) -> bool:
        """Whether the first line names a column of titles and one of starts."""
        head = _columns(reading.lines(text)[0])
        return any(name in head for name in _NAMES) and any(name in head for name in _STARTS)

    def read(self, text: str) -> tuple[Chapter, ...]:
        """Every row; columns are found by their headings, separated by comma, semicolon or tab."""
        if not self.claims(text):
            raise reading.unreadable("The first line does not name the columns Name and Start.", 1)
        head, *_ = reading.lines(text)
        columns = _columns(head)
        name, start = (next(key for key in keys if key in columns) for keys in (_NAMES, _STARTS))
        end = next((key for key in _ENDS if key in columns), "")
        table = csv.reader(io.StringIO(text.replace("\0", "")), delimiter=_delimiter(head))
        found: list[Found] = []
        try:
            next(table)
            for row in table:
                cells = dict(zip(columns, row, strict=False))
                if any(cell.strip() for cell in row):
                    until = cells.get(end, "").strip()
                    found.append(
                        (
                            reading.time(cells.get(start, ""), table.line_num),
                            reading.time(until, table.line_num) if until else None,
                            cells.get(name, ""),
                        )
                    )
        except (csv.Error, StopIteration):
            raise reading.unreadable("The line is not valid CSV.", table.line_num) from None
        return reading.listed(found)


def _delimiter(head: str) -> str:
    return max(",;\t", key=head.count)


def _columns(head: str) -> list[str]:
    return [cell.strip().strip('"').lower() for cell in head.split(_delimiter(head))]
