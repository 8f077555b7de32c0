"""Everything as processes of its own: a hub that serves, and an expert who types."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from labeler.chain.account import ChainAccount
from labeler.chain.client import ChainClient
from labeler.chain.contracts import load_contracts
from labeler.demo.chain import DemoChain, start_demo_chain
from labeler.hub.keys import HubKeys, Role
from tests.support.answers import no_finding
from tests.support.shell import Shell
from tests.support.town import CONTRACTS, write_study

PASSPHRASE = "the hub's own passphrase"


@dataclass
class HubShell:
    """Someone who types `labeler hub ...`, on a chain whose coin the operator has."""

    folder: Path
    chain: DemoChain

    def __post_init__(self) -> None:
        # Keys that open fast; everything else comes from the commands.
        keys = HubKeys(self.folder / "keys", PASSPHRASE, scrypt_n=2)
        self.folder.mkdir(parents=True)
        keys.create()
        self.chain.fund(keys.address(Role.OPERATOR))
        client = ChainClient(self.chain.url, load_contracts(CONTRACTS))
        self.operator = ChainAccount(client, keys.key(Role.OPERATOR))

    def command(self, verb: str, *argv: str) -> list[str]:
        hub = [sys.executable, "-m", "labeler", "hub", verb]
        return [*hub, *argv, "--dir", str(self.folder), "--json"]

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "LABELER_HUB_PASSPHRASE": PASSPHRASE}

    def json(self, verb: str, *argv: str) -> Any:
        done = subprocess.run(
            self.command(verb, *argv),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, done
        return json.loads(done.stdout)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubShell]:
    with start_demo_chain() as chain:
        yield HubShell(tmp_path / "hub", chain)


# A score of processes, each of which imports the program: a busy machine needs its time.
@pytest.mark.timeout(300)
def test_a_job_in_processes(hub: HubShell, tmp_path: Path) -> None:
    node = hub.chain.url
    made = hub.json("init", "--deploy", "--rpc", node, "--public-rpc", node)
    study = write_study(tmp_path / "study", cases=1)
    posted = hub.json("post", str(study), "--form", "chest-ct-nodule", "--price", "25")
    with subprocess.Popen(
        hub.command("serve", "--port", "0"), env=hub.environment, stdout=subprocess.PIPE, text=True
    ) as serving:
        try:
            assert serving.stdout is not None
            url = json.loads(serving.stdout.readline())["url"]
            _work(Shell(tmp_path / "profile"), hub, url, made, posted["task"])
        finally:
            serving.terminate()


def _work(shell: Shell, hub: HubShell, url: str, made: Any, task: str) -> None:
    def typed(*argv: str) -> Any:
        said = shell.process(*argv, "--json")
        assert said.code == 0, said
        return said.json

    typed("wallet", "create")
    typed("connect", url, "--trust", made["identity"])
    typed("tasks")
    typed("fetch", task)
    submission = typed("submit", "1", *no_finding(), "--yes")["submission"]
    hub.json("review", submission, "--accept")
    distributor, token = (bytes.fromhex(made[name][2:]) for name in ("distributor", "token"))
    hub.operator.mint(token, distributor, 25_000_000)
    hub.json("settle")
    assert typed("sync")["outbox"] == {submission: "accepted"}
    assert typed("claim")["paid"]["minor"] == "25000000"
    proof = str(shell.profile.parent / "proof.labeler")
    typed("bundle", submission, "-o", proof)
    assert typed("verify", proof, "--trust", made["identity"])["stage"] == "settled"
    assert typed("outbox")["submissions"][0]["state"] == "paid"
