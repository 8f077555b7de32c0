"""A module that is loaded when something in it is first used."""

from __future__ import annotations

import sys

import pytest

from labeler.later import Later

NAME = "tests.support.letters"


def test_it_is_loaded_at_the_first_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, NAME, raising=False)
    letters = Later(NAME)
    assert NAME not in sys.modules
    assert letters.__getattr__("__name__") == NAME
    assert NAME in sys.modules


def test_what_is_not_in_it_is_said_as_of_the_module() -> None:
    with pytest.raises(AttributeError, match=r"module 'tests.support.letters' has no attribute"):
        _ = Later(NAME).nothing
