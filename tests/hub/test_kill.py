"""The hub is killed at the worst moment: what was recorded is there once, and is answered for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from labeler.errors import LabelerError
from labeler.hub import review
from labeler.market.client import MarketClient
from tests.support.hub import Clock, Expert, open_hub, post_cases, served


@contextmanager
def dying_hub(folder: Path) -> Iterator[tuple[MarketClient, subprocess.Popen[str]]]:
    command = [sys.executable, "-m", "tests.support.dying_hub", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        client = MarketClient(f"http://127.0.0.1:{process.stdout.readline().strip()}")
        try:
            yield client, process
        finally:
            client.close()
            process.kill()


def test_killed_between_receipt_and_reply(tmp_path: Path) -> None:
    folder = tmp_path / "hub"
    with open_hub(folder, Clock()) as market:
        task = post_cases(market, tmp_path / "images").manifest
    with dying_hub(folder) as (client, process):
        expert = Expert(client)
        given = expert.take(task)
        message = expert.message(given, expert.document(given))
        envelope, digest = expert.sign(message), expert.digest(message)
        with pytest.raises(LabelerError) as caught:
            client.send(envelope, expert.blobs.__getitem__)
        assert caught.value.code == "marketplace-unreachable"
        assert process.wait(10) == -9
    with open_hub(folder, Clock(), seed=5) as market, served(market) as client:
        recorded = client.submission(digest).receipt
        assert client.send(envelope, expert.blobs.__getitem__).receipt == recorded
        assert [row.digest for row in review.waiting(market)] == [digest]
        assert Expert(client).take(task) == given
