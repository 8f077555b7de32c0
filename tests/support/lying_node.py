"""A blockchain node that lies: a real HTTP server in front of an honest one."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Lie = Callable[[Any], Any]


@dataclass
class LyingNode:
    """Forwards every request to `honest` and changes what comes back.

    `lies` change the result of one method; `calls` change the result of eth_call by the first four
    bytes of its data; `instead` is a whole HTTP answer (status, content type, body); `drip_s` sends
    one byte at a time.
    """

    honest: str
    url: str = ""
    lies: dict[str, Lie] = field(default_factory=dict)
    calls: dict[bytes, Lie] = field(default_factory=dict)
    instead: tuple[int, str, bytes] | None = None
    whole: Lie | None = None
    drip_s: float = 0.0
    asked: list[str] = field(default_factory=list)
    logins: list[str | None] = field(default_factory=list)

    def answer(self, body: bytes) -> tuple[int, str, bytes]:
        request = json.loads(body)
        self.asked.append(request["method"])
        if self.instead is not None:
            return self.instead
        reply = self._honest_reply(body)
        if "result" in reply:
            reply["result"] = self._lied(request, reply["result"])
        if self.whole is not None:
            reply = self.whole(reply)
        return 200, "application/json", json.dumps(reply).encode()

    def _honest_reply(self, body: bytes) -> dict[str, Any]:
        asked = urllib.request.Request(
            self.honest, data=body, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(asked, timeout=10) as response:
            reply: dict[str, Any] = json.loads(response.read())
        return reply

    def _lied(self, request: dict[str, Any], result: Any) -> Any:
        method = request["method"]
        if method == "eth_call":
            selector = bytes.fromhex(request["params"][0]["data"][2:10])
            if selector in self.calls:
                return self.calls[selector](result)
        return self.lies.get(method, lambda truth: truth)(result)


@contextmanager
def lying_node(honest: str) -> Iterator[LyingNode]:
    node = LyingNode(honest)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            node.logins.append(self.headers["Authorization"])
            length = int(self.headers["Content-Length"])
            status, kind, body = node.answer(self.rfile.read(length))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if 300 <= status < 400:
                self.send_header("Location", node.honest)
            self.end_headers()
            try:
                self._send(body)
            except OSError:
                return  # the client had enough: that is what some tests are about

        def _send(self, body: bytes) -> None:
            if not node.drip_s:
                self.wfile.write(body)
                return
            for byte in body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(node.drip_s)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    node.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield node
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
