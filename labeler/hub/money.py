"""Amounts of this marketplace as people write them."""

from __future__ import annotations

from sqlalchemy import select

from labeler.hub.database import task
from labeler.hub.place import Marketplace
from labeler.model.manifest import Manifest, Price
from labeler.proof import codec


def newest_unit(market: Marketplace) -> Price | None:
    """How the newest task counts money; None where none was posted."""
    query = select(task.c.content).order_by(task.c.posted_at.desc()).limit(1)
    with market.database.read() as connection:
        content = connection.execute(query).scalar_one_or_none()
    return None if content is None else codec.decode(content, Manifest).price


def decimal(minor: int, unit: Price | None) -> str:
    """Minor units as a decimal number and a symbol, exact: "2.50 USDC"."""
    if unit is None:
        return str(minor)
    whole, rest = divmod(minor, 10**unit.decimals)
    digits = f"{rest:0{unit.decimals}d}".rstrip("0").ljust(min(2, unit.decimals), "0")
    number = f"{whole}.{digits}" if unit.decimals else str(whole)
    return f"{number} {unit.symbol}"
