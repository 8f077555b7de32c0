"""Taking the images of a case from this computer for good: its key goes, and with it everything."""

from __future__ import annotations

from labeler.app.services import Services
from labeler.store.faults import disk_faults
from labeler.store.tasks import ItemRow


def wipe_case(services: Services, item: ItemRow) -> None:
    """Delete the key, then the sealed package and what was decoded of it.

    Marks, answers, signed messages and earnings stay; the case is never downloaded again.
    """
    now = services.clock()
    services.store.call(lambda store: store.tasks.wipe_item(item.digest, now))
    with disk_faults():
        (services.packages / f"{item.package}.sealed").unlink(missing_ok=True)
    if services.frames is not None:
        services.frames.wipe(item.digest)
