"""What every mark of a case measures, as a table that leaves the program."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from msgspec import UNSET

from labeler.app.cases import Case, load_work, series_id
from labeler.app.painted_masks import PaintedMasks, painted_in
from labeler.app.services import Services
from labeler.imaging.frame_stores import Decoders
from labeler.imaging.inside_regions import InsideRegions
from labeler.imaging.reader import open_image
from labeler.model.answer_rules import answers_of
from labeler.model.document import Mark
from labeler.model.image import Image
from labeler.model.mark_measures import MarkMeasures, measure_all
from labeler.model.mark_sizes import NOT_HERE
from labeler.model.measures import MASKS, Unmeasured
from labeler.model.shapes import Cuboid, Landmark, OnPlane, Shape
from labeler.model.tiled_masks import TiledMask
from labeler.store.store import Store
from labeler.viewing.measure_lines import reason_lines, unit_of
from labeler.viewing.measure_text import intensity_text, is_fine, measure_text

Tick = Callable[[int, int], None]
Numbers = dict[str, float]


@dataclass(frozen=True)
class MeasuredMark:
    """One mark and its numbers, by names that say their units.

    `size` is what stands beside it in the view, `values` what is told of the values inside;
    `why_not` are the words for reasons why numbers are missing, `reason` says them to a person.
    `at_detector`: sizes hold there, and not in the patient. `frame_of_reference` is that of a
    place's x, y and z. `answers` are those to the questions of its label, by their codes.
    """

    mark: str
    label: str
    kind: str
    hidden: bool
    confidence: int | None
    note: str
    answers: Mapping[str, str | int]
    series: str
    instance: str
    frame: int
    frame_of_reference: str
    size: str
    values: str
    at_detector: bool
    numbers: Numbers
    unit: str
    why_not: str
    reason: str


Contents = Mapping[str, TiledMask]
"""What painted marks hold, by their ids."""


def measure_case(services: Services, case: Case, tick: Tick) -> list[MeasuredMark]:
    """Every mark of the case as its journal has it, in the order drawn."""
    if case.name is not None:
        return []  # nothing is marked before the files have told what they are called
    now = services.clock()

    def load(store: Store) -> tuple[tuple[Mark, ...], Contents]:
        history = load_work(store, case.id, now).history
        marks = history.document.marks
        return marks, contents_of(marks, painted_in(history, store.blobs.get))

    return measure_marks(services.decoders, case, *services.store.call(load), tick)


def contents_of(marks: Sequence[Mark], painted: PaintedMasks) -> Contents:
    """As they stand now: they stay so while others are painted."""
    found = {m.id: painted.content(m.shape) for m in marks if isinstance(m.shape, MASKS)}
    return {name: content for name, content in found.items() if content is not None}


def measure_marks(
    decoders: Decoders, case: Case, marks: Sequence[Mark], contents: Contents, tick: Tick
) -> list[MeasuredMark]:
    """Each of them, hidden ones too, in their order."""
    images, found = _Images(decoders, case), []
    for done, mark in enumerate(marks):
        tick(done, len(marks))
        one = _unless_cancelled(tick, done, len(marks))
        found.append(measured_mark(images.of(mark), mark, contents.get(mark.id), one))
    return found


def _unless_cancelled(tick: Tick, done: int, total: int) -> Tick:
    """Slices of one mark: they say nothing of how many marks are done."""
    return lambda _slice, _slices: tick(done, total)


class _Images:
    """The parts of the case's series, each opened once."""

    def __init__(self, decoders: Decoders, case: Case) -> None:
        self._decoders, self._case = decoders, case
        self._opened: dict[str, Image] = {}

    def of(self, mark: Mark) -> Image | None:
        """The part whose frames have the mark's; None where it cannot be opened or is not here."""
        for series in self._case.scan.series:
            if series.header.uid != mark.frame.series:
                continue
            name = series_id(series)
            if name not in self._opened:
                self._opened[name] = open_image(series, self._decoders)
            if mark.frame in self._opened[name].refs:
                return self._opened[name]
        return None


def measured_mark(
    image: Image | None, mark: Mark, content: TiledMask | None, tick: Tick
) -> MeasuredMark:
    """One of them; `image` is None where the files that it was drawn on are not here."""
    if image is None:
        found = MarkMeasures(size=Unmeasured(NOT_HERE), why_not=(NOT_HERE,))
    else:
        found = measure_all(image, mark, content, InsideRegions(image), tick)
    size, values = _told(image, found)
    frame = mark.frame
    return MeasuredMark(
        mark=mark.id,
        label=mark.label,
        kind=str(type(mark.shape).__struct_config__.tag),
        hidden=mark.hidden,
        confidence=None if mark.confidence is UNSET else mark.confidence,
        note="" if mark.note is UNSET else mark.note,
        answers={answer.question: answer.value for answer in answers_of(mark)},
        series=frame.series,
        instance=frame.instance,
        frame=frame.frame,
        frame_of_reference=_frame_of_reference(image, mark.shape),
        size=size,
        values=values,
        at_detector=found.at_detector,
        numbers=numbers_of(found, 1.0 if image is None else image.suv_factor or 1.0),
        unit="" if image is None else unit_of(image),
        why_not=" ".join(found.why_not),
        reason="; ".join(line.text for line in reason_lines(found)),
    )


def _told(image: Image | None, found: MarkMeasures) -> tuple[str, str]:
    """Size and values in the words that stand beside the mark."""
    size = "" if found.size is None else measure_text(found.size, fine=_is_fine(image)).text
    if image is None or found.values is None:
        return size, ""
    return size, intensity_text(found.values, image).text


def _is_fine(image: Image | None) -> bool:
    return image is not None and is_fine(image)


def _frame_of_reference(image: Image | None, shape: Shape) -> str:
    match shape:
        case Landmark() | Cuboid():
            return shape.frame_of_reference
        case OnPlane(plane):
            return plane.frame_of_reference
        case _:
            return "" if image is None else image.info.frame_of_reference


def numbers_of(found: MarkMeasures, factor: float) -> Numbers:
    """All numbers by the names of the table's columns; rescaled values times `factor`, which makes
    SUV of them."""
    if found.values is None:
        return dict(found.sizes)
    named = {name: value for name, value in asdict(found.values).items() if name != "count"}
    values = {name: value * factor for name, value in named.items()}
    return {**found.sizes, **values, "voxels": float(found.values.count)}
