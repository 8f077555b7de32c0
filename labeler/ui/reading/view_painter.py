"""Paints one view: pixels, marks, corners, letters, edge bar; or why a slice is not shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from weakref import ref

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from labeler.errors import LabelerError
from labeler.model.document import Mark
from labeler.model.image import Image, Pixels
from labeler.ui.look import Look
from labeler.ui.reading.corner_words import MARGIN as MARGIN  # noqa: PLC0414  named here too
from labeler.ui.reading.corner_words import CornerWords, Letters
from labeler.ui.reading.cross_painter import paint_crosshair, paint_reference, spare
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.edge_bar import WIDTH, EdgeBar
from labeler.ui.reading.frame_picture import FramePicture
from labeler.ui.reading.fusion_painter import FusionPainter
from labeler.ui.reading.halo_text import HaloText
from labeler.ui.reading.lens_painter import LensPainter, paint_area
from labeler.ui.reading.long_strokes import EdgePictures
from labeler.ui.reading.marks_picture import MarksPicture
from labeler.ui.reading.missing_rows import paint_missing_rows
from labeler.ui.reading.overlay_painter import draw
from labeler.ui.reading.phrases import words
from labeler.ui.reading.scale_painter import ScalePainter
from labeler.ui.reading.slide_painter import SlidePainter
from labeler.ui.reading.told_corners import LOADING, ToldCorners
from labeler.ui.reading.viewport import Viewport
from labeler.ui.theme import Type, font
from labeler.ui.translation import error_words
from labeler.viewing.air_search import Mask
from labeler.viewing.caption_place import CaptionPlaces
from labeler.viewing.file_overlay import ink, on_image, with_halo
from labeler.viewing.layer_overlay import LayerOverlay, cover
from labeler.viewing.look_tools import LookTool
from labeler.viewing.overlay import Overlay
from labeler.viewing.reformat import Reformat
from labeler.viewing.render import Grey
from labeler.viewing.scene import Preview, Scene, Tool
from labeler.viewing.tool_set import preview_of
from labeler.viewing.true_size import life_size, mm_per_pixel
from labeler.viewing.viewport import CanvasMap, table_of

CHIP_ROOM = 32
"""Height kept free at the bottom left for the chip of caveats."""


WHOLE_FROM = 360
"""Sides of a view that has room for all that is known of the selected mark."""


@dataclass(frozen=True)
class Hand:
    """What the widget knows beside the scene: whether the pointer is `here`, the tool `held` by a
    button, whether the `chip` of caveats is shown, how large a canvas pixel is, and which mark is
    `hovered`."""

    chip: bool
    here: bool = False
    held: Tool | None = None
    pixel_mm: float | None = None
    hovered: str = ""


@dataclass(frozen=True)
class _Picture:
    """`of` is held, and compared as itself: what was let go of gives its place to another."""

    of: object
    key: object
    image: QImage


class ViewPainter:
    """Keeps the last picture and the lines of text, so that little is drawn that did not change."""

    def __init__(self, look: Look, desk: Desk, viewport: Viewport) -> None:
        self._look, self._desk, self._viewport = look, desk, viewport
        self._frame, self.slide = FramePicture(), SlidePainter(viewport)
        self._notes = HaloText(look.theme, Type.SECONDARY)
        self._letters, self._words = Letters(look.theme), CornerWords(self._notes)
        self._places, self._layer_places = CaptionPlaces(), CaptionPlaces()
        self._fusion = FusionPainter()
        self.marks = MarksPicture(look.theme)
        self._overlay, self._layer_overlay = Overlay(), LayerOverlay()
        self._edges, self._layer_edges = EdgePictures(), EdgePictures()
        self._inked: _Picture | None = None
        self._edge = EdgeBar()
        self._told = ToldCorners(desk, viewport, self.slide)
        self._lens = LensPainter(look.theme)
        self._scale = ScalePainter(look.theme, self._notes)
        self._marked: tuple[tuple[Mark, ...], ref[Image], tuple[int, ...]] | None = None

    def paint(self, painter: QPainter, room: QRect, ratio: float, hand: Hand) -> None:
        self._notes.begin_picture()
        scene = self._desk.scene(self._viewport)
        if scene is None or self._viewport.pixels is None:
            painter.fillRect(room, self._look.theme.color("image"))
        if scene is None:
            self._say_loading(painter, room)
            return
        scene = replace(scene, ratio=ratio)
        slide = self._paint_slide(painter, scene, room, ratio)  # its level is told in the corner
        self._place_texts(room, scene, hand, ratio)
        if not slide and self._viewport.error is not None:
            self._tell(painter, room, self._viewport.error)
        elif not slide and self._viewport.pixels is None:
            self._say_loading(painter, room)
        else:
            if not slide and self._viewport.pixels is not None:
                self._picture(painter, self._viewport.pixels, scene, room, ratio)
                paint_missing_rows(painter, room, scene, self._look.theme)
            self._fused(painter, room, scene, ratio)
            self._file_overlays(painter, room, scene, ratio)
            written = self.slide.taken(scene) if slide else []
            written += self._layers(painter, room, scene, written)
            preview = self._preview(scene, hand.held)
            if preview.ring is not None and not hand.here:  # the brush is in one view
                preview = replace(preview, ring=None)
            written += self._marks(painter, room, scene, ratio, preview, hand.hovered, written)
            self._across(painter, room, scene, written)
            self._letters.paint(painter)
            if slide:
                self.slide.paint_overview(painter, scene, _grey(scene), self._look.theme)
            self._reach(painter, scene, ratio, hand, preview)
        self._words.paint(painter)
        self._scale.paint(painter, room)
        count = len(scene.image.refs)
        seen, wanted = self._viewport.seen(), self._viewport.wanted
        ticks, gaps = self._ticks(scene), scene.image.stack.gaps
        failed = (
            frozenset() if isinstance(scene.image, Reformat) else self._desk.failed(self._viewport)
        )
        theme = self._look.theme
        self._edge.paint(painter, room, theme, count, gaps, seen, ticks, wanted, failed)

    def make_words(self, room: QRect, ratio: float, hand: Hand) -> None:
        """Texts are drawn before their first picture."""
        scene = self._desk.scene(self._viewport)
        if scene is not None:
            self._place_texts(room, scene, hand, ratio)

    def _ticks(self, scene: Scene) -> tuple[int, ...]:
        """The slices with marks; looked for again only when a mark came or went."""
        marks, image, known = scene.document.marks, scene.image, self._marked
        if known is None or known[0] is not marks or known[1]() is not image:
            frames = scene.marks.frames(scene.document)
            at = tuple(i for i, ref in enumerate(image.refs) if ref in frames) if frames else ()
            self._marked = known = marks, ref(image), at
        return known[2]

    def _picture(
        self, painter: QPainter, pixels: Pixels, scene: Scene, room: QRect, ratio: float
    ) -> None:
        view = scene.view
        size = max(1, round(room.width() * ratio)), max(1, round(room.height() * ratio))
        grey = grey_of(scene.image, view.index, view.inverted, scene)
        where, frame = _scaled(scene.where, ratio), self._viewport.arrivals
        air = self._air(scene, pixels)
        self._frame.paint(
            painter, pixels, where, size, ratio, grey, frame, smooth=view.smooth, air=air
        )

    def _air(self, scene: Scene, pixels: Pixels) -> Mask | None:
        """What stays black although the view is inverted."""
        view = scene.view
        found = self._viewport.air.around(scene.image, view.index, pixels)
        return found if view.inverted else None

    def _paint_slide(self, painter: QPainter, scene: Scene, room: QRect, ratio: float) -> bool:
        """From the tiles of the level that the view needs; False where it is no slide."""
        if self._viewport.tiles is None:
            self.slide.forget()
            return False
        size = max(1, round(room.width() * ratio)), max(1, round(room.height() * ratio))
        where = _scaled(scene.where, ratio)
        return self.slide.paint(painter, scene, where, size, ratio, _grey(scene))

    def _fused(self, painter: QPainter, room: QRect, scene: Scene, ratio: float) -> None:
        """Another series over this one."""
        fused = self._viewport.fused
        pixels = fused.at(scene.image, scene.view.index)
        if pixels is not None:
            size = max(1, round(room.width() * ratio)), max(1, round(room.height() * ratio))
            where = _scaled(scene.where, ratio)
            self._fusion.paint(painter, room, fused, pixels, where, size)

    def _file_overlays(self, painter: QPainter, room: QRect, scene: Scene, ratio: float) -> None:
        found = self._viewport.overlays.at(scene.view.index)
        if not found:
            self._inked = None
            return
        size = max(1, round(room.width() * ratio)), max(1, round(room.height() * ratio))
        where = _scaled(scene.where, ratio)
        known, key = self._inked, (where, size)
        if known is None or known.of is not found or known.key != key:
            _, rows, columns = scene.image.source.shape
            color = self._look.theme.color("overlay")
            inked = with_halo(
                ink(on_image(found, rows, columns), where, size),
                (color.red(), color.green(), color.blue()),
            )
            form = QImage.Format.Format_RGBA8888
            image = QImage(inked.tobytes(), size[0], size[1], size[0] * 4, form)
            form = QImage.Format.Format_ARGB32_Premultiplied
            known = self._inked = _Picture(found, key, image.convertToFormat(form))
        painter.drawImage(room, known.image)

    def slice_at(self, x: float, y: float, room: QRect) -> int | None:
        """The slice under a place on the bar at the right edge; None beside it."""
        image = self._viewport.image
        if image is None:
            return None
        return self._edge.index_at(x, y, room, len(image.refs), image.stack.gaps)

    def _preview(self, scene: Scene, held: Tool | None) -> Preview:
        """Of the tool in hand, or of the one before it while a button still holds that."""
        desk = self._desk
        draws = held is not None and held.busy and not isinstance(held, LookTool)
        tool = held if held is not None and draws else desk.tool
        usable = desk.may_use(tool, self._viewport)
        return preview_of(desk.tools, tool, scene) if usable else Preview()

    def _reach(
        self, painter: QPainter, scene: Scene, ratio: float, hand: Hand, preview: Preview
    ) -> None:
        """What the hand holds over the image: a lens, or a box being drawn."""
        pixels = self._viewport.pixels
        if preview.lens is not None and hand.here and pixels is not None:
            frame = self._viewport.arrivals
            grey, air = _grey(scene), self._air(scene, pixels)
            self._lens.paint(painter, scene, pixels, preview.lens, ratio, grey, frame, air)
        area = hand.held.preview(scene).area if hand.held else preview.area
        if area is not None:
            paint_area(painter, area, self._look.theme)

    def _marks(
        self,
        painter: QPainter,
        room: QRect,
        scene: Scene,
        ratio: float,
        preview: Preview,
        hovered: str,
        written: list[QRect],
    ) -> list[QRect]:
        """Answers with where words stand beside them."""
        desk = self._desk
        if desk.marks_hidden and not preview.ghosts:
            return []
        inner = QRectF(room.adjusted(MARGIN, MARGIN, -MARGIN - WIDTH, -MARGIN))
        fill = 0.0 if desk.preferences.outlines_only else desk.preferences.fill_percent / 100
        line = desk.preferences.line_percent / 100
        self.marks.paint(painter, scene, room, ratio, preview.gone, fill, line)
        whole = self._viewport is desk.active and min(room.width(), room.height()) >= WHOLE_FROM
        found = self._overlay.commands(
            scene, preview, self._viewport.pixels, hovered, fill, whole=whole
        )
        if not found:
            return []
        painter.save()
        taken = (*self._taken, *written)
        theme, notes, places = self._look.theme, self._notes, self._places
        captions = draw(painter, found, theme, notes, inner, places, taken, self._edges)
        painter.restore()
        return captions

    def _across(self, painter: QPainter, room: QRect, scene: Scene, written: list[QRect]) -> None:
        """The crosshair, and where the active view's slice lies; no text is covered."""
        ends = self._desk.planes.lines_on(self._viewport, self._desk.active)
        if ends is None and scene.crosshair is None:
            return
        painter.save()
        spare(painter, room, (*self._taken, *written))
        handles = self._desk.tool.name == "crosshair"
        paint_crosshair(painter, scene, self._look.theme, handles=handles)
        if ends is not None:
            paint_reference(painter, scene, ends, self._look.theme)
        painter.restore()

    def _layers(
        self, painter: QPainter, room: QRect, scene: Scene, written: list[QRect]
    ) -> list[QRect]:
        """What other files say, under the person's own marks; answers as `_marks` does."""
        captions: list[QRect] = []
        if self._desk.marks_hidden:
            return captions
        shown, found = self._viewport.layers.shown(), self._layer_overlay
        sections = self._viewport.cut_layers.at(scene.image, scene.view.index)
        commands = found.wash(scene, shown.dose) if shown.dose is not None else ()
        if shown.presentation is not None:
            commands += cover(scene, shown.presentation)
        commands += found.commands(scene, shown.layers, sections)
        if commands:
            inner = QRectF(room.adjusted(MARGIN, MARGIN, -MARGIN - WIDTH, -MARGIN))
            painter.save()
            places, taken = self._layer_places, (*self._taken, *written)
            theme, notes, edges = self._look.theme, self._notes, self._layer_edges
            captions = draw(painter, commands, theme, notes, inner, places, taken, edges)
            painter.restore()
        return captions

    def foot(self, room: QRect) -> int:
        """How high the words at the bottom left stand in the last picture."""
        tops = [line.top() for line in self._words.bottom_left]
        return room.bottom() + 1 - min(tops) if tops and self._desk.case is not None else 0

    def _place_texts(self, room: QRect, scene: Scene, hand: Hand, ratio: float) -> None:
        """Before anything is drawn that has to leave them free."""
        case = self._desk.case
        self._letters.place(room, scene.layout.letters, ratio)
        if case is None:
            return
        told = self._told.of(scene, case, _life(scene, hand.pixel_mm))
        self._words.place(room, told, CHIP_ROOM if hand.chip else 0, ratio)
        seen = self._viewport.tiles is not None or self._viewport.pixels is not None
        if seen and self._desk.preferences.scale_bar:
            self._scale.place(room, scene, ratio, (*self._letters.taken, *self._words.taken))
        else:
            self._scale.leave()

    def written(self, room: QRect, hand: Hand, ratio: float) -> tuple[QRect, ...]:
        """Where words, letters and the scale stand in the next picture."""
        scene = self._desk.scene(self._viewport)
        if scene is None:
            return ()
        self._place_texts(room, scene, hand, ratio)
        return self._taken

    @property
    def _taken(self) -> tuple[QRect, ...]:
        """Where corners, letters and the bar's length stand."""
        return (*self._letters.taken, *self._words.taken, *self._scale.taken)

    def _say_loading(self, painter: QPainter, room: QRect) -> None:
        """Where nothing stands after a while."""
        if self._viewport.is_late:
            self._write(painter, room, words(LOADING), "text2")

    def _tell(self, painter: QPainter, room: QRect, error: LabelerError) -> None:
        self._write(painter, room, "\n".join(error_words(error)), "text")

    def _write(self, painter: QPainter, room: QRect, text: str, color: str) -> None:
        painter.setFont(font(Type.BODY))
        painter.setPen(self._look.theme.color(color))
        middle = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        inner = room.adjusted(room.width() // 5, 0, -room.width() // 5, 0)
        painter.drawText(inner, int(middle), text)


def grey_of(image: Image, index: int, inverted: bool, scene: Scene) -> Grey:
    """How this slice's stored values become grey in the view."""
    return Grey(
        slope=image.slopes[index],
        intercept=image.intercepts[index],
        window=scene.view.window,
        inverted=image.inverted != inverted,
        function=image.voi.function,
        lut=table_of(image, scene.view),
    )


def _grey(scene: Scene) -> Grey:
    return grey_of(scene.image, scene.view.index, scene.view.inverted, scene)


def _life(scene: Scene, pixel_mm: float | None) -> float | None:
    """How many times as large as the thing it is shown, where both sizes are known."""
    if pixel_mm is None:
        return None
    voxel_mm = mm_per_pixel(scene.image, scene.layout, scene.view)
    return None if voxel_mm is None else life_size(voxel_mm, scene.view.zoom, pixel_mm)


def _scaled(where: CanvasMap, ratio: float) -> CanvasMap:
    """The same map in device pixels."""
    return CanvasMap(
        where.layout,
        where.left * ratio,
        where.top * ratio,
        where.scale_x * ratio,
        where.scale_y * ratio,
    )
