"""How the hub listens, and that it bounds those who ask."""

from __future__ import annotations

import socket

import httpx2
import pytest

from labeler.errors import LabelerError
from labeler.hub import intake
from labeler.hub.place import Marketplace
from labeler.hub.posting import Posted
from labeler.hub.server import HubServer
from labeler.market.client import MarketClient
from tests.support.hub import Expert, served


def refusal(market: Marketplace, **options: object) -> str:
    with pytest.raises(LabelerError) as caught:
        HubServer(market, None, **options)  # type: ignore[arg-type]  # host and port by name
    return caught.value.code


def test_a_taken_port_is_said(market: Marketplace) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert refusal(market, port=taken.getsockname()[1]) == "address-taken"


def test_listening_everywhere_needs_a_name(market: Marketplace) -> None:
    assert refusal(market, host="0.0.0.0") == "public-name-needed"
    with served(market, host="0.0.0.0", public="hub.example.org") as client:
        assert client.base_url.startswith("http://127.0.0.1:")
        # The expert came by another name than the public one: that login is not for this hub.
        with pytest.raises(LabelerError) as caught:
            Expert(client).login()
        assert caught.value.code == "login-refused"


def test_a_flood_is_told_to_wait(market: Marketplace) -> None:
    def flood() -> None:
        for _ in range(20):
            client.tasks()

    with served(market, requests_a_second=3) as client:
        with pytest.raises(LabelerError) as caught:
            flood()
        assert caught.value.code == "marketplace-busy"


def test_one_expert_cannot_fill_the_disk(
    client: MarketClient, expert: Expert, posted: Posted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MAX_WANTED", 1)
    given = expert.take(posted.manifest)
    codes = []
    for number in (0, 1):
        message = expert.message(given, expert.document(given, number), number)
        with pytest.raises(LabelerError) as caught:
            client.submit(expert.sign(message))
        codes.append(caught.value.code)
    assert codes == ["blobs-missing", "marketplace-busy"]


BODIES = {
    "deep nesting": b"[" * 100_000,
    "no UTF-8": b"\xff",
    "nothing": b"",
    "a fraction": b'{"submission": {"type": "Offer", "message": {"a": 1.5}, "signature": "0x"}}',
    "another message": b'{"submission": {"type": "Offer", "message": {}, "signature": "0x%s"}}'
    % (b"1" * 130),
    "a member too many": b'{"submission": {"type": "Submission"}, "more": 1}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_bodies_that_are_none(client: MarketClient, body: bytes) -> None:
    with httpx2.Client(trust_env=False) as http:
        answer = http.post(
            f"{client.base_url}/v1/submissions",
            content=body,
            headers={"content-type": "application/json"},
        )
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:labeler:problem:bad-request")
