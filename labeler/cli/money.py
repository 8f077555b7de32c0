"""What was earned, taking it out, and proving it, from a shell."""

from __future__ import annotations

from pathlib import Path

from labeler.app.bundles import find_submission, make_bundle
from labeler.app.claiming import claim as claim_now
from labeler.app.earnings_screen import read_earnings
from labeler.app.screens import Amount, EarningsScreen
from labeler.app.taking import connected
from labeler.cli.bench import open_bench, unlock
from labeler.cli.call import Call
from labeler.cli.exit_codes import Exit
from labeler.cli.output import Json, money_json
from labeler.cli.output import money as said
from labeler.cli.times import utc
from labeler.store.writing import refuse_target, write_whole


def earnings(call: Call) -> Exit:
    """Every line held against the expert's own decisions; as of the last sync."""
    with open_bench(call) as bench:
        screen = read_earnings(bench.services, claiming=False)
    call.output.answer(_earnings_json(screen), _earnings_lines(screen))
    return Exit.NOT_PROVED if screen.statement_checked is False else Exit.OK


def claim(call: Call) -> Exit:
    """Take out everything that is owed."""
    with open_bench(call) as bench:
        pinned = connected(bench.services)
        if call.typed.own_fee:
            unlock(call, bench)
            call.confirm("The claim costs a network fee, paid by your own key. Go on?")
        before = read_earnings(bench.services, claiming=True)
        own = bool(call.typed.own_fee)
        paid = claim_now(bench.services, pinned, call.tick("Claiming"), own_fee=own)
        amount = Amount(paid, before.ready.symbol, before.ready.decimals)
        total = read_earnings(bench.services, claiming=False).claimed
    answer: Json = {"paid": money_json(amount), "claimed": money_json(total)}
    call.output.answer(answer, [f"Paid {said(amount)}; {said(total)} in all"])
    return Exit.OK


def bundle(call: Call) -> Exit:
    """Write everything that this profile can prove of one submission."""
    typed = call.typed.output
    if typed is not None:
        refuse_target(Path(typed), replace=call.typed.force)
    with open_bench(call) as bench:
        row = bench.services.store.call(lambda s: find_submission(s, call.typed.submission))
        data = make_bundle(bench.services, row.digest)
    path = Path(typed or f"labeler-{row.digest[:16]}.labeler")
    refuse_target(path, replace=call.typed.force)
    write_whole(path, data)
    answer: Json = {"submission": row.digest, "file": str(path), "bytes": len(data)}
    call.output.answer(answer, [f"Wrote {path}"])
    return Exit.OK


def _earnings_json(screen: EarningsScreen) -> Json:
    return {
        "queued": money_json(screen.queued),
        "in_review": money_json(screen.in_review),
        "accepted": money_json(screen.accepted),
        "ready": money_json(screen.ready),
        "claimed": money_json(screen.claimed),
        "covered": screen.covered,
        "statement_checked": screen.statement_checked,
        "paid_outside": screen.paid_outside,
        "lines": [
            {
                "at": line.at,
                "case": line.case,
                "task": line.task,
                "kind": line.kind,
                "amount": money_json(line.amount),
                "recomputed": line.recomputed.value,
                "missing": money_json(line.missing) if line.missing else None,
            }
            for line in screen.lines
        ],
    }


def _earnings_lines(screen: EarningsScreen) -> list[str]:
    checked = {None: "no statement yet", True: "agrees", False: "DIFFERS from your own decisions"}
    held = {None: "not asked yet", True: "holds what it owes", False: "holds LESS than it owes"}
    return [
        f"In review  {said(screen.in_review)}",
        f"Accepted   {said(screen.accepted)}",
        f"Ready      {said(screen.ready)}",
        f"Claimed    {said(screen.claimed)}",
        f"Statement: {checked[screen.statement_checked]}",
        "Paid by the marketplace, outside a public record: there is nothing to claim"
        if screen.paid_outside
        else f"Distributor: {held[screen.covered]}",
        *(
            f"{utc(line.at)}  {said(line.amount)}  {line.recomputed.value:<8} {line.case}"
            for line in screen.lines
        ),
    ]
