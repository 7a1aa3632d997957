"""The words of the show notes, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """Every heading and mark of the notes; a template knows it as `words`."""

    chapters: str
    speakers: str
    people: str
    companies: str
    products: str
    media: str
    source: str
    synthetic: str
    colon: str
    comma: str


_CHINESE = Wording(
    chapters="章节",
    speakers="发言人",
    people="人物",
    companies="公司与机构",
    products="产品与模型",
    media="书籍与作品",
    source="来源",
    synthetic="本期语音为机器合成的预览。",
    colon="：",
    comma="、",
)
_ENGLISH = Wording(
    chapters="Chapters",
    speakers="Speakers",
    people="People",
    companies="Companies",
    products="Products",
    media="Books and media",
    source="Source",
    synthetic="The voice in this episode is synthetic.",
    colon=": ",
    comma=", ",
)


def wording(language: str) -> Wording:
    """The words for a language (BCP 47): Chinese for Chinese, English for every other."""
    return _CHINESE if language.lower().startswith("zh") else _ENGLISH
