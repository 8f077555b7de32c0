"""Getting work: what is offered, and taking it along for offline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from labeler.app.cases import open_package
from labeler.app.marketplaces import Pinned, load_pinned, log_in, only_marketplace
from labeler.app.room import need_room, room_for
from labeler.app.services import Services, Tick, no_tick
from labeler.errors import LabelerError
from labeler.market import wire
from labeler.market.client import MarketClient
from labeler.market.downloads import part_of
from labeler.model.manifest import Manifest
from labeler.model.terms_rules import hopeless
from labeler.proof import judge
from labeler.proof.codec import decode, digest, encode
from labeler.proof.envelope import Signed, from_envelope, from_wire, to_wire
from labeler.proof.judge import Assigned, Offered
from labeler.proof.messages import Assignment, Offer
from labeler.store.faults import disk_faults
from labeler.store.store import Store
from labeler.store.tasks import AssignmentRow, ItemRow, NewItem, TaskRow

NOT_TOLD = -1


@dataclass(frozen=True)
class TaskState:
    """A task as this profile knows it; `items` are the cases taken, in order."""

    row: TaskRow
    manifest: Manifest
    offer: Offer
    assignment: AssignmentRow | None
    items: tuple[ItemRow, ...]
    here: frozenset[str]
    """Digests of the items whose package lies on this computer, whole."""
    places_left: int | None = None
    """Cases that were still free when it was last heard; None where that was not told."""
    wiped: frozenset[str] = frozenset()
    """Digests of those whose package never comes again."""

    @property
    def impossible(self) -> str | None:
        """Why nobody could finish a case of it; None where one can."""
        return hopeless(self.manifest, self.manifest.acceptance.reasons)


def connected(services: Services) -> Pinned:
    """The marketplace of this profile. Raises LabelerError "not-connected"."""
    return services.store.call(lambda s: load_pinned(s, only_marketplace(s).id))


def refresh_tasks(services: Services, pinned: Pinned) -> None:
    """Ask what is offered, judge each offer, and keep it; terms once seen stay."""
    client = services.market(pinned.row.url)
    try:
        for entry in client.tasks().tasks:
            _keep_offer(services, pinned, entry)
    finally:
        client.close()


def task_states(services: Services) -> tuple[TaskState, ...]:
    """Every task this profile has seen."""
    found = services.store.call(lambda s: tuple(_read_state(s, row) for row in s.tasks.tasks()))
    return tuple(_with_packages(services, state) for state in found)


def take(services: Services, task_id: str, tick: Tick = no_tick) -> AssignmentRow:
    """Take a task and download its cases, going on where an earlier try stopped.

    Raises LabelerError "task-impossible" for one that nobody could finish, before anything else;
    what is this expert's already is downloaded all the same.
    """
    pinned, task, is_taken = services.store.call(lambda s: _task_and_place(s, task_id))
    if not is_taken:
        _refuse_impossible(decode(task.manifest, Manifest))
    client = services.market(pinned.row.url)
    try:
        token = log_in(services, pinned, client)
        answer = client.assign(task_id, token)
        row = _keep_assignment(services, pinned, task, answer)
        _download_all(services, client, answer.items, tick)
        return row
    finally:
        client.close()


def judged_offer(store: Store, pinned: Pinned, task: TaskRow) -> Offered:
    """The offer of a kept task, judged again from its bytes."""
    offer = from_wire(store.messages.get(task.offer).wire, Offer)
    return judge.check_offer(pinned.pin, task.manifest, offer)


def judged_assignment(store: Store, pinned: Pinned, row: AssignmentRow) -> Assigned:
    """A kept assignment, judged again from its bytes."""
    offered = judged_offer(store, pinned, store.tasks.task(row.task))
    return judge.check_assignment(
        offered, from_wire(store.messages.get(row.digest).wire, Assignment)
    )


def _keep_offer(services: Services, pinned: Pinned, entry: wire.TaskEntry) -> None:
    manifest = encode(entry.manifest)
    signed = from_envelope(entry.offer, Offer)
    offered = judge.check_offer(pinned.pin, manifest, signed)
    now = services.clock()

    def keep(store: Store) -> None:
        with store.database.transaction():
            store.messages.put(offered.digest.hex(), "Offer", to_wire(signed), now)
            row = TaskRow(digest(manifest), pinned.row.id, offered.digest.hex(), manifest, now)
            store.tasks.keep_task(row)
            left = NOT_TOLD if entry.places_left is None else entry.places_left
            store.settings.put(_places_setting(row.id), left)

    services.store.call(keep)


def _refuse_impossible(manifest: Manifest) -> None:
    why = hopeless(manifest, manifest.acceptance.reasons)
    if why is not None:
        raise LabelerError(
            "task-impossible",
            "Nobody can finish a case of “{title}”: {why}.",
            safe="Nothing of it was taken or downloaded.",
            do="Tell the marketplace, and take another task.",
            title=manifest.title,
            why=why,
        )


def _keep_assignment(
    services: Services, pinned: Pinned, task: TaskRow, answer: wire.AssignmentAnswer
) -> AssignmentRow:
    offer = from_envelope(answer.offer, Offer)
    if pinned.pin.digest_of(offer.message).hex() != task.offer:
        judge.refuse("terms-changed", "The task is given out under another offer than was shown.")
    offered = judge.check_offer(pinned.pin, task.manifest, offer)
    if encode(answer.manifest) != task.manifest:
        judge.refuse("terms-changed", "The task's terms are not those that were shown.")
    signed: Signed[Assignment] = from_envelope(answer.assignment, Assignment)
    assigned = judge.check_assignment(offered, signed)
    worker = services.signer.addresses([pinned.id])[pinned.id]
    if signed.message.worker != worker:
        judge.refuse("assignment-elsewhere", "The task was given to another expert's key.")
    items = [_new_item(each) for each in answer.items]
    judge.check_items(assigned, [each.digest for each in items])
    message, now = signed.message, services.clock()
    row = AssignmentRow(assigned.digest.hex(), task.id, message.lease_end, message.final_deadline)

    def keep(store: Store) -> None:
        _refuse_shared(store, task, items)
        with store.database.transaction():
            store.messages.put(row.digest, "Assignment", to_wire(signed), now)
            store.tasks.keep_assignment(row, items)

    services.store.call(keep)
    return row


def _refuse_shared(store: Store, task: TaskRow, items: list[NewItem]) -> None:
    """A case has one document here: what one task asks must not end in the answer to another."""
    for new in items:
        known = store.tasks.find_item(new.digest)
        if known is not None and store.tasks.assignment(known.assignment).task != task.id:
            raise LabelerError(
                "case-in-two-tasks",
                "This task asks about images that another task of this profile holds already.",
                safe="Nothing was downloaded, and the work on the other task is untouched.",
                do="Take this task with the same key in a profile of its own.",
            )


def _new_item(each: wire.AssignedItem) -> NewItem:
    content = encode(each.item)
    key = bytes.fromhex(each.key)
    return NewItem(digest(content), content, each.package.sha256, each.package.size, key)


def _download_all(
    services: Services,
    client: MarketClient,
    items: tuple[wire.AssignedItem, ...],
    tick: Tick,
) -> None:
    total, before = sum(each.package.size for each in items), 0
    wiped = _wiped(services, items)
    missing = {
        each.package.sha256
        for each in items
        if each.package.sha256 not in wiped and not _is_here(services, each)
    }
    with disk_faults():
        wanted = [each.package for each in items if each.package.sha256 in missing]
        need_room(services.packages, sum(_still_to_come(services, each) for each in wanted))
    for each in items:
        done = before
        if each.package.sha256 in missing:
            path = _package_path(services, each.package.sha256)
            with room_for(part_of(path), each.package.size):
                client.download(each.package, path, lambda now, _all: tick(done + now, total))  # noqa: B023  used at once
            _check_package(services, each)
        before += each.package.size
        tick(before, total)


def _wiped(services: Services, items: tuple[wire.AssignedItem, ...]) -> set[str]:
    """The packages that were taken from this computer for good."""
    digests = [digest(encode(each.item)) for each in items]
    rows = services.store.call(lambda store: [store.tasks.find_item(one) for one in digests])
    return {row.package for row in rows if row is not None and row.wiped_at is not None}


def _still_to_come(services: Services, package: wire.BlobRef) -> int:
    """Bytes of a package that an earlier try did not bring."""
    part = part_of(_package_path(services, package.sha256))
    return package.size - (part.stat().st_size if part.exists() else 0)


def _is_here(services: Services, each: wire.AssignedItem) -> bool:
    """Whether an item's package was downloaded before and is whole; a damaged one is removed."""
    if not _package_path(services, each.package.sha256).is_file():
        return False
    try:
        _check_package(services, each)
    except LabelerError:
        return False
    return True


