"""`publish check` on chapter lists: what each platform would not take of one is named, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from pathlib import Path

import pytest

from publisher import timecode
from publisher.chapters import FORMATS, PUBLISHED, About
from publisher.chapters.platforms import BREACHES, PLATFORMS
from publisher.model import Chapter
from tests.published import CHAPTERS, Break, codes, feed

LISTS: dict[str, tuple[Chapter, ...]] = {
    "chapter-few": CHAPTERS[:2],
    "chapter-first": (replace(CHAPTERS[0], start=1_500), *CHAPTERS[1:]),
    "chapter-short": (Chapter(0, 3_000, "短"), Chapter(3_000, 24_500, "市场"), CHAPTERS[2]),
    "chapter-title-long": (*CHAPTERS[:2], replace(CHAPTERS[2], title="t" * 300)),
}
"""What breaks each rule of a list in a description."""


def _listed(chapters: tuple[Chapter, ...]) -> Break:
    """Another list in every file of both episodes, of which the audio is not at hand."""

    def change(output: Path) -> None:
        told = "<br>".join(f"({timecode.webvtt(each.start)[:8]}) {escape(each.title)}" for each in chapters)
        rows = "".join(
            f'<psc:chapter start="{timecode.webvtt(each.start)}" title="{escape(each.title)}"/>'
            for each in chapters
        )
        for slug in ("one", "two"):
            for name in PUBLISHED:
                path = output / "episodes" / slug / FORMATS[name].filename
                path.write_text(FORMATS[name].write(chapters, About("", "", 36_000)), encoding="utf-8")
        feed(r"\(00:00:00\)[^\n]*再见", told, count=0)(output)
        feed(r'<psc:chapter start="00:00:00.*?(?=</psc:chapters>)', rows, count=0)(output)
        feed('(<enclosure url=)"[^"]*(...)[.]m4a"', r'\1"https://example.com/\2.m4a"', count=0)(output)

    return change


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("code", BREACHES)
def test_what_a_platform_would_not_take_of_a_list_is_named_and_nothing_else(
    output: Path, platform: str, code: str
) -> None:
    _listed(LISTS[code])(output)
    asked = PLATFORMS[platform].shortest or code != "chapter-short"
    assert codes(output, platform) == ([f"{platform}-{code}"] * 2 if asked else [])
    assert codes(output, "psp1") == []
