"""Episode files: front matter and transcript → `Episode`; scaffolds for new shows."""

from publisher.content.episode import episode_files, read_episode, read_languages, read_transcript
from publisher.content.scaffold import create_show
from publisher.content.writing import as_markdown, episode_text

__all__ = [
    "as_markdown",
    "create_show",
    "episode_files",
    "episode_text",
    "read_episode",
    "read_languages",
    "read_transcript",
]
