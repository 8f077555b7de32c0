"""A node that lies or breaks is caught or named; nothing it says is taken for granted."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from labeler.chain.account import ChainAccount
from labeler.chain.client import ChainClient
from labeler.chain.contracts import Contracts
from labeler.demo.chain import DemoChain
from labeler.errors import LabelerError
from tests.chain.conftest import Marketplace
from tests.support.lying_node import LyingNode, lying_node

ALICE = b"\xa1" * 20
OTHER_WORD = "0x" + "5a" * 32
BALANCE_OF = bytes.fromhex("70a08231")


@pytest.fixture
def node(chain: DemoChain) -> Iterator[LyingNode]:
    with lying_node(chain.url) as running:
        yield running


@pytest.fixture
def misled(node: LyingNode, chain: DemoChain, contracts: Contracts) -> ChainClient:
    return ChainClient(node.url, contracts, chain_id=chain.chain_id, timeout_s=1.0)


def code_of(client: ChainClient) -> str:
    with pytest.raises(LabelerError) as caught:
        client.chain_id()
    assert caught.value.happened
    return caught.value.code


def test_without_a_lie_it_is_a_node(misled: ChainClient, chain: DemoChain) -> None:
    assert misled.chain_id() == chain.chain_id


def test_another_chain(node: LyingNode, misled: ChainClient) -> None:
    node.lies["eth_chainId"] = lambda _: "0x1"
    assert code_of(misled) == "chain-wrong"


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><html><body>Sign in to the hospital Wi-Fi</body></html>",
        b"",
        b"null",
        b"[]",
        b'"0x1"',
        b"{}",
        b'{"jsonrpc": "2.0", "id": 0}',
        b'{"jsonrpc": "1.0", "id": 0, "result": "0x1"}',
        b'{"jsonrpc": "2.0", "id": 0, "result": 1}',
        b'{"jsonrpc": "2.0", "id": 0, "result": "0x"}',
        b'{"jsonrpc": "2.0", "id": 0, "result": "0x' + b"f" * 65 + b'"}',
        b'{"jsonrpc": "2.0", "id": 0, "result": {"a": 1}}',
        b'{"jsonrpc": "2.0", "id": 7, "result": "0x1"}',
        b'{"jsonrpc": "2.0", "id": 0, "error": "no"}',
        b"[" * 100_000,
        b"\xff\xfe\x00",
    ],
    ids=lambda body: body[:40].decode("latin-1"),
)
def test_nonsense(node: LyingNode, misled: ChainClient, body: bytes) -> None:
    node.instead = (200, "application/json", body)
    assert code_of(misled) == "chain-nonsense"


def test_an_answer_without_end(node: LyingNode, misled: ChainClient) -> None:
    node.instead = (200, "application/json", b" " * (5 * 1024 * 1024))
    assert code_of(misled) == "chain-nonsense"


def test_an_answer_that_drips(node: LyingNode, misled: ChainClient) -> None:
    node.drip_s = 0.05
    assert code_of(misled) == "chain-unreachable"


@pytest.mark.parametrize("status", [301, 302, 404, 429, 500, 503])
def test_an_http_error_is_told_and_a_redirect_is_not_followed(
    node: LyingNode, misled: ChainClient, status: int
) -> None:
    node.instead = (status, "text/html", b"<html></html>")
    with pytest.raises(LabelerError) as caught:
        misled.chain_id()
    assert caught.value.code == "chain-unreachable"
    assert str(status) in str(caught.value.facts["cause"])


def test_a_node_that_is_down(node: LyingNode, contracts: Contracts) -> None:
    with lying_node(node.url) as gone:
        url = gone.url
    assert code_of(ChainClient(url, contracts)) == "chain-unreachable"


def test_an_error_text_is_made_harmless(node: LyingNode, misled: ChainClient) -> None:
    ugly = "\x1b[31mexecution\nreverted\u202e" + "x" * 5000
    node.whole = lambda reply: {
        "jsonrpc": "2.0",
        "id": reply["id"],
        "error": {"code": -32000, "message": ugly},
    }
    with pytest.raises(LabelerError) as caught:
        misled.chain_id()
    reason = str(caught.value.facts["reason"])
    assert caught.value.code == "chain-refused"
    assert len(reason) <= 160
    assert reason.isprintable()


def test_an_empty_answer_of_a_contract(
    node: LyingNode, misled: ChainClient, marketplace: Marketplace
) -> None:
    node.lies["eth_call"] = lambda _: "0x"
    with pytest.raises(LabelerError) as caught:
        misled.distributor(marketplace.distributor, marketplace.token)
    assert caught.value.code == "chain-nonsense"


def test_a_balance_that_is_too_small_shows_as_insolvent(
    node: LyingNode, misled: ChainClient, marketplace: Marketplace
) -> None:
    marketplace.settle(1, {ALICE: 700}, funds=700)
    node.calls[BALANCE_OF] = lambda _: "0x" + (699).to_bytes(32, "big").hex()
    state = misled.distributor(marketplace.distributor, marketplace.token)
    assert not state.solvent
    assert (state.owed, state.held) == (700, 699)


def test_a_wrong_root_is_read_as_the_wrong_root(
    node: LyingNode, misled: ChainClient, marketplace: Marketplace, client: ChainClient
) -> None:
    tree = marketplace.settle(1, {ALICE: 700}, funds=700)
    root_selector = bytes(client.web3.keccak(text="root()"))[:4]
    node.calls[root_selector] = lambda _: OTHER_WORD
    state = misled.distributor(marketplace.distributor, marketplace.token)
    assert state.root == b"\x5a" * 32 != tree.root


def test_other_code_is_not_called_reviewed(
    node: LyingNode, misled: ChainClient, marketplace: Marketplace
) -> None:
    node.lies["eth_getCode"] = lambda code: code[:-200]
    state = misled.distributor(marketplace.distributor, marketplace.token)
    assert not state.reviewed


def test_the_hash_of_another_transaction(
    node: LyingNode, misled: ChainClient, marketplace: Marketplace, chain: DemoChain
) -> None:
    node.lies["eth_sendRawTransaction"] = lambda _: OTHER_WORD
    sender = ChainAccount(misled, chain.funded_key)
    with pytest.raises(LabelerError) as caught:
        sender.mint(marketplace.token, ALICE, 1)
    assert caught.value.code == "chain-nonsense"


def test_the_receipt_of_another_transaction(
    node: LyingNode, misled: ChainClient, marketplace: Marketplace, chain: DemoChain
) -> None:
    node.lies["eth_getTransactionReceipt"] = lambda true: {**true, "transactionHash": OTHER_WORD}
    sender = ChainAccount(misled, chain.funded_key)
    with pytest.raises(LabelerError) as caught:
        sender.mint(marketplace.token, ALICE, 1)
    assert caught.value.code == "chain-nonsense"


def test_a_transaction_that_was_mined_and_reverted(
    node: LyingNode, misled: ChainClient, marketplace: Marketplace, chain: DemoChain
) -> None:
    node.lies["eth_getTransactionReceipt"] = lambda true: {**true, "status": "0x0"}
    sender = ChainAccount(misled, chain.funded_key)
    with pytest.raises(LabelerError) as caught:
        sender.mint(marketplace.token, ALICE, 1)
    assert caught.value.code == "chain-failed"
    assert re.fullmatch("0x[0-9a-f]{64}", str(caught.value.facts["transaction"]))


def test_a_fee_that_a_node_invents_meets_the_cap(
    node: LyingNode, misled: ChainClient, marketplace: Marketplace, chain: DemoChain
) -> None:
    node.lies["eth_maxPriorityFeePerGas"] = lambda _: hex(10**18)
    sender = ChainAccount(misled, chain.funded_key)
    with pytest.raises(LabelerError) as caught:
        sender.mint(marketplace.token, ALICE, 1)
    assert caught.value.code == "chain-fee-too-high"
    assert "eth_sendRawTransaction" not in node.asked


def test_a_contract_cannot_make_the_client_fetch_an_address(
    node: LyingNode, misled: ChainClient, marketplace: Marketplace
) -> None:
    node.whole = lambda reply: (
        reply
        if node.asked[-1] != "eth_call"
        else {
            "jsonrpc": "2.0",
            "id": reply["id"],
            "error": {
                "code": 3,
                "message": "execution reverted",
                "data": "0x556f1830" + "00" * 160,
            },
        }
    )
    with pytest.raises(LabelerError) as caught:
        misled.distributor(marketplace.distributor, marketplace.token)
    assert caught.value.code == "chain-refused"
    assert node.asked.count("eth_call") == 1


def test_a_login_in_the_address_is_sent_as_a_header(
    node: LyingNode, chain: DemoChain, contracts: Contracts
) -> None:
    address = node.url.replace("//", "//doctor:pass%40word@")
    assert ChainClient(address, contracts).chain_id() == chain.chain_id
    assert node.logins == ["Basic ZG9jdG9yOnBhc3NAd29yZA=="]
