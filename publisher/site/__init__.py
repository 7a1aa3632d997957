"""The web site of a show: static pages to listen, read along, jump and find, that any web host serves.

`episode_files` makes the page of an episode, `write_show` the pages of the show; both look as `theme_of` says.
"""

from __future__ import annotations

from publisher.site.episodepage import Material, episode_files
from publisher.site.showpages import forget, learn, remove_show, write_show
from publisher.site.theme import Theme, theme_of

__all__ = ["Material", "Theme", "episode_files", "forget", "learn", "remove_show", "theme_of", "write_show"]
