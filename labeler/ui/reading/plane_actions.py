"""Actions on planes, slabs and views side by side."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from labeler.ui.actions import Actions
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.planes import Planes, refusal_of
from labeler.ui.reading.viewport import Viewport
from labeler.ui.translation import error_words, tr
from labeler.viewing.cuts import CUTS
from labeler.viewing.links import slice_at
from labeler.viewing.reformat import Reformat

MPR = (*CUTS, "")
"""What four viewports show, row by row: three planes, and the series as it was acquired."""


class PlaneActions:
    """Binds the actions; `say` tells the person why something is not to be had."""

    def __init__(self, actions: Actions, desk: Desk, say: Callable[[str], None]) -> None:
        self._actions, self._desk, self._say = actions, desk, say
        planes = desk.planes
        bound: dict[str, Callable[[], object]] = {
            "planes.mpr": self._mpr,
            "planes.acquired": partial(self._of_active, Planes.acquired),
            "planes.straight": planes.straighten,
            "planes.lines": planes.toggle_lines,
            "slab.thicker": partial(self._slab, partial(Planes.thicker, steps=1)),
            "slab.thinner": partial(self._slab, partial(Planes.thicker, steps=-1)),
            "slab.kind": partial(self._slab, Planes.next_projection),
            "link.place": lambda: planes.toggle_links(desk.active),
            "link.lock": self._lock,
            "link.look": self._together,
        }
        for plane in CUTS:
            bound[f"planes.{plane}"] = partial(self._show, plane)
        for name, do in bound.items():
            actions.bind(name, partial(self._do, do))
        self.check()

    def check(self) -> None:
        """Buttons and menus show how things are."""
        desk = self._desk
        self._actions["planes.mpr"].setChecked(self._is_mpr())
        self._actions["planes.lines"].setChecked(desk.planes.reference_lines)
        self._actions["link.place"].setChecked(desk.planes.beside.linked)
        self._actions["link.lock"].setChecked(desk.planes.beside.locked)
        self._actions["link.look"].setChecked(desk.planes.beside.together)

    def _do(self, do: Callable[[], object]) -> None:
        do()
        self.check()

    def _of_active(self, act: Callable[[Planes, Viewport], None]) -> None:
        act(self._desk.planes, self._desk.active)

    def _slab(self, act: Callable[[Planes, Viewport], None]) -> None:
        """An acquired series has no slab: it is cut along its own plane first."""
        active = self._desk.active
        if not isinstance(active.image, Reformat):
            plane = active.layout.plane.value if active.layout is not None else ""
            if plane not in CUTS:
                self._say(tr("Choose an axial, coronal or sagittal plane first."))
                return
            if not self._show(plane):
                return
        self._of_active(act)

    def _show(self, plane: str) -> bool:
        """Whether the active viewport's series could be cut; if not, the person hears why."""
        active = self._desk.active
        base = active.base
        if base is None:
            return False
        show = partial(self._desk.planes.show, active, active.tile, base, plane)
        refused = refusal_of(show)
        if refused is not None:
            self._say(" ".join(error_words(refused)))
        return refused is None

    def _lock(self) -> None:
        self._desk.planes.toggle_lock(self._desk.active)
        if self._desk.planes.beside.locked:
            self._say(tr("Views scroll together as they lie now, until they are unlocked."))

    def _together(self) -> None:
        self._desk.planes.toggle_together(self._desk.active)

    # --- three planes -------------------------------------------------------------------------

    def _is_mpr(self) -> bool:
        shown = tuple(self._desk.planes.plane(one) for one in self._desk.arrangement.on_screen)
        return shown == MPR

    def _mpr(self) -> None:
        """Three planes of the active series and its slices; once more the series alone."""
        desk, views, active = self._desk, self._desk.arrangement, self._desk.active
        if active.base is None:
            return
        if self._is_mpr():
            self._end_mpr()
            return
        show = partial(desk.planes.show_three, views.viewports[: len(MPR)], active)
        refused = refusal_of(show)
        if refused is not None:
            self._say(" ".join(error_words(refused)))
            return
        views.arrange(2, 2)
        views.activate(views.viewports[0])

    def _end_mpr(self) -> None:
        """What was cut, alone: something else may have come into the fourth viewport since."""
        desk, views = self._desk, self._desk.arrangement
        acquired, first = views.viewports[len(MPR) - 1], views.viewports[0]
        tile, base, crosshair = first.tile, first.base, desk.planes.crosshair
        assert base is not None
        index = acquired.wanted if acquired.image is base else None
        if index is None and crosshair is not None:
            index = slice_at(base, np.array(crosshair.point))
        keep = desk.active.settled if desk.active.tile == tile else first.settled
        views.arrange(1, 1)
        first.show(tile, base, index or 0, keep=keep)
        desk.planes.end()
