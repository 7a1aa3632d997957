"""The command line: one file a command; each parses, calls and shows, and decides nothing."""

from publisher.cli.app import main

__all__ = ["main"]
