"""Good files, one or a few for each reader: what the near-valid cases are made from."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from publisher.align import words_json
from publisher.align.timelinefile import timeline_json
from publisher.chapters import FORMATS
from publisher.model import Span, TimedWord
from publisher.store import Lock, write_lock
from tests.builders import episode, timeline, transcript
from tests.conftest import CHECKOUT, PODCAST_TOML
from tests.standin.captions import json3, webvtt
from tests.test_chapter_writers import ABOUT, CHAPTERS

_EPISODE = """\
---
title: "第 3 期: “Odds & ends”"
date: 2026-02-17 08:00:00 +0800
source: https://www.youtube.com/watch?v=IpK175HsDQI
audio: talk.m4a
captions: talk.json3
summary: |
  Two lines of **Markdown**,
  and a [link](https://example.com).
language: zh-CN
guid: 'tag:example.com,2026:3'
season: 2
episode: 3
episode_type: bonus
explicit: no
draft: false
image: assets/three.png
tags: [a, b, "c: d"]
people:
  - 阿岚
  - name: Ben
companies_orgs: One，Two、Three
chapters:
  - "0:00 Opening"
  - start: 12:34.5
    title: The second
own: {deep: [1, {x: y}], when: 2026-01-01}
---
# The page
Before the first heading.

### 一、开场 ###
[00:01:02 - 00:01:09] **阿岚**: Hello, *dear* `listeners` <b>all</b>.

It goes on. <!-- not this -->

**Ben (00:01:10):** Yes. ![picture](x.png) [link](https://example.com) \\*

| a | b |
|---|---|

> - quoted
***
### Second
**Ben**【01:02】：80% of 2.0, &amp; ~~~
<script>no</script>
"""

_PLAIN = """\
Ann: How do you do?
Ben: Fine. 12:30 is the time: now.
Ann [00:02]: Good. https://example.com/
Setext
------
Ben: Bye.
"""

_SHOW = (
    PODCAST_TOML.partition("category")[0]
    + """\
category = ["Technology", "Society & Culture > Documentary"]
explicit = true
cover = "assets/cover.png"
type = "serial"
copyright = "© 2026"
timezone = "Asia/Shanghai"
confidence = 0.6
recogniser = "small"
locked = false
guid = "9b024349-ccf0-5f69-a609-6b82873eab3c"
new_feed_url = "https://example.com/new.xml"
license = "CC-BY-4.0"
funding = { url = "https://example.com/give", text = "Give" }

[owner]
name = "Tester"
email = "a@example.com"

[speakers]
"发言人A" = "Ann"

[update_frequency]
text = "weekly"
rrule = "FREQ=WEEKLY;COUNT=3"
dtstart = 2026-01-01T00:00:00Z

[youtube.extractor_args]
player_client = ["web", "tv"]

[[podroll]]
guid = "9b024349-ccf0-5f69-a609-6b82873eab3c"
feed_url = "https://example.com/other.xml"

[[trailer]]
title = "Soon"
url = "https://example.com/soon.m4a"
published = 2026-01-01T00:00:00Z
length = 12
"""
)

_CUES: list[list[object]] = [
    [0.5, 2.0, "Welcome back to the show"],
    [2.0, 3.5, "[Music] It waits"],
    [5.0, 6.0, ">> Good bye"],
]
_SRT = (
    "1\n00:00:01,250 --> 00:00:02,000\n{\\an8}<i>One</i>\n\n"
    "2\n00:00:02,000 --> 00:00:04,000 X1:1\nTwo &amp;\nlines\n\n3\n00:00:05,000 --> 00:00:06,000\n再见\n"
)
_VTT = (
    "WEBVTT - of a person\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE nothing\n\nfirst\n"
    "00:01.250 --> 00:02.000 align:start position:0%\n<v Ann>One &lt; <00:01.500><c>two</c>\n\n"
    "01:00:02.000 --> 01:00:04.000\n- Three\n- Four\n"
)


def _lock() -> bytes:
    with TemporaryDirectory() as folder:
        lock = Lock("9b024349-ccf0-5f69-a609-6b82873eab3c").with_episode(episode())
        write_lock(Path(folder), lock)
        return (Path(folder) / "podcast.lock.json").read_bytes()


INPUTS = "0" * 64
"""What the timeline and the words were made from."""


def _timeline() -> str:
    talk = transcript()
    written = timeline_json(timeline(talk), talk, inputs=INPUTS)
    return written.replace('"present": true', '"present": true, "pinned": true', 1)


def _words() -> str:
    talk = timeline(transcript()).turns
    words = [
        TimedWord(turn.index, offset, 2, Span(start, start + 400), sure=bool(offset))
        for turn in talk[:3]
        if turn.span
        for offset, start in ((0, turn.span.start), (2, turn.span.start + 500))
    ]
    return words_json(words, inputs=INPUTS)


_FEED = """\
<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:psc="http://podlove.org/simple-chapters">
<channel><title>Show</title><link>https://example.com</link><description>&lt;b&gt;Of&lt;/b&gt; talks</description>
<language>en</language><itunes:author>Ann</itunes:author><itunes:explicit>no</itunes:explicit>
<itunes:category text="Society &amp; Culture"><itunes:category text="Documentary"/></itunes:category>
<itunes:owner><itunes:name>Ann</itunes:name><itunes:email>a@example.com</itunes:email></itunes:owner>
<podcast:guid>9b024349-ccf0-5f69-a609-6b82873eab3c</podcast:guid>
<item><title>One</title><guid isPermaLink="false">1</guid><pubDate>Tue, 17 Feb 2026 08:00:00 +0800</pubDate>
<enclosure url="https://example.com/1.mp3" length="1" type="audio/mpeg"/>
<description><![CDATA[<p>Notes</p>]]></description>
<itunes:season>2</itunes:season><itunes:episode>3</itunes:episode><itunes:episodeType>bonus</itunes:episodeType>
<podcast:transcript url="https://example.com/1.vtt" type="text/vtt"/>
<podcast:chapters url="https://example.com/1.json" type="application/json+chapters"/>
<psc:chapters version="1.2"><psc:chapter start="00:01:00" title="A"/></psc:chapters></item>
</channel></rss>
"""
_SEGMENTS = json.dumps(
    {
        "version": "1.0.0",
        "segments": [
            {"speaker": "Ann", "startTime": 0, "endTime": 1.5, "body": "Welcome back."},
            {"speaker": "Ben: *", "startTime": 1.5, "endTime": 3, "body": "# Are you *well*?"},
        ],
    }
)
_FILE = {"file": "audio.0123456789ab.m4a", "size": 3}
_MANIFEST = {
    "version": 1,
    "audio": {
        "key": "reference",
        "audio": _FILE,
        "captions": {"file": "captions.json3", "size": 3, "kind": "recognised", "language": "zh"},
        "thumbnail": {},
        "synthetic": False,
        "duration": 61_500,
        "missing": None,
    },
}
_ARTEFACTS = {
    "version": 1,
    "video": "IpK175HsDQI",
    "artefacts": {
        "audio": {"state": "done", "file": "audio.m4a", "size": 3, "duration": 9, "code": "", "tries": 0, "after": 0},
        "thumbnail": {"state": "failed", "code": "network", "tries": 2, "after": 1},
    },
}  # fmt: skip
_PAUSES = {"youtube direct": {"until": 4e9, "code": "bot_check", "times": 2}}
_FAILURE = {"code": "private", "what": "It is private.", "remedy": "Ask.", "at": 1, "retry_at": None}
_REPORT = {
    "show": "Show",
    "episodes": [
        {"slug": "talk", "status": "failed", "stage": "align", "code": "alignment", "reason": "They differ."},
        {"slug": "other", "status": "published", "title": "Other", "duration": 9.5, "warnings": ["Look."]},
    ],
}
_RECORD = {
    "slug": "talk", "title": "Talk", "published": "2026-02-17T08:00:00+08:00", "duration": 9000, "summary": "",
    "tags": [], "categories": [], "series": [], "people": ["Ann"], "companies": [], "products": [],
}  # fmt: skip
_MENTIONS = [["people", "ann", [[1000, True, "Ann", "Ann says hello."]]]]
_LEDGER = {"version": 1, "slug": "talk", "key": "k", "outputs": {"a": "b"}, "entry": "{}", "outcome": "{}"}


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


SEEDS: dict[str, tuple[bytes, ...]] = {
    "episode": (
        _EPISODE.encode(),
        (CHECKOUT / "content/why-chapters-matter.md").read_text(encoding="utf-8")[:2_000].encode(),
        b"---\ntitle: x\ndate: 2026-01-02\n---\n" + _PLAIN.encode(),
    ),
    "transcript": (_EPISODE.partition("\n---\n")[2].encode(), _PLAIN.encode()),
    "summary": (
        b"# A\n\n**b** [c](https://example.com) ![d](e) `f`\n\n- g\n\n> h\n\n1. i <b>j</b> &lt; **k**.",
    ),
    "config": (_SHOW.encode(), (CHECKOUT / "podcast.toml").read_bytes()),
    "lock": (_lock(), (CHECKOUT / "podcast.lock.json").read_bytes()),
    "timeline": (_timeline().encode(),),
    "words": (_words().encode(),),
    "captions-json3": (json3(_CUES, automatic=True).encode(), json3(_CUES, automatic=False).encode()),
    "captions-vtt": (webvtt(_CUES, language="en", automatic=True).encode(), _VTT.encode()),
    "captions-srt": (_SRT.encode(), _SRT.replace("\n", "\r\n").encode("utf-16")),
    "feed": (_FEED.encode(),),
    "import": (_FEED.encode(),),
    "import-transcript": (_VTT.encode(), _SRT.encode(), _SEGMENTS.encode()),
    "manifest": (_json(_MANIFEST),),
    "artefacts": (_json(_ARTEFACTS),),
    "pauses": (_json(_PAUSES),),
    "failure": (_json(_FAILURE), _json(_FAILURE | {"retry_at": 9_000})),
    "report": (_json(_REPORT),),
    "timings": (_json({"": {"publish": 0.1}, "talk": {"fetch": 1.5, "align": 2}}),),
    "products": (_json({"index.html": ["0" * 64, "12 1"], "a/b.html": ["1", "2"]}),),
    "sound": (_json({"key": "key", "value": {"source": "a", "manner": "b", "measured": []}}),),
    "heard": (_json({"language": "zh", "until": 9, "whole": True, "words": [["早", 1, 2], ["安", 2, 3]]}),),
    "part": (_json({"validator": '"6f-1a"'}), _json({"validator": "Tue, 17 Feb 2026 08:00:00 GMT"})),
    "site": (b"\n".join(map(_json, (_RECORD, _MENTIONS, [["people", "ann", ["Ann"]]]))),),
    "ledger": (_json(_LEDGER),),
    "bucket": (b"content/talk.md", b"output/media/../a.m4a", b"true"),
    **{f"chapters-{name}": (each.write(CHAPTERS, ABOUT).encode(),) for name, each in FORMATS.items()},
}
"""Name of a target → its good files."""
