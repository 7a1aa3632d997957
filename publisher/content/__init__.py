"""Episode files: front matter and transcript → `Episode`; scaffolds for new shows."""

from publisher.content.episode import episode_files, read_episode, read_transcript
from publisher.content.scaffold import create_show

__all__ = ["create_show", "episode_files", "read_episode", "read_transcript"]
