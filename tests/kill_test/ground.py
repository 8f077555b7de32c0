"""What is killed in: a hub over HTTP with one task of many small cases, and an expert's profile."""

from __future__ import annotations

import json
import os
import random
import signal
import struct
import subprocess
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from labeler.app import keys, marketplaces, taking
from labeler.app.answers import Answers
from labeler.app.opening import Workbench, create_workbench, utc_now
from labeler.errors import LabelerError
from labeler.hub.consent import Consent
from labeler.hub.keys import HubKeys
from labeler.hub.place import open_marketplace
from labeler.hub.posting import Terms, post
from labeler.hub.templates import read_template
from labeler.model.paths import resources_root
from labeler.store.profile import open_profile
from tests.kill_test.victim import PASSPHRASE
from tests.support.life import CHEAP_SCRYPT_N, cheapen_key
from tests.support.profiles import passphrase

PROJECT = Path(__file__).parents[2]
HUB_PASSPHRASE = "battery staple"
SIDE = 48


@dataclass(frozen=True)
class Ground:
    """The folders, and the data key of the profile (for reading it from outside)."""

    hub: Path
    profile: Path
    key: bytes


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LABELER_")}
    own = {"LABELER_HUB_PASSPHRASE": HUB_PASSPHRASE, "QT_QPA_PLATFORM": "offscreen"}
    return {**kept, **own, "PYTHONPATH": str(PROJECT)}


class Hub:
    """`labeler hub serve` as a process that can be killed and started again at its address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = 0
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self) -> None:
        command = [sys.executable, "-m", "labeler", "hub", "serve", "--json"]
        self._process = subprocess.Popen(
            [*command, "--dir", str(self._folder), "--port", str(self._port)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
            start_new_session=True,
        )
        self.url = json.loads(_line(self._process.stdout))["url"]
        self._port = int(self.url.rpartition(":")[2])

    def kill(self) -> None:
        assert self._process is not None, "it was started"
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        assert self._process.stdout is not None, "opened with a pipe"
        self._process.stdout.close()
        self._process = None

    def __enter__(self) -> Hub:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self.kill()


def make_hub(folder: Path, cases: int) -> Path:
    """A marketplace that offers one task of `cases` pictures."""
    hub, images = folder / "hub", folder / "images"
    hub.mkdir(parents=True)
    for number in range(cases):
        place = images / f"{number:04d}"
        place.mkdir(parents=True)
        (place / "1.png").write_bytes(_picture(number))
    hub_keys = HubKeys(hub / "keys", HUB_PASSPHRASE, scrypt_n=CHEAP_SCRYPT_N)
    hub_keys.create()
    template = read_template("general-findings", resources_root() / "forms")
    terms = Terms("Many small cases", 1_000_000, "fiat:0/iso4217:USD", "USD", 6)
    with open_marketplace(hub, hub_keys) as market:
        post(market, images, template, terms, consent=Consent(looked=("*",)))
    return hub


def make_profile(root: Path, url: str) -> bytes:
    """A protected profile with a key and the whole task taken along; its data key."""
    answers = Answers(lambda call: call(), _raise, _raise)
    bench = create_workbench(root, passphrase(PASSPHRASE), answers, resources_root())
    try:
        keys.create_key(bench.services, keys.make_words(bench.services), PASSPHRASE)
        cheapen_key(bench.services, PASSPHRASE)
        marketplaces.connect(bench.services, marketplaces.find(bench.services, url))
        taking.refresh_tasks(bench.services, taking.connected(bench.services))
        _take_all(bench)
    finally:
        if bench.close():
            raise RuntimeError("the disk took not all")
    return open_profile(root).unlock(passphrase(PASSPHRASE))


def _take_all(bench: Workbench) -> None:
    """The hub bounds the requests of a second: what it would not give yet is asked for again."""
    (task,) = taking.task_states(bench.services)
    until = utc_now() + 60
    while True:
        try:
            taking.take(bench.services, task.row.id)
        except LabelerError as error:
            if error.code != "marketplace-busy" or utc_now() > until:
                raise
        else:
            return


def _picture(number: int) -> bytes:
    """A grey PNG that no other number has."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    chance = random.Random(number)
    rows = b"".join(b"\0" + chance.randbytes(SIDE) for _ in range(SIDE))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def _line(stream: IO[str] | None) -> str:
    line = stream.readline() if stream is not None else ""
    if not line:
        raise RuntimeError("the hub ended before it served")
    return line


def _raise(error: BaseException) -> None:
    raise error
