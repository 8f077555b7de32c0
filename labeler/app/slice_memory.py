"""One budget for the slices of all series together."""

from __future__ import annotations

from typing import Protocol

from labeler.app.ram import ram_bytes
from labeler.model.preferences import Preferences


def allowed_bytes(preferences: Preferences) -> int:
    """What the person grants to slices, of this computer's memory."""
    return ram_bytes() * preferences.memory_percent // 100


class Holder(Protocol):
    """Who keeps slices in memory."""

    @property
    def is_shown(self) -> bool:
        """Whether they are on the screen."""
        ...

    @property
    def is_whole(self) -> bool:
        """Whether all of a series lies in one piece, which cannot shrink."""
        ...

    def let_go(self) -> None:
        """Keep nothing from now on."""
        ...

    def shrink(self, room_bytes: int) -> int:
        """Keep no more than that from now on, or what little one needs; how much that is."""
        ...


class SliceMemory:
    """Says who may keep how much; lives on the main thread.

    What is not on the screen goes first, of it what was used longest ago.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._granted: dict[Holder, int] = {}  # used longest ago first

    @property
    def used_bytes(self) -> int:
        """What may be kept now by all together."""
        return sum(self._granted.values())

    def set_limit(self, limit_bytes: int) -> None:
        """From now on; who is over it lets go at once."""
        self._limit = limit_bytes
        self._free(0, shown=False)
        self._free(0, shown=True)

    def touch(self, holder: Holder) -> None:
        """It is in use."""
        if holder in self._granted:
            self._granted[holder] = self._granted.pop(holder)

    def fits(self, holder: Holder, needed_bytes: int) -> bool:
        """Whether so much could be kept by one, with all others that are shown."""
        others = sum(
            count for other, count in self._granted.items() if other.is_shown and other != holder
        )
        return others + needed_bytes <= self._limit

    def claim(self, holder: Holder, wanted_bytes: int, least_bytes: int) -> int:
        """What one may keep, between the two: the least is given even where there is no room."""
        self.release(holder)
        self._free(wanted_bytes, shown=False)
        granted = min(wanted_bytes, self._limit - self.used_bytes)
        if granted < wanted_bytes:
            granted = self._share(granted)
        self._granted[holder] = max(granted, least_bytes)
        return self._granted[holder]

    def release(self, holder: Holder) -> None:
        """Nothing is kept there any more."""
        self._granted.pop(holder, None)

    def _free(self, needed_bytes: int, *, shown: bool) -> None:
        for holder in [each for each in self._granted if each.is_shown == shown]:
            if self.used_bytes + needed_bytes <= self._limit:
                return
            del self._granted[holder]
            holder.let_go()

    def _share(self, left_bytes: int) -> int:
        """What is left, and what those can spare that keep a part of their series anyhow."""
        parts = {each: count for each, count in self._granted.items() if not each.is_whole}
        share = (left_bytes + sum(parts.values())) // (len(parts) + 1)
        for holder, count in parts.items():
            if count > share:
                self._granted[holder] = holder.shrink(share)
                left_bytes += count - self._granted[holder]
        return left_bytes
