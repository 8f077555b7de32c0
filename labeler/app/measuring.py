"""What every mark of a case measures, as a table that leaves the program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from labeler.app.cases import Case, load_work, series_id
from labeler.app.painted_masks import PaintedMasks, painted_in
from labeler.app.services import Services
from labeler.imaging.inside_regions import InsideRegions
from labeler.imaging.reader import open_image
from labeler.model.document import Mark
from labeler.model.image import Image
from labeler.model.mark_measures import NOT_HERE, MarkMeasures, measure_all
from labeler.model.measures import MASKS
from labeler.store.store import Store

Tick = Callable[[int, int], None]
Numbers = dict[str, float]


@dataclass(frozen=True)
class MeasuredMark:
    """One mark and its numbers, by names that say their units; `why_not` where there are no
    millimetres."""

    mark: str
    label: str
    kind: str
    series: str
    instance: str
    frame: int
    numbers: Numbers
    unit: str
    why_not: str


def measure_case(services: Services, case: Case, tick: Tick) -> list[MeasuredMark]:
    """Every mark of the case as its journal has it, in the order drawn."""
    if case.name is not None:
        return []  # nothing is marked before the files have told what they are called
    now = services.clock()

    def load(store: Store) -> tuple[tuple[Mark, ...], PaintedMasks]:
        history = load_work(store, case.id, now).history
        return history.document.marks, painted_in(history, store.blobs.get)

    marks, painted = services.store.call(load)
    images = _Images(services, case)
    found = []
    for done, mark in enumerate(marks):
        tick(done, len(marks))
        found.append(
            _measured(images.of(mark), mark, painted, _unless_cancelled(tick, done, len(marks)))
        )
    return found


def _unless_cancelled(tick: Tick, done: int, total: int) -> Tick:
    """Slices of one mark: they say nothing of how many marks are done."""
    return lambda _slice, _slices: tick(done, total)


class _Images:
    """The parts of the case's series, each opened once."""

    def __init__(self, services: Services, case: Case) -> None:
        self._services, self._case = services, case
        self._opened: dict[str, Image] = {}

    def of(self, mark: Mark) -> Image | None:
        """The part whose frames have the mark's; None where it cannot be opened or is not here."""
        for series in self._case.scan.series:
            if series.header.uid != mark.frame.series:
                continue
            name = series_id(series)
            if name not in self._opened:
                self._opened[name] = open_image(series, self._services.decoders)
            if mark.frame in self._opened[name].refs:
                return self._opened[name]
        return None


def _measured(image: Image | None, mark: Mark, painted: PaintedMasks, tick: Tick) -> MeasuredMark:
    frame, shape = mark.frame, mark.shape
    found = MarkMeasures(why_not=(NOT_HERE,))
    if image is not None:
        content = painted.content(shape) if isinstance(shape, MASKS) else None
        found = measure_all(image, mark, content, InsideRegions(image), tick)
    return MeasuredMark(
        mark.id,
        mark.label,
        str(type(shape).__struct_config__.tag),
        frame.series,
        frame.instance,
        frame.frame,
        numbers_of(found),
        image.unit if image is not None else "",
        " ".join(found.why_not),
    )


def numbers_of(found: MarkMeasures) -> Numbers:
    """All numbers by the names of the table's columns."""
    if found.values is None:
        return dict(found.sizes)
    named = {name: value for name, value in asdict(found.values).items() if name != "count"}
    return {**found.sizes, **named, "voxels": float(found.values.count)}
