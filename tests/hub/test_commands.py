"""`labeler hub` from a shell: made, posted, served, reviewed, settled."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from labeler.hub import commands
from labeler.hub.truth import TRUTH_FORMAT, Truth, TruthMask
from labeler.market.client import MarketClient
from labeler.model.mask_blobs import encode_mask
from labeler.model.masks import mask_of
from labeler.model.paths import resources_root
from labeler.model.tiled_masks import of_region
from tests.support.dicom_files import save, slice_dataset
from tests.support.hub import Expert, png

SECRET = {"LABELER_HUB_PASSPHRASE": "a passphrase"}


@dataclass
class Shell:
    """Runs commands in this process; `hub` is the marketplace's folder."""

    hub: Path
    environment: dict[str, str]

    def run(self, *argv: str) -> tuple[int, Any, str]:
        out, aside = io.StringIO(), io.StringIO()
        code = commands.main(
            [*argv, "--dir", str(self.hub), "--json"],
            resources=resources_root(),
            environment=self.environment,
            out=out,
            aside=aside,
            scrypt_n=2,
        )
        return code, json.loads(out.getvalue()), aside.getvalue()

    def say(self, *argv: str) -> str:
        """What a person reads."""
        out = io.StringIO()
        arguments = [*argv, "--dir", str(self.hub)]
        commands.main(
            arguments,
            resources=resources_root(),
            environment=self.environment,
            out=out,
            aside=io.StringIO(),
            scrypt_n=2,
        )
        return out.getvalue()


@pytest.fixture
def images(tmp_path: Path) -> Path:
    for number in (1, 2):
        (tmp_path / f"images/{number}").mkdir(parents=True)
        (tmp_path / f"images/{number}/a.png").write_bytes(png(number))
    (tmp_path / "images/notes.txt").write_text("not an image")
    return tmp_path / "images"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "hub", SECRET)


POST = ("--form", "chest-ct-nodule", "--price", "2.50", "--title", "From a shell")
LOOKED = ("--looked", "*")


def serve_script(hub: Path) -> list[str]:
    program = (
        "import sys; from labeler.hub.commands import main;"
        "from labeler.model.paths import resources_root;"
        "sys.exit(main(sys.argv[1:], resources=resources_root()))"
    )
    return [sys.executable, "-c", program, "serve", "--port", "0", "--json", "--dir", str(hub)]


def test_copies_are_handed_out_that_name_nobody(shell: Shell, tmp_path: Path) -> None:
    named = slice_dataset(np.zeros((4, 4), np.int16))
    (tmp_path / "named").mkdir()
    save(named, tmp_path / "named/1.dcm")
    assert shell.run("init")[0] == 0
    _, posted, aside = shell.run("post", str(tmp_path / "named"), *POST)
    assert (posted["identity"], posted["copies"], posted["faces"]) == ([], 1, 0)
    assert "names the person: PatientID (1), PatientName (1)" in aside
    assert "1 de-identified copies" in aside
    assert "Synthetic" not in aside + str(posted)

    again = ("--title", "By agreement", "--as-is", "*.dcm")
    _, posted, aside = shell.run("post", str(tmp_path / "named"), *POST, *again)
    assert (posted["identity"], posted["copies"]) == (["PatientID", "PatientName"], 0)
    assert "Warning: files that go as they are name the person: PatientID, PatientName." in aside


def test_pixels_are_held_back_until_somebody_has_looked(shell: Shell, tmp_path: Path) -> None:
    screen = slice_dataset(np.zeros((4, 4), np.int16), modality="MR")
    screen.BurnedInAnnotation, screen.BodyPartExamined = "YES", "HEAD"
    (tmp_path / "named").mkdir()
    save(screen, tmp_path / "named/1.dcm")
    assert shell.run("init")[0] == 0
    code, told, _ = shell.run("post", str(tmp_path / "named"), *POST)
    assert (code, told["error"]["code"]) == (1, "look-first")
    assert "1.dcm" in told["error"]["happened"]
    code, posted, aside = shell.run("post", str(tmp_path / "named"), *POST, "--looked", "1.*")
    assert (code, posted["faces"]) == (0, 1)
    assert "a face could be rebuilt" in aside


def test_what_cannot_be_cleaned_needs_a_word(shell: Shell, tmp_path: Path, test_data: Path) -> None:
    (tmp_path / "odd").mkdir()
    slide = (test_data / "wsi/cells-gray16.tif").read_bytes()
    (tmp_path / "odd/cells.tif").write_bytes(slide)
    assert shell.run("init")[0] == 0
    code, told, _ = shell.run("post", str(tmp_path / "odd"), *POST)
    assert (code, told["error"]["code"]) == (1, "cannot-be-cleaned")
    assert "cells.tif" in told["error"]["happened"]
    assert shell.run("post", str(tmp_path / "odd"), *POST, "--as-is", "cells.tif")[0] == 0


