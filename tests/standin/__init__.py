"""A stand-in for YouTube on loopback, so that yt-dlp's own extractor runs unmodified and without a network.

    with StandIn({"videos": {"IpK175HsDQI": {"media": [{"itag": 140, "file": "/tmp/talk.m4a"}]}}}) as site:
        YoutubeDL({"proxy": site.proxy}).extract_info("https://www.youtube.com/watch?v=IpK175HsDQI")
        site.log  # what was asked: [{"kind": "watch", "status": 200, ...}, ...]

It is an HTTPS proxy that ends TLS itself (its certificate authority is `ca_file`) and answers for YouTube's
watch pages, player API, player script, captions, thumbnails and media. It opens no outgoing connection: every
other host gets 403 and a line in the log.

The configuration is a dict, or the path of a JSON file; file names in it are absolute, or relative to that
JSON file (to `root` when it is a dict)::

    defaults    merged under every video
    videos      id -> a video; an id that is not here does not exist
        title description duration(s) channel channel_id handle upload_date tags
        thumbnail      a JPEG; served as default, hqdefault and maxresdefault
        media          [{"itag": 140, "file": ..., "track"?, "lang"?, "default"?, "bitrate"?}]
        chapters       [{"start": s, "title": ...}]
        captions       [{"lang", "name"?, "kind"?: "asr", "cues": [[start, end, text]], "files"?: {"json3"}}]
        translations   languages that automatic captions can be translated to
        web_subs_need_pot  whether the web client's caption links want a token (default true)
        state          ok live was_live upcoming premiere, or a name in `refusals.STATES`
        clients        client -> direct | n | sig | sabr | drm | none | a state
        url_ttl starts_in countries unlisted player_patch
        faults         [{"on", "do", "times"?, "after"?, "client"?, ...}]
    faults      the same, for every request
    playlists   id -> {"title", "videos": [ids], "page_size"?}
    channels    "@name" -> the same, newest first; a video's "ago" is how lists say its date, "3 weeks ago"
    bilibili    BV number -> {"title", "audio", "duration", "captions"?: {"lang", "cues"}, "chapters"?, ...}
    bilibili_lists  number of a space or collection -> [BV numbers]
    static      URL -> {"body" | "file", "type"?, "status"?, "headers"?}

Faults: `on` is one of watch player next media captions thumb embed js playlist channel browse hls static page,
several joined by `|`, or `*`. `do` is status (+`status`, `retry_after`), truncate (+`bytes`), slow (+`bps`),
stall (+`seconds`), reset, empty, html or norange. The first rule that is past its `after` and within its
`times` applies.
"""

from __future__ import annotations

from tests.standin.proxy import StandIn

__all__ = ["StandIn"]
