"""The expert's side of the HTTP API: asks, and parses answers strictly.

What an answer is worth is not judged here; `labeler.proof.judge` does that.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from labeler.market import wire
from labeler.market.downloads import Download
from labeler.market.problems import (
    BlobsMissing,
    not_a_marketplace,
    refusal,
    unreachable,
)
from labeler.market.sealed import Tick
from labeler.market.transport import Answer, Transport
from labeler.proof.bodies import decode_body
from labeler.proof.envelope import Envelope

T = TypeVar("T")

JSON = "application/json"
PROBLEM = "application/problem+json"
OCTETS = "application/octet-stream"
MAX_ANSWER = 64 * 1024 * 1024
CUTS_ALLOWED = 5


def _silent(_done: int, _total: int) -> None:
    return None


class MarketClient:
    """One marketplace over HTTP; safe to call from any thread.

    Every method raises LabelerError: "marketplace-unreachable", "marketplace-busy",
    "marketplace-redirects", "not-a-marketplace", or the code of the marketplace's own problem.
    `clock` gives monotonic seconds.
    """

    def __init__(self, base_url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._transport = Transport(base_url, clock)

    @property
    def base_url(self) -> str:
        return self._transport.base_url

    @property
    def host(self) -> str:
        """Host and port, as a login message names them (EIP-4361 `domain`)."""
        return self._transport.host

    def close(self) -> None:
        self._transport.close()

    def identity(self) -> wire.IdentityAnswer:
        return self._get("/v1/identity", wire.IdentityAnswer)

    def tasks(self) -> wire.TasksAnswer:
        return self._get("/v1/tasks", wire.TasksAnswer)

    def nonce(self) -> wire.NonceAnswer:
        return self._ask("POST", "/v1/login/nonce", wire.NonceAnswer)

    def login(self, request: wire.LoginRequest) -> wire.LoginAnswer:
        return self._ask("POST", "/v1/login", wire.LoginAnswer, request)

    def assign(self, manifest: str, token: str) -> wire.AssignmentAnswer:
        """Take the task; asking again gives the same assignment while it lasts."""
        path = f"/v1/tasks/{manifest}/assignments"
        return self._ask("POST", path, wire.AssignmentAnswer, token=token)

    def submit(self, submission: Envelope) -> wire.SubmissionAnswer:
        """Hand in a signed submission, any number of times. Raises BlobsMissing."""
        request = wire.SubmissionRequest(submission)
        return self._ask("POST", "/v1/submissions", wire.SubmissionAnswer, request)

    def send(self, submission: Envelope, blob: Callable[[str], bytes]) -> wire.SubmissionAnswer:
        """Submit, uploading the blobs that the marketplace has not got; `blob` reads one.

        The marketplace first wants the payload, then the masks that the payload names.
        """
        for _ in range(3):
            try:
                return self.submit(submission)
            except BlobsMissing as error:
                for digest in error.missing:
                    self.upload(blob(digest))
        return self.submit(submission)

    def events(self, after: int, token: str | None = None) -> wire.EventsAnswer:
        return self._get(f"/v1/events?after={after}", wire.EventsAnswer, token=token)

    def submission(self, digest: str) -> wire.SubmissionStatus:
        return self._get(f"/v1/submissions/{digest}", wire.SubmissionStatus)

    def head(self) -> wire.HeadAnswer:
        return self._get("/v1/log/head", wire.HeadAnswer)

    def consistency(self, first: int, second: int) -> wire.ConsistencyAnswer:
        path = f"/v1/log/consistency?first={first}&second={second}"
        return self._get(path, wire.ConsistencyAnswer)

    def inclusion(self, index: int, size: int) -> wire.InclusionAnswer:
        return self._get(f"/v1/log/proof?index={index}&size={size}", wire.InclusionAnswer)

    def statement(self, account: str, submission: str) -> wire.StatementAnswer:
        """The account's newest statement; `submission` is any one that is paid to it."""
        path = f"/v1/statements/{account}?submission={submission}"
        return self._get(path, wire.StatementAnswer)

    def claim(self, account: str, submission: str) -> wire.ClaimAnswer:
        """Ask the marketplace to send the account's claim to the chain."""
        request = wire.ClaimRequest(account, submission)
        return self._ask("POST", "/v1/claims", wire.ClaimAnswer, request)

    def upload(self, data: bytes) -> wire.BlobRef:
        """Store a blob that BlobsMissing asked for; harmless when it is there already."""
        digest = hashlib.sha256(data).hexdigest()
        answer = self._transport.ask(
            "PUT",
            f"/v1/blobs/{digest}",
            body=data,
            headers={"content-type": OCTETS},
            limit=MAX_ANSWER,
        )
        stored = self._parse(answer, wire.BlobAnswer).blob
        if stored != wire.BlobRef(digest, len(data)):
            raise not_a_marketplace(self.host)
        return stored

    def download(self, blob: wire.BlobRef, path: Path, tick: Tick = _silent) -> None:
        """Fetch a blob into `path`, going on where an earlier attempt stopped.

        `path` appears only when whole and checked. Raises also "download-cut" (go on later) and
        "download-mismatch".
        """
        Download(self._transport, blob, path, tick).run(CUTS_ALLOWED)

    def _get(self, path: str, kind: type[T], *, token: str | None = None) -> T:
        return self._ask("GET", path, kind, token=token)

    def _ask(
        self,
        method: str,
        path: str,
        kind: type[T],
        request: msgspec.Struct | None = None,
        *,
        token: str | None = None,
    ) -> T:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        body = None
        if request is not None:
            headers["content-type"] = JSON
            body = msgspec.json.encode(request)
        answer = self._transport.ask(method, path, body=body, headers=headers, limit=MAX_ANSWER)
        return self._parse(answer, kind)

    def _parse(self, answer: Answer, kind: type[T]) -> T:
        if answer.status >= 400:
            raise self.refused(answer)
        if answer.media_type != JSON or answer.status not in (200, 201):
            raise not_a_marketplace(self.host)
        return self._decoded(answer.body, kind)

    def refused(self, answer: Answer) -> Exception:
        """The error that an answer of status 400 or more stands for."""
        if answer.media_type == PROBLEM:
            return refusal(self._decoded(answer.body, wire.Problem))
        if answer.status >= 500:
            # A gateway in front of a marketplace that is down speaks HTML.
            return unreachable(self.host)
        return not_a_marketplace(self.host)

    def _decoded(self, body: bytes, kind: type[T]) -> T:
        try:
            return decode_body(body, kind)
        except ValueError as error:
            raise not_a_marketplace(self.host) from error
