"""Numbers that take longer than a picture may wait."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import Protocol, TypeVar

from labeler.viewing.phrase import phrase

T = TypeVar("T")

LATE = phrase("…")
"""Stands where a number will be."""


class Lost(Enum):
    """Stands for a number that could not be reckoned."""

    LOST = auto()


class Late(Protocol):
    """Reckons on another thread; the picture is painted again when it is ready."""

    def number(self, of: str, at: object, work: Callable[[], T]) -> T | Lost | None:
        """What `work` gives, None until it is there, Lost where it failed. `of` says which number
        of which mark it is: only the newest is reckoned, and kept, also that it is lost, while it
        is asked for as things stand, `at`."""
        ...


class AtOnce:
    """Where nothing is painted, it may take its time."""

    def number(self, of: str, at: object, work: Callable[[], T]) -> T | Lost | None:  # noqa: ARG002
        return work()
