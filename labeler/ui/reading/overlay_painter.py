"""Obeys the overlay's drawing commands with a QPainter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from labeler.model.rasters import Place
from labeler.ui.reading.halo_text import HaloText
from labeler.ui.reading.long_strokes import LONG, EdgePictures, draw_long
from labeler.ui.reading.phrases import words
from labeler.ui.reading.wet_painter import paint_wet
from labeler.ui.theme import Theme
from labeler.viewing.caption_place import CaptionPlaces, Rect, Wanted
from labeler.viewing.label_inks import Dash
from labeler.viewing.overlay import (
    FILL_OPACITY,
    Caption,
    Command,
    Edge,
    Fill,
    Handle,
    Ink,
    Legend,
    Ring,
    Stroke,
    Wash,
    Wet,
    Words,
)
from labeler.viewing.region_part import seen_on
from labeler.viewing.viewport import CanvasMap

SHADE_OPACITY = 0.60
SHADE_EXTRA = 1.5
HANDLE_SIDE = 9.0
LEGEND_SWATCH, LEGEND_DOWN = 12.0, 56.0
_STYLES = {
    Dash.SOLID: Qt.PenStyle.SolidLine,
    Dash.DASHED: Qt.PenStyle.CustomDashLine,
    Dash.DOTTED: Qt.PenStyle.CustomDashLine,
    Dash.SPARSE: Qt.PenStyle.CustomDashLine,
}
PATTERNS = {Dash.DASHED: (4.0, 2.5), Dash.DOTTED: (1.2, 1.8), Dash.SPARSE: (2.5, 6.0)}
"""Drawn and left out, in widths of the line."""


def draw(
    painter: QPainter,
    commands: Iterable[Command],
    theme: Theme,
    text: HaloText,
    room: QRectF,
    places: CaptionPlaces,
    taken: Sequence[QRect] = (),
    edges: EdgePictures | None = None,
) -> list[QRect]:
    """Paint the commands in their order, with their words in `text`. Captions stand in `places` and
    leave free what is `taken`; answers with where they were put. `edges` keeps what it drew."""
    edges = EdgePictures() if edges is None else edges
    captions: list[QRect] = []
    commands = tuple(commands)
    told = {id(one): _lines(one) for one in commands if isinstance(one, Caption)}
    where = iter(
        places.of(
            tuple(
                _wanted(one, told[id(one)], text) for one in commands if isinstance(one, Caption)
            ),
            (room.left(), room.top(), room.right(), room.bottom()),
            tuple(_edges(one) for one in taken),
        )
    )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    with edges.painting():
        for command in commands:
            match command:
                case Stroke():
                    _stroke(painter, command, theme, room)
                case Fill() | Edge() | Wet():
                    _region(painter, command, theme, room, edges)
                case Wash():
                    _wash(painter, command)
                case Words():
                    _words(painter, command, text)
                case Legend():
                    _legend(painter, command, text, room)
                case Handle(at):
                    _handle(painter, at)
                case Ring():
                    _ring(painter, command, theme)
                case Caption():
                    captions.append(_caption(painter, told[id(command)], text, next(where)))
    return captions


def _stroke(painter: QPainter, command: Stroke, theme: Theme, room: QRectF) -> None:
    if len(command.points) > LONG and not command.filled:
        draw_long(painter, command, room, *_long_ink(command, theme))
        return
    points = QPolygonF([QPointF(*point) for point in command.points])
    shade = QColor(0, 0, 0)
    shade.setAlphaF(SHADE_OPACITY)
    ink = _color(theme, command.ink)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if command.filled:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_color(theme, command.ink, FILL_OPACITY))
        painter.drawPolygon(points)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width, dash in (
        (shade, command.width + SHADE_EXTRA, Dash.SOLID),
        (ink, command.width, command.dash),
    ):
        pen = QPen(color, width, _STYLES[dash], Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.BevelJoin)
        if dash in PATTERNS:
            pen.setDashPattern(PATTERNS[dash])
        painter.setPen(pen)
        if command.closed:
            painter.drawPolygon(points)
        else:
            painter.drawPolyline(points)


def _long_ink(
    command: Stroke | Edge, theme: Theme
) -> tuple[int, tuple[float, int], tuple[float, float]]:
    """The colour of a line, the shade below it and its dashes, for the kernel."""
    on, off = PATTERNS.get(command.dash, (0.0, 0.0))
    below = command.width + SHADE_EXTRA, round(255 * SHADE_OPACITY)
    dashes = on * command.width, (on + off) * command.width
    return _color(theme, command.ink).rgb(), below, dashes


def _region(
    painter: QPainter, command: Fill | Edge | Wet, theme: Theme, room: QRectF, edges: EdgePictures
) -> None:
    if isinstance(command, Wet):
        paint_wet(painter, command, theme, room)
    elif isinstance(command, Edge):
        edges.draw(painter, command, *_long_ink(command, theme))
    else:
        draw_fill(painter, command, theme)


def draw_fill(painter: QPainter, command: Fill, theme: Theme) -> None:
    mask, where = command.mask, command.where
    part = seen_on(mask, where, command.canvas, painter.deviceTransform().m11())
    bits = part.bits(mask)
    if bits.size == 0:
        return
    shown = np.ascontiguousarray(where.layout.arrange(bits), dtype=np.uint8)
    height, width = shown.shape
    # One byte a voxel, coloured by a table of two: empty and filled.
    image = QImage(shown.tobytes(), width, height, width, QImage.Format.Format_Indexed8)
    color = _color(theme, command.ink, command.opacity)
    image.setColorTable([0, color.rgba()])
    rows, columns = (side * part.step for side in bits.shape)
    target = _target(where, mask.left + part.left, mask.top + part.top, columns, rows)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(target, image)


def _target(where: CanvasMap, left: int, top: int, columns: int, rows: int) -> QRectF:
    """The canvas rectangle of a block of voxels."""
    a = where.to_canvas((left - 0.5, top - 0.5))
    b = where.to_canvas((left + columns - 0.5, top + rows - 0.5))
    return QRectF(QPointF(*a), QPointF(*b)).normalized()


def _color(theme: Theme, ink: Ink, opacity: float = 1.0) -> QColor:
    color = theme.label(ink) if isinstance(ink, int) else QColor(*ink)
    color.setAlphaF(opacity)
    return color


def _wash(painter: QPainter, command: Wash) -> None:
    shown = np.ascontiguousarray(command.where.layout.arrange(command.colors))
    height, width, _ = shown.shape
    image = QImage(shown.tobytes(), width, height, width * 4, QImage.Format.Format_RGBA8888)
    rows, columns = command.size
    # A dose is a smooth field, sampled: between samples it is not constant.
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
    painter.drawImage(_target(command.where, 0, 0, columns, rows), image)


def _words(painter: QPainter, command: Words, text: HaloText) -> None:
    metrics = text.metrics
    for n, line in enumerate(command.lines):
        base = command.at[1] + metrics.ascent() + n * metrics.lineSpacing()
        text.write(painter, QPointF(command.at[0], base), line)


def _legend(painter: QPainter, command: Legend, text: HaloText, room: QRectF) -> None:
    """Down the right side, below the corner's words."""
    metrics = text.metrics
    lines = [words(line) for _, line in command.rows]
    title = words(command.title)
    wide = max(metrics.horizontalAdvance(line) for line in (title, *lines)) + LEGEND_SWATCH + 8
    left, top = room.right() - wide, room.top() + LEGEND_DOWN
    text.write(painter, QPointF(left, top + metrics.ascent()), title)
    for n, ((color, _), line) in enumerate(zip(command.rows, lines, strict=True), start=1):
        y = top + n * (metrics.lineSpacing() + 2)
        painter.fillRect(QRectF(left, y + 2, LEGEND_SWATCH, LEGEND_SWATCH), QColor(*color))
        text.write(painter, QPointF(left + LEGEND_SWATCH + 8, y + metrics.ascent()), line)


