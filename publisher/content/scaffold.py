"""What `publish init` writes: a show that a person can fill in, and that builds at once."""

from __future__ import annotations

from pathlib import Path

from publisher.errors import Place, UsageError

PODCAST_TOML = """\
# The show. Every key is explained in the reference.
title = "My show"
description = "One or two sentences about the show."
link = "https://example.com"                 # the web page of the show
base_url = "https://example.com/podcast"     # where you put the folder output/
language = "zh-CN"
author = "Your name"
category = "Technology"                      # as Apple names it; "Society & Culture > Documentary" for a part
explicit = false
# cover = "assets/cover.png"                 # square, 1400 to 3000 pixels, PNG or JPEG
# timezone = "Asia/Shanghai"                 # for dates without a time of day

# [owner]                                    # directories send their mail here
# name = "Your name"
# email = "you@example.com"
"""

FIRST_EPISODE = """\
---
title: My first episode
date: {date}
source: https://www.youtube.com/watch?v=XXXXXXXXXXX   # the video; or audio: with a file or a web address
summary: Two or three sentences. They become the show notes, and may use **Markdown**.
draft: true                                           # remove this line to publish
---
### The first section

**Ann**: Write the talk as it was said, one turn after the other.

**Ben**: Right.

### The second section

**Ann**: Every heading becomes a chapter. No times are needed.
"""

GITIGNORE = ".publisher/\n"


def create_show(folder: Path, *, date: str) -> tuple[Path, ...]:
    """Write a new show into a folder.

    Args:
        folder: New or existing; nothing in it is overwritten.
        date: Date of the first episode, `YYYY-MM-DD`.

    Returns:
        The files written.

    Raises:
        UsageError: The folder already holds a show.
    """
    if (folder / "podcast.toml").exists():
        raise UsageError(
            "There is a show already.",
            place=Place(str(folder / "podcast.toml")),
            remedy="Choose another folder, or edit this file.",
        )
    files = {
        "podcast.toml": PODCAST_TOML,
        "content/first-episode.md": FIRST_EPISODE.format(date=date),
        ".gitignore": GITIGNORE,
    }
    written: list[Path] = []
    for name, text in files.items():
        path = folder / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            written.append(path)
    (folder / "assets").mkdir(exist_ok=True)
    return tuple(written)
