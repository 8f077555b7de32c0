"""Logins: a nonce, a signed EIP-4361 message, a token. Needed to take work, never to send it."""

from __future__ import annotations

import base64
import hashlib

from sqlalchemy import delete, insert, select

from labeler.errors import LabelerError
from labeler.hub.database import nonce, session
from labeler.hub.place import Marketplace
from labeler.hub.refusals import Refusal
from labeler.market import wire
from labeler.proof import login

NONCE_SECONDS = 10 * 60
SESSION_SECONDS = 12 * 3600


def new_nonce(market: Marketplace) -> wire.NonceAnswer:
    now = market.clock()
    value, expires_at = market.random(16).hex(), now + NONCE_SECONDS
    with market.database.write() as connection:
        connection.execute(delete(nonce).where(nonce.c.expires_at <= now))
        connection.execute(insert(nonce).values(value=value, expires_at=expires_at))
    return wire.NonceAnswer(value, expires_at)


def log_in(
    market: Marketplace, domains: tuple[str, ...], request: wire.LoginRequest
) -> wire.LoginAnswer:
    """A token for the address that signed.

    `domains` are the hosts this hub is reached at: a message made for another host was made for
    somebody who passes it on.
    """
    now = market.clock()
    try:
        message = login.parse(request.message)
        if message.domain not in domains:
            raise Refusal("login-refused", "The message was made for another host.")
        signature = bytes.fromhex(request.signature.removeprefix("0x"))
        address = login.check(message, signature, now=now)
    except LabelerError as error:
        raise Refusal("login-refused", error.happened) from error
    token = base64.urlsafe_b64encode(market.random(32)).decode().rstrip("=")
    expires_at = now + SESSION_SECONDS
    with market.database.write() as connection:
        used = delete(nonce).where(nonce.c.value == message.nonce, nonce.c.expires_at > now)
        if connection.execute(used).rowcount != 1:
            raise Refusal("login-refused", "The nonce is used, expired or not ours.")
        connection.execute(delete(session).where(session.c.expires_at <= now))
        connection.execute(
            insert(session).values(
                token_digest=_digest(token), address=address.hex(), expires_at=expires_at
            )
        )
    return wire.LoginAnswer(token, "0x" + address.hex(), expires_at)


def worker_of(market: Marketplace, authorization: str | None) -> str:
    """The logged-in address (40 hexadecimal digits) of an Authorization header."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refusal("login-required")
    query = select(session.c.address).where(
        session.c.token_digest == _digest(token), session.c.expires_at > market.clock()
    )
    with market.database.read() as connection:
        address: str | None = connection.execute(query).scalar_one_or_none()
    if address is None:
        raise Refusal("login-required", "The login has expired.")
    return address


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
