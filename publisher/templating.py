"""Templates (Jinja2): everything is escaped, a name that is missing is an error, and errors are sentences."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.errors import ConfigError, Place

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment, TemplateError


def environment(package: str, folder: Path | None = None) -> Environment:
    """Where templates are found, and how they are rendered.

    A template of the folder wins over the packaged one of the same name; it can build on it under the name
    `publisher/NAME`.

    Args:
        package: The package with a folder `templates`.
        folder: A person's own templates; need not exist.
    """
    from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    packaged = PackageLoader(package)
    loaders: list[BaseLoader] = [packaged, PrefixLoader({"publisher": packaged})]
    if folder is not None:
        loaders.insert(0, FileSystemLoader(folder))
    return SandboxedEnvironment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(templates: Environment, name: str, values: Mapping[str, object]) -> str:
    """A template filled with values.

    Raises:
        ConfigError: A person's template has a fault.
    """
    from jinja2 import TemplateError

    try:
        return templates.get_template(name).render(values)
    except TemplateError as error:
        raise ConfigError(
            f"The template {name!r} cannot be used: {error.message or type(error).__name__}.",
            place=_place(error, name),
            remedy="Mend it, or remove it to get the one that publish brings.",
        ) from None


def _place(error: TemplateError, name: str) -> Place:
    """The innermost line of a template that the error went through."""
    from jinja2 import TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError):
        return Place(error.filename or name, error.lineno)
    place, trace = Place(name), error.__traceback__
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith((".html", ".css", ".js")):
            place = Place(file, trace.tb_lineno)
        trace = trace.tb_next
    return place
