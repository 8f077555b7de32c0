"""The series of the open case, each by its tile: images, slices, overlays, others' findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from labeler.app.case_use import CaseUse
from labeler.app.cases import Case
from labeler.app.cut_room import CutRoom, Done, Work
from labeler.app.frame_feed import Deliver, FrameAnswer, FrameFeed
from labeler.app.haste import Foreground, Haste
from labeler.app.jobs import JobPool, Started, Tick
from labeler.app.slice_memory import SliceMemory
from labeler.app.tile_feed import TileFeed
from labeler.app.viewers import Viewers
from labeler.errors import Cancelled, LabelerError
from labeler.imaging.frame_stores import Decoders
from labeler.imaging.reader import named_as
from labeler.model.checks import Check
from labeler.model.image import Image
from labeler.model.layers import NO_FINDINGS, Findings
from labeler.model.overlays import OverlayBits
from labeler.model.volume import Volume
from labeler.viewing.thumbnail import thumbnail

THUMBNAIL = (272, 216)
"""Columns and rows at most: the strip's tiles on a screen of two pixels a point."""

TILE_BUDGET_BYTES = 1 << 28
"""Of each slide; a 4K screen shows an eighth of it."""

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class _Waits:
    """Somebody who asked for a series that is being opened."""

    deliver: Callable[[Image], None]
    lost: Callable[[], None] | None


