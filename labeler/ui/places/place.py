"""What every place is: a top bar, a body, panes that F6 walks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from labeler.app.screens import CaseRow, Change
from labeler.errors import LabelerError
from labeler.model.listing import HeaderListing
from labeler.model.preferences import Preferences
from labeler.ui.actions import Actions
from labeler.ui.components.surfaces import Surface, TopBar
from labeler.ui.look import Look
from labeler.ui.tidings import WayBack

ListHeader = Callable[
    [str, int, Callable[[HeaderListing], None], Callable[[LabelerError], None]], None
]


class Say(Protocol):
    """Tells a line; one `of_edit` is about what was just done and outlives the news of it; one with
    `back` has Undo beside it, which is about that, also after other edits."""

    def __call__(
        self, line: str, *, of_edit: bool = False, back: WayBack | None = None
    ) -> None: ...


@dataclass(frozen=True)
class Stage:
    """What the window lends a place."""

    look: Look
    actions: Actions
    sign: Callable[[], None]
    """Begin the signing of the open case: key, passphrase, summary."""
    with_key: Callable[[Callable[[], None]], None]
    """Ask for the signing key as far as it takes, then go on."""
    show_probe: Callable[[str], None]
    """Write into the status bar's right end; empty clears it."""
    tell: Callable[[LabelerError], None]
    """Show an error as a notice."""
    say: Say
    """Show one line, translated already, as a notice."""
    last_case: Callable[[], CaseRow | None]
    """The case of a task that was opened last, while it is not signed."""
    open_case: Callable[[str], None]
    """Open a case of a task."""
    go_to: Callable[[str], None]
    """Show another place: "work", "reading", "outbox" or "earnings"."""
    list_header: ListHeader
    """Ask what the file behind a slice of a tile says."""
    preferences: Callable[[], Preferences]
    prefer: Callable[[Preferences], None]
    """From now on."""
    now: Callable[[], int]
    """UTC seconds."""


class Place(Surface):
    """One of the four places. The window tells it each change; it paints what it shows."""

    corner_changed = Signal()
    """`corner` answers otherwise than before."""

    def __init__(self, title: str) -> None:
        super().__init__("app")
        self.top = TopBar(title)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(self.top)

    def hear(self, change: Change) -> None:
        """Something changed; places that show it paint again."""

    def panes(self) -> tuple[QWidget, ...]:
        """Where F6 puts the focus, in order."""
        return ()

    def arrived(self) -> None:
        """The person came here."""

    def leave(self, go: Callable[[], object]) -> None:
        """Do what leaves the open case, once what is done to it is done."""
        go()

    def make_ahead(self) -> Iterator[int]:
        """Make what is needed later, a step at a time, while the person works."""
        return iter(())

    def corner(self) -> tuple[int, int]:
        """Pixels at the left and at the bottom that a notice must not cover."""
        return 0, 0


PlaceMaker = Callable[[Stage], Place]
