"""What one viewport shows of other files' layers on a plane: computed beside it, as it comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from labeler.app.cut_room import Tick
from labeler.model.image import Image
from labeler.model.layers import Layer
from labeler.ui.reading.layer_choice import LayerChoice
from labeler.ui.reading.ports import FrameAnswer, ReadingPort
from labeler.viewing.layer_sections import Section, Solids, section
from labeler.viewing.reformat import Reformat, ReformatSource

Sections = Mapping[str, Section]
"""By the keys of their layers."""
NO_SECTIONS: Sections = {}


class CutLayers:
    """Of one viewport; `changed` hears when there is something else to be seen. `elsewhere` says
    that some of the layers shown have no part on any plane."""

    def __init__(
        self,
        port: ReadingPort,
        solids: Solids,
        choice: LayerChoice,
        changed: Callable[[], None],
    ) -> None:
        self._port, self._solids, self._choice, self._changed = port, solids, choice, changed
        self._asked = 0
        self._here: tuple[Image, int, Sections] | None = None
        self.elsewhere = False

    def follow(self, image: Image | None, index: int) -> None:
        """Another frame is on show, or other layers are."""
        self._asked += 1
        asked, layers = self._asked, tuple(layer for _, layer in self._choice.shown().layers)
        if not isinstance(image, Reformat) or image.base is None or not layers:
            self._here, self.elsewhere = None, False
            return
        source, base = image.source, image.base
        assert isinstance(source, ReformatSource)
        cut, found, flat = source, dict[str, Section](), list[Layer]()

        def work(tick: Tick) -> FrameAnswer:
            for done, layer in enumerate(layers):
                tick(done, len(layers))
                solid = self._solids.of(base, cut.lattice, layer)
                if solid is None:
                    flat.append(layer)
                    continue
                made = section(solid, cut.plane(index))
                if made is not None:
                    found[layer.key] = made
            return _MADE

        def deliver(_answer: FrameAnswer) -> None:
            if asked == self._asked:
                self._here, self.elsewhere = (image, index, found), bool(flat)
                self._changed()

        self._port.series.compute(self, work, deliver)

    def at(self, image: Image, index: int) -> Sections:
        """The sections of a plane; nothing while they are computed."""
        here = self._here
        return here[2] if here and here[0] is image and here[1] == index else NO_SECTIONS


_MADE = np.zeros((0, 0), np.uint8)
"""What is computed are sections, and no frame."""
