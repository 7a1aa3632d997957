"""The words of the site, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Wording:
    """Every sentence and heading; `{}` stands for a number or a name."""

    skip_to_content: str
    home: str
    menu: str
    search: str
    search_hint: str
    search_button: str
    search_needs_script: str
    no_results: str
    results: str
    more_results: str
    searching: str
    search_failed: str
    episodes: str
    newest: str
    all_years: str
    no_episodes: str
    people: str
    companies: str
    products: str
    tags: str
    categories: str
    series: str
    years: str
    subscribe: str
    subscribe_hint: str
    feed: str
    open_in_app: str
    qr: str
    copy: str
    copied: str
    chapters: str
    transcript: str
    transcript_hint: str
    approximate: str
    not_in_audio: str
    no_transcript: str
    notes: str
    mentioned: str
    downloads: str
    audio: str
    video: str
    synthetic: str
    player: str
    play: str
    pause: str
    back: str
    forward: str
    speed: str
    position: str
    share: str
    shared: str
    share_link: str
    follow: str
    keys: str
    said_in: str
    times_said: str
    said_in_episodes: str
    newest_only: str
    not_said: str
    time_unknown: str
    not_found: str
    not_found_hint: str
    minutes: str
    date: str
    embed_open: str


CHINESE = Wording(
    skip_to_content="跳到正文",
    home="首页",
    menu="导航",
    search="搜索",
    search_hint="搜索所有文字稿",
    search_button="搜索",
    search_needs_script="搜索需要 JavaScript。每期的文字稿不用它也能读。",
    no_results="没有找到。",
    results="找到 {} 处",
    more_results="更多",
    searching="正在搜索……",
    search_failed="搜索数据没有取到，请再试一次。",
    episodes="节目",
    newest="最新节目",
    all_years="按年份查看全部",
    no_episodes="还没有节目。",
    people="人物",
    companies="公司与机构",
    products="产品与模型",
    tags="标签",
    categories="分类",
    series="系列",
    years="年份",
    subscribe="订阅",
    subscribe_hint="把这个地址加到播客应用里，或用手机扫码。",
    feed="RSS 地址",
    open_in_app="在播客应用中打开",
    qr="RSS 地址的二维码",
    copy="复制地址",
    copied="已复制",
    chapters="章节",
    transcript="文字稿",
    transcript_hint="点任意一句就从那里播放。颜色较浅、带“≈”的，时间是推算的。",
    approximate="约",
    not_in_audio="（音频里没有这段）",
    no_transcript="这一期没有文字稿。",
    notes="节目介绍",
    mentioned="提到",
    downloads="下载",
    audio="音频",
    video="原视频",
    synthetic="本期语音为机器合成的预览。",
    player="播放器",
    play="播放",
    pause="暂停",
    back="后退 15 秒",
    forward="前进 30 秒",
    speed="速度",
    position="播放位置",
    share="分享此刻",
    shared="链接已复制",
    share_link="此刻的链接",
    follow="跟随文字稿",
    keys="焦点在播放器内时：空格播放或暂停，← → 跳转，↑ ↓ 上一句或下一句。",
    said_in="在节目里说到的地方",
    times_said="{} 次",
    said_in_episodes="{} 期",
    newest_only="这里只列最近 {} 期，全部在",
    not_said="列在节目介绍里，文字稿中没有说到。",
    time_unknown="时间不确定",
    not_found="没有这一页",
    not_found_hint="地址可能有误，或者这一页已经移走。",
    minutes="{} 分钟",
    date="{year}年{month}月{day}日",
    embed_open="打开完整页面",
)

ENGLISH = Wording(
    skip_to_content="Skip to content",
    home="Home",
    menu="Menu",
    search="Search",
    search_hint="Search all transcripts",
    search_button="Search",
    search_needs_script="Searching needs JavaScript. The transcripts can be read without it.",
    no_results="Nothing was found.",
    results="{} places",
    more_results="More",
    searching="Searching…",
    search_failed="The search data did not come. Please try again.",
    episodes="Episodes",
    newest="Newest episodes",
    all_years="All episodes by year",
    no_episodes="There are no episodes yet.",
    people="People",
    companies="Companies",
    products="Products",
    tags="Tags",
    categories="Categories",
    series="Series",
    years="Years",
    subscribe="Subscribe",
    subscribe_hint="Add this address to your podcast app, or scan the code with your phone.",
    feed="RSS address",
    open_in_app="Open in a podcast app",
    qr="QR code of the RSS address",
    copy="Copy the address",
    copied="Copied",
    chapters="Chapters",
    transcript="Transcript",
    transcript_hint="Click any sentence to hear it. Lighter text and “≈” mean that the time is worked out, not heard.",
    approximate="about",
    not_in_audio="(not in the audio)",
    no_transcript="This episode has no transcript.",
    notes="About this episode",
    mentioned="Mentioned",
    downloads="Downloads",
    audio="Audio",
    video="Video",
    synthetic="The voice in this episode is synthetic.",
    player="Player",
    play="Play",
    pause="Pause",
    back="Back 15 seconds",
    forward="Forward 30 seconds",
    speed="Speed",
    position="Position",
    share="Share this moment",
    shared="Link copied",
    share_link="Link to this moment",
    follow="Follow the transcript",
    keys="With the focus in the player: space plays or pauses, ← → skip, ↑ ↓ go to the sentence before or after.",
    said_in="Where it is said",
    times_said="{} times",
    said_in_episodes="{} episodes",
    newest_only="Only the newest {} episodes are shown here; all are in",
    not_said="Listed in the episode; the transcript does not say it.",
    time_unknown="time not sure",
    not_found="There is no such page",
    not_found_hint="The address may be wrong, or the page has moved.",
    minutes="{} min",
    date="{day} {name} {year}",
    embed_open="Open the full page",
)

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def wording(language: str) -> Wording:
    """The words for a language: Chinese, and English for every other."""
    return CHINESE if language.lower().split("-")[0] in {"zh", "yue", "cmn"} else ENGLISH


def date_in_words(day: datetime, words: Wording) -> str:
    """A date as people write it, whatever the locale."""
    return words.date.format(day=day.day, month=day.month, year=day.year, name=_MONTHS[day.month - 1])
