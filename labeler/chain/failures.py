"""What a person is told when the chain, or the node that speaks for it, disappoints."""

from __future__ import annotations

from labeler.errors import LabelerError

MAX_REASON = 160


def unreachable(node: str, cause: str) -> LabelerError:
    return LabelerError(
        "chain-unreachable",
        "The blockchain node {node} does not answer ({cause}).",
        safe="Your work and your signed statements are safe; only balances cannot be checked now.",
        do="Check the network and the node's address, then try again.",
        node=node,
        cause=_readable(cause),
    )


def nonsense(node: str, what: str) -> LabelerError:
    return LabelerError(
        "chain-nonsense",
        "The blockchain node {node} gave an answer that makes no sense ({what}).",
        safe="Nothing it said was believed or recorded.",
        do="Check the node's address, or choose another node.",
        node=node,
        what=_readable(what),
    )


def wrong_chain(node: str, expected: int, found: int) -> LabelerError:
    return LabelerError(
        "chain-wrong",
        "The blockchain node {node} speaks for chain {found}, but this marketplace pays on chain "
        "{expected}.",
        safe="Nothing it said was believed, and nothing was sent.",
        do="Choose a node of chain {expected}.",
        node=node,
        expected=expected,
        found=found,
    )


def not_a_contract(node: str, address: str, contract: str) -> LabelerError:
    return LabelerError(
        "chain-no-contract",
        "There is no {contract} contract at {address}, says the blockchain node {node}.",
        safe="Nothing was sent.",
        do="Ask another node; if it says the same, the marketplace named a wrong address.",
        node=node,
        address=address,
        contract=contract,
    )


def wrong_token(address: str, expected: str) -> LabelerError:
    return LabelerError(
        "chain-token-wrong",
        "The distributor pays in the token {address}, but the marketplace promised {expected}.",
        safe="Nothing was sent, and your signed statements stay valid.",
        do="Keep a bundle of your submissions as evidence and ask the marketplace.",
        address=address,
        expected=expected,
    )


def refused(node: str, reason: str) -> LabelerError:
    return LabelerError(
        "chain-refused",
        "The blockchain node {node} refused: {reason}.",
        safe="No money moved.",
        do="Sync first; the reason names what does not fit.",
        node=node,
        reason=_readable(reason),
    )


def failed(transaction: str) -> LabelerError:
    return LabelerError(
        "chain-failed",
        "The transaction {transaction} was mined, but the contract refused it.",
        safe="No money moved except the network's fee.",
        do="Sync, then look whether somebody else has claimed meanwhile.",
        transaction=transaction,
    )


def unconfirmed(transaction: str, seconds: int) -> LabelerError:
    return LabelerError(
        "chain-unconfirmed",
        "The transaction {transaction} is not confirmed after {seconds} seconds.",
        safe="It may still be carried out, and it can never pay twice.",
        do="Sync later to see whether it has arrived.",
        transaction=transaction,
        seconds=seconds,
    )


def fee_too_high(fee_wei: int, cap_wei: int) -> LabelerError:
    return LabelerError(
        "chain-fee-too-high",
        "The network asks for a fee of up to {fee} wei; the limit is {cap} wei.",
        safe="Nothing was sent, and what is owed does not expire.",
        do="Wait until the network is cheaper, or raise the limit.",
        fee=fee_wei,
        cap=cap_wei,
    )


def _readable(text: str) -> str:
    """A node's words, made harmless: one line, printable, short."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    words = " ".join(printable.split()).removeprefix("execution reverted: ")
    return words[:MAX_REASON] or "no reason given"
