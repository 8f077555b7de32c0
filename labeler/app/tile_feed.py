"""Tiles of one slide: those in view first, then those ahead; kept in memory up to a budget."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from labeler.app.haste import Haste
from labeler.app.slice_memory import SliceMemory
from labeler.errors import LabelerError
from labeler.model.image import Pixels, Pyramid
from labeler.viewing.tile_canvas import tile_picture
from labeler.viewing.tiles import TileKey

TileAnswer = Pixels | LabelerError
Fetched = list[TileAnswer]
RunTiles = Callable[[Callable[[], Fetched], Callable[[Fetched], None], Callable[[], None]], None]
"""Runs the first on another thread and gives its answer to the second on the main thread; where it
came to none, the third is called there."""

AT_ONCE = 2
LEAST_BYTES = 1 << 26
"""Kept even where the memory is full: twice what a 4K screen shows."""
MOST_TOGETHER = 8
"""Tiles in one question: enough for all workers, few enough that a view that has moved on does not
wait long for what it no longer wants."""


@dataclass(frozen=True, eq=False)
class _Wish:
    keys: tuple[TileKey, ...]
    ahead: tuple[TileKey, ...]
    arrived: Callable[[], None]


class TileFeed:
    """Lives on the main thread. What nobody wants any more is not fetched.

    It asks the `memory` of all series for `wanted_bytes`, and may be given less; `haste` hears
    whether somebody waits for it.

    A tile that cannot be decoded is kept as its error, so that it is not tried for ever.
    `arrivals` counts the tiles that ever came; `like` is one of them; `broken` says that one
    could not be decoded.
    """

    def __init__(
        self,
        pyramid: Pyramid,
        run: RunTiles,
        memory: SliceMemory,
        wanted_bytes: int,
        haste: Haste | None = None,
    ) -> None:
        self._pyramid, self._run, self._haste = pyramid, run, haste or Haste()
        self._memory, self._wants, self._budget = memory, wanted_bytes, 0
        self._tiles: OrderedDict[TileKey, TileAnswer] = OrderedDict()
        self._bytes = self._largest = 0
        self._wishes: dict[object, _Wish] = {}
        self._fetching: set[TileKey] = set()
        self._lost: set[TileKey] = set()
        """What a mistake of ours kept from coming; tried again once a viewer has left."""
        self._under_way = 0
        self._closed = False
        self.arrivals = 0
        self.like: Pixels | None = None
        self.broken = False

    def close(self) -> None:
        """Drop everything; answers under way are ignored, and nothing more is fetched."""
        self._closed = True
        self._memory.release(self)
        self._tiles.clear()
        self._wishes.clear()
        self._bytes = 0
        self._tell_haste()

    def find(self, key: TileKey) -> TileAnswer | None:
        """A tile that is here, and is now the last to be forgotten; None where it is not."""
        found = self._tiles.get(key)
        if found is not None:
            self._tiles.move_to_end(key)
        return found

    def look(
        self,
        viewer: object,
        keys: Sequence[TileKey],
        ahead: Sequence[TileKey],
        arrived: Callable[[], None],
    ) -> None:
        """Say what a viewer shows, in the order it is wanted in, and what it is about to show, in
        place of what it said before. `arrived` hears of each bundle of tiles that came."""
        if self._closed:
            return
        self._claim()
        others = sum(len(wish.keys) for at, wish in self._wishes.items() if at is not viewer)
        room = self._budget // max(self._largest, 1) - len(keys) - others
        self._wishes[viewer] = _Wish(tuple(keys), tuple(ahead[: max(0, room)]), arrived)
        self._go_on()

    def leave(self, viewer: object) -> None:
        """It shows something else now."""
        self._wishes.pop(viewer, None)
        self._lost.clear()
        self._tell_haste()

    # --- as a Holder --------------------------------------------------------------------------

    @property
    def is_shown(self) -> bool:
        return bool(self._wishes)

    @property
    def is_whole(self) -> bool:
        return False

    def let_go(self) -> None:
        """What is in view stays."""
        self._budget = 0
        self._forget()

    def shrink(self, room_bytes: int) -> int:
        self._budget = max(room_bytes, min(self._wants, LEAST_BYTES))
        self._forget()
        return self._budget

    # --- inside -------------------------------------------------------------------------------

    def _claim(self) -> None:
        """All that is wanted, where it fits; before that at least a little."""
        least = min(self._wants, LEAST_BYTES)
        more = self._budget < self._wants and self._memory.fits(self, self._wants)
        if self._budget < least or more:
            self._budget = self._memory.claim(self, self._wants, least)
        else:
            self._memory.touch(self)

    def _tell_haste(self) -> None:
        """Whether something in view is not here yet."""
        wanted = (key for wish in self._wishes.values() for key in wish.keys)
        here = self._tiles, self._lost
        waits = any(not any(key in some for some in here) for key in wanted)
        self._haste.waits(self, waiting=waits)

    def _go_on(self) -> None:
        self._tell_haste()
        while self._under_way < AT_ONCE and not self._closed:
            together = self._next()
            if not together:
                return
            self._fetch(together)

    def _next(self) -> tuple[TileKey, ...]:
        """The first that are not here, of one grid."""
        found: list[TileKey] = []
        for key in self._wanted():
            if any(key in some for some in (self._tiles, self._fetching, self._lost, found)):
                continue
            if found and key[:2] != found[0][:2]:
                break
            found.append(key)
            if len(found) == MOST_TOGETHER:
                break
        return tuple(found)

    def _wanted(self) -> Iterator[TileKey]:
        for wish in self._wishes.values():
            yield from wish.keys
        for wish in self._wishes.values():
            yield from wish.ahead

    def _fetch(self, keys: tuple[TileKey, ...]) -> None:
        self._under_way += 1
        self._fetching.update(keys)
        read, arrived = partial(_read, self._pyramid, keys), partial(self._arrived, keys)
        self._run(read, arrived, partial(self._missed, keys))

    def _missed(self, keys: tuple[TileKey, ...]) -> None:
        self._under_way -= 1
        self._fetching.difference_update(keys)
        self._lost.update(keys)
        self._go_on()

    def _arrived(self, keys: tuple[TileKey, ...], found: Fetched) -> None:
        self._under_way -= 1
        self._fetching.difference_update(keys)
        if self._closed:
            return
        for key, answer in zip(keys, found, strict=True):
            self._tiles[key] = answer
            self._bytes += _size(answer)
            self._largest = max(self._largest, _size(answer))
            self.broken = self.broken or isinstance(answer, LabelerError)
            if not isinstance(answer, LabelerError):
                self.like = answer[:1, :1]
        self.arrivals += len(keys)
        self._forget()
        self._go_on()
        for wish in tuple(self._wishes.values()):
            wish.arrived()

    def _forget(self) -> None:
        """The longest unseen first; never what is wanted, which would be fetched for ever."""
        if self._bytes <= self._budget:
            return
        kept = {key for wish in self._wishes.values() for key in (*wish.keys, *wish.ahead)}
        for key in [key for key in self._tiles if key not in kept]:
            if self._bytes <= self._budget:
                return
            self._bytes -= _size(self._tiles.pop(key))


def _read(pyramid: Pyramid, keys: tuple[TileKey, ...]) -> Fetched:
    """All of one grid."""
    level, thin = keys[0].level, keys[0].thin
    places = [(key.row, key.column) for key in keys]
    return pyramid.tiles(level, places, lambda values: tile_picture(values, thin))


def _size(answer: TileAnswer) -> int:
    return 0 if isinstance(answer, LabelerError) else answer.nbytes
