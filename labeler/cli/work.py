"""Connecting, taking work and bringing it back, from a shell."""

from __future__ import annotations

from labeler.app import marketplaces, taking
from labeler.app.marketplaces import Found
from labeler.app.outbox_screen import read_outbox
from labeler.app.screens import TaskCard
from labeler.app.services import Services
from labeler.app.syncing import sync as sync_now
from labeler.app.taking import TaskState
from labeler.app.wiping import wipe_case
from labeler.app.work_screen import read_work
from labeler.cli import trust
from labeler.cli.bench import open_bench, unlock
from labeler.cli.call import Call
from labeler.cli.exit_codes import Exit, exit_of, exit_of_all
from labeler.cli.names import find_case, find_task
from labeler.cli.output import Json, error_json, money, money_json
from labeler.cli.times import utc
from labeler.errors import LabelerError
from labeler.market.client import MarketClient
from labeler.proof.curve import checksummed
from labeler.store.profile import is_profile
from labeler.store.tasks import MarketplaceRow


def connect(call: Call) -> Exit:
    """Look who answers, let a person compare the fingerprint, and pin it."""
    found = None
    if not is_profile(call.root):
        # A profile is made only for a marketplace that answered and was agreed to.
        found = marketplaces.who_answers(MarketClient(call.typed.url))
        _agree(call, found, None)
    with open_bench(call, may_create=True) as bench:
        services = bench.services
        if found is None:
            found = marketplaces.find(services, call.typed.url)
            own = found.pin.identity.marketplace_id.hex()
            _agree(call, found, services.store.call(lambda s: s.tasks.find_marketplace(own)))
        identity = found.pin.digest.hex()
        row = marketplaces.connect(services, found)
        if call.typed.node is not None:
            marketplaces.use_node(services, row.id, call.typed.node)
        operator = checksummed(found.pin.identity.operator)
        answer: Json = {
            "marketplace": row.id,
            "name": row.name,
            "url": row.url,
            "identity": identity,
            "operator": operator,
            "chain_id": found.pin.identity.chain_id,
            "node": call.typed.node or found.node,
        }
        call.output.answer(answer, [f"Connected to {row.name}", f"Fingerprint {identity}"])
    return Exit.OK


def _agree(call: Call, found: Found, known: MarketplaceRow | None) -> None:
    """Raises LabelerError or Cancelled unless this is to be trusted."""
    identity = found.pin.digest.hex()
    if call.typed.trust is not None:
        trust.need_same(call.typed.trust, identity)
    elif known is None or known.identity != identity:
        call.output.note(
            f"{found.name} says that it is the marketplace with the fingerprint",
            f"  {identity}",
            "Compare it with what its people told you by another way.",
        )
        call.confirm("Trust it from now on?")


def tasks(call: Call) -> Exit:
    """What is offered and what was taken; offline as it was last heard."""
    with open_bench(call) as bench:
        error = None if call.typed.offline else _refresh(bench.services)
        screen = read_work(bench.services, online=None)
        answer: Json = {
            "marketplace": screen.marketplace,
            "tasks": [
                {
                    "task": card.id,
                    "title": card.title,
                    "specialty": card.specialty,
                    "modality": card.modality,
                    "pay": money_json(card.pay),
                    "send_by": card.deadline,
                    "review_seconds": card.review_seconds,
                    "items": card.item_count,
                    "downloaded": card.downloaded,
                    "places_left": card.places_left,
                    "impossible": card.impossible,
                    "cases": [
                        {
                            "case": case.id,
                            "number": case.number,
                            "title": case.title,
                            "started": case.started,
                            "state": case.state.value if case.state else None,
                        }
                        for case in card.cases
                    ],
                }
                for card in screen.cards
            ],
        }
        if error is not None:
            answer["error"] = error_json(error)
        lines = [line for card in screen.cards for line in _task_lines(card)]
        call.output.answer(answer, lines)
        return _end(call, error)


