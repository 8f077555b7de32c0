"""What was measured of a file with other readers, beside what is read here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.errors import LabelerError
from labeler.imaging.frame_stores import Decoders
from labeler.imaging.reader import open_image, scan
from labeler.imaging.syntaxes import SYNTAXES
from labeler.model.image import ByteSource, Caveat, Image, Pixels

Measured = Mapping[str, Any]
Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Slice:
    """One slice of one image. `pixels` is why it cannot be shown, where it cannot."""

    image: Image
    index: int
    pixels: Pixels | LabelerError
    beyond: bool
    """Whether the image scales further than other readers do, who stop at the Modality LUT."""

    @property
    def frame(self) -> int:
        """The number of the frame in its file, from 0."""
        return self.image.refs[self.index].frame

    def rescaled(self) -> Values:
        assert not isinstance(self.pixels, LabelerError)
        stored = self.pixels.astype(np.float64)
        if self.beyond:
            return stored
        return stored * self.image.slopes[self.index] + self.image.intercepts[self.index]


@dataclass(frozen=True, eq=False)
class Outcome:
    """All that a heap of files gave: slices in the order of their frames, and what was told."""

    slices: tuple[Slice, ...]
    told: tuple[LabelerError, ...]

    @property
    def opened(self) -> bool:
        """Whether the first frame is shown."""
        return bool(self.slices) and not isinstance(self.slices[0].pixels, LabelerError)

    @property
    def errors(self) -> tuple[LabelerError, ...]:
        """Everything that a person would be told."""
        inner = [one.pixels for one in self.slices if isinstance(one.pixels, LabelerError)]
        return (*self.told, *inner)


def read_all(files: Iterable[ByteSource], decoders: Decoders) -> Outcome:
    """Open everything, and ask for every slice, as a person who scrolls through would."""
    found = scan(list(files))
    slices = [
        Slice(image, index, _asked(image, index), series.frames[0].beyond)
        for series, image in ((one, open_image(one, decoders)) for one in found.series)
        for index in range(image.source.shape[0])
    ]
    slices.sort(key=lambda one: one.frame)
    return Outcome(tuple(slices), tuple(problem.error for problem in found.problems))


def _asked(image: Image, index: int) -> Pixels | LabelerError:
    try:
        return image.source.frame(index)
    except LabelerError as error:
        return error


def difference(outcome: Outcome, measured: Measured) -> str:
    """How an opened file differs from what was measured; "" where it does not."""
    compare = {
        "dicom": _dicom,
        "volume": _volume,
        "image": _picture,
        "wsi": _slide,
    }[measured["kind"]]
    return compare(outcome, measured)


def _dicom(outcome: Outcome, measured: Measured) -> str:
    first = outcome.slices[0]
    said = SYNTAXES.get(measured["transfer_syntax"] or "")
    lossy = said is None or said.lossy
    assert not isinstance(first.pixels, LabelerError)
    if _is_tiled(first.image):
        return ""
    if first.image.source.shape[1:] != (measured["rows"], measured["cols"]):
        return f"{first.image.source.shape} is not {measured['rows']} x {measured['cols']}"
    stored = measured.get("stored") or {}
    plain = not first.image.is_color and measured.get("rescale_from") != "ModalityLUTSequence"
    exact = stored.get("sha256_int32le")
    if exact and plain and not lossy and first.pixels.dtype.kind in "iu":
        mine = hashlib.sha256(first.pixels.astype("<i4").tobytes()).hexdigest()
        if mine != exact:
            return "stored values differ"
    if first.image.is_color:
        return _color(first.pixels, measured.get("rgb_mean") or measured.get("palette_rgb_mean"))
    if not measured.get("rescaled"):
        return ""
    values = first.rescaled()
    slope = abs(first.image.slopes[first.index])
    near = 1.01 * slope if lossy else 1e-5 * max(1.0, float(abs(values).max()))
    return _figures(values, measured["rescaled"], near)


def _figures(values: Values, wanted: Measured, near: float) -> str:
    for what, found in (("min", values.min()), ("max", values.max()), ("mean", values.mean())):
        if not abs(found - wanted[what]) <= near:
            return f"{what} {found} is not {wanted[what]}"
    return ""


def _color(stored: Pixels, means: Any) -> str:
    """Colour is shown with its highest eight bits; others measured some of it with sixteen."""
    if means is None:
        return ""
    wanted = np.atleast_1d(np.array(means, float))
    got = stored.reshape(-1, stored.shape[-1] if stored.ndim == 3 else 1).mean(axis=0)
    wides = (1, 256, 1 << 24)
    if any(np.allclose(got, wanted / wide, atol=1.0) for wide in wides):
        return ""
    return f"mean {got} is not {wanted}"


def _picture(outcome: Outcome, measured: Measured) -> str:
    first = outcome.slices[0]
    assert not isinstance(first.pixels, LabelerError)
    columns, rows = measured["upright_size"]
    if first.image.source.shape[1:] != (rows, columns):
        return f"{first.image.source.shape} is not {columns} x {rows}"
    if len(outcome.slices) != measured["n_frames"]:
        return f"{len(outcome.slices)} pages, not {measured['n_frames']}"
    return _color(first.pixels, measured["rgb_or_gray_mean"])


def _volume(outcome: Outcome, measured: Measured) -> str:
    theirs = measured.get("simpleitk") or {}
    shape = _spatial_first(measured) or theirs["size"]
    image = outcome.slices[0].image
    if outcome.errors:
        return f"not every slice is shown: {outcome.errors[0]}"
    if image.source.shape[1:] != (shape[1], shape[0]):
        return f"{image.source.shape[1:]} rows and columns are not {shape}"
    values = np.concatenate([np.ravel(one.rescaled()) for one in outcome.slices])
    if values.size != np.prod(shape):
        return f"{values.size} values, not {np.prod(shape)}"
    near = 1e-5 * max(1.0, float(abs(values).max()))
    return _figures(values, measured.get("all") or theirs, near) or _corners(image, measured)


def _spatial_first(measured: Measured) -> list[int]:
    """NRRD may count the parts of a vector first: they have no direction in space."""
    shape = list(measured.get("shape") or ())
    directions = measured.get("space_directions")
    if directions is None or len(directions) != len(shape):
        return shape
    ways = [way is not None and np.isfinite(way).all() for way in directions]
    order = sorted(range(len(shape)), key=lambda axis: not ways[axis])
    return [shape[axis] for axis in order]


def _corners(image: Image, measured: Measured) -> str:
    """The eight outermost voxel centres in RAS, whichever way the slices are counted."""
    if "affine" not in measured:
        return ""
    matrix = np.array(measured["affine"])
    wanted = _ends([*measured["shape"], 1][:3]) @ matrix[:3, :3].T + matrix[:3, 3]
    slices, rows, columns = image.source.shape
    found = image.affine.to_patient(_ends((columns, rows, slices))) * (-1, -1, 1)
    far = max(float(np.linalg.norm(found - corner, axis=1).min()) for corner in wanted)
    return "" if far < 0.01 else f"a corner lies {far:.3f} mm away"


def _ends(shape: Iterable[int]) -> Values:
    i, j, k = (np.array([0.0, max(size - 1, 0)]) for size in shape)
    return np.stack(np.meshgrid(i, j, k), axis=-1).reshape(-1, 3)


def _is_tiled(image: Image) -> bool:
    return image.pyramid is not None


def _slide(outcome: Outcome, measured: Measured) -> str:
    first = outcome.slices[0]
    if "level_dimensions" not in measured:
        if "dicom" in measured:
            return _first_tile(first, measured["dicom"])
        return _series0(outcome, measured)
    pyramid = next((one.image.pyramid for one in outcome.slices if one.image.pyramid), None)
    if pyramid is None:
        return "not opened as a slide"
    sizes = [[level.columns, level.rows] for level in pyramid.levels]
    if any(size not in measured["level_dimensions"] for size in sizes):
        return f"levels {sizes} are not {measured['level_dimensions']}"
    region = measured["region"]
    if sizes[0] != measured["level_dimensions"][region["level"]]:
        return ""  # one instance of many: this level is another one
    top, left, height, width = (region[key] for key in "yxhw")
    base = pyramid.levels[0]
    inside = min(height, base.rows - top), min(width, base.columns - left)
    pixels = pyramid.region(0, top, left, *inside)
    # Theirs is black outside of the slide.
    share = pixels.shape[0] * pixels.shape[1] / (height * width)
    mean = pixels.reshape(-1, pixels.shape[-1]).mean(axis=0) * share
    return _color(mean.reshape(1, 1, -1), region["rgb_mean"])


def _series0(outcome: Outcome, measured: Measured) -> str:
    values = np.concatenate([np.asarray(one.pixels).ravel() for one in outcome.slices])
    return _figures(values.astype(np.float64), measured["series0"], 0.01)


def _first_tile(first: Slice, measured: Measured) -> str:
    """Others count a slide's tiles as frames; the first one lies at the top left, where the file
    says how they lie. Where it does not, they are frames here too."""
    pyramid = first.image.pyramid
    if pyramid is None:
        told = Caveat.TILES_APART in first.image.caveats
        assert not isinstance(first.pixels, LabelerError)
        return _color(first.pixels, measured.get("rgb_mean")) if told else "not opened as a slide"
    tile = pyramid.region(0, 0, 0, measured["rows"], measured["cols"])
    return _color(tile, measured.get("rgb_mean"))
