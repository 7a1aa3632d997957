"""Turn a folder of human-edited transcripts into a podcast."""

__version__ = "0.1.0"
