"""Opening a case again from where its images are remembered to lie, by its name alone."""

from __future__ import annotations

from labeler.app import archives
from labeler.app.cases import Case, open_item, open_paths
from labeler.app.own_cases import OwnCase, recall
from labeler.app.services import Services, Tick
from labeler.errors import LabelerError
from labeler.store.store import Store


def reopen(services: Services, case_id: str, tick: Tick) -> Case:
    """A case of a task or of one's own, ready to be measured: large files are read for its name.

    Raises LabelerError "case-files-unknown", "case-files-changed", and those of opening.
    """

    def look(store: Store) -> tuple[bool, OwnCase | None]:
        return store.tasks.find_item(case_id) is not None, recall(store, case_id)

    is_item, own = services.store.call(look)
    if is_item:
        return open_item(services, case_id, tick)
    if own is None or not (own.places or own.received):
        raise _unknown(case_id)
    if own.received:
        case = archives.open_received(services, own.received, tick)
    else:
        case = open_paths(services, own.paths, tick)
        case = case if case.name is None else case.name(services, tick)
    if case.id != case_id:
        case.close()
        raise _changed(own)
    return case


def _unknown(case_id: str) -> LabelerError:
    return LabelerError(
        "case-files-unknown",
        "This profile does not know where the images of case {case} lie.",
        safe="Its marks are kept, and nothing was changed.",
        do="Open its images once in the window (labeler open FOLDER), then ask again.",
        case=case_id[:12],
    )


def _changed(own: OwnCase) -> LabelerError:
    return LabelerError(
        "case-files-changed",
        "What lies where “{title}” was opened from is another case now.",
        safe="Its marks are kept, and nothing was changed.",
        do="Open the images that were marked once in the window (labeler open FOLDER), then ask "
        "again.",
        title=own.title,
    )
