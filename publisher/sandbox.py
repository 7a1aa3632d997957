"""Where templates run that somebody else wrote: Jinja2's sandbox, without chance, with bounded work and output.

The bounds are counted, not timed, so that the same template gives the same result on every machine.
"""

from __future__ import annotations

import types
from collections.abc import Hashable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment
from jinja2.visitor import NodeTransformer

_BOUNDED = "bounded text"
"""A filter that no template can name."""

_WITHOUT_FILTERS = {"center", "filesizeformat", "format", "indent", "pprint", "random", "wordwrap", "xmlattr"}
"""Filters that give what depends on chance, or as much text as a number says."""

_TEXT_METHODS = {"endswith", "lower", "lstrip", "rstrip", "split", "startswith", "strip", "title", "upper"}
_NUMBERS = (int, float)
_CODE = (
    type,
    types.FunctionType,
    types.MethodType,
    types.CodeType,
    types.TracebackType,
    types.FrameType,
    types.GeneratorType,
    types.CoroutineType,
    types.AsyncGeneratorType,
)
"""Types of which Jinja2's sandbox hides more than what is private."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a template may do.

    Attributes:
        steps: Rounds of its loops and calls of its macros, all together.
        length: Characters of what it writes, and of every text that it makes on the way.
    """

    steps: int = 1_000_000
    length: int = 16_000_000


_steps: ContextVar[int] = ContextVar("steps")


class Sandbox(SandboxedEnvironment):
    """An environment whose templates cannot do more than its bounds allow."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, bounds: Bounds, **options: Any) -> None:
        super().__init__(**options)
        self.bounds = bounds
        self.globals.pop("lipsum", None)
        for name in _WITHOUT_FILTERS:
            self.filters.pop(name, None)
        self.filters[_BOUNDED] = self._bounded

    def fill(self, name: str, values: Mapping[str, object]) -> str:
        """A template filled with values.

        Raises:
            jinja2.TemplateError: It has a fault, or does more than the bounds allow.
        """
        token = _steps.set(0)
        try:
            return "".join(self._kept(self.get_template(name).generate(values)))
        finally:
            _steps.reset(token)

    def step(self) -> None:
        """Count a round of a loop or a call of a macro."""
        done = _steps.get() + 1
        _steps.set(done)
        if done > self.bounds.steps:
            raise SecurityError(f"it takes more than {self.bounds.steps:,} steps")

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may use an attribute; of texts, the methods that make no long ones."""
        kind: Any = type(obj)
        if _is_plain(kind):
            return not attr.startswith("_")
        return super().is_safe_attribute(obj, attr, value) and (
            not isinstance(obj, str) or attr in _TEXT_METHODS
        )

    def wrap_str_format(self, value: Any) -> None:
        """No `str.format`: it writes as much text as a number says."""

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """What an operator gives; `*`, `**` and `%` are for numbers of a common size."""
        if operator != "+":
            small = all(isinstance(one, _NUMBERS) and abs(one) <= self.bounds.length for one in (left, right))
            if not small or operator == "**":
                raise SecurityError(f"it cannot use {operator} here")
        return self._bounded(super().call_binop(context, operator, left, right))

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return _Counted().visit(super()._parse(source, name, filename))  # type: ignore[no-any-return]

    def _bounded(self, value: Any) -> Any:
        if isinstance(value, str | list | tuple) and len(value) > self.bounds.length:
            raise SecurityError(f"it makes more than {self.bounds.length:,} characters")
        return value

    def _kept(self, pieces: Iterator[str]) -> list[str]:
        kept, room = [], self.bounds.length
        for piece in pieces:
            room -= len(piece)
            if room < 0:
                raise SecurityError(f"it writes more than {self.bounds.length:,} characters")
            kept.append(piece)
        return kept


@cache
def _is_plain(kind: Hashable) -> bool:
    """Whether all attributes of values of a type may be used that are not private: it is neither text nor code."""
    return isinstance(kind, type) and not issubclass(kind, (str, *_CODE))


class _Counted(NodeTransformer):
    """Puts a count into every loop and macro, and a bound on every text that is made."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - jinja2 looks for this name
        return self._counted(node)

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:  # noqa: N802
        return self._counted(node)

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node:  # noqa: N802
        return self._counted(node)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        return _bound(self.generic_visit(node))

    def visit_Filter(self, node: nodes.Filter) -> nodes.Node:  # noqa: N802
        return _bound(self.generic_visit(node))

    def visit_AssignBlock(self, node: nodes.AssignBlock) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.filter = _bound(node.filter, node.lineno)
        return node

    def _counted(self, node: nodes.For | nodes.Macro | nodes.CallBlock) -> nodes.Node:
        self.generic_visit(node)
        step = nodes.Call(nodes.EnvironmentAttribute("step"), [], [], None, None, lineno=node.lineno)
        node.body.insert(0, nodes.ExprStmt(step, lineno=node.lineno))
        return node


def _bound(node: Any, line: int = 0) -> nodes.Filter:
    return nodes.Filter(node, _BOUNDED, [], [], None, None, lineno=node.lineno if node else line)