def _handle(painter: QPainter, at: Place) -> None:
    painter.setPen(QPen(QColor(0, 0, 0), 1))
    painter.setBrush(QColor(255, 255, 255))
    side = HANDLE_SIDE - 1
    painter.drawRect(QRectF(round(at[0]) - side / 2, round(at[1]) - side / 2, side, side))


def _ring(painter: QPainter, command: Ring, theme: Theme) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    at = QPointF(*command.at)
    painter.setPen(QPen(QColor(0, 0, 0), 3))
    painter.drawEllipse(at, command.radius_x, command.radius_y)
    painter.setPen(QPen(theme.color("overlay"), 1))
    painter.drawEllipse(at, command.radius_x, command.radius_y)


def _lines(command: Caption) -> list[str]:
    lines = [words(line) for line in command.lines] or [""]  # a point has no size
    lines[0] = f"{command.digit}  {lines[0]}".strip()
    return lines


def _wanted(command: Caption, lines: list[str], text: HaloText) -> Wanted:
    wide = max(text.metrics.horizontalAdvance(line) for line in lines)
    return Wanted(command.around, (wide, text.metrics.lineSpacing() * len(lines)))


def _caption(painter: QPainter, lines: list[str], text: HaloText, place: Rect) -> QRect:
    left, top, right, bottom = place
    for n, line in enumerate(lines):
        base = top + text.metrics.ascent() + n * text.metrics.lineSpacing()
        text.write(painter, QPointF(left, base), line)
    return QRectF(left, top, right - left, bottom - top).toAlignedRect()


def _edges(rect: QRect) -> Rect:
    return rect.left(), rect.top(), rect.right() + 1, rect.bottom() + 1
