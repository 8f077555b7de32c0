"""Blobs: whole, durable and named by content, also in parts over HTTP."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from labeler.errors import LabelerError
from labeler.hub.blob_api import Part, part_of
from labeler.hub.blobs import BlobFolder
from labeler.hub.posting import Posted
from labeler.hub.refusals import Refusal
from labeler.market.client import MarketClient
from tests.support.crashes import environment
from tests.support.hub import Expert


def test_a_blob_is_kept_once_under_its_digest(tmp_path: Path) -> None:
    folder = BlobFolder(tmp_path)
    first, again = folder.put(b"abc"), folder.put(b"abc")
    assert first == again
    assert first.sha256 == hashlib.sha256(b"abc").hexdigest()
    assert folder.read(first.sha256) == b"abc"
    assert list((tmp_path / "incoming").iterdir()) == []


def test_what_is_dropped_leaves_nothing(tmp_path: Path) -> None:
    folder = BlobFolder(tmp_path)
    with folder.incoming() as arrival:
        arrival.write(b"half a blo")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_a_killed_hub_left_is_swept(tmp_path: Path) -> None:
    folder = BlobFolder(tmp_path)
    left = tmp_path / "incoming" / "left"
    left.write_bytes(b"half")
    folder.sweep(older_than=left.stat().st_mtime)
    assert left.exists()
    folder.sweep(older_than=left.stat().st_mtime + 1)
    assert not left.exists()


@pytest.mark.parametrize("name", ["../../etc/passwd", "AB" * 32, "ab" * 31, "", "ab" * 31 + "/x"])
def test_only_digests_are_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="64"):
        BlobFolder(tmp_path).path(name)


RANGES = {
    None: (0, 10),
    "bytes=0-": (0, 10),
    "bytes=3-": (3, 10),
    "bytes=3-5": (3, 6),
    "bytes=3-99": (3, 10),
    "bytes=-4": (6, 10),
    "bytes=-99": (0, 10),
    "lines=1-2": (0, 10),
    "bytes=1-2,4-5": (0, 10),
    "bytes=-": (0, 10),
}


@pytest.mark.parametrize(("asked", "span"), RANGES.items())
def test_ranges(asked: str | None, span: tuple[int, int]) -> None:
    assert part_of(asked, 10) == Part(*span, 10)


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=5-4", "bytes=-0", "bytes=99-100"])
def test_ranges_outside(asked: str) -> None:
    with pytest.raises(Refusal):
        part_of(asked, 10)


def test_packages_over_http(client: MarketClient, expert: Expert, posted: Posted) -> None:
    package = expert.take(posted.manifest).items[0].package
    url = f"{client.base_url}/v1/blobs/{package.sha256}"
    with httpx2.Client(trust_env=False) as http:
        whole = http.get(url)
        part = http.get(url, headers={"range": "bytes=5-9"})
        same = http.get(url, headers={"if-none-match": whole.headers["etag"]})
        stale = http.get(url, headers={"range": "bytes=5-9", "if-range": '"old"'})
        outside = http.get(url, headers={"range": f"bytes={package.size}-"})
    digest = base64.b64encode(bytes.fromhex(package.sha256)).decode()
    assert hashlib.sha256(whole.content).hexdigest() == package.sha256
    assert whole.headers["content-digest"] == f"sha-256=:{digest}:"
    assert "immutable" in whole.headers["cache-control"]
    assert (part.status_code, part.content) == (206, whole.content[5:10])
    assert part.headers["content-range"] == f"bytes 5-9/{package.size}"
    assert (same.status_code, same.content) == (304, b"")
    assert (stale.status_code, stale.content) == (200, whole.content)
    assert outside.status_code == 416
    assert outside.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    "path", ["/v1/blobs/..%2f..%2fhub.db", "/v1/blobs/" + "AB" * 32, "/v1/../hub.db", "/nothing"]
)
def test_other_paths_are_problems(client: MarketClient, path: str) -> None:
    with httpx2.Client(trust_env=False) as http:
        answer = http.get(client.base_url + path)
    assert answer.status_code in (400, 404)
    assert answer.json()["type"].startswith("urn:labeler:problem:")


def test_bodies_are_bounded(client: MarketClient) -> None:
    with httpx2.Client(trust_env=False) as http:
        headers = {"content-type": "application/json"}
        big = http.post(f"{client.base_url}/v1/login", content=b" " * 300_000, headers=headers)
        wrong = http.post(f"{client.base_url}/v1/login", content=b"<html>", headers=headers)
        extra = http.post(f"{client.base_url}/v1/claims", json={"account": 1})
    assert (big.status_code, big.json()["type"]) == (413, "urn:labeler:problem:too-large")
    assert (wrong.status_code, extra.status_code) == (400, 400)


FULL = """
import resource, sys
from pathlib import Path
from labeler.errors import LabelerError
from labeler.hub.blobs import BlobFolder

resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
folder = BlobFolder(Path(sys.argv[1]))
for size in (2000, 200_000):
    try:
        folder.put(bytes(size))
    except LabelerError as error:
        print(error.code, [p for p in Path(sys.argv[1]).rglob("*") if p.is_file()])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of a file's size")
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
        check=False,
    )
    assert run.stdout == "disk-full []\n" * 2, run.stderr


def test_what_finds_no_place_is_refused_with_the_figure(tmp_path: Path) -> None:
    BlobFolder(tmp_path).need_room(1000)
    with pytest.raises(LabelerError) as caught:
        BlobFolder(tmp_path).need_room(10**18)
    assert caught.value.facts["needed"] == 10**12
