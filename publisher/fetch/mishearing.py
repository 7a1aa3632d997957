"""What a recogniser makes of speech: the wrong characters, names and fillers of automatic captions, repeatably."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from publisher.text import is_cjk

if TYPE_CHECKING:
    from opencc import OpenCC

_Choice = TypeVar("_Choice")

_WRONG = 0.08
_DROPPED = 0.01
_INSERTED = 0.01
_TRADITIONAL = 0.03
_NAME_WRONG = 0.3
_NAME_SPLIT = 0.5

# Characters that sound alike, tones aside.
_ALIKE = (
    "他她它塔 的得地德 在再载 做作坐座 是事试市式世 时十实石食 有又右友 和合河何核 一以已亿意易 "
    "这着者浙 那哪纳拿 里力理利立 会回汇惠 个各格歌 说硕烁 想像向象响 人任认仁忍 就旧九久 现线县先限 "
    "生声升省 成程城诚称 公工功共供 心新信辛欣 机基鸡及级极 电店点典 法发罚乏 进近今金紧 用永勇拥 "
    "问文闻温稳 高告稿搞 学雪血 业也叶夜页 家加假价佳 国果过锅 大打达答 上尚伤商 中种重众终 到道导倒 "
    "子字自资 不部步布补 我窝握 你泥拟 们门 来莱 为位未围味 小笑校效晓 多朵夺 都斗豆 能嫩 出处初除 "
    "方房放访 分份粉纷 前钱千签 后候厚 天田填 见件间建简 只之知直支指 可课克客 开凯 看刊砍 话化花画华 "
    "很恨狠 没美每 起其期气奇 去区取趣 让嚷 如入 三伞散 所锁 四似思司 谈弹坛 同通统 外歪 完玩晚 "
    "无五物务 西喜系细 下夏吓 行型形兴 要药摇 因音引印 应英影 与雨语鱼 元原远员 月越约 真针阵 正整政证 "
    "主住注 转专 本奔 比笔必 变边便 表标 常长场 从聪 代带待 但单担 当挡党 定订顶 东冬懂动 对队堆 "
    "而二儿 飞非费 该改概 更跟根 关管观馆 还海孩 好号 讲奖江 教叫交 接节街 经京精 觉决 快块 老劳 类累 "
    "量亮两 流留 面免 名明命 目木 年念 平评 全权 然燃 少绍 社设 身神深 什甚 手首收 水谁 体题提 头投 "
    "万湾 网往 相香 些写 性姓 需须 眼演 样养 最嘴"
)
_FREQUENT = "的一是了我不人在有这个上们来到时大为子中你说生国年着就那和要她出也得里后自以会"
_CHINESE_FILLERS = ("嗯", "啊", "呃", "那个")
_ENGLISH_FILLERS = ("uh", "um", "yeah")
_NAMES_ALIKE = (
    ("ee", "i"),
    ("c", "k"),
    ("ph", "f"),
    ("v", "w"),
    ("th", "s"),
    ("y", "i"),
    ("z", "s"),
    ("o", "a"),
)
_VOWELS = frozenset("aeiouy")
_MIN_SPLIT = 6


@dataclass(frozen=True, slots=True)
class Heard:
    """A word or a single Chinese character and when it begins, in milliseconds."""

    text: str
    start: int


def misheard(words: Sequence[Heard], seed: str) -> Iterator[Heard]:
    """The words as a recogniser might hear them; the same words and seed give the same errors.

    About 8 % of the characters become ones that sound alike, 1 % are lost, 1 % are fillers that nobody said,
    a few are traditional, and a third of the Latin words are spelled by ear. Times stay.
    """
    chance = random.Random(seed)  # noqa: S311
    fillers = _CHINESE_FILLERS if any(is_cjk(word.text[0]) for word in words) else _ENGLISH_FILLERS
    following = [word.start for word in (*words[1:], *words[-1:])]
    for word, until in zip(words, following, strict=True):
        luck = chance.random()
        if luck >= _DROPPED:
            yield from _heard(word, until, chance)
        if luck >= 1 - _INSERTED:
            yield Heard(_pick(fillers, chance), (word.start + until) // 2)


def _heard(word: Heard, until: int, chance: random.Random) -> Iterator[Heard]:
    if not is_cjk(word.text[0]):
        yield from _by_ear(word, until, chance)
    elif (luck := chance.random()) < _WRONG:
        alike = _alike().get(word.text, _FREQUENT).replace(word.text, "")
        yield replace(word, text=_pick(alike, chance))
    elif luck < _WRONG + _TRADITIONAL:
        yield replace(word, text=_to_traditional().convert(word.text))
    else:
        yield word


def _by_ear(word: Heard, until: int, chance: random.Random) -> Iterator[Heard]:
    text = word.text
    named = text[0].isupper() or not text.isascii()
    if not text.isalpha() or chance.random() >= (_NAME_WRONG if named else _WRONG):
        yield word
        return
    cut = _syllable_end(text)
    if cut and chance.random() < _NAME_SPLIT:
        yield replace(word, text=text[:cut])
        yield Heard(text[cut:], word.start + (until - word.start) * cut // len(text))
        return
    lower = text.lower()
    old, new = _pick([pair for pair in _NAMES_ALIKE if pair[0] in lower] or [("", "")], chance)
    yield replace(word, text=lower.replace(old, new, 1))


def _syllable_end(text: str) -> int:
    """Where a long name falls apart, `Seedance` after `See`; 0 when it does not."""
    if len(text) < _MIN_SPLIT:
        return 0
    for cut in range(2, len(text) - 2):
        if text[cut - 1].lower() in _VOWELS and text[cut].lower() not in _VOWELS:
            return cut
    return 0


def _pick(choices: Sequence[_Choice], chance: random.Random) -> _Choice:
    return choices[int(chance.random() * len(choices))]


@cache
def _alike() -> dict[str, str]:
    return {character: group for group in _ALIKE.split() for character in group}


@cache
def _to_traditional() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("s2t")
