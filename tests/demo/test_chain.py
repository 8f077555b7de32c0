"""The demonstration's chain answers JSON-RPC as a node would, on loopback alone."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from labeler.demo.chain import METHODS, DemoChain, start_demo_chain

FUNDED = "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf"


@pytest.fixture(scope="module")
def chain() -> Iterator[DemoChain]:
    with start_demo_chain() as running:
        yield running


def post(chain: DemoChain, body: bytes) -> dict[str, Any]:
    address = urllib.parse.urlsplit(chain.url)
    assert address.hostname == "127.0.0.1"
    connection = http.client.HTTPConnection(address.hostname, address.port or 0, timeout=10)
    try:
        connection.request("POST", "/", body, {"Content-Type": "application/json"})
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return answer


def ask(chain: DemoChain, method: str, *params: object) -> Any:
    body = {"jsonrpc": "2.0", "id": 5, "method": method, "params": list(params)}
    answer = post(chain, json.dumps(body).encode())
    assert (answer["jsonrpc"], answer["id"]) == ("2.0", 5)
    return answer.get("result", answer.get("error"))


def test_every_method_answers(chain: DemoChain) -> None:
    before = int(ask(chain, "eth_blockNumber"), 16)
    chain.fund(b"\x42" * 20, 123)
    block = ask(chain, "eth_getBlockByNumber", "latest", False)
    transaction = block["transactions"][0]
    gift = {"from": FUNDED, "to": "0x" + "42" * 20, "value": "0x1"}
    parameters: dict[str, tuple[object, ...]] = {
        "eth_call": (gift, "latest"),
        "eth_estimateGas": (gift,),
        "eth_feeHistory": ("0x1", "latest", [50]),
        "eth_getBalance": ("0x" + "42" * 20, "latest"),
        "eth_getBlockByNumber": ("latest", True),
        "eth_getCode": (FUNDED, "latest"),
        "eth_getLogs": ({"fromBlock": "0x0", "toBlock": "latest"},),
        "eth_getTransactionByHash": (transaction,),
        "eth_getTransactionCount": (FUNDED, "latest"),
        "eth_getTransactionReceipt": (transaction,),
    }
    answers = {
        method: ask(chain, method, *parameters.get(method, ()))
        for method in METHODS - {"eth_sendRawTransaction"}
    }
    failed = [
        name for name, got in answers.items() if isinstance(got, dict) and got.get("code", 0) != 0
    ]
    assert failed == []
    assert int(answers["eth_chainId"], 16) == chain.chain_id == int(answers["net_version"])
    assert int(answers["eth_blockNumber"], 16) == before + 1
    assert answers["eth_getBalance"] == hex(123)
    assert answers["eth_getTransactionReceipt"]["status"] == "0x1"
    assert answers["eth_getTransactionByHash"]["hash"] == transaction
    assert answers["eth_getCode"] == "0x"


def test_what_is_not_known_is_null(chain: DemoChain) -> None:
    nowhere = "0x" + "00" * 31 + "01"
    assert ask(chain, "eth_getTransactionReceipt", nowhere) is None
    assert ask(chain, "eth_getTransactionByHash", nowhere) is None
    assert ask(chain, "eth_getBlockByNumber", "0xffffff", False) is None


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("evm_snapshot", ()),
        ("eth_accounts", ()),
        ("eth_sendTransaction", ({"to": FUNDED},)),
        ("testing_timeTravel", (9,)),
        ("nonsense", ()),
    ],
)
def test_the_means_of_testing_are_not_on_the_wire(
    chain: DemoChain, method: str, params: tuple[object, ...]
) -> None:
    assert ask(chain, method, *params)["code"] == -32601


@pytest.mark.parametrize("raw", ["0x", "0x02", "0xdeadbeef", "zebra", 7, None])
def test_a_bad_transaction_is_an_error_not_a_crash(chain: DemoChain, raw: object) -> None:
    assert ask(chain, "eth_sendRawTransaction", raw)["code"] < 0
    assert int(ask(chain, "eth_chainId"), 16) == chain.chain_id


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b'{"method": 3}', b"[" * 50_000, b"\xff"])
def test_a_bad_request_is_an_error_not_a_crash(chain: DemoChain, body: bytes) -> None:
    assert post(chain, body)["error"]["code"] in (-32700, -32600)


def test_a_chain_that_is_closed_is_gone() -> None:
    with start_demo_chain() as running:
        chain = running
        assert ask(chain, "eth_blockNumber") == "0x0"
    with pytest.raises(ConnectionRefusedError):
        ask(chain, "eth_blockNumber")


WITHOUT_EXTRA = """
import sys
sys.modules["eth_tester"] = None
from labeler.demo.chain import start_demo_chain
from labeler.errors import LabelerError
try:
    start_demo_chain()
except LabelerError as error:
    print(error.code, error.do)
"""


def test_without_its_libraries_it_says_what_to_type() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT_EXTRA],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        timeout=60,
        check=True,
    )
    assert ran.stdout.startswith("demo-chain-missing")
    assert "pip install 'labeler[demo]'" in ran.stdout


STARTED = """
from labeler.demo.chain import start_demo_chain
with start_demo_chain() as chain:
    print(chain.url)
"""


def test_the_chain_starts_without_a_warning() -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", STARTED],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ran.stdout.startswith("http://127.0.0.1:")
    assert ran.stderr == ""
