"""What lies under the pointer, told in the status line."""

from __future__ import annotations

from collections.abc import Callable

from labeler.model.image import Image
from labeler.model.measures import MASKS
from labeler.model.rasters import Place
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.phrases import words
from labeler.ui.reading.slide_probe import SlideProbe
from labeler.ui.reading.viewport import Viewport
from labeler.ui.translation import tr
from labeler.viewing.corner_text import probe_text
from labeler.viewing.fused_text import fused_text
from labeler.viewing.layer_overlay import dose_text


class ProbeLine:
    """Of one viewport; `show` hears it only when it is another."""

    def __init__(
        self,
        desk: Desk,
        viewport: Viewport,
        show: Callable[[str], None],
        slide: SlideProbe,
    ) -> None:
        self._desk, self._viewport, self._show, self._slide = desk, viewport, show, slide
        self._told: str | None = None

    def tell(self, at: Place | None) -> None:
        """What is `at` a place of the canvas; None where the pointer is not in the viewport."""
        if at is None:
            self._slide.leave()
        hint = self._hint()
        if at is None and not hint and self._told == "":
            return
        line = "   ".join(part for part in (hint, self._under(at)) if part)
        if line != self._told:
            self._told = line
            self._show(line)

    def _hint(self) -> str:
        """What keys mean just now that they do not mean else."""
        if self._adds_to_mark:
            return tr("Esc: new mark")
        desk = self._desk
        moves = self._viewport is desk.active and desk.may_nudge and desk.chosen.can_move
        return tr("Arrows move the mark. Esc: slices") if moves else ""

    @property
    def _adds_to_mark(self) -> bool:
        """Whether the next stroke of the brush goes into the selected mark."""
        desk = self._desk
        mark = desk.selected_mark() if desk.editable and desk.tool.name == "brush" else None
        return mark is not None and isinstance(mark.shape, MASKS)

    def _under(self, at: Place | None) -> str:
        scene = self._desk.scene(self._viewport)
        if scene is None or at is None:
            return ""
        p_voxel, index = scene.where.to_voxel(at), scene.view.index
        point = self._slide.at(scene.image, p_voxel)
        found = probe_text(scene.image, index, p_voxel, self._viewport.pixels, point)
        text = words(found).strip() if found else ""
        if not text:
            return ""
        over = self._over(scene.image, index, p_voxel)
        dose = self._viewport.layers.shown().dose
        told = dose_text(scene.image, index, p_voxel, dose) if dose else None
        text = " · ".join((text, over)) if over else text
        return "   ".join((text, words(told))) if told else text

    def _over(self, image: Image, index: int, p_voxel: Place) -> str | None:
        """Of the series that is laid over this one."""
        fused = self._viewport.fused
        pixels = fused.at(image, index)
        if fused.over is None or pixels is None:
            return None
        return fused_text(fused.over.image, pixels, p_voxel)
