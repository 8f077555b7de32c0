"""An open case that lives in memory: real images, real history, real masks; no store behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import TypeVar

import numpy as np

from labeler.app.cut_room import Work
from labeler.app.far_jump import Going
from labeler.app.haste import Foreground
from labeler.app.jobs import Started, Tick
from labeler.app.long_steps import Ahead, Taken, look_nowhere, taken_unheard
from labeler.app.open_case import OpenCase, SeriesTile
from labeler.app.painted_masks import PaintedMasks
from labeler.app.presence import Attendance
from labeler.app.screens import Change, Problem
from labeler.app.slice_memory import SliceMemory
from labeler.app.tile_feed import Fetched, TileFeed
from labeler.errors import LabelerError
from labeler.model.checks import Check
from labeler.model.document import Document, empty_document
from labeler.model.edits import Edit
from labeler.model.form_rules import Shown, check_document
from labeler.model.forms import Choice, Form, FreeText, Option, Scale
from labeler.model.history import History, advance, point_of, way
from labeler.model.image import Image, Pixels
from labeler.model.layers import NO_FINDINGS, Findings
from labeler.model.manifest import ItemContext, Label
from labeler.model.open_drawing import OpenDrawing
from labeler.model.open_words import OpenWords
from labeler.model.overlays import OverlayBits
from labeler.model.steps import Amend, Do, Go, LessTime, Presence, Redo, Step, Undo, Walk
from labeler.model.volume import Volume
from labeler.model.working_time import WorkingTime, until_now
from labeler.viewing.thumbnail import thumbnail
from tests.support.images import axial, image_of
from tests.support.volumes_in_memory import volume_of

T = TypeVar("T")

FrameAnswer = Pixels | LabelerError
SLICES = 24

LABELS = (
    Label("solid", "Nodule, solid"),
    Label("part", "Nodule, part-solid"),
    Label("effusion", "Effusion"),
)
FORM = Form(
    "chest",
    "Chest CT",
    (
        Choice("side", "Side", (Option("right", "Right"), Option("left", "Left"))),
        Choice(
            "calcification",
            "Calcification",
            (
                Option("absent", "Absent"),
                Option("central", "Central"),
                Option("diffuse", "Diffuse"),
                Option("other", "Other"),
            ),
        ),
        Scale("confidence", "Confidence", 1, 5),
        FreeText("note", "Note"),
    ),
)


def chest(slices: int = SLICES, side: int = 256) -> Pixels:
    """A body with two lungs and a nodule amid the stack, in stored CT values."""
    noise = np.random.default_rng(7)
    y, x = np.mgrid[:side, :side] / side - 0.5
    body = (x / 0.42) ** 2 + (y / 0.33) ** 2 < 1
    lungs = sum(((x - c) / 0.15) ** 2 + (y / 0.24) ** 2 < 1 for c in (-0.19, 0.19)).astype(bool)
    stack = np.zeros((slices, side, side), np.int16)
    for index in range(slices):
        values = np.where(body, 1064.0, 24.0)
        values[lungs] = 200.0
        size = 0.03 * max(0.0, 1 - abs(index - slices // 2) / 4)
        values[(x + 0.2) ** 2 + (y - 0.05) ** 2 < size**2] = 1054.0
        stack[index] = values + noise.normal(0, 25, values.shape)
    return stack


def open_case(image: Image, *, signed: bool = False) -> OpenCase:
    """Case 7 of 40 with this image as its only series."""
    info = image.info
    tile = SeriesTile(info.uid, info.number, info.description, len(image.refs))
    return OpenCase(
        id="case-7",
        task="Chest CT nodules",
        number=7,
        count=40,
        context=ItemContext("64 y", "F", "CT chest, contrast"),
        image=image,
        tile=tile.uid,
        series=(tile,),
        labels=LABELS,
        form=FORM,
        signed=signed,
    )


def chest_image() -> Image:
    return image_of(chest(), matrix=axial((1.2, 1.2, 2.0)))


class ReadingInMemory:
    """Tells each change to `tell`; `broken` slices answer with an error."""

    def __init__(self, tell: Callable[[Change], None], case: OpenCase | None = None) -> None:
        self._tell, self._case = tell, case
        self._history = History(empty_document("0" * 64))
        self.painted, self.foreground = PaintedMasks(), Foreground()
        self._seen: dict[str, set[int]] = {}
        self._findings = NO_FINDINGS
        self._named = 0
        self.worked: list[str] = []
        self._worked_out = set[int]()
        self.stopped: list[str] = []
        """What was worked on and given up."""
        self.broken: dict[int, LabelerError] = {}
        self.late: list[Callable[[], None]] | None = None
        """While this is a list, slices wait in it until they are called."""
        self.mistaken = False
        """Whether all that is measured comes to a mistake."""
        self.thumbnails: list[str] = []
        self.taken_back: list[str] = []
        self.holds_thumbnails = False
        """Whether pictures of series are asked for and never come."""
        self.steps: list[Step] = []
        """What changed the document."""
        self.notes: list[Presence] = []
        self.now = 1_800_000_000
        self.attendance = Attendance(self._note, lambda: self.now)
        self.other_series: dict[str, Image] = {}
        """By their tiles."""
        self.others: tuple[Check, ...] = ()
        """That these are other images than were drawn on."""
        self.unlike: tuple[Check, ...] = ()
        """That files claim to be an image that another one is."""
        self.unreadable: set[str] = set()
        """Series that come to nothing."""
        self.left: list[object] = []
        self.kept_label = ""
        self.words: tuple[OpenWords, ...] = ()
        self.drawing: OpenDrawing | None = None
        """What was under way when the case was put down."""
        self.look_ahead: Ahead = look_nowhere
        self._working = False
        self._waiting: list[Callable[[], object]] = []
        self.far = False
        """Whether jumps take a while: each waits in `jump` until its second is called."""
        self.jump: tuple[Going, Callable[[], None], Callable[[], None]] | None = None
        self.volumes: dict[str, Volume | None] = {}
        self.volume_listeners: list[Callable[[], None]] = []

    def show(self, case: OpenCase | None) -> None:
        self._case = case
        self._seen = {}
        self.volumes = {}
        self._tell(Change.READING)

    def case(self) -> OpenCase | None:
        return self._case

    def leave_behind(self) -> None:
        """What is under way or waits is done no more, and no case is open."""
        self._working, self._waiting, self._history = False, [], History(empty_document("0" * 64))
        self.show(None)

    @property
    def _open(self) -> OpenCase:
        assert self._case is not None
        return self._case

    @property
    def series(self) -> ReadingInMemory:
        return self

    def _image(self, tile: str) -> Image:
        return self.other_series.get(tile, self._open.image)

    def request_image(
        self, tile: str, deliver: Callable[[Image], None], lost: Callable[[], None] | None = None
    ) -> None:
        if tile in self.unreadable:
            assert lost is not None
            self._answer(lost)
            return
        self._answer(lambda: deliver(self._image(tile)))

    def request_frame(
        self,
        tile: str,
        index: int,
        deliver: Callable[[int, FrameAnswer], None],
        viewer: object = None,  # noqa: ARG002  nothing is fetched here
    ) -> None:
        image = self._image(tile)
        self._answer(lambda: deliver(index, self.broken.get(index, image.source.frame(index))))

    def tiles(self, tile: str) -> TileFeed | None:
        pyramid = self._image(tile).pyramid
        if pyramid is None:
            return None

        def run(
            fetch: Callable[[], Fetched],
            done: Callable[[Fetched], None],
            lost: Callable[[], None],  # noqa: ARG001  nothing is lost here
        ) -> None:
            self._answer(lambda: done(fetch()))

        return TileFeed(pyramid, run, SliceMemory(1 << 27), 1 << 26)

    def _answer(self, answer: Callable[[], None]) -> None:
        if self.late is None:
            answer()
        else:
            self.late.append(answer)

    def request_overlays(
        self,
        tile: str,
        index: int,
        deliver: Callable[[int, tuple[OverlayBits, ...]], None],
        viewer: object = None,  # noqa: ARG002  nothing is fetched here
    ) -> None:
        found = (overlay.at(index) for overlay in self._image(tile).overlays)
        deliver(index, tuple(bits for bits in found if bits is not None))

    def request_thumbnail(
        self, tile: str, deliver: Callable[[str, FrameAnswer], None]
    ) -> Callable[[], None]:
        image = self._image(tile)
        self.thumbnails.append(tile)
        if not self.holds_thumbnails:
            middle = image.source.frame(len(image.refs) // 2)
            small = thumbnail(middle, 272, 216, inverted=image.inverted)
            deliver(tile, self.broken.get(len(image.refs) // 2, small))
        return lambda: self.taken_back.append(tile)

    def leave(self, viewer: object) -> None:
        self.left.append(viewer)

    def request_volume(
        self,
        tile: str,
        arrived: Callable[[], None] | None = None,
        viewer: object = None,  # noqa: ARG002  nothing is let go of here
    ) -> Volume | None:
        if tile not in self.volumes:
            self.volumes[tile] = volume_of(self._image(tile))
        volume = self.volumes[tile]
        if arrived is not None and volume is not None and not volume.is_complete:
            self.volume_listeners.append(arrived)
        return volume

    def failed(self, tile: str) -> AbstractSet[int]:  # noqa: ARG002  the same of each
        return frozenset(self.broken)

    def compute(
        self,
        viewer: object,  # noqa: ARG002  nobody waits here
        work: Work,
        deliver: Callable[[FrameAnswer], None],
        first: Work | None = None,
    ) -> None:
        for each in (work,) if first is None else (first, work):
            self._answer(partial(self._compute, each, deliver))

    def _compute(self, work: Work, deliver: Callable[[FrameAnswer], None]) -> None:
        deliver(work(lambda _done, _total: None))

    def measure(
        self,
        key: str,  # noqa: ARG002  each is answered
        tile: str,
        work: Callable[[Volume | None, Tick], Fetched],
        deliver: Callable[[Fetched], None],
        lost: Callable[[], None] | None = None,
    ) -> Callable[[], None]:
        wanted = [True]

        def answer() -> None:
            if not wanted:
                return
            try:
                if self.mistaken:
                    raise ZeroDivisionError
                found = work(self.volumes.get(tile), lambda _done, _total: None)
            except ZeroDivisionError:  # the tests' own mistake
                if lost is not None:
                    lost()
            else:
                deliver(found)

        self._answer(answer)
        return wanted.clear

    def findings(self, tile: str) -> Findings:  # noqa: ARG002  the same of each
        return self._findings

    def show_findings(self, findings: Findings) -> None:
        self._findings = findings
        self._tell(Change.LAYERS)

    def document(self) -> Document:
        return self._history.document

    def apply(self, edit: Edit, blobs: Mapping[str, bytes]) -> None:
        self.painted.keep(blobs)
        self._step(Do(edit))

    def amend(self, edit: Edit) -> None:
        self._step(Amend(edit))

    def work_out(self, make: Callable[[], Walk | None]) -> None:
        look = self.look_ahead()

        def answer() -> None:
            step = make()
            self._working = False
            if step is not None:
                landed = look(advance(self._history, step).document)
                self._step(step)
                landed()
            waiting, self._waiting = self._waiting, []
            for act in waiting:
                self.in_turn(act)

        self._working = True
        self._answer(answer)

    def in_turn(self, act: Callable[[], object]) -> None:
        if self._working:
            self._waiting.append(act)
        else:
            act()

    def can_undo(self) -> bool:
        return self._history.can_undo

    def can_redo(self) -> bool:
        return self._history.can_redo

    def undo(self, taken: Taken = taken_unheard) -> None:
        edit = self._history.undo_edit
        if edit is not None:
            self._step(Undo())
            taken(edit)

    def redo(self, taken: Taken = taken_unheard) -> None:
        edit = self._history.redo_edit
        if edit is not None:
            self._step(Redo())
            taken(edit)

    def history(self) -> History:
        return self._history

    def go(self, seq: int, there: Callable[[Edit | None], None], left: Callable[[], None]) -> None:
        if self._open.signed or seq == point_of(self._history):
            return
        self.stay()
        if self.far:
            self.jump = Going(seq, 0), partial(self._go, seq, there), left
        else:
            self._go(seq, there)

    def _go(self, seq: int, there: Callable[[Edit | None], None]) -> None:
        self.jump = None
        if self.far:  # worked out beside the hand, on masks of its own
            self.painted = self.painted.copy()
        self._step(Go(seq))
        there(self._history.undo_edit)

    def going(self) -> Going | None:
        return self.jump[0] if self.jump else None

    def stay(self) -> bool:
        was, self.jump = self.jump, None
        return was is not None

    def sign_of_life(self) -> None:
        if self._case is not None and not self._case.signed:
            self.attendance.sign()

    def time(self) -> WorkingTime:
        return until_now(self._history.time, self.now)

    def take_off(self, seconds: int) -> None:
        self._note(LessTime(seconds))

    def _note(self, step: Presence, _at: int | None = None) -> None:
        self._history = advance(self._history, step, self.now)
        self.notes.append(step)

    def _step(self, step: Step) -> None:
        jump, self.jump = self.jump, None
        before = self._history
        self._history = advance(before, step, self.now)
        self.painted.walk(*way(before.at, self._history.at))
        self.steps.append(step)
        self._tell(Change.DOCUMENT)
        if jump is not None:
            jump[2]()

    def work(
        self,
        text: str,
        do: Callable[[Tick], T],
        done: Callable[[T], None],
        over: Callable[[], None],
    ) -> Started:
        self.worked.append(text)
        number, running = len(self.worked), [True]

        def answer() -> None:
            if number in self._worked_out:
                return
            self._worked_out.add(number)
            if running and number == len(self.worked):  # of several the newest is answered
                done(do(lambda _done, _total: None))
            over()

        self._answer(answer)

        def stop() -> None:
            running.clear()
            self.stopped.append(text)

        return Started(stop, answer)

    def new_mark_id(self) -> str:
        self._named += 1
        return f"m{self._named}"

    def keep_label(self, code: str) -> None:
        self.kept_label = code

    def keep_drawing(self, drawing: OpenDrawing | None) -> None:
        self.drawing = drawing

    def keep_words(self, words: Sequence[OpenWords]) -> None:
        self.words = tuple(words)

    def mark_seen(self, tile: str, index: int) -> None:
        self._seen.setdefault(tile, set()).add(index)

    def seen(self, tile: str) -> AbstractSet[int]:
        return self._seen.setdefault(tile, set())

    def problems(self) -> tuple[Problem, ...]:
        case = self._open
        numbers = tuple(n if n is not None else 0 for n in case.image.instance_numbers)
        seen, failed = frozenset(self.seen(case.tile)), self.failed(case.tile)
        shown = Shown(case.image.refs, numbers, seen, failed=failed)
        checks = check_document(self.document(), case.form, case.labels, shown)
        return tuple(
            Problem(c.code, c.template, c.blocks, c.question, tuple(c.facts.items()), c.mark)
            for c in checks
        )
