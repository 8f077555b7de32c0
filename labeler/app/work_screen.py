"""What the Work screen shows, read from the store."""

from __future__ import annotations

from labeler.app.open_case import LAST_CASE
from labeler.app.screens import Amount, CaseRow, TaskCard, WorkScreen
from labeler.app.services import Services
from labeler.app.taking import TaskState, task_states
from labeler.model.manifest import Item, Manifest
from labeler.model.outbox import OutboxState
from labeler.proof.codec import decode
from labeler.proof.messages import ZERO_ADDRESS
from labeler.store.store import Store


def read_work(services: Services, *, online: bool | None) -> WorkScreen:
    """The screen as the store has it; downloads under way are added by the session."""
    states = task_states(services)
    names, submitted, started = services.store.call(_standing_of_cases)
    cards = tuple(_card(state, submitted, started) for state in states)
    last = services.store.call(lambda store: store.settings.get(LAST_CASE, str, ""))
    return WorkScreen(names[-1] if names else None, online, cards, last)


def pay_of(manifest: Manifest) -> Amount:
    """What one accepted item earns."""
    return Amount(int(manifest.price.item), manifest.price.symbol, manifest.price.decimals)


def _standing_of_cases(
    store: Store,
) -> tuple[list[str], dict[str, OutboxState], frozenset[str]]:
    names = [row.name for row in store.tasks.marketplaces()]
    submitted: dict[str, OutboxState] = {}
    for row in store.outbox.rows():
        submitted.setdefault(row.item, row.state)
    started = frozenset(row.id for row in store.documents.rows() if row.steps)
    return names, submitted, started


def _card(state: TaskState, submitted: dict[str, OutboxState], started: frozenset[str]) -> TaskCard:
    manifest, offer = state.manifest, state.offer
    locked = offer.escrow != ZERO_ADDRESS
    set_aside = Amount(
        offer.unit_amount * offer.max_items, manifest.price.symbol, manifest.price.decimals
    )
    return TaskCard(
        id=state.row.id,
        title=manifest.title,
        specialty=manifest.specialty,
        modality=manifest.modality,
        instructions=manifest.instructions,
        pay=pay_of(manifest),
        royalty_basis_points=manifest.royalty.basis_points,
        set_aside=set_aside if locked else None,
        deadline=offer.deadline,
        review_seconds=manifest.acceptance.review_seconds,
        reasons=tuple(reason.text for reason in manifest.acceptance.reasons),
        # An offer counts every reader of a case; one expert reads each case once.
        item_count=len(state.items) or offer.max_items // manifest.acceptance.readers,
        downloaded=bool(state.items) and len(state.here | state.wiped) == len(state.items),
        download_permille=None,
        places_left=None if state.assignment else state.places_left,
        impossible=state.impossible,
        cases=tuple(
            CaseRow(
                id=item.digest,
                title=decode(item.content, Item).title,
                number=item.position + 1,
                state=submitted.get(item.digest),
                started=item.digest in started,
                is_open=False,
            )
            for item in state.items
        ),
    )
