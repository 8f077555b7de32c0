"""Actions on the series that is laid over another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from labeler.model.image import Image
from labeler.ui.actions import Actions
from labeler.ui.components.menu import Menu
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.fused import Fused
from labeler.ui.reading.planes import refusal_of
from labeler.ui.reading.ports import ReadingPort
from labeler.ui.reading.viewport import Viewport
from labeler.ui.translation import error_words, tr
from labeler.viewing.fusion import FusionLook


class FusionActions:
    """Binds the actions; `say` tells the person why something cannot be laid over."""

    def __init__(
        self, actions: Actions, desk: Desk, port: ReadingPort, say: Callable[[str], None]
    ) -> None:
        self._desk, self._port, self._say = desk, port, say
        looks: dict[str, Callable[[FusionLook], FusionLook]] = {
            "fusion.more": lambda look: look.more(1),
            "fusion.less": lambda look: look.more(-1),
            "fusion.map": FusionLook.next_map,
        }
        for name, how in looks.items():
            actions.bind(name, partial(self._change, how))
        actions.bind("fusion.next", self.next)
        actions.bind("fusion.window", self._next_window)
        actions.bind("fusion.off", self._off)

    def _off(self) -> None:
        if self._fused.tile:
            self.remove(self._desk.active)

    def _next_window(self) -> None:
        self._fused.next_window()

    @property
    def _fused(self) -> Fused:
        return self._desk.active.fused

    def _change(self, how: Callable[[FusionLook], FusionLook]) -> None:
        if not self._fused.tile:
            self._say(tr("Lay another series over this one first."))
        self._fused.change(how)

    def candidates(self) -> tuple[str, ...]:
        """The other series of the case."""
        case = self._desk.case
        mine = self._desk.active.tile
        return tuple(tile.uid for tile in case.series if tile.uid != mine) if case else ()

    def next(self) -> None:
        """The next series that lies where this one does; after the last none."""
        tiles, fused = self.candidates(), self._fused
        begin = tiles.index(fused.tile) + 1 if fused.tile in tiles else 0
        was, viewport = bool(fused.tile), self._desk.active
        if was:
            self.remove(viewport)
        self._try(viewport, tiles[begin:], said=was)

    def _try(self, viewport: Viewport, tiles: tuple[str, ...], *, said: bool) -> None:
        """One series after the other; where none fits the last reason is said."""
        if not tiles:
            if not said:
                self._say(tr("There is no other series to lay over this one."))
            return

        def arrived(image: Image) -> None:
            refused = self._put(viewport, tiles[0], image)
            if refused and len(tiles) > 1:
                self._try(viewport, tiles[1:], said=said)
            elif refused and not said:
                self._say(refused)

        self._port.series.request_image(tiles[0], arrived)

    def put(self, tile: str) -> None:
        """Lay this series over the active viewport's."""
        viewport = self._desk.active

        def arrived(image: Image) -> None:
            refused = self._put(viewport, tile, image)
            if refused:
                self._say(refused)

        self._port.series.request_image(tile, arrived)

    def _put(self, viewport: Viewport, tile: str, image: Image) -> str:
        """Why it cannot be; empty where it is."""
        base = viewport.image
        if base is None:
            return ""
        lay = partial(viewport.fused.put, tile, image, base, viewport.view.index)
        refused = refusal_of(lay)
        return " ".join(error_words(refused)) if refused is not None else ""

    def remove(self, viewport: Viewport) -> None:
        viewport.fused.clear()
        viewport.look(viewport.view)

    def menu(self, owner: QWidget) -> QMenu:
        """The other series of the case by their names, the one laid over checked."""
        menu, case = Menu(owner, tr("Lay over it")), self._desk.case
        viewport = self._desk.active
        for tile in case.series if case is not None else ():
            if tile.uid == viewport.tile:
                continue
            action = menu.addAction(tile.name or tile.uid)
            action.setCheckable(True)
            action.setChecked(tile.uid == viewport.fused.tile)
            on = partial(self.remove, viewport)
            action.triggered.connect(on if action.isChecked() else partial(self.put, tile.uid))
        menu.setEnabled(bool(menu.actions()))
        return menu
