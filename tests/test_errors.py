from __future__ import annotations

import pickle

import pytest

from publisher import errors
from publisher.errors import (
    ConfigError,
    ContentError,
    Fault,
    FetchError,
    MissingExtraError,
    Place,
    PublisherError,
)

PLACE = Place("content/a.md", 3, "date")
EXAMPLES = [
    PublisherError("It broke.", place=PLACE, remedy="Mend it."),
    ContentError("It has faults.", faults=(Fault(PLACE, "is wrong."),), place=Place("content/a.md")),
    ConfigError("It has faults."),
    FetchError("It is private.", code="private", again=True, place=PLACE),
    MissingExtraError("The voice is not installed.", extra="acoustic"),
]


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_survives_the_way_between_processes(error: PublisherError) -> None:
    back = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(back) is type(error)
    assert str(back) == str(error)
    assert back.__dict__ == error.__dict__


def test_an_error_says_where_what_and_what_to_do() -> None:
    assert str(EXAMPLES[0]) == "content/a.md:3 (date): It broke. Mend it."


def test_a_file_with_faults_lists_them_all() -> None:
    assert str(EXAMPLES[1]) == "content/a.md: It has faults.\n  content/a.md:3 (date): is wrong."


def test_wrong_usage_and_configuration_exit_with_2_and_the_rest_with_1() -> None:
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, PublisherError)
    ]
    assert {kind.__name__ for kind in kinds if kind.exit_code == 2} == {"UsageError", "ConfigError"}
    assert {kind.exit_code for kind in kinds} == {1, 2}


def test_the_tree_at_the_top_names_every_error() -> None:
    assert errors.__doc__ is not None
    for name, kind in vars(errors).items():
        if isinstance(kind, type) and issubclass(kind, PublisherError):
            assert name in errors.__doc__


def test_a_value_that_is_far_too_long_is_cut_and_the_reason_behind_it_is_not() -> None:
    fault = Fault(Place("talk.md", 4, "source"), f"{'长' * 20_000!r} is no web address.")
    assert len(fault.what) <= 401
    assert fault.what.startswith("'长")
    assert "长…长" in fault.what
    assert fault.what.endswith("长' is no web address.")
    assert str(PublisherError("x" * 9_000 + " is wrong.")).endswith("x is wrong.")
