"""A case made ready to be shown: its first image, its document, what was seen before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from labeler.app.cases import Case, Work, series_id, unwritten
from labeler.app.checkpointing import stand
from labeler.app.hanging_protocols import facts_of, hang
from labeler.app.kept_beside import Kept, read_kept
from labeler.app.looked_at import NumberedSeries, number_series
from labeler.app.own_cases import remember
from labeler.app.painted_masks import PaintedMasks
from labeler.app.services import Services
from labeler.imaging.reader import open_image
from labeler.imaging.series import Series
from labeler.model.document_size import Weighed, weigh
from labeler.model.forms import Form
from labeler.model.frames import FrameRef, Window
from labeler.model.image import Image
from labeler.model.manifest import ItemContext, Label, Opening
from labeler.model.open_drawing import OpenDrawing
from labeler.model.open_words import OpenWords
from labeler.model.stack import Division
from labeler.store.store import Store
from labeler.viewing.hanging import Hanging
from labeler.viewing.series_facts import UNKNOWN, SeriesFacts, StudyGroup, group_studies
from labeler.viewing.stack_text import division_text

LAST_CASE = "last-case"
"""The setting that names the case opened last."""


@dataclass(frozen=True, eq=False)
class Opened:
    """A case that is ready to be shown: first image, document, its masks, what was seen before."""

    case: Case
    image: Image
    work: Work
    painted: PaintedMasks
    seen: dict[str, frozenset[int]]
    hangings: tuple[Hanging, ...]
    frames: tuple[FrameRef, ...]
    """Of every series of the case, also of those that were not looked at yet."""
    shown: OpenCase
    """As it is shown first; made here, since a case may have ten thousand series."""
    numbered: tuple[NumberedSeries, ...]
    weighed: Weighed
    """How large its document is."""


@dataclass(frozen=True)
class SeriesTile:
    """One series of the case, as the strip at the left shows it."""

    uid: str
    number: int | None
    description: str
    slices: int
    division: tuple[Division, ...] = ()
    """Which part of its series it is, where the series has several."""
    modality: str = ""
    facts: SeriesFacts = UNKNOWN
    """What its headers say further."""

    @property
    def title(self) -> str:
        """What it is called, else its modality; empty where the file says neither."""
        return self.description or self.modality

    @property
    def name(self) -> str:
        """Its number, its title, and which part; empty where the file says none."""
        part = division_text(self.division)
        number = str(self.number) if self.number is not None else ""
        words = (number, self.title, part.text if part else "")
        return " ".join(word for word in words if word)


@dataclass(frozen=True, eq=False)
class OpenCase:
    """What stays the same while a case is open. `number` of `count` within `task`.

    `image` is the series in the view and `tile` its place in the strip; `window` is the manifest's
    opening window, if it pins one. `instructions` are the task's, in Markdown; empty for practice.
    A `signed` case is shown and not changed.
    """

    id: str
    task: str
    number: int
    count: int
    context: ItemContext
    image: Image
    tile: str
    series: tuple[SeriesTile, ...]
    labels: tuple[Label, ...]
    form: Form
    window: Window | None = None
    signed: bool = False
    instructions: str = ""
    free_text_allowed: bool = True
    hangings: tuple[Hanging, ...] = ()
    """The hanging protocols that fit, the best first."""
    pinned: bool = False
    """Whether the task says how the case opens; no protocol is asked then."""
    named: bool = True
    """Whether marks can be bound to it: a large file is read for its digest first."""
    tiles_before: Mapping[str, str] = field(default_factory=dict)
    """Its tiles by what they were called before it was named, where it is shown on under its own
    name."""
    drawing: OpenDrawing | None = None
    """What was being drawn when it was put down last."""
    label: str = ""
    """The code of the label that was in hand then."""
    words: tuple[OpenWords, ...] = ()
    """What was typed by then, and is too much for its field."""

    @cached_property
    def studies(self) -> tuple[StudyGroup, ...]:
        """Its series by study, the current one first."""
        facts = tuple(replace(tile.facts, tile=tile.uid) for tile in self.series)
        return group_studies(facts, self.tile)

    @cached_property
    def study_of(self) -> dict[str, StudyGroup]:
        """By the tiles of its series."""
        return {tile: study for study in self.studies for tile in study.tiles}

    @property
    def first_label(self) -> str:
        """The one in hand when it opens: that of the last time, else the first."""
        known = {label.code for label in self.labels}
        return self.label if self.label in known else self.labels[0].code

    @property
    def may_change(self) -> bool:
        """Whether it can be marked and answered."""
        return self.named and not self.signed

    def goes_on_from(self, other: OpenCase | None) -> bool:
        """Whether it is the same case, on the same files, that was shown before it was named."""
        return other is not None and not other.named and other.tile in self.tiles_before

    def has_files_of(self, other: OpenCase | None) -> bool:
        """Whether both are of one opening: the same case opened anew may be over other files."""
        return other is not None and self.series is other.series


def prepare(services: Services, case: Case) -> Opened:
    """Everything of a case that is needed to show it; closes the case where that fails."""
    try:
        return _prepare(services, case)
    except BaseException:
        case.close()
        raise


_Loaded = tuple[Work, PaintedMasks, Kept]


def _prepare(services: Services, case: Case) -> Opened:
    image = open_image(case.opened, services.decoders_of(case.kept_as), gaps_later=True)
    now = services.clock()

    def load(store: Store) -> _Loaded:
        work, painted = stand(store, case.id, now)
        if case.own is not None:
            remember(store, case.id, case.own)
        return work, painted, read_kept(store, case.id)

    # Under a name that is not its own yet nothing is kept, so nothing is looked for.
    nothing: _Loaded = unwritten(case.id), PaintedMasks(), Kept()
    work, painted, kept = services.store.call(load) if case.name is None else nothing
    hangings = hang(services.hanging, case)
    shown = _open_case(case, image, hangings, signed=work.signed)
    shown = replace(shown, drawing=kept.drawing, label=kept.label, words=kept.words)
    return Opened(
        case=case,
        image=image,
        work=work,
        painted=painted,
        seen=kept.seen,
        hangings=hangings,
        frames=tuple(_frames(case)),
        shown=shown,
        numbered=number_series(case, {tile.uid: tile.name for tile in shown.series}),
        weighed=weigh(work.history.document.marks if case.manifest else (), Weighed()),
    )


def _open_case(
    case: Case, image: Image, hangings: tuple[Hanging, ...], *, signed: bool
) -> OpenCase:
    """With its studies, which are found out once."""
    made = OpenCase(
        id=case.id,
        task=case.manifest.title if case.manifest else case.title,
        number=case.number,
        count=case.count,
        context=case.context,
        image=image,
        tile=series_id(case.opened),
        series=tuple(_tile(series) for series in case.scan.series),
        labels=case.labels,
        form=case.form,
        window=_opening_window(case),
        signed=signed,
        instructions=case.manifest.instructions if case.manifest else "",
        free_text_allowed=case.manifest is None or case.manifest.free_text_allowed,
        hangings=hangings,
        pinned=_pins(case),
        named=case.name is None,
    )
    assert made.study_of, "a case has a series"
    return made


def _tile(series: Series) -> SeriesTile:
    return SeriesTile(
        series_id(series),
        series.header.number,
        series.header.description,
        series.header.count,
        series.header.division,
        series.header.modality,
        facts_of(series),
    )


def _pins(case: Case) -> bool:
    return case.manifest is not None and case.manifest.opening != Opening()


def _frames(case: Case) -> Iterator[FrameRef]:
    for series in case.scan.series:
        for frame in series.frames:
            yield FrameRef(frame.file.info.uid, frame.file.instance, frame.number)


def _opening_window(case: Case) -> Window | None:
    """A window that is half said or shows nothing is passed over: the series opens in its own."""
    opening = Opening() if case.manifest is None else case.manifest.opening
    center, width = opening.window_center, opening.window_width
    if center is None or width is None or width < 1:
        return None
    return Window(float(center), float(width))
