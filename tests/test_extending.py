"""The two examples of docs/extending.md, run as they stand there."""

from __future__ import annotations

import re
from types import ModuleType

import pytest

from publisher import align
from publisher.align import Aligner, Evidence
from publisher.chapters import FORMATS, About, ChapterFormat
from publisher.content.transcript import parse
from publisher.errors import AlignmentError
from publisher.model import Chapter, Span
from tests.conftest import CHECKOUT

MOST_LINES = 50
CHAPTERS = (Chapter(0, 61_500, '开场, "问候"'), Chapter(61_500, 4_000_000, "Questions"))
ABOUT = About(title="One", show="Show", duration=4_000_000)


def example(name: str) -> ModuleType:
    text = (CHECKOUT / "docs/extending.md").read_text(encoding="utf-8")
    block = re.search(rf"<!-- {name} -->\n```python\n(.+?)```", text, re.DOTALL)
    assert block is not None
    assert len(block[1].splitlines()) < MOST_LINES
    module = ModuleType(name.replace(" ", "_"))
    exec(compile(block[1], f"extending.md, {name}", "exec"), module.__dict__)  # noqa: S102 - our own document
    return module


@pytest.fixture
def chapter_format() -> ChapterFormat:
    made: ChapterFormat = example("chapter format").Format()
    return made


@pytest.fixture
def engine() -> Aligner:
    made: Aligner = example("engine").TypedAligner()
    return made


def test_the_format_reads_back_what_it_writes(chapter_format: ChapterFormat) -> None:
    written = chapter_format.write(CHAPTERS, ABOUT)
    assert written.splitlines()[1] == "61.500,4000.000,Questions"
    assert chapter_format.claims(written)
    assert chapter_format.read(written) == CHAPTERS


def test_no_other_formats_file_is_taken_for_it(chapter_format: ChapterFormat) -> None:
    for other in FORMATS.values():
        assert not chapter_format.claims(other.write(CHAPTERS, ABOUT)), other.name


TIMED = "### Hello\n\n**Ann** [00:00:01 - 00:00:04]: One.\n\n**Ben** [00:00:05 - 00:00:09]: Two.\n"


def test_the_engine_is_chosen_by_its_name_and_only_so(
    engine: Aligner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(align.ENGINES, engine.name, engine)
    assert align.choose(Evidence(10_000)) is None
    timeline = align.align(parse(TIMED), Evidence(10_000), engine=engine.name)
    assert [turn.span for turn in timeline.turns] == [Span(1_000, 4_000), Span(5_000, 9_000)]
    assert [section.span for section in timeline.sections] == [Span(1_000, 9_000)]


def test_the_engine_refuses_a_text_without_times(engine: Aligner) -> None:
    with pytest.raises(AlignmentError, match="Not every turn has a time"):
        engine.align(parse("**Ann**: One.\n"), Evidence(10_000))
