"""Files to series to one Image: the door of this package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from labeler.errors import LabelerError
from labeler.imaging.dicom.alike import AlikeFiles
from labeler.imaging.dicom.objects import StoredObject
from labeler.imaging.dicom.overlays import series_overlays
from labeler.imaging.dicom.suv import suv_factor
from labeler.imaging.frame_stores import Decoders, NativeFrames
from labeler.imaging.frames import StoredFrame
from labeler.imaging.geometry import Placement, place, sides_of
from labeler.imaging.pixels import SeriesPixels
from labeler.imaging.problems import FileProblem as FileProblem  # noqa: PLC0414
from labeler.imaging.problems import no_image
from labeler.imaging.readers import frames_of, recognise
from labeler.imaging.series import Series, group_frames
from labeler.imaging.sources.files import Tick as Tick  # noqa: PLC0414  named here too
from labeler.imaging.sources.heap import Heap
from labeler.imaging.sources.litter import sort_out, without_previews
from labeler.imaging.windows import choose_windows
from labeler.model.image import (
    ByteSource,
    Caveat,
    Disagreement,
    FrameRef,
    Image,
    SuvGap,
    VoiFunction,
    Window,
)
from labeler.model.layers import LayerKind
from labeler.model.stack import Stack

if TYPE_CHECKING:
    from labeler.imaging.slides.slide_images import SlidePixels


@dataclass(frozen=True, eq=False)
class Scan:
    """What a heap of files holds.

    `files` are all that were looked at, those inside archives among them. `passed_over` names
    what is no image and was not meant to be: programs on a disc, its previews, systems' notes.
    """

    series: tuple[Series, ...]
    problems: tuple[FileProblem, ...]
    objects: tuple[StoredObject, ...] = ()
    """Files that speak about images; those with pixels are also among the series."""
    files: tuple[ByteSource, ...] = ()
    passed_over: tuple[str, ...] = ()


def scan(
    files: Sequence[ByteSource],
    tick: Tick = lambda _done, _total: None,
    problems: Sequence[FileProblem] = (),
    decoders: Decoders | None = None,
) -> Scan:
    """Read headers only, and sort what is found into series; a bad file never stops the others.

    Archives are read in place. `problems` are known already: they are told with the others.
    `decoders` describe the slides that only OpenSlide reads; without them those are problems.
    """
    heap, alike = Heap(files, problems), AlikeFiles()
    frames: list[StoredFrame] = []
    objects: list[StoredObject] = []
    held: set[str] = set()
    for source, head, size in heap.each(tick):
        try:
            found = alike.read(source, head, size) or recognise(source, heap.beside(source), head)
            heap.enough = alike.enough
            if not isinstance(found, tuple):
                held |= set(found.parts)
                found = frames_of(found, decoders)
            frames += found
            if found and (kind := found[0].file.layer) is not None:
                objects.append(StoredObject(source, kind))
        except LabelerError as error:
            heap.blame(source, error)
            if said := error.facts.get("layer"):
                objects.append(StoredObject(source, LayerKind(str(said))))
        except OSError as error:
            heap.blame(source, error)
    # Of a slide in several files, some look like pictures: no part is shown as if it were one.
    if held:
        frames = [each for each in frames if each.file.source.name not in held]
    shown, previews = without_previews(frames, heap.serve())
    parts = held | {name for frame in frames for name in frame.file.also}
    litter, told = sort_out([one for one in heap.problems if one.name not in parts])
    over = (*previews, *litter)
    return Scan(group_frames(_merged(shown)), told, tuple(objects), tuple(heap.files), over)


def _merged(frames: list[StoredFrame]) -> list[StoredFrame]:
    """With the slides whose levels lie in files of their own put together."""
    if all(frame.file.slide is None for frame in frames):
        return frames
    from labeler.imaging.slides.dicom_slides import merge_slides

    return merge_slides(frames)


def main_series(found: Scan) -> Series:
    """The series to open first: the one with most slices; raises LabelerError "no-image"."""
    if not found.series:
        raise no_image(found.problems)
    return max(found.series, key=lambda series: (series.header.count, _tissue(series)))


def _tissue(series: Series) -> int:
    """Of slides the largest picture is the tissue; labels and thumbnails come with it."""
    header = series.header
    return header.rows * header.columns if header.kind == "slide" else 0


def refs_of(series: Series) -> tuple[FrameRef, ...]:
    """The names of its frames, in their order."""
    return tuple(_ref(frame) for frame in series.frames)


def named_as(image: Image, series: Series) -> Image:
    """An image under the names that the same frames have in a series that was read again."""
    return replace(image, info=series.info, refs=refs_of(series))


def open_image(series: Series, decoders: Decoders, *, gaps_later: bool = False) -> Image:
    """Place a series in the patient.

    No pixels are read, but one slice where no window is said, and what is shown of a slide, so
    that its caveats tell of gaps; with `gaps_later` its source tells them once it was read.
    """
    frames = series.frames
    placement = place(frames)
    middle = frames[len(frames) // 2]
    layout = middle.file.layout
    source = _pixels(frames, decoders)
    windows, estimated = _windows(frames, source)
    factor, gap = _suv(frames)
    mosaic = any(frame.file.mosaic for frame in frames)
    extra = (
        (mosaic, Caveat.MOSAIC),
        (bool(series.doubles), Caveat.DOUBLED_SLICES),
        (any(frame.file.lossy for frame in frames), Caveat.LOSSY),
        (estimated, Caveat.WINDOW_ESTIMATED),
        (gap is not None, Caveat.SUV_UNKNOWN),
    )
    return Image(
        source=source,
        affine=placement.affine,
        info=series.info,
        refs=refs_of(series),
        instance_numbers=tuple(frame.file.instance_number for frame in frames),
        slopes=tuple(frame.slope for frame in frames),
        intercepts=tuple(frame.intercept for frame in frames),
        unit=_unit(frames),
        photometric=layout.photometric,
        inverted=middle.file.inverse or layout.photometric == "MONOCHROME1",
        windows=windows,
        caveats=(
            *_placed(placement, middle),
            *_caveats(frames),
            *_missing(frames, source, gaps_later=gaps_later),
            *(caveat for told, caveat in extra if told),
        ),
        oriented=placement.oriented and not mosaic,
        sides=None if mosaic or middle.file.slide is not None else sides_of(middle),
        stack=_stack(series, placement, mosaic=mosaic),
        regions=frames[0].regions,
        magnification=frames[0].magnification,
        voi=replace(middle.voi, function=VoiFunction.LINEAR) if estimated else middle.voi,
        suv_factor=factor,
        suv_gap=gap,
        disagreements=_disagreements(frames),
        overlays=series_overlays(
            tuple((() if mosaic else frame.file.overlays, frame.number) for frame in frames),
            decoders,
        ),
        frame_times_ms=_times(frames),
        frame_rate=middle.file.frame_rate if _times(frames) else None,
        padding=None if middle.file.lut or middle.lut else middle.file.padding,
        pyramid=None if isinstance(source, SeriesPixels) else source.pyramid,
        cut_short=_cut_short(frames),
    )


def _stack(series: Series, placement: Placement, *, mosaic: bool) -> Stack:
    return Stack(
        origins=() if mosaic else placement.origins,
        gaps=() if mosaic else placement.gaps,
        doubles=series.doubles,
        copies=len(series.copies),
        division=series.header.division,
    )


def _pixels(frames: tuple[StoredFrame, ...], decoders: Decoders) -> SeriesPixels | SlidePixels:
    file = frames[0].file
    if len(frames) == 1 and file.slide is not None:
        from labeler.imaging.slides.slide_images import SlidePixels

        return SlidePixels(file.slide, file.source.name, decoders)
    return SeriesPixels(frames, decoders)


def _windows(
    frames: tuple[StoredFrame, ...], source: SeriesPixels | SlidePixels
) -> tuple[tuple[Window, ...], bool]:
    at = len(frames) // 2
    if frames[at].file.kind != "volume":
        return choose_windows(frames[at], at, source)
    from labeler.imaging.volumes.volume_windows import volume_windows

    return volume_windows(frames[at], at, source)


def _placed(placement: Placement, frame: StoredFrame) -> tuple[Caveat, ...]:
    if frame.file.slide is None:
        return placement.caveats
    from labeler.imaging.slides.slide_images import on_glass

    return on_glass(placement.caveats)


def _missing(
    frames: tuple[StoredFrame, ...], source: SeriesPixels | SlidePixels, *, gaps_later: bool
) -> tuple[Caveat, ...]:
    """What of slides is not shown."""
    slides = tuple(frame.file.slide for frame in frames)
    if all(slide is None for slide in slides):
        return ()
    from labeler.imaging.slides.slide_images import slide_caveats

    return slide_caveats(slides, source, gaps_later=gaps_later)


def _cut_short(frames: tuple[StoredFrame, ...]) -> dict[int, int]:
    """How many rows are there of frames that are not whole, by the lengths of their files."""
    found = {}
    for at, frame in enumerate(frames):
        store = frame.file.store
        if isinstance(store, NativeFrames) and store.filled:
            rows = store.rows_there(frame.number)
            if rows < store.layout.rows:
                found[at] = rows
    return found


def _ref(frame: StoredFrame) -> FrameRef:
    return FrameRef(frame.file.info.uid, frame.file.instance, frame.number)


def _unit(frames: tuple[StoredFrame, ...]) -> str:
    """What all frames are told in; "" where they differ."""
    units = {frame.unit for frame in frames}
    return units.pop() if len(units) == 1 else ""


def _times(frames: tuple[StoredFrame, ...]) -> tuple[float, ...] | None:
    """Only of frames of one file that lie at no places of their own: a volume is no cine."""
    if len({frame.file.instance for frame in frames}) != 1 or len(frames) < 2:
        return None
    if len({frame.position for frame in frames}) != 1:
        return None
    times = [frame.time_ms for frame in frames if frame.time_ms is not None]
    if len(times) < len(frames) or sorted(times) != times:
        return None
    return tuple(time - times[0] for time in times)


def _suv(frames: tuple[StoredFrame, ...]) -> tuple[float | None, SuvGap | None]:
    facts = tuple(frame.file.pet for frame in frames if frame.file.pet is not None)
    if len(facts) < len(frames):
        return None, None
    found = suv_factor(facts)
    return (None, found) if isinstance(found, SuvGap) else (found, None)


def _disagreements(frames: tuple[StoredFrame, ...]) -> tuple[Disagreement, ...]:
    found = dict.fromkeys(frame.file.disagreements for frame in frames)
    return tuple(dict.fromkeys(one for several in found for one in several))


def _caveats(frames: tuple[StoredFrame, ...]) -> tuple[Caveat, ...]:
    """What any frame's header makes doubtful, each once."""
    found = dict.fromkeys(frame.file.caveats + frame.caveats for frame in frames)
    return tuple(dict.fromkeys(caveat for caveats in found for caveat in caveats))
