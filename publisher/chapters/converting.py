"""From a chapter file of any format to a list that any other can hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from publisher.chapters import MOST_BYTES, read_chapters
from publisher.chapters.chapterformat import ChapterFormat
from publisher.errors import UsageError
from publisher.findings import Finding, Severity
from publisher.formats import About
from publisher.model import Chapter
from publisher.timecode import SECOND


def from_file(path: Path, duration: int = 0) -> tuple[tuple[Chapter, ...], About]:
    """The chapters of a file.

    Args:
        path: In any format.
        duration: Milliseconds of the audio, where the last chapter ends; 0 for what the file says.

    Raises:
        UsageError: The file cannot be opened.
        ContentError: It is no chapter file, or a faulty one.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"The file {str(path)!r} cannot be read: {error.strerror}.",
            remedy="For an episode of the show, say --format instead of --to.",
        ) from None
    found = read_chapters(content, str(path))
    if found and duration > found[-1].start:
        found = (*found[:-1], replace(found[-1], end=duration))
    return found, About(path.stem, "", found[-1].end if found else duration)


def with_end(
    chapters: tuple[Chapter, ...], target: ChapterFormat, where: str
) -> tuple[tuple[Chapter, ...], tuple[Finding, ...]]:
    """A last chapter of no known length gets a second where the target format must say an end."""
    if not chapters or not target.ends or chapters[-1].end > chapters[-1].start:
        return chapters, ()
    last = chapters[-1]
    finding = Finding(
        "chapter-end-unknown",
        Severity.WARNING,
        where,
        f"The file does not say when “{last.title}” ends, so it is given one second.",
        "Say how long the audio is with --duration.",
        "publish",
    )
    return (*chapters[:-1], replace(last, end=last.start + SECOND)), (finding,)
