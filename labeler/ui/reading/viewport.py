"""One viewport: which series it shows, which slice of it, and how. No widget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import partial

from labeler.app.tile_feed import TileFeed
from labeler.errors import LabelerError
from labeler.model.affine import Vector
from labeler.model.frames import Window
from labeler.model.image import Image, Pixels
from labeler.model.layers import NO_FINDINGS, Findings
from labeler.ui.reading.black_air import BlackAir
from labeler.ui.reading.coming_cut import ComingCut
from labeler.ui.reading.coming_series import ComingSeries
from labeler.ui.reading.cut_layers import CutLayers
from labeler.ui.reading.file_overlays import FileOverlays
from labeler.ui.reading.fused import Fused
from labeler.ui.reading.held_slice import HeldSlice
from labeler.ui.reading.layer_choice import LayerChoice
from labeler.ui.reading.plane_requests import PlaneRequests
from labeler.ui.reading.ports import FrameAnswer, ReadingPort
from labeler.ui.reading.series_window import SeriesWindow
from labeler.viewing.layer_overlay import presented
from labeler.viewing.layer_sections import Solids
from labeler.viewing.layout import Layout, layout_of
from labeler.viewing.recut import carried_over
from labeler.viewing.reformat import Reformat, cut_of
from labeler.viewing.viewport import (
    Canvas,
    ViewState,
    fit,
    go_to,
    resized,
    with_window,
)

UNKNOWN_WINDOW = Window(127.5, 256.0)
"""Until the first frame says more; it shows 8-bit values as they are."""


class Viewport:
    """`changed` hears after each change of what is to be seen in it, `moved` as soon as another
    slice is wanted, `looked` how the same slice was seen before it is seen otherwise; `place` says
    at which slice a series opens beside others.

    `wanted` is the slice asked for, `view.index` the one on show: `pixels`, or the `error` that
    stands in their place. Without an `image` it is empty.
    """

    def __init__(
        self,
        port: ReadingPort,
        changed: Callable[[Viewport], None],
        moved: Callable[[Viewport], None] = lambda _viewport: None,
        looked: Callable[[Viewport, ViewState], None] = lambda _viewport, _before: None,
        solids: Solids | None = None,
        place: Callable[[Viewport, Image], int | None] = lambda _viewport, _image: None,
    ) -> None:
        self._port, self._tell, self._moved, self._looked = port, changed, moved, looked
        self._place, self.tile, self.wanted = place, "", 0
        self.coming = ComingSeries(port, lambda awaits: self.waits(awaits))  # noqa: PLW0108  set later
        self.image: Image | None = None
        self.layout: Layout | None = None
        self.view = ViewState(0, UNKNOWN_WINDOW)
        self.canvas = Canvas(1.0, 1.0)
        self.pixels: Pixels | None = None
        self.error: LabelerError | None = None
        self.tiles: TileFeed | None = None
        self.opens_in = SeriesWindow(port)
        self.smooth = True
        """How a series is shown beyond 1:1 at its opening."""
        self.fitting: Callable[[], None] | None = None
        """Fits it together with others, where it hangs so."""
        self.is_coarse = False
        """Whether a cut is shown as it is while it is turned."""
        self.arrivals = 0
        """Counts the frames that came, so that each is painted anew."""
        self.waits: Callable[[bool], None] = lambda _waits: None
        """Hears whether another place is wanted than stands there; `is_late` if for long."""
        self.rests = False
        """Whether it is off the screen."""
        self.is_late, self._planes = False, PlaneRequests(port, self, self._came)
        self._coming = ComingCut(self._planes, self._take_cut, self._refuse_cut)
        self.fused, self.air = Fused(port, self._changed), BlackAir(port, self._changed)
        self.held = HeldSlice()
        self.overlays = FileOverlays(
            lambda n, to: port.series.request_overlays(self.tile, n, to, self), self._changed
        )
        self.layers = LayerChoice(self._findings, self._choose_layers)
        self.cut_layers = CutLayers(port, solids or Solids(), self.layers, self._changed)

    # --- the series ---------------------------------------------------------------------------

    def clear(self) -> None:
        """Show nothing; the caller says so."""
        self.held.end()
        self.coming.leave()
        self._leave_tiles()
        self.tile, self.image, self.layout = "", None, None
        self.fused.clear()
        self.overlays.clear()
        self.fitting, self.pixels, self.error = None, None, None
        self._coming.leave()
        self.waits(False)
        self.layers.begin()

    def open(
        self, tile: str, index: int | None = None, then: Callable[[Viewport], None] | None = None
    ) -> None:
        """Show a series when it is here, see `show`, and do something with it; unless another is
        asked for meanwhile."""

        def arrived(image: Image) -> None:
            self.show(tile, image, index)
            if then is not None:
                then(self)

        self.coming.ask(tile, arrived)

    def show(
        self,
        tile: str,
        image: Image,
        index: int | None = None,
        pinned: Window | None = None,
        *,
        keep: ViewState | None = None,
        fused: Fused | None = None,
    ) -> None:
        """Show a series that is here, fitted, in its opening window or the `pinned` one; or in
        the window of a view to `keep`, where that is of the same series, under what is
        `fused` over another viewport. Without an `index` it moves no other view."""
        self.held.end()
        self.coming.leave()
        at = (self._place(self, image) or 0) if index is None else index
        self._leave_tiles()
        if tile != self.tile:
            self.fused.clear()
        if fused is not None:
            self.fused.share(fused)
        self.overlays.clear()
        self._coming.leave()
        self.tile, self.image, self.fitting = tile, image, None
        self.tiles = self._port.series.tiles(tile)
        self.layout = layout_of(image)
        self.layers.read()
        known = self.opens_in.begin(image, pinned)
        self.pixels, self.error = None, None
        window = known.window or UNKNOWN_WINDOW
        view = ViewState(0, window, inverted=known.inverted, lut=known.lut, smooth=self.smooth)
        if keep is not None:
            self.opens_in.keep(keep.window)
            view = replace(keep, index=0)
        self.view = fit(view, self.layout, self.canvas)
        self._ask(min(at, len(image.refs) - 1))
        if index is not None:
            self._moved(self)
        self._changed()

    def rename(self, tiles: Mapping[str, str]) -> None:
        """Its series is called otherwise from now on: what is seen of it stays."""
        if self.image is None or self.tile not in tiles:
            return
        self.tile = tiles[self.tile]
        self.coming.leave()
        self._coming.leave()
        self._port.series.request_image(self.tile, self._put_base)
        self.fused.rename(tiles)
        self._ask(self.wanted)

    def _put_base(self, base: Image) -> None:
        self.image = cut_of(base, self.image)

    # --- slices -------------------------------------------------------------------------------

    def _ask(self, index: int) -> None:
        """Ask for a slice; it is shown, with all that belongs to it, when it is here."""
        image = self.image
        self.wanted = index
        assert image is not None
        take, stands = partial(self._take, image), self.pixels is not None
        self.waits(not stands or index != self.view.index)
        if isinstance(image, Reformat):
            self._planes.ask(self.tile, image, index, partial(take, index), quick=stands)
        else:
            self._port.series.request_frame(self.tile, index, take, self)

    # --- cuts ---------------------------------------------------------------------------------

    @property
    def settled(self) -> ViewState | None:
        """How it is looked at; None until the first frame says in which window."""
        return None if self.opens_in.is_open or self.image is None else self.view

    @property
    def base(self) -> Image | None:
        """The acquired series that is shown, or cut."""
        return self.image.base if isinstance(self.image, Reformat) else self.image

    def recut(self, image: Reformat, through: Vector, *, coarse: bool = False) -> None:
        """Another cut of the same series, as large, in the same window, with the place amid the
        view kept there; it is shown when its first frame is here."""
        self.waits(True)
        self._coming.ask(self.tile, image, image.index_of(through), coarse=coarse)

    @property
    def awaits_cut(self) -> bool:
        """Whether what is shown is about to be cut anew, so that its planes mean nothing."""
        return self._coming.is_awaited

    def _take_cut(self, image: Reformat, index: int, pixels: Pixels, coarse: bool) -> None:
        if self.image is image:
            self._take(image, index, pixels)
        elif not self.rests and self.image is not None and self.layout is not None:
            self.held.end()
            self.is_coarse = coarse
            self.layout, self.view = carried_over(self.view, self.layout, self.image, image, index)
            self.image, self.wanted = image, index
            self.pixels, self.error = pixels, None
            self.waits(self.awaits_cut)
            self.arrivals += 1
            self.fused.follow(image, index)
            self.cut_layers.follow(image, index)
            self._changed()

    def _refuse_cut(self, error: LabelerError) -> None:
        if not self.rests and self.image is not None:
            self._show(self.wanted, error)

    def freshen(self) -> None:
        """More of the volume is here: the same frame once more."""
        image, index = self.image, self.wanted
        if self.awaits_cut:
            self.waits(True)
            self._coming.ask_again()
        elif isinstance(image, Reformat):
            self._planes.ask(self.tile, image, index, partial(self._take, image, index))

    def _came(self, tile: str) -> None:
        if tile == self.tile and not self.rests:
            self.freshen()

    def rest(self) -> None:
        """It is off the screen: nothing of its series is kept here."""
        self.held.end()
        self.rests, self.pixels, self.error = True, None, None
        self.waits(False)
        self._port.series.leave(self)
        self.fused.rest()

    def wake(self) -> None:
        """It is on the screen again, as it was."""
        if self.rests:
            self.rests = False
            if self.image is not None:
                self._ask(self.wanted)

    def _take(self, image: Image, index: int, answer: FrameAnswer) -> None:
        # A plane on the way to the wanted one is shown: a drag is seen to move.
        moves = isinstance(image, Reformat) and not self.held.stands
        if (self.wanted == index or moves) and self.image is image and not self.rests:
            self._show(index, answer)

    def _show(self, index: int, answer: FrameAnswer) -> None:
        self.view = replace(self.view, index=index)
        self.waits(index != self.wanted or self.awaits_cut or self.coming.is_awaited)
        self.arrivals += 1
        if self.image is not None:
            self.fused.follow(self.image, index)
        self.cut_layers.follow(self.image, index)
        if isinstance(answer, LabelerError):
            self.pixels, self.error = None, answer
        else:
            self.pixels, self.error = answer, None
            if isinstance(self.image, Reformat):
                self.overlays.clear()
            elif self.image is not None:
                self.overlays.show(self.image, index)
            self._open_window(index, answer)
        self._changed()

    def _open_window(self, index: int, pixels: Pixels) -> None:
        image = self.image
        window = None if image is None else self.opens_in.of_first(image, index, pixels)
        if image is None or window is None or self.view.window is not UNKNOWN_WINDOW:
            return  # a hand was there before
        self.view = with_window(self.view, window)

        def untouched() -> bool:
            view = self.view
            same = self.image is not None and self.image.source is image.source
            return same and view.window == window and view.lut is None

        def put(of_all: Window) -> None:
            self.look(with_window(self.view, of_all))

        self.opens_in.refine(self.tile, image, untouched, put)

    def painted(self) -> bool:
        """The current slice is on the screen; whether that is for the first time."""
        acquired = self.pixels is not None and not isinstance(self.image, Reformat)
        if not acquired or self.view.index in self._port.seen(self.tile):
            return False
        self._port.mark_seen(self.tile, self.view.index)
        return True

    def seen(self) -> AbstractSet[int]:
        """The slices of its series that were on the screen."""
        if self.image is None or isinstance(self.image, Reformat):
            return frozenset()
        return self._port.seen(self.tile)

    def scroll(self, steps: int) -> None:
        self.go_to(self.wanted + steps)

    def go_to(self, index: int) -> None:
        """The slice at `index`, or the nearest there is; nowhere while a cut is made anew, or a
        button draws here."""
        if self.image is None or self.awaits_cut or self.held.stands:
            return
        index = go_to(self.view, index, len(self.image.refs)).index
        if index != self.wanted:
            self._ask(index)
            self._moved(self)

    def stay(self, end: Callable[[], None]) -> None:
        """A button draws on the slice on show, not on one that is on its way; see `HeldSlice`."""
        self.held.hold(end)
        if self.wanted != self.view.index:
            self.wanted = self.view.index
            self.waits(self.awaits_cut)

    def tiles_came(self) -> None:
        """More of a slide can be painted."""
        self._changed()

    def _leave_tiles(self) -> None:
        if self.tiles is not None:
            self.tiles.leave(self)
        self.tiles = None

    # --- the view -----------------------------------------------------------------------------

    def resize(self, canvas: Canvas) -> None:
        if canvas != self.canvas:
            self.held.end()
        self.canvas = canvas
        if self.layout is not None:
            self.view = resized(self.view, self.layout, canvas)
        if self.fitting is not None:
            self.fitting()

    def look(self, view: ViewState) -> None:
        """The same slice in another way."""
        self.held.end_if_moved(self.view, view)
        before, self.view = self.view, replace(view, index=self.view.index)
        self._changed()
        self._looked(self, before)

    def lay(self, layout: Layout, view: ViewState | None = None) -> None:
        """The same image another way up, fitted or in that view."""
        self.held.end()
        self.layout = layout
        self.look(view or fit(self.view, layout, self.canvas))

    def fit(self) -> None:
        if self.layout is not None:
            self.look(fit(self.view, self.layout, self.canvas))
        if self.fitting is not None:
            self.fitting()

    def present(self, key: str) -> None:
        """Show the image as a presentation state wants it, or no longer so."""
        state = self.layers.present(key)
        if self.image is not None and state is not None:
            self.held.end()
            self.view = presented(self.view, self.image, state)
        self._changed()

    @property
    def manner(self) -> tuple[object, ...]:
        """What buttons and panels say of it; not the slice, its place and its window."""
        view = self.view
        return self.tile, view.inverted, view.smooth, self.overlays.hidden, self.layers.chosen

    # --- inside -------------------------------------------------------------------------------

    def _changed(self) -> None:
        self._tell(self)

    def _choose_layers(self) -> None:
        self.cut_layers.follow(self.image, self.view.index)
        self._changed()

    def _findings(self) -> Findings:
        return NO_FINDINGS if self.image is None else self._port.series.findings(self.tile)