class SeriesRoom:
    """Lives on the main thread with the case it was made for; every call returns at once.

    Once closed it answers nobody. `found` hears that others' findings of a series are known.
    """

    def __init__(
        self,
        case: Case,
        opened: dict[str, Image],
        pool: JobPool,
        decoders: Decoders,
        memory: SliceMemory,
        found: Callable[[], None],
        foreground: Foreground | None = None,
    ) -> None:
        self._case, self._pool, self._decoders, self._found = case, pool, decoders, found
        self._memory, self._haste, self._viewers = memory, Haste(foreground), Viewers()
        self._images = dict(opened)
        self._use = CaseUse(case.close)
        self._feeds: dict[str, FrameFeed] = {}
        self._tiles: dict[str, TileFeed] = {}
        self._cuts = CutRoom(self._run)
        self._findings: dict[str, Findings] = {}
        self._waiting: dict[str, list[_Waits]] = {}
        self._names: dict[str, str] = {}
        self._closed = False
        self.others: tuple[Check, ...] = ()
        """That these are not the images that were drawn on, as long as they are open."""
        self.unlike: tuple[Check, ...] = ()
        """That files of the case claim to be an image that another one is."""
        for tile in opened:
            self._read_layers(tile)

    def close(self) -> Callable[[], None]:
        """Answer nobody from now on; what is given back closes the case, on a thread that may
        wait for reading under way."""
        self._closed = True
        self._cuts.close()
        for feed in self._feeds.values():
            feed.close()
        for tiles in self._tiles.values():
            tiles.close()
        return self._use.close

    def request_image(
        self, tile: str, deliver: Callable[[Image], None], lost: Callable[[], None] | None = None
    ) -> None:
        """Ask for a series of the case, at once where it was opened before; a failure is told as
        an error, and `lost` hears that nothing comes."""
        if tile in self._images:
            deliver(self._images[tile])
            return
        waiting = self._waiting.setdefault(tile, [])
        waiting.append(_Waits(deliver, lost))
        if len(waiting) > 1:
            return

        case, decoders = self._case, self._decoders

        def read(_tick: Tick) -> Image:
            with self._use.reading():
                return case.open_series(tile, decoders)

        placed = partial(self._placed, tile)
        self._pool.start(read, placed, self._unread(tile), dropped=partial(self._lost, tile))

    @property
    def reading(self) -> Callable[[], AbstractContextManager[None]]:
        """The files stay open inside; see CaseUse."""
        return self._use.reading

    @property
    def is_waited_for(self) -> bool:
        """Whether somebody waits for pixels; safe to ask from any thread."""
        return self._haste.asks(None)

    @property
    def opens_one(self) -> bool:
        """Whether a series is just being opened."""
        return bool(self._waiting)

    def rename(self, case: Case, tiles: Mapping[str, str], decoders: Decoders) -> dict[str, Image]:
        """The same files under other names, `tiles` by what they are called now: what was read of
        them stays. Gives the images that are open, as they are named from now on."""
        self._case, self._decoders, self._names = case, decoders, {**self._names, **tiles}
        self._images = {
            tiles[tile]: named_as(image, case.series_of(tiles[tile]))
            for tile, image in self._images.items()
        }
        self._feeds = {tiles[tile]: feed for tile, feed in self._feeds.items()}
        self._tiles = {tiles[tile]: feed for tile, feed in self._tiles.items()}
        self._findings = {tiles[tile]: found for tile, found in self._findings.items()}
        return self._images

    def request_frame(self, tile: str, index: int, deliver: Deliver, viewer: object = None) -> None:
        """Ask for a slice of a series that was opened; see FrameFeed."""
        self._look_at(tile, viewer)
        self._feed(tile).request(index, deliver, viewer)

    def tiles(self, tile: str) -> TileFeed | None:
        """The tiles of a series that was opened, if it is a slide."""
        pyramid = self._images[tile].pyramid
        if pyramid is None:
            return None
        if tile not in self._tiles:
            self._tiles[tile] = TileFeed(
                pyramid, self._run, self._memory, TILE_BUDGET_BYTES, self._haste
            )
        return self._tiles[tile]

    def leave(self, viewer: object) -> None:
        """A viewer that is off the screen: what it showed may make room for others."""
        self._viewers.leave(viewer)
        self._mark_shown()

    def request_overlays(
        self,
        tile: str,
        index: int,
        deliver: Callable[[int, tuple[OverlayBits, ...]], None],
        viewer: object = None,
    ) -> None:
        """Ask for what the file draws over a slice; of several requests of one viewer the last is
        answered. One that cannot be read is told as an error."""
        image = self._images[tile]

        def read(_tick: Tick) -> tuple[OverlayBits, ...]:
            with self._use.reading():
                found = (overlay.at(index) for overlay in image.overlays)
                return tuple(bits for bits in found if bits is not None)

        def arrived(found: tuple[OverlayBits, ...]) -> None:
            if not self._closed:
                deliver(index, found)

        self._pool.start(read, arrived, key=f"overlays/{id(viewer)}")

    def request_thumbnail(
        self, tile: str, deliver: Callable[[str, FrameAnswer], None]
    ) -> Callable[[], None]:
        """Ask for the middle slice of any series of the case, in small (uint8); what is given
        back takes the request back."""

        case, decoders = self._case, self._decoders

        def middle(_tick: Tick) -> FrameAnswer:
            with self._use.reading():
                try:
                    image = case.open_series(tile, decoders)
                    frame = image.source.frame(image.source.shape[0] // 2)
                    return thumbnail(frame, *THUMBNAIL, inverted=image.inverted)
                except LabelerError as error:
                    return error

        def arrived(answer: FrameAnswer) -> None:
            if not self._closed:
                deliver(tile, answer)

        number = self._pool.start(middle, arrived)
        return lambda: self._pool.cancel(number)

    def request_volume(
        self, tile: str, arrived: Callable[[], None] | None = None, viewer: object = None
    ) -> Volume | None:
        """All slices of a series that was opened in one array, which fills from now on; None where
        they do not fit. `arrived` hears as slices come, one for each `viewer`, which looks at this
        series from now on."""
        if viewer is not None:
            self._look_at(tile, viewer)
        feed = self._feed(tile)
        volume = feed.volume()
        if volume is not None and arrived is not None:
            told, who = arrived, ("volume", arrived if viewer is None else id(viewer))
            feed.listen(who, None if volume.is_complete else lambda _indices: told())
        return volume

    def volume_at_hand(self, tile: str) -> Volume | None:
        """The slices of a series that are in memory, if they are in one array; nothing is asked
        for. Safe to call from any thread."""
        feed = self._feeds.get(tile)
        return None if feed is None else feed.volume_at_hand

    def failed(self, tile: str) -> AbstractSet[int]:
        """Slices of a series that cannot be shown, as far as they were tried."""
        feed = self._feeds.get(tile)
        return feed.failed if feed is not None else frozenset()

    def work(
        self,
        text: str,
        do: Callable[[Tick], T],
        done: Callable[[T], None],
        over: Callable[[], None],
    ) -> Started:
        """Something that takes long, named to the person; of several the newest is answered."""

        def deliver(found: T) -> None:
            try:
                if not self._closed:
                    done(found)
            finally:
                over()

        def failed(error: LabelerError) -> None:
            over()
            self._pool.tell(error)

        number = self._pool.start(do, deliver, failed, text=text, key="work on marks", dropped=over)
        return Started(partial(self._pool.cancel, number), partial(self._pool.finish, number))

    def compute(self, viewer: object, work: Work, deliver: Done, first: Work | None = None) -> None:
        """A frame that is not read but computed; see CutRoom."""
        self._cuts.request(viewer, work, deliver, first)

    def measure(
        self,
        key: str,
        tile: str,
        work: Callable[[Volume | None, Tick], T],
        deliver: Callable[[T], None],
        lost: Callable[[], None] | None = None,
    ) -> Callable[[], None]:
        """Do `work` on another thread, with the slices of a series that are in memory, if they are
        in one array; of several with one `key` the newest is answered. `lost` hears in place of
        `deliver` that it failed, which was told. Of an error that nobody waits for nobody hears;
        a mistake of ours is always told. What is given back takes the request back."""
        volume = self.volume_at_hand(tile)

        def run(tick: Tick) -> Callable[[], None] | None:
            try:
                with self._use.reading():
                    found = work(volume, tick)
            except (Cancelled, LabelerError):
                raise
            except Exception as error:  # noqa: BLE001  handed on
                self._pool.tell(error)
                return lost
            return lambda: deliver(found)

        def arrived(tell: Callable[[], None] | None) -> None:
            if tell is not None and not self._closed:
                tell()

        def failed(error: LabelerError) -> None:
            if not self._closed:
                self._pool.tell(error)
                if lost is not None:
                    lost()

        number = self._pool.start(run, arrived, failed, key=f"measure/{key}")
        return lambda: self._pool.cancel(number)

    def findings(self, tile: str) -> Findings:
        """What other files say about a series; nothing while they are being read."""
        return self._findings.get(tile, NO_FINDINGS)

    # --- inside -------------------------------------------------------------------------------

    def _placed(self, tile: str, image: Image) -> None:
        waiting = self._waiting.pop(tile, [])
        if self._closed:
            return
        self._images[tile] = image
        self._read_layers(tile)
        for one in waiting:
            one.deliver(image)

    def _unread(self, tile: str) -> Callable[[LabelerError], None]:
        def failed(error: LabelerError) -> None:
            self._lost(tile)
            if not self._closed:
                self._pool.tell(error)

        return failed

    def _lost(self, tile: str) -> None:
        for one in self._waiting.pop(tile, []):
            if one.lost is not None and not self._closed:
                one.lost()

    def _feed(self, tile: str) -> FrameFeed:
        if tile not in self._feeds:
            source, width = self._images[tile].source, self._pool.width
            self._feeds[tile] = FrameFeed(
                source, self._run, self._memory, self._haste, at_once=width
            )
        return self._feeds[tile]

    def _look_at(self, tile: str, viewer: object) -> None:
        if self._viewers.look(viewer, tile):
            self._mark_shown()

    def _mark_shown(self) -> None:
        shown = self._viewers.tiles()
        for tile, feed in self._feeds.items():
            feed.on_screen = tile in shown

    def _run(
        self, fetch: Callable[[], T], done: Callable[[T], None], lost: Callable[[], None]
    ) -> None:
        def read(_tick: Tick) -> T:
            with self._use.reading():
                return fetch()

        def failed(error: LabelerError) -> None:
            self._pool.tell(error)
            lost()

        self._pool.start(read, done, failed, dropped=lost)

    def _read_layers(self, tile: str) -> None:
        """Once for each series, away from the main thread."""
        case, image = self._case, self._images[tile]
        if tile in self._findings or not case.scan.objects:
            return

        def read(tick: Tick) -> Findings:
            with self._use.reading():
                return case.read_layers(tile, image, self._decoders, tick)

        def found(findings: Findings) -> None:
            if not self._closed:
                self._findings[self._names.get(tile, tile)] = findings
                self._found()

        self._pool.start(read, found, key=f"layers/{tile}")
