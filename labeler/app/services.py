"""What verbs are built from: handed over once by the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from labeler.app.arrivals import Arrivals

if TYPE_CHECKING:  # each is loaded by whoever opens it
    from labeler.chain.client import ChainClient
    from labeler.imaging.frame_stores import Decoders
    from labeler.market.client import MarketClient
    from labeler.signing.client import SignerClient
    from labeler.store.frame_cache import FrameCache
    from labeler.store.store import Store
    from labeler.viewing.hanging import Protocol as HangingProtocol

T = TypeVar("T")
Tick = Callable[[int, int], None]
"""Told how many of how many are done; raises Cancelled when the person has had enough."""


class StoreDoor(Protocol):
    """The way to the store from any thread but the window's."""

    def call(self, work: Callable[[Store], T]) -> T:
        """Run `work` on the store's own thread and wait for its answer."""
        ...


@dataclass(frozen=True)
class Services:
    """The rim of the program. `clock` gives UTC seconds, `random` so many random bytes."""

    store: StoreDoor
    signer: SignerClient
    market: Callable[[str], MarketClient]
    chain: Callable[[str, int], ChainClient]
    decoders: Decoders
    clock: Callable[[], int]
    random: Callable[[int], bytes]
    keystore: Path
    packages: Path
    received: Path
    forms: Path
    """The folder of the form templates that ship with the program."""
    hanging: tuple[HangingProtocol, ...] = ()
    """How studies hang, as they ship with the program."""
    frames: FrameCache | None = None
    """Where frames that were slow to decode are kept; None keeps none."""
    arrivals: Arrivals = field(default_factory=Arrivals)
    """Which studies are coming in from image archives."""

    def decoders_of(self, kept_as: str) -> Decoders:
        """Decoders that keep what is slow among the frames of the case kept under that name; for
        none of it none is kept."""
        from labeler.imaging.decoding.kept_frames import KeepingDecoders

        if self.frames is None or not kept_as:
            return self.decoders
        return KeepingDecoders(self.decoders, self.frames.of(kept_as))


def no_tick(_done: int, _total: int) -> None:
    """For work that nobody watches."""