def _task_lines(card: TaskCard) -> list[str]:
    count = "1 case" if card.item_count == 1 else f"{card.item_count} cases"
    title = f"{card.id[:16]}  {card.title}  {money(card.pay)} a case"
    lines = [f"{title}  {count}  send by {utc(card.deadline)}"]
    if card.impossible is not None:
        lines.append(f"  Nobody can finish a case of it: {card.impossible}")
    elif card.places_left == 0:
        lines.append("  Every case is given out")
    for case in card.cases:
        standing = case.state.value if case.state else "begun" if case.started else "new"
        lines.append(f"  {case.number:>3}  {case.id[:16]}  {case.title}  {standing}")
    return lines


def fetch(call: Call) -> Exit:
    """Take a task and download its cases; taking it again goes on where it stopped."""
    with open_bench(call) as bench:
        services = bench.services
        state = _find_or_refresh(services, call.typed.task)
        unlock(call, bench)
        row = taking.take(services, state.row.id, call.tick("Downloading"))
        taken = find_task(taking.task_states(services), state.row.id)
        answer: Json = {
            "task": state.row.id,
            "assignment": row.digest,
            "send_by": row.final_deadline,
            "cases": [{"case": each.digest, "number": each.position + 1} for each in taken.items],
        }
        lines = [f"{each.position + 1:>3}  {each.digest[:16]}" for each in taken.items]
        call.output.answer(answer, [*lines, f"Send by {utc(row.final_deadline)}"])
    return Exit.OK


def wipe(call: Call) -> Exit:
    """Take the images of a case from this computer for good."""
    with open_bench(call) as bench:
        case = find_case(taking.task_states(bench.services), call.typed.case)
        call.confirm("Delete the key of this case, so that its images can never be opened again?")
        wipe_case(bench.services, case)
    answer: Json = {"case": case.digest, "wiped": True}
    call.output.answer(answer, [f"{case.digest[:16]}: wiped"])
    return Exit.OK


def sync(call: Call) -> Exit:
    """Send what waits, hear what was decided, recompute what is owed."""
    with open_bench(call) as bench:
        done = sync_now(bench.services, call.tick("Syncing"))
        rows = read_outbox(bench.services, syncing=False).rows
        answer: Json = {
            "received": list(done.received),
            "outbox": {row.digest: row.state.value for row in rows},
            "failures": [error_json(error) for error in done.failures],
        }
        for error in done.failures:
            call.output.warn(error)
        call.output.answer(answer, [f"{row.digest[:16]}  {row.state.value}" for row in rows])
        return exit_of_all(done.failures)


def outbox(call: Call) -> Exit:
    """Where each submission stands."""
    with open_bench(call) as bench:
        rows = read_outbox(bench.services, syncing=False).rows
    answer = {
        "submissions": [
            {
                "submission": row.digest,
                "state": row.state.value,
                "case": row.case,
                "task": row.task,
                "signed_at": row.signed_at,
                "pay": money_json(row.pay),
                "reason": row.reason,
                "next_step": row.next_step.value,
                "next_at": row.next_at,
            }
            for row in rows
        ]
    }
    lines = [
        f"{row.digest[:16]}  {row.state.value:<9} {row.case}  {row.task}  {row.reason}".rstrip()
        for row in rows
    ]
    call.output.answer(answer, lines)
    return Exit.OK


def _refresh(services: Services) -> LabelerError | None:
    """What stood in the way of hearing what is offered; the list here is shown all the same."""
    try:
        taking.refresh_tasks(services, taking.connected(services))
    except LabelerError as error:
        return error
    return None


def _find_or_refresh(services: Services, typed: str) -> TaskState:
    try:
        return find_task(taking.task_states(services), typed)
    except LabelerError as error:
        if error.code != "name-unknown":
            raise
    taking.refresh_tasks(services, taking.connected(services))
    return find_task(taking.task_states(services), typed)


def _end(call: Call, error: LabelerError | None) -> Exit:
    if error is None:
        return Exit.OK
    call.output.warn(error)
    return exit_of(error)
