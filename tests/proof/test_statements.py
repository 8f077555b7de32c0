"""The judge of money: sums that only grow, lines that are one's own, a root that pays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from labeler.errors import LabelerError
from labeler.proof import claim_tree, item_tree, judge, merkle_log, statements
from labeler.proof.envelope import Signed
from labeler.proof.item_tree import AccountLine
from labeler.proof.messages import AccountStatement, EpochStatement, TreeHead
from labeler.proof.statements import Earned
from tests.proof.world import DAY, NO_CHAIN, PAY, START, World, person, word


def code_of(act: Callable[..., object], *values: Any, **named: Any) -> str:
    with pytest.raises(LabelerError) as caught:
        act(*values, **named)
    assert str(caught.value)
    return caught.value.code


class Period:
    """One settled period of a world; `epoch` and `account` replace fields."""

    def __init__(
        self,
        world: World,
        lines: list[AccountLine] | None = None,
        *,
        epoch: dict[str, Any] | None = None,
        account: dict[str, Any] | None = None,
    ) -> None:
        self.world = world
        self.lines = world.lines() if lines is None else lines
        self.leaves = world.leaves(sum(int(line.amount) for line in self.lines))
        hashes = [merkle_log.leaf_hash(bytes([number])) for number in range(9)]
        self.head: Signed[TreeHead] = world.make_head(hashes, START + 5 * DAY)
        self.epoch: Signed[EpochStatement] = world.make_epoch(
            self.head, self.leaves, **(epoch or {})
        )
        self.account: Signed[AccountStatement] = world.make_account(
            self.epoch, self.lines, **(account or {})
        )
        self.path = claim_tree.claim_proof(self.leaves, self.leaves[0])
        self.pin = judge.check_identity(world.identity)

    def checked_epoch(self, kept: statements.Epoch | None = None) -> statements.Epoch:
        return statements.check_epoch(self.pin, self.epoch, self.head, kept)

    def checked(self) -> statements.Account:
        return statements.check_account(self.checked_epoch(), self.account, self.path)

    def after(self, lines: list[AccountLine], **epoch: Any) -> Period:
        changes = {"epoch": 2, "previous": self.world.digest(self.epoch), **epoch}
        return Period(self.world, lines, epoch=changes)


def more(period: Period) -> list[AccountLine]:
    return [*period.lines, AccountLine(word("later").hex(), "silence", str(PAY))]


@pytest.mark.parametrize("chain", [{}, {"chain": NO_CHAIN}], ids=["chain", "no chain"])
def test_two_periods(chain: dict[str, Any]) -> None:
    first = Period(World(**chain))
    account = first.checked()
    assert account.claim.cumulative == 2 * PAY
    statements.check_lines(account, first.lines)
    second = first.after(more(first))
    epoch = second.checked_epoch(first.checked_epoch())
    later = statements.check_account(epoch, second.account, second.path)
    statements.check_lines(later, second.lines, account)
    for index, line in enumerate(second.lines):
        statements.check_line(later, line, item_tree.line_proof(second.lines, index))
    claimed = {"claimed": PAY, "balance": epoch.statement.total - PAY}
    statements.check_chain(epoch, root=epoch.statement.claim_root, **claimed)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"by": "operator"}, "statement-unsigned"),
        ({"marketplace_id": word("other")}, "wrong-marketplace"),
        ({"chain_id": 1}, "statement-elsewhere"),
        ({"token": b"\x01" * 20}, "statement-elsewhere"),
        ({"distributor": b"\x01" * 20}, "statement-elsewhere"),
        ({"tree_head": word("other")}, "statement-elsewhere"),
        ({"previous": word("other")}, "statement-forked"),
        ({"epoch": 0}, "statement-forked"),
        ({"epoch": 2}, "statement-forked"),
    ],
)
def test_epoch(changes: dict[str, Any], code: str) -> None:
    period = Period(World(), epoch=changes)
    assert code_of(period.checked_epoch) == code


def test_an_epoch_follows_the_one_kept() -> None:
    first = Period(World())
    kept = first.checked_epoch()
    assert first.checked_epoch(kept) == kept
    cases: list[tuple[Period, str]] = [
        (first.after(more(first), previous=word("other")), "statement-forked"),
        (first.after(more(first), time=START), "statement-older"),
        (first.after(first.lines[:1]), "cumulative-fell"),
        (Period(first.world, epoch={"time": START + 6 * DAY}), "statement-forked"),
    ]
    for period, code in cases:
        assert code_of(period.checked_epoch, kept) == code
    second = first.after(more(first))
    newest = second.checked_epoch(kept)
    assert code_of(first.checked_epoch, newest) == "statement-older"
    skipped = first.after(more(first), epoch=3, previous=word("unseen second"))
    assert skipped.checked_epoch(kept)


def test_the_chain_pays_what_was_signed() -> None:
    epoch = Period(World()).checked_epoch()
    root, total = epoch.statement.claim_root, epoch.statement.total

    def fate(**facts: Any) -> str:
        sound = {"root": root, "balance": total, "claimed": 0}
        return code_of(statements.check_chain, epoch, **{**sound, **facts})

    assert fate(root=word("other")) == "claim-root-differs"
    assert fate(balance=total - 1) == "distributor-short"
    assert fate(balance=total - PAY - 1, claimed=PAY) == "distributor-short"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"by": "operator"}, "statement-unsigned"),
        ({"marketplace_id": word("other")}, "wrong-marketplace"),
        ({"epoch_statement": word("other")}, "statement-elsewhere"),
        ({"account": person("other")}, "claim-not-in-root"),
        ({"cumulative": 2 * PAY + 1}, "claim-not-in-root"),
        ({"cumulative": 2**255}, "claim-not-in-root"),
    ],
)
def test_account(changes: dict[str, Any], code: str) -> None:
    assert code_of(Period(World(), account=changes).checked) == code


def test_another_path_proves_nothing() -> None:
    period = Period(World())
    period.path = period.path[1:]
    assert code_of(period.checked) == "claim-not-in-root"


def test_lines() -> None:
    first = Period(World())
    account = first.checked()
    dearer = msgspec.structs.replace(first.lines[0], amount=str(PAY + 1))
    for lines in (first.lines[:1], first.lines[::-1], [dearer, first.lines[1]]):
        assert code_of(statements.check_lines, account, lines) == "lines-changed"
    doubled = Period(World(), [first.lines[0], first.lines[0]])
    found = code_of(statements.check_lines, doubled.checked(), doubled.lines)
    assert found == "line-doubled"
    short = Period(World(), account={"lines_root": item_tree.lines_root([]), "line_count": 0})
    assert code_of(statements.check_lines, short.checked(), []) == "sum-wrong"


def test_lines_only_grow() -> None:
    first = Period(World())
    kept = first.checked()
    fewer = Period(World(), first.lines[:1])
    found = code_of(statements.check_lines, fewer.checked(), fewer.lines, kept)
    assert found == "cumulative-fell"
    swapped = Period(World(), [more(first)[2], *first.lines])
    found = code_of(statements.check_lines, swapped.checked(), swapped.lines, kept)
    assert found == "lines-rewritten"


def test_one_line() -> None:
    period = Period(World())
    place = item_tree.line_proof(period.lines, 1)
    statements.check_line(period.checked(), period.lines[1], place)
    wrong: list[tuple[AccountLine, item_tree.TreeProof]] = [
        (period.lines[0], place),
        (period.lines[1], msgspec.structs.replace(place, size=3)),
        (period.lines[1], msgspec.structs.replace(place, path=())),
    ]
    for line, at in wrong:
        found = code_of(statements.check_line, period.checked(), line, at)
        assert found == "line-missing"


def test_the_lines_are_ones_own() -> None:
    period = Period(World())
    account, lines = period.checked(), period.lines
    own = {line.submission: Earned(PAY, index) for index, line in enumerate(lines)}

    def check(**changes: Earned) -> None:
        statements.check_own(account, lines, {**own, **changes})

    check()
    size = account.epoch.head.size
    check(later=Earned(PAY, size), rejected=Earned(0, 1), silent=Earned(PAY, None))
    assert code_of(check, left_out=Earned(PAY, size - 1)) == "line-missing"
    assert code_of(check, **{lines[0].submission: Earned(PAY + 1, 0)}) == "line-amount"
    assert code_of(check, **{lines[0].submission: Earned(0, 0)}) == "line-amount"
    one = {lines[0].submission: Earned(PAY, 0)}
    assert code_of(statements.check_own, account, lines, one) == "line-unknown"