def test_the_whole_way(shell: Shell, images: Path, tmp_path: Path) -> None:
    code, made, _ = shell.run("init")
    assert code == 0
    assert made["chain_id"] == 0
    code, posted, aside = shell.run("post", str(images), *POST, *LOOKED)
    assert (code, posted["items"]) == (0, 2)
    (left,) = posted["left_out"]
    assert (left["name"], left["code"]) == ("notes.txt", "not-an-image")
    assert "notes.txt" in aside

    environment = {**os.environ, **SECRET}
    command = serve_script(shell.hub)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        assert told["identity"] == made["identity"]
        client = MarketClient(told["url"])
        expert = Expert(client)
        given = expert.take(posted["task"])
        mask = mask_of(np.eye(8, dtype=np.bool_))
        message = expert.message(given, expert.document(given, mask=mask))
        digest = expert.hand_in(message)
        other = expert.submit(given, 1)

        code, listed, _ = shell.run("review", "--list")
        assert {row["digest"] for row in listed} == {digest, other}
        truth = tmp_path / "truth.json"
        instance = given.items[0].item.files[0].sha256
        half = np.eye(8, dtype=np.bool_)
        half[4:] = False
        reference = TruthMask("nodule", instance, 0, encode_mask(of_region(mask_of(half))))
        truth.write_bytes(msgspec.json.encode(Truth(TRUTH_FORMAT, (reference,))))
        code, compared, _ = shell.run("review", digest, "--compare", "--truth", str(truth))
        assert (code, compared["quality"]) == (0, 666_666)
        for name, error in (("abc", "no-submission"), ("zzzz", "no-submission")):
            told = shell.run("review", name, "--accept")[1]
            assert told["error"]["code"] == error
        short = digest[:12]
        code, decided, _ = shell.run("review", short, "--accept", "--truth", str(truth))
        assert decided["submission"] == digest
        assert (code, decided["verdict"], decided["quality"]) == (0, "accepted", 666_666)
        code, refused, _ = shell.run("review", other, "--reject", "because")
        assert (code, refused["error"]["code"]) == (1, "reason-not-listed")
        code, rejected, _ = shell.run("review", other, "--reject", "R3-missed-nodule")
        assert (code, rejected["verdict"]) == (0, "rejected")
        code, settled, _ = shell.run("settle")
        assert (code, settled["total"], settled["published"]) == (0, 2_500_000, "no-chain")
        assert client.statement("0x" + expert.address.hex(), digest).lines[0].submission == digest

        client.close()
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == 0
    assert "Nothing waits.\n" in shell.say("review", "--list")
    assert "1 account, 2.50 USDC in all" in shell.say("settle")
    code, listed, _ = shell.run("review", "--all")
    assert {row["state"] for row in listed} == {"accepted", "rejected"}


@pytest.mark.parametrize(
    ("argv", "code", "error"),
    [
        (("review", "--list"), 3, "hub-keys-missing"),
        (("settle",), 3, "hub-keys-missing"),
        (("post", "nowhere", *POST), 1, "no-folder"),
        (("post", ".", "--form", "no-such", "--price", "1"), 1, "no-form"),
        (("post", ".", "--form", "chest-ct-nodule", "--price", "1e3"), 1, "bad-price"),
        (("post", ".", "--form", "chest-ct-nodule", "--price", "0.1234567"), 1, "bad-price"),
        (("init", "--rpc", "http://127.0.0.1:9", "--deploy"), 5, "chain-unreachable"),
        (("init", "--rpc", "http://127.0.0.1:9"), 1, "contracts-needed"),
    ],
)
def test_what_can_go_wrong(shell: Shell, argv: tuple[str, ...], code: int, error: str) -> None:
    found, told, _ = shell.run(*argv)
    assert (found, told["error"]["code"]) == (code, error)


def test_a_folder_without_images(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty/notes.txt").write_text("nothing")
    assert shell.run("post", str(tmp_path / "empty"), *POST)[1]["error"]["code"] == "no-images"
    (tmp_path / "empty/1.png").write_bytes(png(1)[:40])
    error = shell.run("post", str(tmp_path / "empty"), *POST)[1]["error"]
    assert error["code"] == "no-images"
    assert "1.png" in error["happened"]


def test_the_passphrase_is_needed_and_must_be_right(shell: Shell, images: Path) -> None:
    without = Shell(shell.hub, {})
    assert without.run("post", str(images), *POST)[1]["error"]["code"] == "passphrase-needed"
    assert shell.run("init")[0] == 0
    wrong = Shell(shell.hub, {"LABELER_HUB_PASSPHRASE": "another"})
    assert wrong.run("post", str(images), *POST, *LOOKED)[1]["error"]["code"] == "wrong-passphrase"
    assert shell.run("post", str(images), *POST, *LOOKED)[0] == 0
    assert shell.run("post", str(images), *POST, *LOOKED)[1]["error"]["code"] == "already-posted"


def test_the_passphrase_may_come_from_a_descriptor(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    shell = Shell(tmp_path / "hub", {})
    with (tmp_path / "secret").open() as source:
        code, made, _ = shell.run("init", "--keys-only", "--passphrase-fd", str(source.fileno()))
    assert code == 0
    assert set(made["addresses"]) == {"operator", "marketplace", "requester", "reviewer"}
    assert shell.run("init")[1]["error"]["code"] == "passphrase-needed"
