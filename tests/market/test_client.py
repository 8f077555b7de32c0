"""The client before a marketplace that lies, breaks, redirects or is no marketplace at all."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from labeler.errors import LabelerError
from labeler.market import wire
from labeler.market.backoff import may_pass
from labeler.market.client import MarketClient
from labeler.market.problems import BlobsMissing
from labeler.proof.envelope import Envelope
from tests.support.liar import Heard, Said, lying

BLOB = bytes(range(256)) * 1000
REF = wire.BlobRef(hashlib.sha256(BLOB).hexdigest(), len(BLOB))
ENVELOPE = Envelope("Submission", {"blind": "0x00"}, "0x" + "11" * 65)
PROBLEM = "application/problem+json"


def refused(code: str, act: Callable[[], object]) -> LabelerError:
    with pytest.raises(LabelerError) as caught:
        act()
    assert caught.value.code == code
    assert caught.value.happened
    assert caught.value.safe
    assert caught.value.do
    return caught.value


def problem(code: str, status: int = 409, **more: object) -> Said:
    content = {"type": wire.PROBLEM_PREFIX + code, "title": "No", "status": status, **more}
    return Said(status, PROBLEM, msgspec.json.encode(content))


NONSENSE = {
    "an HTML page": Said(200, "text/html", b"<html>Sign in to the guest network</html>"),
    "HTML that says it is JSON": Said(200, "application/json", b"<html></html>"),
    "nothing": Said(200, "application/json", b""),
    "another object": Said(200, "application/json", b'{"hello": 1}'),
    "one field too many": Said(200, "application/json", b'{"tasks": [], "more": 1}'),
    "a list": Said(200, "application/json", b"[]"),
    "no UTF-8": Said(200, "application/json", b'{"tasks": ["\xff\xfe"]}'),
    "deep nesting": Said(200, "application/json", b"[" * 100_000),
    "an unknown status": Said(204, "application/json", b""),
    "compressed": Said(200, "application/json", b"\x1f\x8b", {"Content-Encoding": "gzip"}),
    "HTML with 404": Said(404, "text/html", b"<html>Not here</html>"),
    "a problem that is none": Said(400, PROBLEM, b'{"title": 5}'),
}


@pytest.mark.parametrize("said", NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_is_named(said: Said) -> None:
    with lying(lambda _: said) as (client, _):
        assert may_pass(refused("not-a-marketplace", client.tasks))


def test_a_gateway_before_a_dead_hub_counts_as_unreachable() -> None:
    with lying(lambda _: Said(502, "text/html", b"<html>Bad gateway</html>")) as (client, _):
        assert may_pass(refused("marketplace-unreachable", client.tasks))


def test_a_hub_that_is_down() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    client = MarketClient(f"http://127.0.0.1:{port}")
    error = refused("marketplace-unreachable", client.identity)
    assert f"127.0.0.1:{port}" in error.happened
    client.close()


def test_redirects_are_not_followed() -> None:
    said = Said(307, "text/html", b"", {"Location": "http://127.0.0.1:9/elsewhere"})
    with lying(lambda _: said) as (client, heard):
        refused("marketplace-redirects", client.tasks)
        refused("marketplace-redirects", lambda: client.submit(ENVELOPE))
        assert len(heard) == 2


def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labeler.market.client.MAX_ANSWER", 1000)
    with lying(lambda _: Said(body=b" " * 5000)) as (client, _):
        refused("not-a-marketplace", client.tasks)


def test_a_dripping_answer_is_cut_off() -> None:
    seconds = iter([0.0, 1e6, 2e6])
    with lying(lambda _: Said(body=b'{"tasks": []}')) as (client, _):
        slow = MarketClient(client.base_url, clock=lambda: next(seconds))
        refused("marketplace-unreachable", slow.tasks)
        slow.close()


def test_a_broken_answer_counts_as_unreachable() -> None:
    with lying(lambda _: Said(body=b'{"tasks": []}', cut=4)) as (client, _):
        refused("marketplace-unreachable", client.tasks)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("login-required", "login-required"),
        ("too-late", "too-late"),
        ("submission-conflict", "submission-conflict"),
        ("something-new", "marketplace-refuses"),
    ],
)
def test_problems_become_errors(code: str, told: str) -> None:
    with lying(lambda _: problem(code, 409)) as (client, _):
        error = refused(told, lambda: client.submit(ENVELOPE))
        assert not may_pass(error)


def test_a_busy_hub_may_pass() -> None:
    with lying(lambda _: problem("busy", 503)) as (client, _):
        assert may_pass(refused("marketplace-busy", client.tasks))


def test_a_problems_words_cannot_break_the_sentence() -> None:
    said = problem("submission-refused", 422, detail="{0.__class__} {x}\x1b[31m\nline")
    with lying(lambda _: said) as (client, _):
        error = refused("submission-refused", lambda: client.submit(ENVELOPE))
    assert "{0.__class__} {x}" in error.happened
    assert "\x1b" not in error.happened
    assert "\n" not in error.happened


def test_missing_blobs_are_sent_then_the_submission_again() -> None:
    receipt = msgspec.json.encode(wire.SubmissionAnswer(ENVELOPE))

    def script(heard: Heard) -> Said:
        if heard.method == "PUT":
            assert heard.body == BLOB
            return Said(body=msgspec.json.encode(wire.BlobAnswer(REF)))
        if heard.path == "/v1/submissions" and not any(h.method == "PUT" for h in seen):
            return problem("blobs-missing", missing=[REF.sha256])
        return Said(201, body=receipt)

    with lying(script) as (client, seen):
        client.send(ENVELOPE, {REF.sha256: BLOB}.__getitem__)
        assert [h.method for h in seen] == ["POST", "PUT", "POST"]


def test_a_hub_that_never_has_enough_is_given_up() -> None:
    def script(heard: Heard) -> Said:
        if heard.method == "PUT":
            return Said(body=msgspec.json.encode(wire.BlobAnswer(REF)))
        return problem("blobs-missing", missing=[REF.sha256])

    with lying(script) as (client, _):
        with pytest.raises(BlobsMissing) as caught:
            client.send(ENVELOPE, {REF.sha256: BLOB}.__getitem__)
        assert caught.value.missing == (REF.sha256,)


def test_an_upload_must_be_acknowledged_as_sent() -> None:
    other = wire.BlobAnswer(wire.BlobRef("00" * 32, 1))
    with lying(lambda _: Said(body=msgspec.json.encode(other))) as (client, _):
        refused("not-a-marketplace", lambda: client.upload(BLOB))


def ranged(blob: bytes, cut: int | None = None) -> Callable[[Heard], Said]:
    def script(heard: Heard) -> Said:
        asked = heard.headers.get("range")
        if asked is None:
            return Said(200, "application/octet-stream", blob, cut=cut)
        start = int(asked.removeprefix("bytes=").rstrip("-"))
        span = {"Content-Range": f"bytes {start}-{len(blob) - 1}/{len(blob)}"}
        return Said(206, "application/octet-stream", blob[start:], span, cut=cut)

    return script


def test_a_cut_download_goes_on_where_it_stopped(tmp_path: Path) -> None:
    ticks: list[int] = []
    with lying(ranged(BLOB, cut=70_000)) as (client, heard):
        client.download(REF, tmp_path / "blob", lambda done, _total: ticks.append(done))
    assert (tmp_path / "blob").read_bytes() == BLOB
    assert [h.headers.get("range") for h in heard] == [
        None, "bytes=70000-", "bytes=140000-", "bytes=210000-",
    ]  # fmt: skip
    assert ticks == sorted(ticks)
    assert ticks[-1] == len(BLOB)
    assert list(tmp_path.iterdir()) == [tmp_path / "blob"]


def test_what_arrived_waits_for_the_next_time(tmp_path: Path) -> None:
    with lying(ranged(BLOB, cut=1000)) as (client, _):
        refused("download-cut", lambda: client.download(REF, tmp_path / "blob"))
    kept = (tmp_path / "blob.part").stat().st_size
    assert kept == 6000
    assert not (tmp_path / "blob").exists()
    with lying(ranged(BLOB)) as (client, heard):
        client.download(REF, tmp_path / "blob")
        assert heard[0].headers["range"] == "bytes=6000-"
    assert (tmp_path / "blob").read_bytes() == BLOB


def test_a_server_without_ranges_starts_again(tmp_path: Path) -> None:
    (tmp_path / "blob.part").write_bytes(BLOB[:5000])
    with lying(lambda _: Said(200, "application/octet-stream", BLOB)) as (client, _):
        client.download(REF, tmp_path / "blob")
    assert (tmp_path / "blob").read_bytes() == BLOB


@pytest.mark.parametrize("body", [BLOB[:-1] + b"?", BLOB + b"more", bytes(len(BLOB))])
def test_other_bytes_are_thrown_away(tmp_path: Path, body: bytes) -> None:
    with lying(lambda _: Said(200, "application/octet-stream", body)) as (client, _):
        refused("download-mismatch", lambda: client.download(REF, tmp_path / "blob"))
    assert not (tmp_path / "blob").exists()
    assert (tmp_path / "blob.part").read_bytes() == b""


def test_a_page_instead_of_a_blob(tmp_path: Path) -> None:
    with lying(lambda _: Said(200, "text/html", BLOB)) as (client, _):
        refused("not-a-marketplace", lambda: client.download(REF, tmp_path / "blob"))
    with lying(lambda _: problem("not-found", 404)) as (client, _):
        refused("not-found", lambda: client.download(REF, tmp_path / "blob"))


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org",
        "ftp://127.0.0.1",
        "https://user:secret@example.org",
        "https://example.org/?next=1",
        "https://",
        "https://[::1",
        "example.org",
        "https://example.org:99999",
        "",
    ],
)
def test_addresses_that_no_marketplace_has(address: str) -> None:
    refused("bad-address", lambda: MarketClient(address))


def test_addresses_that_one_may_have() -> None:
    assert MarketClient("https://hub.example.org/market/").host == "hub.example.org"
    assert MarketClient("http://localhost:8321").base_url == "http://localhost:8321"
