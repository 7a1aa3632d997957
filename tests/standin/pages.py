"""The shapes around the data: HTML pages, their scripts, and the player script."""

from __future__ import annotations

import html
import json
from typing import Any

PLAYER_SCRIPT_PATH = "/s/player/0badcafe/player_ias.vflset/en_US/base.js"
SIGNATURE_TIMESTAMP = 20747

PLAYER_SCRIPT = f"""(function(){{
var settings = {{signatureTimestamp:{SIGNATURE_TIMESTAMP}}};
var turn = function(text) {{ return text.split("").reverse().join("") }};
function Address() {{ this.query = {{}} }}
Address.prototype.set = function(key, value) {{ this.query[key] = value }};
Address.prototype.get = function(key) {{ return this.query[key] }};
Address.prototype.clone = function() {{ return this }};
Address.prototype.solve = function() {{ if (this.query.n) this.query.n = turn(this.query.n) }};
var build = function(url, key, cipher) {{
  var address = new Address;
  address.set("alr", "yes");
  if (cipher) address.set(key, encodeURIComponent(turn(decodeURIComponent(cipher))));
  return address;
}};
}}).call(this);"""
"""A player of our own: `n` and the ciphered signature are both solved by turning the text round."""


def player_settings(client: str = "WEB") -> dict[str, Any]:
    """What `ytcfg.set` tells a page."""
    about_client = {
        "clientName": client,
        "clientVersion": "2.20260708.00.00",
        "hl": "en",
        "visitorData": "CgtzdGFuZGlu",
    }
    return {
        "INNERTUBE_API_KEY": "standin",
        "INNERTUBE_CONTEXT_CLIENT_NAME": 1,
        "LOGGED_IN": False,
        "INNERTUBE_CONTEXT": {"client": about_client},
        "VISITOR_DATA": "CgtzdGFuZGlu",
        "PLAYER_JS_URL": PLAYER_SCRIPT_PATH,
        "STS": SIGNATURE_TIMESTAMP,
    }


def script_json(data: object) -> str:
    """JSON that may stand inside a script element."""
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")


def page(title: str, *scripts: str) -> bytes:
    """An HTML page with a title and scripts."""
    elements = "".join(f'<script nonce="x">{script}</script>' for script in scripts)
    head = f"<head><title>{html.escape(title)} - YouTube</title></head>"
    return f"<!DOCTYPE html><html>{head}<body>{elements}</body></html>".encode()


MASTER_PLAYLIST = b"""#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=300000,CODECS="avc1.4D400C,mp4a.40.5",RESOLUTION=256x144
https://manifest.googlevideo.com/api/manifest/hls_playlist/itag/91/playlist/index.m3u8
"""
LIVE_PLAYLIST = b"""#EXTM3U
#EXT-X-TARGETDURATION:5
#EXT-X-MEDIA-SEQUENCE:1
#EXTINF:5.0,
https://manifest.googlevideo.com/seg1.ts
"""
