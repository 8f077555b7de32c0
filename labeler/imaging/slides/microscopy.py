"""TIFF files of microscopes: OME-TIFF and ImageJ's. Channels are series, depths are slices."""

from __future__ import annotations

from dataclasses import replace

from labeler.imaging.dicom.traits import Traits
from labeler.imaging.frames import StoredFrame
from labeler.imaging.pictures.picture_frames import flat_frame, picture_file
from labeler.imaging.pictures.picture_head import broken_picture, unsupported_picture
from labeler.imaging.pictures.tiff import Page
from labeler.imaging.pictures.tiff_pages import PageTiles
from labeler.imaging.pictures.tiff_pictures import page_layout
from labeler.imaging.slides.ome import BrokenOmeError, OmeImage, Plane, is_ome, read_ome
from labeler.imaging.slides.pyramids import Level, ShownLevel, Slide
from labeler.imaging.slides.slide_frames import slide_frame
from labeler.imaging.sources.files import file_digest
from labeler.model.image import ByteSource

_DESCRIPTION, _X_RESOLUTION, _Y_RESOLUTION = 270, 282, 283
_IMAGEJ = "ImageJ="
_IMAGEJ_UNITS_MM = {"micron": 1e-3, "um": 1e-3, "µm": 1e-3, "μm": 1e-3, "nm": 1e-6}
_MICRO = {"\\u00B5m": "µm", "\\u00b5m": "µm"}
_APART = frozenset(("label", "macro", "thumbnail", "overview", "label image", "macro image"))


def microscope_frames(
    source: ByteSource, pages: tuple[Page, ...]
) -> tuple[StoredFrame, ...] | None:
    """None where no microscope's program wrote the file. Raises LabelerError."""
    description = pages[0].text(_DESCRIPTION)
    top = [page for page in pages if page.parent is None]
    if is_ome(description):
        try:
            images = read_ome(description, len(top))
        except BrokenOmeError as error:
            raise broken_picture(source.name, "OME-TIFF", str(error)) from error
    elif description.startswith(_IMAGEJ):
        images = _imagej(source, description, top)
    else:
        return None
    if not images:
        return None
    below = {page.index: [one for one in pages if one.parent == page.index] for page in top}
    digest = file_digest(source)
    return tuple(
        _frame(
            (source, digest),
            (number, image),
            plane,
            [top[plane.page], *below[top[plane.page].index]],
        )
        for number, image in enumerate(images)
        for plane in image.planes
    )


def _frame(
    whose: tuple[ByteSource, str], numbered: tuple[int, OmeImage], plane: Plane, pages: list[Page]
) -> StoredFrame:
    (source, digest), (number, image) = whose, numbered
    layouts = [page_layout(page, indexed=True) for page in pages]
    first = layouts[0].layout
    levels = []
    for said in layouts:
        scale = first.rows / said.layout.rows, first.columns / said.layout.columns
        spacing = image.spacing_mm
        size = None if spacing is None else (spacing[0] * scale[0], spacing[1] * scale[1])
        levels.append(Level(PageTiles(said), size, digest, said.page.index))
    role = image.name.lower() if image.name.lower() in _APART else ""
    slide = Slide(tuple(sorted(levels, key=lambda level: -level.pixels)), role=role)
    file = picture_file(
        source,
        layouts[0].syntax,
        slide.layout,
        ShownLevel(slide),
        digest=digest,
        frame_count=1,
        caveats=layouts[0].caveats,
        kind="slide",
        modality="SM",
    )
    several = len({one.channel for one in image.planes}) > 1
    channel = image.channels[plane.channel] if plane.channel < len(image.channels) else ""
    words = (file.info.description, role, channel if several else "")
    info = replace(file.info, description=" · ".join(word for word in words if word))
    moving = len({one.z for one in image.planes}) > 1
    frame = slide_frame(replace(file, info=info), slide, flat_frame(file, 0))
    stack = f"{number}/{plane.channel}/{plane.t if moving else ''}"
    return replace(
        frame, traits=Traits(stack_id=stack), time=(plane.t, plane.z), step_mm=image.step_mm
    )


def _imagej(source: ByteSource, description: str, pages: list[Page]) -> tuple[OmeImage, ...]:
    """Channel, then depth, then moment. Raises LabelerError."""
    lines = (line.partition("=") for line in description.splitlines())
    said = {key.strip(): value.strip() for key, _, value in lines}
    sizes = {key: _count(said, key) for key in ("images", "channels", "slices", "frames")}
    if sizes["images"] > len(pages):
        raise unsupported_picture(
            source.name, "TIFF", f"{sizes['images']} images of ImageJ behind one page"
        )
    channels, depths = max(sizes["channels"], 1), max(sizes["slices"], 1)
    planes = []
    for n in range(len(pages)):
        rest, channel = divmod(n, channels)
        t, z = divmod(rest, depths)
        planes.append(Plane(n, channel, z, t))
    unit = said.get("unit", "")
    unit_mm = _IMAGEJ_UNITS_MM.get(_MICRO.get(unit, unit))
    down, across = pages[0].real(_Y_RESOLUTION), pages[0].real(_X_RESOLUTION)
    spacing = None
    if unit_mm is not None and all(1e-6 < many < 1e6 for many in (down, across)):
        spacing = unit_mm / down, unit_mm / across
    names = tuple(f"channel {n + 1}" for n in range(channels))
    return (OmeImage("", tuple(planes), names, spacing, _step(said, unit_mm)),)


def _step(said: dict[str, str], unit_mm: float | None) -> float | None:
    try:
        step = float(said.get("spacing", ""))
    except ValueError:
        return None
    return step * unit_mm if unit_mm is not None and 1e-6 < step < 1e6 else None


def _count(said: dict[str, str], key: str) -> int:
    value = said.get(key, "")
    return int(value) if value.isdecimal() and len(value) < 10 else 0
