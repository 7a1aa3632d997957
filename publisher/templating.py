"""Templates (Jinja2): everything is escaped, a name that is missing is an error, and errors are sentences.

A person may bring templates, so they run in a sandbox: without the file system, without chance or clock, and with
bounded work and output.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.errors import ConfigError, Place

if TYPE_CHECKING:
    from jinja2 import BaseLoader

    from publisher.sandbox import Bounds, Sandbox


def environment(package: str, folder: Path | None = None, bounds: Bounds | None = None) -> Sandbox:
    """Where templates are found, and how they are rendered.

    A template of the folder wins over the packaged one of the same name; it can build on it under the name
    `publisher/NAME`.

    Args:
        package: The package with a folder `templates`.
        folder: A person's own templates; need not exist.
        bounds: How much a template may do; the usual bounds when not given.
    """
    from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined

    from publisher.sandbox import Bounds, Sandbox

    packaged = PackageLoader(package)
    loaders: list[BaseLoader] = [packaged, PrefixLoader({"publisher": packaged})]
    if folder is not None:
        loaders.insert(0, FileSystemLoader(folder))
    return Sandbox(
        bounds or Bounds(),
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(templates: Sandbox, name: str, values: Mapping[str, object]) -> str:
    """A template filled with values.

    Raises:
        ConfigError: A person's template has a fault, or does too much.
    """
    from jinja2 import TemplateError

    try:
        return templates.fill(name, values)
    except TemplateError as error:
        raise _fault(name, error.message or type(error).__name__, _place(error, name)) from None
    except RecursionError:
        raise _fault(name, "it calls itself without an end", Place(name)) from None
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise _fault(name, str(error), _place(error, name)) from None


def _fault(name: str, what: str, place: Place) -> ConfigError:
    return ConfigError(
        f"The template {name!r} cannot be used: {what.rstrip('.')}.",
        place=place,
        remedy="Mend it, or remove it to get the one that publish brings.",
    )


def _place(error: Exception, name: str) -> Place:
    """The innermost line of a template that the error went through."""
    from jinja2 import TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError):
        return Place(error.filename or name, error.lineno)
    place, trace = Place(name), error.__traceback__
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith((".html", ".css", ".js", ".j2")):
            place = Place(file, trace.tb_lineno)
        trace = trace.tb_next
    return place
