"""The letters phantom: a box whose sides are spelled on its faces, for every reader and plane.

Its six faces carry R L A P H F, upright and unmirrored as that face is read (axial from the feet,
coronal from the front, sagittal from the left). Three plates inside carry the letters of the four
sides around them. A reader that swaps, mirrors or reverses anything shows a wrong letter.
"""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray

from labeler.model.frames import Window
from labeler.model.image import Image
from labeler.viewing.layout import Plane, layout_of
from labeler.viewing.render import FrameRenderer, Grey
from labeler.viewing.viewport import Canvas, ViewState, canvas_map, fit
from tests.support.screens import greys_of

Voxels = NDArray[np.int16]
Matrix = NDArray[np.float64]

SIZE = (40, 44, 48)
SPACING_MM = (1.0, 1.25, 1.5)
ORIGIN_MM = (-20.0, -35.0, 100.0)
PLATES = (11, 12, 13)
"""Where along x, y and z the sagittal, coronal and axial plate lies."""

INK = 1000

_GLYPHS = {
    "R": ("####.", "#...#", "#...#", "####.", "#.#..", "#..#.", "#...#"),
    "L": ("#....", "#....", "#....", "#....", "#....", "#....", "#####"),
    "A": (".###.", "#...#", "#...#", "#####", "#...#", "#...#", "#...#"),
    "P": ("####.", "#...#", "#...#", "####.", "#....", "#....", "#...."),
    "H": ("#...#", "#...#", "#...#", "#####", "#...#", "#...#", "#...#"),
    "F": ("#####", "#....", "#....", "####.", "#....", "#....", "#...."),
}
_FACES = (("R", "L"), ("A", "P"), ("F", "H"))
"""At the low and the high end of x, y and z."""

_HIGH, _WIDE = 7, 5
_MARGIN = 2


def glyph(letter: str) -> NDArray[np.bool_]:
    """A letter upright, (rows, columns)."""
    return np.array([[cell == "#" for cell in row] for row in _GLYPHS[letter]])


def letters_phantom() -> tuple[Voxels, Matrix]:
    """Values (x, y, z) growing to the left, the back and the head, and voxel to LPS mm."""
    box = np.zeros(SIZE, np.int16)
    for plane, axis in ((Plane.SAGITTAL, 0), (Plane.CORONAL, 1), (Plane.AXIAL, 2)):
        for letter, where in zip(_FACES[axis], (0, SIZE[axis] - 1), strict=True):
            page = page_of(box, plane, where)
            _write(page, letter, (page.shape[0] - _HIGH) // 2, (page.shape[1] - _WIDE) // 2)
        _write_sides(page_of(box, plane, PLATES[axis]), SIDES[plane])
    affine = np.diag([*SPACING_MM, 1.0])
    affine[:3, 3] = ORIGIN_MM
    return box, affine


SIDES = {
    Plane.AXIAL: ("R", "L", "A", "P"),
    Plane.CORONAL: ("R", "L", "H", "F"),
    Plane.SAGITTAL: ("A", "P", "H", "F"),
}
"""What stands left, right, at the top and at the bottom."""


def page_of(box: Voxels, plane: Plane, where: int) -> Voxels:
    """A view of one slice as it is read: (rows, columns) from the top left."""
    if plane is Plane.AXIAL:
        return box[:, :, where].T
    if plane is Plane.CORONAL:
        return box[:, where, ::-1].T
    return box[where, :, ::-1].T


def _write(page: Voxels, letter: str, top: int, left: int) -> None:
    page[top : top + _HIGH, left : left + _WIDE] = glyph(letter) * INK


def _corners(shape: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Top left of the letters at the left, right, top and bottom edge."""
    rows, columns = shape[:2]
    middle, across = (rows - _HIGH) // 2, (columns - _WIDE) // 2
    return (
        (middle, _MARGIN),
        (middle, columns - _MARGIN - _WIDE),
        (_MARGIN, across),
        (rows - _MARGIN - _HIGH, across),
    )


def _write_sides(page: Voxels, letters: tuple[str, ...]) -> None:
    for letter, (top, left) in zip(letters, _corners(page.shape), strict=True):
        _write(page, letter, top, left)


ORDERS = tuple(product(permutations(range(3)), product((False, True), repeat=3)))
"""All 48 ways to store the box: which axis comes where, and which run backwards."""


def stored_as(order: tuple[int, ...], flips: tuple[bool, ...]) -> tuple[Voxels, Matrix]:
    """The phantom with its axes in another order or direction: (i, j, k) values, voxel to LPS."""
    box, affine = letters_phantom()
    values = box.transpose(order)
    matrix = np.eye(4)
    matrix[:3, :3] = affine[:3, order]
    matrix[:3, 3] = affine[:3, 3]
    for axis, flip in enumerate(flips):
        if flip:
            values = np.flip(values, axis)
            matrix[:3, 3] += matrix[:3, axis] * (values.shape[axis] - 1)
            matrix[:3, axis] *= -1
    return np.ascontiguousarray(values), matrix


def rendered(image: Image, index: int) -> NDArray[np.bool_]:
    """Where ink is on the canvas, one cell a voxel as shown: the whole way through the view."""
    layout = layout_of(image)
    canvas = Canvas(700.0, 900.0)
    view = fit(ViewState(index, Window(500, 1000)), layout, canvas)
    where = canvas_map(layout, view, canvas)
    grey = Grey(image.slopes[index], image.intercepts[index], view.window, image.inverted)
    picture = FrameRenderer().paint(image.source.frame(index), where, (700, 900), grey)
    width, height = layout.shown_size
    x = (where.left + (np.arange(width) + 0.5) * where.scale_x).astype(int)
    y = (where.top + (np.arange(height) + 0.5) * where.scale_y).astype(int)
    return np.asarray(greys_of(picture)[np.ix_(y, x)] > 127)


def assert_readable(image: Image) -> None:
    """Every face and plate of the phantom along this image's slices reads as it must."""
    layout = layout_of(image)
    plane = layout.plane
    axis = (Plane.SAGITTAL, Plane.CORONAL, Plane.AXIAL).index(plane)
    box, _ = letters_phantom()
    count = SIZE[axis]
    assert image.source.shape[0] == count
    assert layout.letters == SIDES[plane]
    # Read from the head, the front and the right: only axial slices run against their axis.
    order = range(count)[::-1] if plane is Plane.AXIAL else range(count)
    for index, where in enumerate(order):
        shown = rendered(image, index)
        assert np.array_equal(shown, page_of(box, plane, where) > 0), (plane, index)
        if where == PLATES[axis]:
            _assert_sides(shown, layout.letters)


def _assert_sides(shown: NDArray[np.bool_], letters: tuple[str, ...]) -> None:
    for letter, (top, left) in zip(letters, _corners(shown.shape), strict=True):
        assert np.array_equal(shown[top : top + _HIGH, left : left + _WIDE], glyph(letter)), letter