def _check_package(services: Services, each: wire.AssignedItem) -> None:
    row = services.store.call(lambda store: store.tasks.find_item(digest(encode(each.item))))
    if row is None:
        raise ValueError("an item is kept before its package is checked")
    try:
        with disk_faults():
            package, _item = open_package(services, row)
            with package:
                package.check_digests()
    except LabelerError:
        _package_path(services, row.package).unlink(missing_ok=True)
        raise


def _package_path(services: Services, package: str) -> Path:
    return services.packages / f"{package}.sealed"


def _task_and_place(store: Store, task_id: str) -> tuple[Pinned, TaskRow, bool]:
    """Also whether it was taken before."""
    task, is_taken = store.tasks.task(task_id), bool(store.tasks.assignments(task_id))
    return load_pinned(store, task.marketplace), task, is_taken


def _read_state(store: Store, row: TaskRow) -> TaskState:
    offer = from_wire(store.messages.get(row.offer).wire, Offer).message
    given = store.tasks.assignments(row.id)
    assignment = given[-1] if given else None
    items = tuple(store.tasks.items(assignment.digest)) if assignment else ()
    left = store.settings.get(_places_setting(row.id), int, NOT_TOLD)
    places = None if left == NOT_TOLD else left
    manifest = decode(row.manifest, Manifest)
    return TaskState(row, manifest, offer, assignment, items, frozenset(), places)


def _places_setting(task: str) -> str:
    return f"places-left/{task}"


def _with_packages(services: Services, state: TaskState) -> TaskState:
    here = {
        item.digest
        for item in state.items
        if item.key and _package_path(services, item.package).is_file()
    }
    wiped = {item.digest for item in state.items if item.wiped_at is not None}
    return replace(state, here=frozenset(here), wiped=frozenset(wiped))
