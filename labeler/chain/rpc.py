"""JSON-RPC over HTTP, bounded in size and time; every answer is checked for its shape."""

from __future__ import annotations

import ssl
import time
import urllib.error
import urllib.request
from base64 import b64encode
from http.client import HTTPException, HTTPResponse
from typing import Annotated
from urllib.parse import unquote, urlsplit

import msgspec
from msgspec import Meta

from labeler.chain.failures import nonsense, refused, unreachable
from labeler.proof.bodies import decode_body

MAX_ANSWER_BYTES = 4 * 1024 * 1024
HTTP_OK = 200
LOOPBACK = ("127.0.0.1", "localhost", "::1")

Quantity = Annotated[str, Meta(pattern=r"\A0x[0-9a-fA-F]{1,64}\Z")]
Data = Annotated[str, Meta(pattern=r"\A0x([0-9a-fA-F]{2})*\Z")]
Word = Annotated[str, Meta(pattern=r"\A0x[0-9a-fA-F]{64}\Z")]
Account = Annotated[str, Meta(pattern=r"\A0x[0-9a-fA-F]{40}\Z")]


class BlockShape(msgspec.Struct):
    number: Quantity
    baseFeePerGas: Quantity  # noqa: N815  the protocol's own spelling, here and below


class ReceiptShape(msgspec.Struct):
    transactionHash: Word  # noqa: N815
    blockNumber: Quantity  # noqa: N815
    status: Quantity
    gasUsed: Quantity  # noqa: N815
    contractAddress: Account | None = None  # noqa: N815


SHAPES: dict[str, object] = {
    "eth_chainId": Quantity,
    "eth_blockNumber": Quantity,
    "eth_call": Data,
    "eth_estimateGas": Quantity,
    "eth_getBalance": Quantity,
    "eth_getBlockByNumber": BlockShape,
    "eth_getCode": Data,
    "eth_getTransactionCount": Quantity,
    "eth_getTransactionReceipt": ReceiptShape | None,
    "eth_maxPriorityFeePerGas": Quantity,
    "eth_sendRawTransaction": Word,
}
"""All that is ever asked of a node, and the shape its answer must have."""


class RequestHead(msgspec.Struct):
    id: int


class ErrorShape(msgspec.Struct):
    code: int
    message: str


class Envelope(msgspec.Struct):
    jsonrpc: str
    id: int
    result: msgspec.Raw = msgspec.Raw(b"")
    error: ErrorShape | None = None


class RpcNode:
    """A JSON-RPC node at `url` (http or https); safe to call from any thread.

    Raises LabelerError "chain-unreachable", "chain-nonsense" and "chain-refused". `name` is its
    host alone: the path of a node's address is often a secret.
    """

    def __init__(self, url: str, *, timeout_s: float = 10.0) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise unreachable(parts.hostname or "?", "its address is not http:// or https://")
        login, _, self.name = parts.netloc.rpartition("@")
        self._url = parts._replace(netloc=self.name, fragment="").geturl()
        self._headers = {"Content-Type": "application/json"}
        if login:
            basic = b64encode(unquote(login).encode()).decode()
            self._headers["Authorization"] = f"Basic {basic}"
        self._timeout_s = timeout_s
        self._opener = _opener(parts.hostname)

    def ask(self, method: str, body: bytes) -> dict[str, object]:
        """The checked answer to the JSON-RPC request `body`, as the plain JSON-RPC object."""
        asked = msgspec.json.decode(body, type=RequestHead).id
        answer = self._post(body)
        try:
            envelope = decode_body(answer, Envelope)
            if envelope.jsonrpc != "2.0" or envelope.id != asked:
                raise nonsense(self.name, "an answer to another question")
            if envelope.error is not None:
                raise refused(self.name, envelope.error.message)
            msgspec.json.decode(envelope.result, type=SHAPES[method])
            plain: dict[str, object] = msgspec.json.decode(answer)
        except ValueError as error:
            raise nonsense(self.name, str(error)) from error
        return plain

    def _post(self, body: bytes) -> bytes:
        request = urllib.request.Request(  # noqa: S310  the scheme was checked above
            self._url, data=body, headers=self._headers, method="POST"
        )
        try:
            with self._opener.open(request, timeout=self._timeout_s) as response:
                return self._read(response)
        except urllib.error.HTTPError as error:
            with error:
                raise unreachable(self.name, f"HTTP {error.code}") from error
        except (OSError, HTTPException) as error:
            raise unreachable(self.name, str(error) or type(error).__name__) from error

    def _read(self, response: HTTPResponse) -> bytes:
        """The whole answer; a node that drips bytes or never ends is cut off."""
        until = time.monotonic() + self._timeout_s
        parts: list[bytes] = []
        length = 0
        while part := response.read1(65536):
            parts.append(part)
            length += len(part)
            if length > MAX_ANSWER_BYTES:
                raise nonsense(self.name, "an answer without end")
            if time.monotonic() > until:
                raise unreachable(self.name, "too slow")
        if response.status != HTTP_OK:
            raise nonsense(self.name, f"HTTP {response.status}")
        return b"".join(parts)


def _opener(host: str) -> urllib.request.OpenerDirector:
    """HTTP and HTTPS without redirects: a node that moves is a node nobody chose."""
    import truststore

    # The certificates the machine trusts; in a hospital they include its proxy's.
    trust = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    opener = urllib.request.OpenerDirector()
    handlers: list[urllib.request.BaseHandler] = [
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=trust),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
    ]
    if host not in LOOPBACK:
        handlers.append(urllib.request.ProxyHandler())
    for handler in handlers:
        opener.add_handler(handler)
    return opener
