"""Claiming with one's own key: the hub is not needed to be paid."""

from __future__ import annotations

from pathlib import Path

from tests.support.answers import no_finding
from tests.support.shell import Shell
from tests.support.town import PRICE, Town


def test_an_expert_pays_the_fee(town: Town, tmp_path: Path) -> None:
    shell = Shell(tmp_path / "profile").has_cheap_key()
    shell.json("connect", town.url, "--trust", town.identity)
    shell.json("tasks")
    shell.json("fetch", town.posted.manifest)
    submission = shell.json("submit", "1", *no_finding(), "--yes")["submission"]
    town.accept(submission)
    town.settle()
    shell.json("sync")
    (used,) = shell.json("wallet", "address", "--marketplaces")["marketplaces"]
    account = bytes.fromhex(used["address"][2:])

    said = shell.run("claim", "--own-fee", "--json")
    assert (said.code, said.error) == (2, "confirmation-missing")
    # Without the chain's coin the chain refuses; what is owed stays owed.
    said = shell.run("claim", "--own-fee", "--yes", "--json")
    assert (said.code, said.error) == (1, "chain-refused")
    assert town.paid(account) == 0
    town.chain.fund(account)
    assert shell.json("claim", "--own-fee", "--yes")["paid"]["minor"] == str(PRICE)
    assert town.paid(account) == PRICE
