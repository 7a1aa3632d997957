"""A feed of another host's, the files that it names, and an import of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from publisher.fetch import Network
from publisher.importing import Imported, Options, import_from
from publisher.model import silent
from tests.fetching import HASTY
from tests.standin import StandIn
from tests.standin.fixtures import make_audio

FEED = "https://old.example.com/feed.xml"
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:psc="http://podlove.org/simple-chapters"><channel>
<title>Old show</title><link>https://old.example.com/</link><language>en</language>
<description>About &lt;b&gt;everything&lt;/b&gt;.</description><itunes:author>Ann</itunes:author>
<itunes:owner><itunes:name>Ann</itunes:name><itunes:email>ann@example.com</itunes:email></itunes:owner>
<itunes:category text="Society &amp; Culture"><itunes:category text="Documentary"/></itunes:category>
<itunes:explicit>false</itunes:explicit><itunes:type>serial</itunes:type>
"""
ITEMS = """
<item><title>Third</title><guid isPermaLink="false"> three: # 3 </guid>
 <pubDate>Sat, 03 Oct 2026 08:30:00 +0800</pubDate>
 <enclosure url="https://old.example.com/3.m4a?x=1&amp;y=2" length="1" type="audio/mp4"/>
 <description>Short.</description>
 <content:encoded><![CDATA[<p>Notes with <a href="https://example.com/a_b">a link</a>, <b>bold</b></p>
 <script>alert(1)</script><ul><li>one</li><li>two</li></ul><hr>]]></content:encoded>
 <itunes:season>2</itunes:season><itunes:episode>3</itunes:episode><itunes:episodeType>bonus</itunes:episodeType>
 <itunes:explicit>true</itunes:explicit>
 <podcast:transcript url="https://old.example.com/3.srt" type="application/srt"/>
 <podcast:transcript url="https://old.example.com/3.json" type="application/json"/>
 <podcast:transcript url="https://old.example.com/3.html" type="text/html"/>
 <podcast:chapters url="https://old.example.com/3.chapters.json" type="application/json+chapters"/></item>
<item><title>第二集</title><guid>https://old.example.com/?p=2</guid><pubDate>Fri, 02 Oct 2026 00:00:00 GMT</pubDate>
 <enclosure url="https://old.example.com/2.m4a" length="1" type="audio/mp4"/>
 <psc:chapters version="1.2"><psc:chapter start="0" title="Hello"/>
 <psc:chapter start="00:00:02.5" title="End"/></psc:chapters>
 <podcast:transcript url="https://old.example.com/2.vtt" type="text/vtt"/></item>
<item><title>First</title><pubDate>Thu, 01 Oct 2026 12:00:00 -0500</pubDate>
 <enclosure url="https://old.example.com/1.m4a" length="1" type="audio/mp4"/></item>
"""
WHOLE = HEAD + ITEMS + "</channel></rss>"
SEGMENTS = [
    {"speaker": "Ann", "startTime": 0, "endTime": 1.5, "body": "Welcome back."},
    {"speaker": "Ann", "startTime": 1.5, "endTime": 2, "body": "Are you *well*?"},
    {"speaker": "Bob: *", "startTime": 2, "endTime": 3, "body": "Yes."},
]
STATIC: dict[str, Any] = {
    FEED: {"body": WHOLE},
    "https://old.example.com/3.json": {"body": json.dumps({"version": "1.0.0", "segments": SEGMENTS})},
    "https://old.example.com/3.chapters.json": {
        "body": json.dumps({"version": "1.2.0", "chapters": [{"startTime": 1.25, "title": "- A: “b”"}]})
    },
    "https://old.example.com/2.vtt": {
        "body": "WEBVTT\n\n00:00.000 --> 00:01.000\n<v 阿岚>各位听众，再见！\n\n00:01.000 --> 00:02.000\n<v 小满>啊？\n"
    },
    **{
        f"https://old.example.com/{number}.m4a": {"file": "talk.m4a", "type": "audio/mp4"}
        for number in (1, 2, 3)
    },
}


def old_host(folder: Path) -> StandIn:
    """The host that serves the feed and its files."""
    make_audio(folder / "talk.m4a", 4.0)
    return StandIn({"static": dict(STATIC)}, root=folder)


def run(site: StandIn, root: Path, reference: str = FEED, **options: Any) -> Imported:
    network = Network(proxy=site.proxy, ca_file=site.ca_file)
    return import_from(root, reference, Options(patience=HASTY, **options), network=network, progress=silent)
