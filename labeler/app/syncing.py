"""One round with the marketplace: send, hear what was decided, recompute what is owed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from labeler.app.claiming import look_at_chain
from labeler.app.decisions import accept_by_silence, fetch_decisions, follow_log
from labeler.app.marketplaces import Pinned, refresh_grants
from labeler.app.sending import send_due
from labeler.app.services import Services, Tick
from labeler.app.statements import ask_statement, take_statement
from labeler.app.taking import connected, refresh_tasks
from labeler.errors import LabelerError

T = TypeVar("T")

_NO_NODE = frozenset({"no-chain", "no-node", "chain-unreachable"})


@dataclass(frozen=True)
class Round:
    """What one round came to. `failures` are told; none of them undid anything."""

    received: tuple[str, ...]
    failures: tuple[LabelerError, ...]
    online: bool


def sync(services: Services, tick: Tick, *, everything: bool = True) -> Round:
    """Do one round; `everything` also sends what was to be tried later.

    Raises LabelerError "not-connected" and the marketplace's refusals of the first contact, such
    as "identity-changed"; later failures are in the answer.
    """
    pinned = connected(services)
    client = services.market(pinned.row.url)
    try:
        refresh_grants(services, pinned, client)
        sent = send_due(services, pinned, client, tick, everything=everything)
        failures = list(sent.failures)
        _try(lambda: follow_log(services, pinned, client), failures)
        _try(lambda: refresh_tasks(services, pinned), failures)
        stated = _try(lambda: ask_statement(services, pinned, client), failures)
        heard = fetch_decisions(services, pinned, client, tick)
        failures += heard.failures
        accept_by_silence(services, pinned, heard.unheard)
        if stated is not None:
            wrong = _try(lambda: take_statement(services, pinned, client, stated), failures)
            failures += [wrong] if wrong else []
        _try(lambda: _look_at_chain(services, pinned), failures)
        return Round(sent.received, tuple(failures), online=True)
    finally:
        client.close()


def _look_at_chain(services: Services, pinned: Pinned) -> None:
    try:
        look_at_chain(services, pinned)
    except LabelerError as error:
        if error.code not in _NO_NODE:
            raise


def _try(step: Callable[[], T], failures: list[LabelerError]) -> T | None:
    try:
        return step()
    except LabelerError as error:
        failures.append(error)
        return None
