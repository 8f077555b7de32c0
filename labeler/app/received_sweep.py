"""Files of received studies that nobody can open any more: a wipe or a kill left them."""

from __future__ import annotations

from labeler.app.services import Services, Tick
from labeler.store.faults import disk_faults


def sweep_received(services: Services, tick: Tick) -> int:
    """Remove what belongs to no row with a key; how many files that were."""
    with disk_faults():
        # Files first: a study that begins meanwhile has its row before its first file.
        files = sorted(services.received.iterdir()) if services.received.is_dir() else []
    if not files:
        return 0
    alive = {row.id for row in services.store.call(lambda store: store.received.rows())}
    swept = [path for path in files if path.name.partition("-")[0] not in alive]
    for path in swept:
        tick(0, 0)
        with disk_faults():
            path.unlink(missing_ok=True)
    return len(swept)
