"""A marketplace with one posted task, over HTTP, and an expert."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from labeler.hub.place import Marketplace
from labeler.hub.posting import Posted
from labeler.market.client import MarketClient
from tests.support.hub import Clock, Expert, open_hub, post_cases, served


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def market(tmp_path: Path, clock: Clock) -> Iterator[Marketplace]:
    with open_hub(tmp_path / "hub", clock) as opened:
        yield opened


@pytest.fixture
def posted(market: Marketplace, tmp_path: Path) -> Posted:
    return post_cases(market, tmp_path / "images")


@pytest.fixture
def client(market: Marketplace) -> Iterator[MarketClient]:
    with served(market) as one:
        yield one


@pytest.fixture
def expert(client: MarketClient) -> Expert:
    return Expert(client)
