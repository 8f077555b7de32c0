"""What the Earnings screen shows: every line held against the expert's own decisions."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import UTC, datetime

from labeler.app.claiming import chain_seen
from labeler.app.marketplaces import load_pinned, only_marketplace
from labeler.app.screens import NO_MONEY, Amount, EarningLine, EarningsScreen, Recomputed
from labeler.app.services import Services
from labeler.app.statements import (
    KeptStatement,
    disagreement,
    newest_statement,
    own_account,
)
from labeler.app.work_screen import pay_of
from labeler.model.manifest import Item, Manifest
from labeler.model.outbox import OutboxState
from labeler.proof.codec import decode
from labeler.store.ledger import EarningRow
from labeler.store.store import Store


def read_earnings(services: Services, *, claiming: bool) -> EarningsScreen:
    """The screen as the store has it."""
    return services.store.call(lambda store: _read(services, store, claiming))


def _read(services: Services, store: Store, claiming: bool) -> EarningsScreen:
    money = _unit(store)
    kept, wrong = _statement(services, store)
    rows = store.outbox.rows()
    pays = {row.digest: int(_manifest(store, row.assignment).price.item) for row in rows}
    by_state: dict[OutboxState, int] = defaultdict(int)
    for row in rows:
        by_state[row.state] += pays[row.digest]
    earnings = store.ledger.earnings()
    claimed = _claimed(store)
    stated = int(kept.row.cumulative) if kept else 0
    earned = sum(int(row.amount) for row in earnings)

    def amount(minor: int) -> Amount:
        return Amount(minor, money.symbol, money.decimals)

    outside = _paid_outside(store)
    return EarningsScreen(
        queued=amount(by_state[OutboxState.QUEUED] + by_state[OutboxState.SENT]),
        in_review=amount(by_state[OutboxState.RECEIVED]),
        accepted=amount(earned if outside else max(0, earned - stated)),
        ready=amount(0 if outside else max(0, stated - claimed)),
        claimed=amount(claimed),
        bars=_bars(earnings, money),
        lines=tuple(_line(store, row, money, kept, wrong) for row in earnings),
        covered=_covered(store),
        statement_checked=None if kept is None else not wrong,
        claiming=claiming,
        paid_outside=outside,
    )


def _unit(store: Store) -> Amount:
    tasks = store.tasks.tasks()
    return pay_of(decode(tasks[-1].manifest, Manifest)) if tasks else NO_MONEY


def _statement(services: Services, store: Store) -> tuple[KeptStatement | None, str]:
    if not store.tasks.marketplaces():
        return None, ""
    pinned = load_pinned(store, only_marketplace(store).id)
    account = own_account(store, pinned)
    kept = newest_statement(store, pinned, account) if account else None
    return kept, disagreement(services, store, pinned, kept) if kept else ""


def _claimed(store: Store) -> int:
    seen = [chain_seen(store, row.id) for row in store.tasks.marketplaces()]
    return sum(each.claimed for each in seen if each)


def _paid_outside(store: Store) -> bool:
    rows = store.tasks.marketplaces()
    return bool(rows) and not load_pinned(store, rows[-1].id).pin.identity.chain_id


def _covered(store: Store) -> bool | None:
    seen = [chain_seen(store, row.id) for row in store.tasks.marketplaces()]
    known = [each.covered for each in seen if each]
    return all(known) if known else None


def _bars(earnings: list[EarningRow], money: Amount) -> tuple[tuple[int, int, Amount], ...]:
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for row in earnings:
        day = datetime.fromtimestamp(row.at, UTC)
        sums[day.year, day.month] += int(row.amount)
    return tuple(
        (year, month, Amount(total, money.symbol, money.decimals))
        for (year, month), total in sorted(sums.items())
    )


def _line(
    store: Store, row: EarningRow, money: Amount, kept: KeptStatement | None, wrong: str
) -> EarningLine:
    submission = store.outbox.get(row.subject)
    item = store.tasks.find_item(submission.item)
    stated = {line.submission: int(line.amount) for line in kept.detail.lines} if kept else {}
    missing = None
    if row.subject in stated:
        short = int(row.amount) - stated[row.subject]
        recomputed = Recomputed.AGREES if short == 0 else Recomputed.DIFFERS
        missing = Amount(short, money.symbol, money.decimals) if short else None
    else:
        recomputed = Recomputed.DIFFERS if wrong == "line-missing" else Recomputed.NOT_YET
    return EarningLine(
        at=row.at,
        case=decode(item.content, Item).title if item else "",
        task=_manifest(store, submission.assignment).title,
        kind=row.kind.value,
        amount=Amount(int(row.amount), money.symbol, money.decimals),
        recomputed=recomputed,
        missing=missing,
    )


def _manifest(store: Store, assignment: str) -> Manifest:
    return decode(store.tasks.task(store.tasks.assignment(assignment).task).manifest, Manifest)


def earnings_csv(screen: EarningsScreen) -> str:
    """The lines as CSV (RFC 4180): whole minor units, UTC dates, nothing rounded."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(("date", "case", "task", "kind", "minor_units", "decimals", "currency", "check"))
    for line in screen.lines:
        day = datetime.fromtimestamp(line.at, UTC).date().isoformat()
        money = line.amount
        check = line.recomputed.value
        table.writerow(
            (day, line.case, line.task, line.kind, money.minor, money.decimals, money.symbol, check)
        )
    return text.getvalue()
