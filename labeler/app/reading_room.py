"""What the open case is given to work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from labeler.app.jobs import JobPool
from labeler.app.services import Services
from labeler.app.store_worker import StoreWorker
from labeler.store.store import Store


@dataclass(frozen=True, eq=False)
class ReadingRoom:
    """What an open profile lends: `pool` is for reading alone, so that nothing else delays it;
    `clock` gives UTC seconds, `steady` seconds that nobody sets."""

    services: Services
    worker: StoreWorker[Store]
    pool: JobPool
    clock: Callable[[], int]
    steady: Callable[[], float]
