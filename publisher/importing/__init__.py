"""`publish import`: videos, channels, playlists and podcast feeds become episode files to fill in."""

from publisher.importing.running import Imported, Options, Row, State, import_from

__all__ = ["Imported", "Options", "Row", "State", "import_from"]
