"""Opening a profile: the store on its thread, the signer and the decoders behind their pipes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from labeler.app.answers import Answers
from labeler.app.cores import cores
from labeler.app.hanging_protocols import load_protocols
from labeler.app.preference_store import read_preferences
from labeler.app.services import Services
from labeler.app.store_worker import StoreWorker
from labeler.errors import LabelerError
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.model.preferences import kept_bytes
from labeler.signing.client import SignerClient
from labeler.store.frame_cache import FrameCache
from labeler.store.profile import (
    Practice,
    Profile,
    Protection,
    create_profile,
    is_profile,
    open_profile,
)
from labeler.store.store import Store, open_store

if TYPE_CHECKING:
    from labeler.chain.client import ChainClient
    from labeler.market.client import MarketClient


def utc_now() -> int:
    """UTC seconds."""
    return int(time.time())


@dataclass(frozen=True, eq=False)
class Workbench:
    """An open profile. `close` ends its thread and processes; nothing queued is dropped."""

    profile: Profile
    services: Services
    worker: StoreWorker[Store]
    decoders: DecoderPool
    findings: tuple[LabelerError, ...]
    """What opening found wrong on the disk and could name."""
    protect: Callable[[Protection], None]
    """Protect the profile's data another way from now on."""

    def close(self) -> int:
        """The number of edits that the disk would not take; 0 where all is saved."""
        self.services.signer.close()
        lost = self.worker.close()
        self.decoders.close()
        return lost


def open_workbench(
    root: Path, protection: Protection, answers: Answers, resources: Path
) -> Workbench:
    """Open the profile in `root`. Raises LabelerError of the profile, the vault and the store."""
    profile = open_profile(root)
    return _assemble(profile, profile.unlock(protection), answers, resources)


def create_workbench(
    root: Path, protection: Protection, answers: Answers, resources: Path
) -> Workbench:
    """Make a new profile in `root` and open it."""
    profile, key = create_profile(root, protection, now=utc_now())
    return _assemble(profile, key, answers, resources)


def open_for_practice(root: Path, answers: Answers, resources: Path) -> Workbench:
    """A profile without protection, made where there is none yet."""
    opener = open_workbench if is_profile(root) else create_workbench
    return opener(root, Practice(), answers, resources)


def signer_command() -> tuple[str, ...]:
    """How the signer process is started, also from a frozen build."""
    if getattr(sys, "frozen", False):
        return sys.executable, "--internal", "sign"
    return sys.executable, "-m", "labeler", "--internal", "sign"


def ask_market(url: str) -> MarketClient:
    """Of the marketplace at an address."""
    from labeler.market.client import MarketClient

    return MarketClient(url)


def chain_opener(resources: Path) -> Callable[[str, int], ChainClient]:
    """Opens a node by its URL, expecting the chain of that id."""

    def opened(url: str, chain_id: int) -> ChainClient:
        from labeler.chain.client import ChainClient
        from labeler.chain.contracts import load_contracts

        return ChainClient(url, load_contracts(resources / "contracts"), chain_id=chain_id)

    return opened


def _assemble(profile: Profile, key: bytes, answers: Answers, resources: Path) -> Workbench:
    worker: StoreWorker[Store] = StoreWorker(
        partial(open_store, profile, key, now=utc_now()), answers, now=utc_now
    )
    try:
        findings, wanted = worker.call(lambda s: (s.findings, read_preferences(s)))
    except BaseException:
        worker.close()
        raise
    decoders = DecoderPool(cores())
    services = Services(
        store=worker,
        signer=SignerClient(signer_command()),
        market=ask_market,
        chain=chain_opener(resources),
        decoders=decoders,
        clock=utc_now,
        random=os.urandom,
        keystore=profile.keystore,
        packages=profile.packages,
        hanging=load_protocols(resources / "hanging"),
        received=profile.received,
        forms=resources / "forms",
        frames=FrameCache(profile.frames, key, kept_bytes(wanted)),
    )
    return Workbench(profile, services, worker, decoders, findings, partial(profile.protect, key))
