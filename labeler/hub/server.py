"""The hub as a process or a thread: Litestar on uvicorn, on a socket that is bound first."""

from __future__ import annotations

import logging
import os
import socket
import threading
from ipaddress import ip_address
from typing import Any

import msgspec
import uvicorn
from litestar import Litestar, Request, Response
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.middleware.rate_limit import RateLimitConfig
from litestar.openapi.config import OpenAPIConfig
from litestar.types import ControllerRouterHandler

from labeler.errors import LabelerError
from labeler.hub.api import HANDLERS, MAX_REQUEST, PROBLEM_TYPE, AnyRequest, Service
from labeler.hub.blob_api import get_blob, put_blob
from labeler.hub.description import Description
from labeler.hub.place import Marketplace
from labeler.hub.refusals import Refusal
from labeler.hub.settlement import ChainDesk
from labeler.market import wire
from labeler.proof.bodies import check_depth

LOG = logging.getLogger("labeler.hub")

REQUESTS_A_SECOND = 100
CONNECTIONS = 200
BACKLOG = 128
ARRIVAL_SECONDS = 24 * 3600


class BoundedRequest(Request[Any, Any, Any]):
    """A request whose JSON is measured before it is decoded."""

    async def json(self) -> Any:
        try:
            check_depth(await self.body())
        except ValueError as error:
            raise Refusal("bad-request", f"The body is {error}.") from error
        return await super().json()


def create_app(service: Service, *, requests_a_second: int = REQUESTS_A_SECOND) -> Litestar:
    """The ASGI application; every error leaves as an RFC 9457 problem document."""
    handlers: list[ControllerRouterHandler] = [*HANDLERS, get_blob, put_blob]
    return Litestar(
        route_handlers=handlers,
        dependencies={"hub": Provide(lambda: service, sync_to_thread=False)},
        exception_handlers={
            Refusal: _refused,
            HTTPException: _misused,
            Exception: _broken,
        },
        middleware=[RateLimitConfig(rate_limit=("second", requests_a_second)).middleware],
        openapi_config=OpenAPIConfig(
            title="Labeler marketplace",
            version="1",
            path="/v1",
            render_plugins=[Description()],
        ),
        request_class=BoundedRequest,
        request_max_body_size=MAX_REQUEST,
        logging_config=None,
        debug=False,
    )


def _answer(document: wire.Problem) -> Response[bytes]:
    return Response(
        content=msgspec.json.encode(document),
        status_code=document.status,
        media_type=PROBLEM_TYPE,
        headers={"www-authenticate": "Bearer"} if document.status == 401 else None,
    )


def _refused(_request: AnyRequest, refusal: Refusal) -> Response[bytes]:
    return _answer(refusal.problem)


def _misused(_request: AnyRequest, error: HTTPException) -> Response[bytes]:
    code = {404: "not-found", 413: "too-large", 429: "busy", 503: "busy"}.get(error.status_code)
    return _answer(
        wire.Problem(
            type=wire.PROBLEM_PREFIX + (code or "bad-request"),
            title="The request is not what this address takes",
            status=error.status_code,
            detail=_said(error),
        )
    )


def _said(error: HTTPException) -> str:
    """What was wrong, without echoing values."""
    extra = error.extra if isinstance(error.extra, list) else []
    named = [f"{e.get('key', '?')}: {e.get('message', '')}" for e in extra if isinstance(e, dict)]
    return "; ".join([error.detail, *named])[:500]


def _broken(request: AnyRequest, error: Exception) -> Response[bytes]:
    LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return _answer(
        wire.Problem(
            type=wire.PROBLEM_PREFIX + "internal",
            title="The marketplace failed; nothing was changed",
            status=500,
        )
    )


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends at once (TCP_NODELAY) only on sockets that name their protocol; without it each
    # answer waits 40 ms for an acknowledgement of its headers.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise LabelerError(
            "address-taken",
            "The hub cannot listen at {host}, port {port} ({why}).",
            safe="Nothing was changed.",
            do="Choose another port, or end the program that uses this one.",
            host=host,
            port=port,
            why=error.strerror or str(error),
        ) from error
    return listening


def domains_of(listening: socket.socket, public: str | None) -> tuple[str, ...]:
    """The hosts that a login may name: the public one, or this computer's own address.

    Raises LabelerError "public-name-needed" where every address is listened on and none is named:
    a login for any host at all would be a login for whoever passes it on.
    """
    if public:
        return (public,)
    host, port = listening.getsockname()[:2]
    if ip_address(host).is_unspecified:
        raise LabelerError(
            "public-name-needed",
            "The hub listens on every address, but does not know what experts call it.",
            safe="Nothing was changed.",
            do="Name the host (and port) that experts connect to with --public.",
        )
    return (_authority(host, port), f"localhost:{port}")


def _local_url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return "http://" + _authority("127.0.0.1" if ip_address(host).is_unspecified else host, port)


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _uvicorn(app: Litestar) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http="h11",
            ws="none",
            loop="asyncio",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            limit_concurrency=CONNECTIONS,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=5,
        )
    )


class HubServer:
    """A marketplace being served; `start` for a thread, `run` for the calling one."""

    def __init__(
        self,
        market: Marketplace,
        desk: ChainDesk | None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        public: str | None = None,
        requests_a_second: int = REQUESTS_A_SECOND,
    ) -> None:
        market.blobs.sweep(market.clock() - ARRIVAL_SECONDS)
        self._thread: threading.Thread | None = None
        self._socket = bind(host, port)
        try:
            domains = domains_of(self._socket, public)
            service = Service(market, desk, domains)
            self._server = _uvicorn(create_app(service, requests_a_second=requests_a_second))
        except BaseException:
            self._socket.close()
            raise
        self.url = _local_url(self._socket)

    def run(self) -> None:
        """Serve until a signal ends the process."""
        self._server.run(sockets=[self._socket])

    def start(self) -> None:
        self._thread = threading.Thread(target=self.run, name="hub", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()
        self._socket.close()

    def __enter__(self) -> HubServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
