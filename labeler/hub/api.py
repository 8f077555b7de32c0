"""The HTTP API: one short handler an address; signing and the database run in worker threads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, PathParameter, QueryParameter, SkipValidation

from labeler.errors import LabelerError
from labeler.hub import accounts, intake, log, news, offers, review, sessions
from labeler.hub.place import Marketplace
from labeler.hub.refusals import Refusal
from labeler.hub.settlement import ChainDesk
from labeler.market import wire

PROBLEM_TYPE = "application/problem+json"
MAX_REQUEST = 256 * 1024


@dataclass(frozen=True)
class Service:
    """What the handlers serve; `domains` are the hosts (with port) that logins may name."""

    market: Marketplace
    desk: ChainDesk | None
    domains: tuple[str, ...]


Hub = SkipValidation[NamedDependency[Service]]
AnyRequest = Request[Any, Any, Any]
DigestPart = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$")]
DigestAsked = Annotated[str, QueryParameter(pattern="^[0-9a-f]{64}$")]
AddressPart = Annotated[str, PathParameter(pattern="^0x[0-9a-f]{40}$")]
Size = Annotated[int, QueryParameter(ge=0, le=2**53 - 1)]


def refuses(*statuses: int) -> dict[int, ResponseSpec]:
    """The problem documents that an address may answer with, for the OpenAPI description."""
    return {
        status: ResponseSpec(wire.Problem, media_type=PROBLEM_TYPE, generate_examples=False)
        for status in (400, *statuses)
    }


@get("/v1/identity", sync_to_thread=True, responses=refuses())
def identity(hub: Hub) -> wire.IdentityAnswer:
    """Who this marketplace is, signed, and whom it lets review."""
    return offers.identity(hub.market)


@get("/v1/tasks", sync_to_thread=True, responses=refuses())
def tasks(hub: Hub) -> wire.TasksAnswer:
    """What is offered now."""
    return offers.tasks(hub.market)


@post("/v1/login/nonce", status_code=201, sync_to_thread=True, responses=refuses())
def nonce(hub: Hub) -> wire.NonceAnswer:
    """A number for one login."""
    return sessions.new_nonce(hub.market)


@post("/v1/login", status_code=201, sync_to_thread=True, responses=refuses(403, 413))
def login(hub: Hub, data: JSONBody[wire.LoginRequest]) -> wire.LoginAnswer:
    """A token for a signed EIP-4361 message."""
    return sessions.log_in(hub.market, hub.domains, data)


@post(
    "/v1/tasks/{manifest:str}/assignments",
    status_code=201,
    sync_to_thread=True,
    responses=refuses(401, 404, 409),
)
def assign(hub: Hub, request: AnyRequest, manifest: DigestPart) -> wire.AssignmentAnswer:
    """Take a task: what was assigned, under which terms, and the keys to the packages."""
    worker = sessions.worker_of(hub.market, request.headers.get("authorization"))
    return offers.assign(hub.market, manifest, worker)


@post(
    "/v1/submissions",
    status_code=201,
    sync_to_thread=True,
    responses=refuses(403, 409, 413, 422),
)
def submit(hub: Hub, data: JSONBody[wire.SubmissionRequest]) -> wire.SubmissionAnswer:
    """Hand in a signed submission; the same one again gets the same receipt."""
    return wire.SubmissionAnswer(intake.admit(hub.market, data.submission))


@get("/v1/submissions/{digest:str}", sync_to_thread=True, responses=refuses(404))
def submission(hub: Hub, digest: DigestPart) -> wire.SubmissionStatus:
    """Where a submission stands, with proofs; its digest is known to the parties alone."""
    return review.status(hub.market, digest)


@get("/v1/events", sync_to_thread=True, responses=refuses(401))
def events(hub: Hub, request: AnyRequest, after: Size = 0) -> wire.EventsAnswer:
    """What is new after a cursor: for everybody and, with a token, for oneself."""
    authorization = request.headers.get("authorization")
    worker = sessions.worker_of(hub.market, authorization) if authorization else None
    return news.events_after(hub.market, after, worker)


@get("/v1/log/head", sync_to_thread=True, responses=refuses())
def head(hub: Hub) -> wire.HeadAnswer:
    """The newest signed tree head."""
    return log.head_answer(hub.market)


@get("/v1/log/consistency", sync_to_thread=True, responses=refuses(404))
def consistency(hub: Hub, first: Size, second: Size) -> wire.ConsistencyAnswer:
    """That the larger log began as the smaller one."""
    return log.consistency(hub.market, first, second)


@get("/v1/log/proof", sync_to_thread=True, responses=refuses(404))
def proof(hub: Hub, index: Size, size: Size) -> wire.InclusionAnswer:
    """A public leaf and its proof."""
    return log.inclusion(hub.market, index, size)


@get("/v1/statements/{account:str}", sync_to_thread=True, responses=refuses(404))
def statement(hub: Hub, account: AddressPart, submission: DigestAsked) -> wire.StatementAnswer:
    """An account's newest statement; `submission` is any one that is paid to it."""
    return accounts.statement(hub.market, account.removeprefix("0x"), submission)


@post("/v1/claims", status_code=201, sync_to_thread=True, responses=refuses(404, 409))
def claim(hub: Hub, data: JSONBody[wire.ClaimRequest]) -> wire.ClaimAnswer:
    """Send an account's claim to the chain; the money goes to the account."""
    address = data.account.removeprefix("0x")
    try:
        return accounts.relay_claim(hub.market, hub.desk, address, data.submission)
    except LabelerError as error:
        raise Refusal("claim-refused", error.happened) from error


HANDLERS = (
    identity,
    tasks,
    nonce,
    login,
    assign,
    submit,
    submission,
    events,
    head,
    consistency,
    proof,
    statement,
    claim,
)
