"""A marketplace that lies, and a network in between: nothing false is recorded, nothing is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import update

from labeler.hub.database import decision
from labeler.hub.keys import Role
from labeler.proof.envelope import to_envelope
from labeler.proof.keccak import keccak256
from labeler.proof.messages import TreeHead
from tests.support.answers import no_finding
from tests.support.between import Change, between
from tests.support.lying_node import lying_node
from tests.support.shell import Said, Shell
from tests.support.town import PRICE, Town


@pytest.fixture
def shell(town: Town, tmp_path: Path) -> Shell:
    """Somebody who has fetched a task."""
    shell = Shell(tmp_path / "profile").has_cheap_key()
    shell.json("connect", town.url, "--yes")
    shell.json("fetch", town.posted.manifest)
    return shell


def sign(shell: Shell, number: int) -> str:
    submit = ("submit", str(number), *no_finding(), "--yes", "--offline")
    return str(shell.json(*submit)["submission"])


def states(shell: Shell) -> dict[str, str]:
    rows = shell.json("outbox")["submissions"]
    return {row["submission"]: row["state"] for row in rows}


def failure(said: Said) -> tuple[int, set[str]]:
    """The exit code, and the codes of what failed."""
    return said.code, {each["code"] for each in said.json["failures"]}


def changed(where: tuple[str, ...], value: object) -> Change:
    """Sets one field deep inside an answer."""

    def change(answer: Any) -> Any:
        inner = answer
        for name in where[:-1]:
            inner = inner[name] if isinstance(inner, dict) else inner[int(name)]
        inner[where[-1]] = value
        return answer

    return change


def test_lies_on_the_way_from_receipt_to_money(town: Town, shell: Shell) -> None:
    submission = sign(shell, 1)
    with between(town.url) as proxy:
        shell.json("connect", proxy.url)

        proxy.lie("/v1/submissions", changed(("receipt", "message", "unitAmount"), "1"))
        code, told = failure(shell.run("sync", "--json"))
        assert (code, told) == (4, {"receipt-unsigned"})
        assert states(shell)[submission] == "sent"
        proxy.be_honest()
        assert shell.json("sync")["outbox"] == {submission: "received"}

        town.accept(submission)
        message = ("decided", "decision", "message")
        for lie, expected in (
            (changed((*message, "verdict"), 2), "decision-unsigned"),
            (changed((*message, "quality"), 1), "decision-unsigned"),
            (changed(("decided", "proof", "index"), 7), "decision-not-logged"),
        ):
            proxy.lie(f"/v1/submissions/{submission}", lie)
            code, told = failure(shell.run("sync", "--json"))
            assert (code, told) == (4, {expected})
            assert states(shell) == {submission: "received"}
        proxy.be_honest()
        assert shell.json("sync")["outbox"] == {submission: "accepted"}

        town.settle()
        lines = changed(("lines", "0", "amount"), "1")
        for lie in (lines, changed(("statement", "message", "cumulative"), "1")):
            proxy.lie("/v1/statements", lie)
            code, _ = failure(shell.run("sync", "--json"))
            assert code == 4
            assert shell.json("earnings")["statement_checked"] is None
        proxy.be_honest()
        shell.json("sync")
    assert shell.json("earnings")["ready"]["minor"] == str(PRICE)


def test_a_log_that_forks_is_told_and_kept(town: Town, shell: Shell) -> None:
    submission = sign(shell, 1)
    with between(town.url) as proxy:
        shell.json("connect", proxy.url)
        shell.json("sync")
        town.accept(submission)
        shell.json("sync")

        def forked(answer: Any) -> Any:
            true = answer["head"]["message"]
            head = TreeHead(
                town.market.identity.message.log_id, true["size"], b"\x66" * 32, true["time"]
            )
            signed = to_envelope(town.market.sign(Role.MARKETPLACE, head))
            return {"head": msgspec.to_builtins(signed)}

        proxy.lie("/v1/log/head", forked)
        assert failure(shell.run("sync", "--json")) == (4, {"log-forked"})


def test_a_statement_without_ones_work_is_told(town: Town, shell: Shell) -> None:
    good, left_out = sign(shell, 1), sign(shell, 2)
    shell.json("sync")
    for each in (good, left_out):
        town.accept(each)
    shell.json("sync")
    # The hub signs an acceptance, shows it in its log, and leaves it out of what it pays.
    with town.market.database.write() as connection:
        forgotten = decision.c.submission == left_out
        connection.execute(update(decision).where(forgotten).values(accepted=False))
    town.settle()
    assert failure(shell.run("sync", "--json")) == (4, {"line-missing"})
    said = shell.run("earnings", "--json")
    assert (said.code, said.json["statement_checked"]) == (4, False)
    lines = {line["case"]: line["recomputed"] for line in said.json["lines"]}
    assert sorted(lines.values()) == ["agrees", "differs"]
    assert said.json["ready"]["minor"] == str(PRICE)
    # What is stated can be had all the same.
    assert shell.json("claim")["paid"]["minor"] == str(PRICE)


def test_no_network_and_guest_networks(town: Town, shell: Shell) -> None:
    submission = sign(shell, 1)
    with between(town.url) as proxy:
        shell.json("connect", proxy.url)
        proxy.page = True
        said = shell.run("sync", "--json")
        assert (said.code, said.error) == (5, "not-a-marketplace")
        assert shell.run("tasks", "--json").error == "not-a-marketplace"
        assert shell.run("connect", proxy.url, "--yes", "--json").error == "not-a-marketplace"
    said = shell.run("sync", "--json")
    assert (said.code, said.error) == (5, "marketplace-unreachable")
    said = shell.run("tasks", "--json")
    assert (said.code, said.error) == (5, "marketplace-unreachable")
    assert [case["state"] for case in said.json["tasks"][0]["cases"]] == ["queued", None]
    offline = shell.json("submit", "2", *no_finding(), "--yes")
    assert [each["code"] for each in offline["failures"]] == ["marketplace-unreachable"]
    shell.json("connect", town.url)
    assert set(shell.json("sync")["outbox"].values()) == {"received"}
    assert submission in states(shell)


def test_another_marketplace_at_the_same_address(town: Town, shell: Shell) -> None:
    with between(town.url) as proxy:
        shell.json("connect", proxy.url)
        proxy.lie("/v1/identity", changed(("identity", "message", "validFrom"), 1))
        said = shell.run("sync", "--json")
        assert (said.code, said.error) == (4, "identity-unsigned")
        assert shell.run("connect", proxy.url, "--trust", "1" * 64, "--json").code == 4


def test_what_one_node_says_of_payment_another_corrects(town: Town, shell: Shell) -> None:
    submission = sign(shell, 1)
    shell.json("sync")
    town.accept(submission)
    shell.json("sync")
    town.settle()
    with lying_node(town.node) as node:
        node.calls[keccak256(b"claimed(address)")[:4]] = lambda _true: f"0x{PRICE:064x}"
        shell.json("connect", town.url, "--node", node.url)
        shell.json("sync")
        assert states(shell) == {submission: "paid"}
        node.calls.clear()
        shell.json("sync")
        assert states(shell) == {submission: "accepted"}
        assert shell.json("claim")["paid"]["minor"] == str(PRICE)
    assert states(shell) == {submission: "paid"}
