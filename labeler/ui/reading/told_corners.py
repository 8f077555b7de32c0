"""What stands in the corners of one view, put together from all that has something to say there."""

from __future__ import annotations

from dataclasses import replace

from labeler.app.open_case import OpenCase
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.fusion_painter import fusion_words
from labeler.ui.reading.slide_painter import SlidePainter
from labeler.ui.reading.standing_words import StandingWords
from labeler.ui.reading.tie_words import tie_words
from labeler.ui.reading.viewport import Viewport
from labeler.viewing.corner_text import Corners, late_line
from labeler.viewing.phrase import phrase
from labeler.viewing.reformat import Reformat
from labeler.viewing.scene import Scene
from labeler.viewing.stack_text import empty_texts
from labeler.viewing.study_text import study_text

LAYERS_ELSEWHERE = phrase("Some layers: on acquired slices only")
"""Points, lines and words belong to frames of a file; a plane has none of them."""

LOADING = phrase("Loading …")


class ToldCorners:
    """Keeps what it told of a slice: the next one changes no more than its own lines."""

    def __init__(self, desk: Desk, viewport: Viewport, slide: SlidePainter) -> None:
        self._desk, self._viewport, self._slide = desk, viewport, slide
        self._standing = StandingWords()

    def of(self, scene: Scene, case: OpenCase, life: float | None = None) -> Corners:
        """Of a slide the level and the magnification stand where the zoom stands of others."""
        told = self._standing.of(scene, case, life)
        ties = tie_words(self._desk.planes.beside, self._viewport)
        if self._viewport.is_late and self._viewport.coming.is_awaited:
            told = replace(told, bottom_right=(*told.bottom_right, LOADING))
        elif self._viewport.is_late and self._viewport.pixels is not None:
            wanted = None if self._viewport.awaits_cut else self._viewport.wanted
            told = replace(told, bottom_right=(*told.bottom_right, late_line(scene.image, wanted)))
        if ties:
            told = replace(told, bottom_right=(*ties, *told.bottom_right))
        if self._viewport.cut_layers.elsewhere and isinstance(scene.image, Reformat):
            told = replace(told, bottom_left=(LAYERS_ELSEWHERE, *told.bottom_left))
        if isinstance(scene.image, Reformat) and scene.image.base is not None:
            empty = empty_texts(scene.image.base, self._desk.failed(self._viewport))
            told = replace(told, bottom_left=(*empty, *told.bottom_left))
        fusion, slide = fusion_words(self._viewport.fused), self._slide.lines()
        if fusion:
            told = replace(told, bottom_left=(*fusion, *told.bottom_left))
        study = case.study_of.get(self._viewport.tile)
        of_when = None if study is None else study_text(study)
        if of_when is not None:
            told = replace(told, top_left=(*told.top_left, of_when))
        return (
            told if slide is None else replace(told, bottom_left=(*told.bottom_left[:-1], *slide))
        )
