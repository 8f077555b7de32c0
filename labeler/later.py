"""Modules that are loaded when something in them is first used."""

from __future__ import annotations

from importlib import import_module


class Later:
    """Stands for a module of ours at the top of another, where type checkers and the ring rules
    see the module itself:

        if TYPE_CHECKING:
            from labeler.app import syncing
        else:
            syncing = Later("labeler.app.syncing")

    Only for what no first picture needs; `labeler.ui.furnishing` loads it after that.
    """

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> object:
        return getattr(import_module(self._name), name)
