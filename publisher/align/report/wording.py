"""The words of the report, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from publisher.model import Method, Transcript
from publisher.text import is_cjk


@dataclass(frozen=True, slots=True)
class Wording:
    """Every sentence and heading; `{}` stands for a number."""

    report: str
    length: str
    engine: str
    turns: str
    picture: str
    picture_hint: str
    waveform: str
    zoom_in: str
    zoom_out: str
    to_check: str
    nothing_to_check: str
    to_check_hint: str
    more_turns: str
    chapter_start: str
    sections: str
    start: str
    sure: str
    how: str
    section: str
    untitled: str
    mishearings: str
    mishearings_hint: str
    written: str
    heard: str
    count: str
    first: str
    name: str
    more_rows: str
    all_turns: str
    speaker: str
    text: str
    listen: str
    matched: str
    unsure: str
    interpolated: str
    pinned: str
    absent: str
    why_unsure: str
    why_interpolated: str
    why_absent: str
    cold_open: str
    methods: Mapping[Method, str]


CHINESE = Wording(
    report="对齐报告",
    length="时长",
    engine="引擎",
    turns="发言",
    picture="声音与文字",
    picture_hint="点一下就从那里播放；方向键逐段移动。",
    waveform="波形和播放位置",
    zoom_in="放大",
    zoom_out="缩小",
    to_check="要核对的地方",
    nothing_to_check="没有。每一段都在声音里找到了。",
    to_check_hint="从前两秒听起。",
    more_turns="及其后 {} 段",
    chapter_start="章节开头",
    sections="章节",
    start="开始",
    sure="把握",
    how="依据",
    section="章节",
    untitled="（第一个标题之前）",
    mishearings="听错的词",
    mishearings_hint="文稿怎么写，字幕听成了什么。人名和专名在前。",
    written="文稿",
    heard="听成",
    count="次数",
    first="首次",
    name="专名",
    more_rows="还有 {} 条，见 CSV。",
    all_turns="全部发言",
    speaker="说话人",
    text="文字",
    listen="播放",
    matched="对上",
    unsure="把握不足",
    interpolated="推算",
    pinned="人工固定",
    absent="声音里没有",
    why_unsure="开头没有完全听清，时间可能偏。",
    why_interpolated="没有听到，时间按前后推算。",
    why_absent="文稿里有，声音里没找到。",
    cold_open="片头剪辑，后面还会出现：",
    methods=MappingProxyType(
        {
            Method.CAPTIONS: "字幕",
            Method.RECOGNISED: "语音识别",
            Method.ACOUSTIC: "声学对齐",
            Method.INTERPOLATED: "推算",
            Method.PINNED: "人工固定",
        }
    ),
)

ENGLISH = Wording(
    report="Alignment report",
    length="Length",
    engine="Engine",
    turns="Turns",
    picture="Audio and text",
    picture_hint="Click anywhere to hear it; arrow keys go from one to the next.",
    waveform="Waveform and playing position",
    zoom_in="Zoom in",
    zoom_out="Zoom out",
    to_check="What to check",
    nothing_to_check="Nothing: every turn was found in the audio.",
    to_check_hint="Plays from two seconds before.",
    more_turns="and {} more after it",
    chapter_start="A chapter begins here",
    sections="Sections",
    start="Start",
    sure="Sure",
    how="How",
    section="Section",
    untitled="(before the first heading)",
    mishearings="Mishearings",
    mishearings_hint="What the transcript says and what the captions heard. Names come first.",
    written="Written",
    heard="Heard",
    count="Count",
    first="First",
    name="name",
    more_rows="{} more are in the CSV.",
    all_turns="All turns",
    speaker="Speaker",
    text="Text",
    listen="Play",
    matched="matched",
    unsure="not sure",
    interpolated="interpolated",
    pinned="pinned",
    absent="not in the audio",
    why_unsure="Its beginning was not heard well; the time may be off.",
    why_interpolated="It was not heard; its time is worked out from its neighbours.",
    why_absent="It is in the transcript and was not found in the audio.",
    cold_open="Cold open; it comes again at:",
    methods=MappingProxyType({method: str(method) for method in Method}),
)


def wording(language: str, transcript: Transcript) -> Wording:
    """The words for a talk's language; where that is not known, Chinese if much of the text is."""
    if language:
        return CHINESE if language.lower().split("-")[0] in {"zh", "yue", "cmn"} else ENGLISH
    text = "".join(turn.text for turn in transcript.turns)
    return CHINESE if 3 * sum(map(is_cjk, text)) > len(text) else ENGLISH
