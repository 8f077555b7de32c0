"""What the Reading screen needs from the program; a real one fits it, so does one in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol, TypeVar

from labeler.app.cut_room import Work
from labeler.app.far_jump import Going
from labeler.app.haste import Foreground
from labeler.app.jobs import Started, Tick
from labeler.app.long_steps import Ahead, Taken, taken_unheard
from labeler.app.open_case import OpenCase
from labeler.app.screens import Problem
from labeler.app.tile_feed import TileFeed
from labeler.errors import LabelerError
from labeler.model.checks import Check
from labeler.model.document import Document
from labeler.model.edits import Edit
from labeler.model.history import History
from labeler.model.image import Image, Pixels
from labeler.model.layers import Findings
from labeler.model.open_drawing import OpenDrawing
from labeler.model.open_words import OpenWords
from labeler.model.overlays import OverlayBits
from labeler.model.steps import Walk
from labeler.model.volume import Volume
from labeler.model.working_time import WorkingTime
from labeler.viewing.scene import Painted

T = TypeVar("T")

FrameAnswer = Pixels | LabelerError
"""Stored values of one slice, or why it cannot be shown."""


class SeriesPort(Protocol):
    """The series of the open case, each by its tile. Every call returns at once; every callback
    arrives on the GUI thread, and none once the case is closed."""

    @property
    def others(self) -> tuple[Check, ...]:
        """That these are other images than those that were drawn on."""

    @property
    def unlike(self) -> tuple[Check, ...]:
        """That files of the case claim to be an image that another one is."""

    def request_image(
        self, tile: str, deliver: Callable[[Image], None], lost: Callable[[], None] | None = None
    ) -> None:
        """Ask for a series of the case, at once where it was opened before; a failure is told as
        an error, and `lost` hears that nothing comes."""

    def request_frame(
        self,
        tile: str,
        index: int,
        deliver: Callable[[int, FrameAnswer], None],
        viewer: object = None,
    ) -> None:
        """Ask for a slice of a series that was opened.

        The latest request goes first, then its neighbours in the direction of travel are fetched
        ahead. Delivers (index, answer), at once where the slice is in memory; older requests of
        one viewer may still be delivered or be dropped.
        """

    def leave(self, viewer: object) -> None:
        """A viewer is off the screen: what it showed may make room until it asks again."""

    def tiles(self, tile: str) -> TileFeed | None:
        """The tiles of a series that was opened, if it is a slide."""

    def request_overlays(
        self,
        tile: str,
        index: int,
        deliver: Callable[[int, tuple[OverlayBits, ...]], None],
        viewer: object = None,
    ) -> None:
        """Ask for what the file draws over a slice; of several requests of one viewer the last is
        answered."""

    def request_thumbnail(
        self, tile: str, deliver: Callable[[str, FrameAnswer], None]
    ) -> Callable[[], None]:
        """Ask for the middle slice of any series of the case, in small (uint8); what is given
        back takes the request back."""

    def request_volume(
        self, tile: str, arrived: Callable[[], None] | None = None, viewer: object = None
    ) -> Volume | None:
        """All slices of a series that was opened in one array, which fills from now on; None where
        they do not fit. `arrived` hears as slices come, one for each `viewer`, which looks at this
        series from now on. Whoever keeps the volume longer than a call keeps it in memory."""

    def failed(self, tile: str) -> AbstractSet[int]:
        """Slices of a series that cannot be shown, as far as they were tried."""

    def compute(
        self,
        viewer: object,
        work: Work,
        deliver: Callable[[FrameAnswer], None],
        first: Work | None = None,
    ) -> None:
        """A frame that is not read but computed, on another thread. While one of a viewer is under
        way, only the newest of its further requests is kept. `first` is a quick one like it, which
        is delivered before."""

    def work(
        self,
        text: str,
        do: Callable[[Tick], T],
        done: Callable[[T], None],
        over: Callable[[], None],
    ) -> Started:
        """Do something of the open case on another thread, named to the person. Of several the
        newest is answered, and none once the case is closed. `over` hears, after that, that it
        came to an end, whichever."""

    def measure(
        self,
        key: str,
        tile: str,
        work: Callable[[Volume | None, Tick], T],
        deliver: Callable[[T], None],
        lost: Callable[[], None] | None = None,
    ) -> Callable[[], None]:
        """Do `work` on another thread, with the slices of a series that are in memory, if they are
        in one array; of several with one `key` the newest is answered. `lost` hears in place of
        `deliver` that it failed, which was told. What is given back takes the request back."""

    def findings(self, tile: str) -> Findings:
        """What other files say about a series; told as Change.LAYERS when it is known."""


class ReadingPort(Protocol):
    """The open case. Every call returns at once; every callback arrives on the GUI thread.

    Changes are told as Change.READING (another case, or none), Change.DOCUMENT (marks, answers,
    history, masks), Change.MAY_UNDO and Change.SAVED.
    """

    @property
    def foreground(self) -> Foreground:
        """Entered while the window is at something: what reads stands back."""

    def case(self) -> OpenCase | None:
        """The open case; None before anything was opened."""

    @property
    def series(self) -> SeriesPort:
        """What the series of the open case give."""

    def document(self) -> Document: ...

    @property
    def painted(self) -> Painted:
        """What the painted marks of the document hold."""

    def apply(self, edit: Edit, blobs: Mapping[str, bytes]) -> None:
        """Do one edit; `blobs` holds the blobs it names, by SHA-256."""

    look_ahead: Ahead
    """Hears how a document will be while a long step is worked out."""

    def amend(self, edit: Edit) -> None:
        """The last edit moved marks, and these are moved further: this edit takes its place."""

    def work_out(self, make: Callable[[], Walk | None]) -> None:
        """Make a step on another thread and take it; what is done meanwhile waits behind it."""

    def in_turn(self, act: Callable[[], object]) -> None:
        """Do something once every step before is done."""

    def can_undo(self) -> bool: ...
    def can_redo(self) -> bool: ...

    def undo(self, taken: Taken = taken_unheard) -> None:
        """Take the last edit back; `taken` hears which that was, at once or once it is."""

    def redo(self, taken: Taken = taken_unheard) -> None:
        """Do again what was taken back; `taken` hears which that is."""

    def history(self) -> History:
        """The document with every edit that was ever made to it."""

    def go(self, seq: int, there: Callable[[Edit | None], None], left: Callable[[], None]) -> None:
        """Go to the point after the edit that entry `seq` did, 0 before the first. `there` hears
        which edit that was, at once or after a while; `left` that something else was done
        meanwhile. Nothing happens in a case that is signed."""

    def going(self) -> Going | None:
        """The jump that is under way, if one is."""

    def stay(self) -> bool:
        """Stop the jump that is under way, if one is: the document stays as it is."""

    def sign_of_life(self) -> None:
        """The person did something."""

    def time(self) -> WorkingTime:
        """The time on the open case until now."""

    def take_off(self, seconds: int) -> None:
        """So much of the active time was none: it is only ever less."""

    def new_mark_id(self) -> str:
        """A name that no mark of this document ever had."""

    def keep_label(self, code: str) -> None:
        """The label in hand while the case is put down."""

    def keep_drawing(self, drawing: OpenDrawing | None) -> None:
        """What is under way while the case is put down, to be found again; None for nothing."""

    def keep_words(self, words: Sequence[OpenWords]) -> None:
        """What is typed and too much for its field, to be found again with its case."""

    def mark_seen(self, tile: str, index: int) -> None:
        """A slice of a series is on the screen."""

    def seen(self, tile: str) -> AbstractSet[int]:
        """Indices of a series' slices that were shown."""

    def problems(self) -> tuple[Problem, ...]:
        """What stands between the case and its signature, as it is now."""
