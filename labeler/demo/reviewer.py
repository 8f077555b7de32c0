"""The demonstration's reviewer: compares with the truth, decides, and settles at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

import msgspec

from labeler.demo.phantom import Nodule, Truth
from labeler.errors import LabelerError
from labeler.hub import review, settlement
from labeler.hub.place import Marketplace
from labeler.hub.review import FULL_QUALITY, Ruling, Waiting
from labeler.hub.settlement import ChainDesk
from labeler.hub.truth import Place, dice, submitted_regions
from labeler.model.masks import Mask, mask_of, union

LABEL = "nodule"
MISSED, POOR = "R3-missed-nodule", "R2-poor-outline"
LOOKS_EVERY_S = 0.3
THINKS_S = 2
"""So long a case stays received before it is decided on; whoever watches sees it."""

Regions = Mapping[Place, Mask]


class Told(msgspec.Struct, frozen=True, tag="decided"):
    """A decision, as the demonstration says it; `quality` is parts per million."""

    case: str
    accepted: bool
    reason: str
    quality: int
    compared: bool


def reference(truth: Truth) -> dict[Place, Mask]:
    """The regions of every nodule, by label, instance and frame."""
    return _regions(truth, truth.nodules)


def _regions(truth: Truth, nodules: tuple[Nodule, ...]) -> dict[Place, Mask]:
    found: dict[Place, Mask] = {}
    for nodule in nodules:
        for k, instance in enumerate(truth.instances):
            voxels = truth.nodule_mask(nodule, k)
            if voxels.any():
                place, mask = (LABEL, instance, 0), mask_of(voxels)
                found[place] = union(found[place], mask) if place in found else mask
    return found


def judged(painted: Regions, truth: Truth, threshold_ppm: int) -> Ruling:
    """Accepted where the Dice coefficient reaches the threshold, else the reason that fits."""
    quality = dice(painted, reference(truth))
    if quality >= threshold_ppm:
        return Ruling(accepted=True, quality=quality)
    found = all(dice(painted, _regions(truth, (nodule,))) > 0 for nodule in truth.nodules)
    return Ruling(accepted=False, reason=POOR if found else MISSED, quality=quality)


class ToldOnce:
    """Passes on each trouble once, until it is over: the same one comes at every look."""

    def __init__(self, tell: Callable[[LabelerError], None]) -> None:
        self._tell = tell
        self._known: set[str] = set()

    def hear(self, error: LabelerError) -> None:
        if str(error) not in self._known:
            self._known.add(str(error))
            self._tell(error)

    def over(self) -> None:
        self._known.clear()


class Reviewer:
    """Watches a marketplace from a thread of its own; without a truth it accepts.

    `told` hears each decision from that thread, `trouble` what kept one from being made.
    """

    def __init__(
        self,
        market: Marketplace,
        desk: ChainDesk,
        truth: Truth | None,
        threshold_ppm: int,
        told: Callable[[Told], None],
        trouble: Callable[[LabelerError], None],
    ) -> None:
        self._market, self._desk = market, desk
        self._truth, self._threshold_ppm = truth, threshold_ppm
        self._told, self._trouble = told, ToldOnce(trouble)
        self._over = threading.Event()
        self._unsettled = False
        self._thread = threading.Thread(target=self._watch, name="reviewer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(LOOKS_EVERY_S):
            try:
                self._look()
                self._trouble.over()
            except LabelerError as error:
                self._trouble.hear(error)

    def _look(self) -> None:
        """Decide on what waits; what could not be settled is settled the next time."""
        for row in review.waiting(self._market):
            if self._market.clock() - row.received_at >= THINKS_S:
                self._unsettled |= self._decide(row)
        if self._unsettled:
            settlement.settle(self._market, self._desk)
            self._unsettled = False

    def _decide(self, row: Waiting) -> bool:
        """Whether it was accepted, so that there is something to settle."""
        truth = self._truth
        if truth is None:
            ruling = Ruling(accepted=True, quality=FULL_QUALITY)
        else:
            painted = submitted_regions(self._market, row.digest)
            ruling = judged(painted, truth, self._threshold_ppm)
        review.decide(self._market, row.digest, ruling)
        self._told(
            Told(row.case, ruling.accepted, ruling.reason, ruling.quality, truth is not None)
        )
        return ruling.accepted
