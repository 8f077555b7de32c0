"""The demonstration's own chain: an in-process EVM that answers JSON-RPC on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from labeler.errors import LabelerError

LOOPBACK = "127.0.0.1"
MAX_REQUEST_BYTES = 1024 * 1024
IDLE_S = 30.0
METHODS = frozenset({
    "eth_blockNumber", "eth_call", "eth_chainId", "eth_estimateGas", "eth_feeHistory",
    "eth_gasPrice", "eth_getBalance", "eth_getBlockByNumber", "eth_getCode", "eth_getLogs",
    "eth_getTransactionByHash", "eth_getTransactionCount", "eth_getTransactionReceipt",
    "eth_maxPriorityFeePerGas", "eth_sendRawTransaction", "net_version", "web3_clientVersion",
})  # fmt: skip

# JSON-RPC 2.0 section 5.1; 3 is what Ethereum nodes answer to a call that reverts.
PARSE_ERROR, INVALID_REQUEST, NO_SUCH_METHOD, INVALID_PARAMS = -32700, -32600, -32601, -32602
REVERTED = 3

Handle = Callable[[str, list[Any]], Any]


class RpcError(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class DemoChain:
    """A running chain: `url` answers JSON-RPC; `funded_key` (32 bytes) holds its coin for fees.

    Every transaction is mined at once. Nothing is kept: closing it ends that world.
    """

    def __init__(self, server: ThreadingHTTPServer, machine: _Machine) -> None:
        self.url = f"http://{LOOPBACK}:{server.server_address[1]}"
        self.chain_id = machine.chain_id
        self.funded_key = machine.funded_key
        self._machine = machine
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def fund(self, address: bytes, wei: int = 10**18) -> None:
        """Gives `address` (20 bytes) some of the chain's coin, for fees."""
        self._machine.fund(address, wei)

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def start_demo_chain() -> DemoChain:
    """Starts a fresh chain; raises "demo-chain-missing" where its libraries are not installed."""
    try:
        machine = _Machine()
    except ModuleNotFoundError as error:
        raise LabelerError(
            "demo-chain-missing",
            "The demonstration's own blockchain is not installed ({module} is missing).",
            safe="Nothing was started.",
            do="Type: pip install 'labeler[demo]'",
            module=error.name or "eth_tester",
        ) from error
    server = ThreadingHTTPServer((LOOPBACK, 0), _handler(machine.answer))
    return DemoChain(server, machine)


class _Machine:
    """The EVM, asked by one thread at a time; web3's own bridge puts its words into JSON-RPC's."""

    def __init__(self) -> None:
        from eth_tester import EthereumTester, PyEVMBackend
        from eth_tester.backends.pyevm.main import get_default_account_keys
        from web3 import Web3
        from web3.middleware import combine_middleware
        from web3.providers.eth_tester import EthereumTesterProvider

        self._tester = EthereumTester(PyEVMBackend())
        provider = EthereumTesterProvider(self._tester)
        self._ask = combine_middleware(
            middleware=provider._middleware,  # noqa: SLF001  the bridge has no other name
            w3=Web3(provider),
            provider_request_fn=provider.make_request,
        )
        self._turn = threading.Lock()
        self.funded_key: bytes = get_default_account_keys()[0].to_bytes()
        self.chain_id = int(self.answer("eth_chainId", []), 16)

    def fund(self, address: bytes, wei: int) -> None:
        gift = {"from": self._tester.get_accounts()[0], "to": "0x" + address.hex(), "value": wei}
        with self._turn:
            self._tester.send_transaction({**gift, "gas": 21_000})

    def answer(self, method: str, params: list[Any]) -> Any:
        """The result of one call, ready for JSON; raises RpcError."""
        from eth.exceptions import PyEVMError
        from eth_tester.exceptions import (
            BlockNotFound,
            TransactionFailed,
            TransactionNotFound,
            ValidationError,
        )
        from eth_utils.exceptions import ValidationError as BadValue
        from rlp.exceptions import RLPException  # type: ignore[import-untyped]  # it has no types

        if method not in METHODS:
            raise RpcError(NO_SUCH_METHOD, f"the method {method} does not exist")
        if method == "net_version":
            return str(self.chain_id)
        try:
            with self._turn:
                response = self._ask(method, params)
        except TransactionFailed as error:
            raise RpcError(REVERTED, str(error)) from error
        except (BlockNotFound, TransactionNotFound) as error:
            raise RpcError(INVALID_PARAMS, f"not found: {error}") from error
        except (ValidationError, BadValue, PyEVMError, RLPException) as error:
            raise RpcError(INVALID_PARAMS, f"invalid: {error}") from error
        except (TypeError, ValueError, KeyError, IndexError) as error:  # parameters of other types
            raise RpcError(INVALID_PARAMS, f"invalid: {error}") from error
        return _plain(response["result"])


def _plain(value: Any) -> Any:
    """JSON-RPC's spelling: whole numbers and bytes become 0x-hexadecimal."""
    if isinstance(value, bool) or value is None or isinstance(value, str | float):
        return value
    if isinstance(value, int):
        return hex(value)
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    return [_plain(entry) for entry in value]


def _handler(answer: Handle) -> type[BaseHTTPRequestHandler]:
    class RpcHandler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = IDLE_S

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if length > MAX_REQUEST_BYTES:
                self.send_error(413)
                return
            body = json.dumps(_reply(self.rfile.read(length), answer)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Quiet: the terminal belongs to the demonstration."""

    return RpcHandler


def _reply(body: bytes, answer: Handle) -> dict[str, Any]:
    request_id: Any = None
    try:
        request = json.loads(body)
        if not isinstance(request, dict) or not isinstance(request.get("method"), str):
            raise RpcError(INVALID_REQUEST, "one JSON-RPC 2.0 request is expected")
        request_id = request.get("id")
        params = request.get("params", [])
        if not isinstance(params, list):
            raise RpcError(INVALID_PARAMS, "params must be a list")
        result = answer(request["method"], params)
    except (ValueError, RecursionError):
        return _failure(request_id, PARSE_ERROR, "not JSON")
    except RpcError as error:
        return _failure(request_id, error.code, str(error))
    return {"jsonrpc": "2.0", "id": request_id, "result": result}


def _failure(request_id: Any, code: int, message: str) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": request_id, "error": {"code": code, "message": message}}
