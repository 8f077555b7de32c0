"""The same job from a shell, from creating a key to a bundle that a stranger checks."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import numpy as np
import pytest

from labeler.errors import LabelerError
from labeler.model.document import DOCUMENT_FORMAT, Document, Mark
from labeler.model.forms import Answer
from labeler.model.frames import FrameRef
from labeler.model.mask_blobs import encode_mask
from labeler.model.shapes import Box, MaskRef
from labeler.model.tiled_masks import of_voxels
from labeler.proof import bundle
from labeler.proof.codec import digest
from tests.support.answers import NODULE, answered, no_finding
from tests.support.dicom_files import ROOT
from tests.support.documented import check_documented
from tests.support.shell import Shell
from tests.support.town import PRICE, Town


def frame(case: int, number: int) -> FrameRef:
    return FrameRef(f"{ROOT}.2.{case}", f"{ROOT}.3.{case}.{number}", 0)


def write_document(folder: Path, item: str) -> tuple[str, str]:
    """A box and a painted region, as a script would write them: the document and its mask."""
    mask = encode_mask(of_voxels((1, 16, 16), (0, 4, 4), np.ones((1, 4, 4), np.bool_)))
    document = Document(
        format=DOCUMENT_FORMAT,
        item=item,
        marks=(
            Mark(
                "m1",
                "nodule",
                frame(1, 2),
                Box((4000, 4000), (7000, 7000)),
                attributes=(Answer("attenuation", "solid"),),
                confidence=80,
            ),
            Mark("m2", "nodule", frame(1, 2), MaskRef(digest(mask))),
        ),
    )
    (folder / "document.json").write_bytes(msgspec.json.encode(document))
    (folder / "mask").write_bytes(mask)
    return str(folder / "document.json"), str(folder / "mask")


def test_the_whole_job(town: Town, tmp_path: Path) -> None:
    shell = Shell(tmp_path / "profile").has_cheap_profile()
    assert len(shell.json("wallet", "create")["words"]) == 24
    connected = shell.json("connect", town.url, "--trust", town.identity)
    assert (connected["identity"], connected["node"]) == (town.identity, town.node)
    (task,) = shell.json("tasks")["tasks"]
    assert (task["task"], task["items"], task["downloaded"]) == (town.posted.manifest, 2, False)
    taken = shell.json("fetch", task["task"][:12])
    first, _second = (case["case"] for case in taken["cases"])

    document, mask = write_document(tmp_path, first)
    drawn = ("--document", document, "--blob", mask, *answered(NODULE))
    signed = shell.json("submit", first[:10], *drawn, "--yes")
    assert (signed["state"], signed["failures"]) == ("received", [])
    assert (signed["summary"]["marks"], signed["summary"]["answers"]) == (2, 6)
    _measures(shell, tmp_path, first)
    rejected = shell.json("submit", "2", *no_finding(), "--yes", "--offline")
    assert rejected["state"] == "queued"
    good, bad = signed["submission"], rejected["submission"]
    assert shell.json("sync")["outbox"] == {good: "received", bad: "received"}

    town.accept(good)
    town.reject(bad, "R3-missed-nodule")
    assert shell.json("sync")["outbox"] == {good: "accepted", bad: "rejected"}
    rows = {row["submission"]: row for row in shell.json("outbox")["submissions"]}
    assert rows[bad]["reason"] == "A nodule of 4 mm or more was missed"
    town.settle()
    shell.json("sync")
    _earn(shell)

    proof = str(tmp_path / "proof.labeler")
    shell.json("bundle", good[:12], "-o", proof)
    told = shell.json("verify", proof, "--trust", town.identity)
    assert (told["stage"], told["compared"], told["owed"]) == ("settled", True, str(PRICE))
    assert not shell.json("verify", proof)["compared"]
    assert shell.run("verify", proof, "--trust", "0" * 64, "--json").code == 4
    _refuses_every_changed_byte(Path(proof).read_bytes())
    (tmp_path / "changed.labeler").write_bytes(Path(proof).read_bytes()[:-1] + b"?")
    said = shell.run("verify", str(tmp_path / "changed.labeler"), "--json")
    assert (said.code, said.error) == (4, "bundle-changed")
    shell.json("backup", str(tmp_path / "backup"))
    shell.json("inspect", str(town.study))
    shell.json("wallet", "address", "--marketplaces")
    wiped = shell.run("wipe", "1", "--yes", "--json").json
    assert wiped == {"case": first, "wiped": True}
    (task,) = shell.json("tasks")["tasks"]
    assert task["downloaded"], "nothing is to come"
    assert shell.run("submit", "1", *no_finding(), "--yes", "--json").error == "case-wiped"
    check_documented(shell.documents)


def _measures(shell: Shell, folder: Path, case: str) -> None:
    table = folder / "measures.csv"
    box, painted = shell.json("measures", case[:10], "--csv", str(table))["marks"]
    assert (box["type"], painted["type"]) == ("box", "mask")
    assert box["numbers"]["long_mm"] >= box["numbers"]["short_mm"] > 0
    assert painted["numbers"]["voxels"] == 16
    assert painted["numbers"]["area_mm2"] == pytest.approx(box["numbers"]["area_mm2"] * 16 / 9)
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert [row["mark"] for row in rows] == ["m1", "m2"]
    assert rows[1]["voxels"] == "16"
    assert [row["size"] for row in rows] == [box["size"], painted["size"]]
    assert (box["answers"], box["confidence"]) == ({"attenuation": "solid"}, 80)
    assert [row["answer:attenuation"] for row in rows] == ["solid", ""]
    assert [row["confidence"] for row in rows] == ["80", ""]


def _refuses_every_changed_byte(data: bytes) -> None:
    """In this process: as many starts of the program would take hours."""
    accepted = []
    for place, byte in enumerate(data):
        forged = bytearray(data)
        forged[place] = byte ^ 1 + place % 255
        try:
            bundle.verify(bytes(forged))
        except LabelerError:
            continue
        accepted.append(place)
    assert accepted == []


def _earn(shell: Shell) -> None:
    earned = shell.json("earnings")
    assert (earned["ready"]["minor"], earned["statement_checked"]) == (str(PRICE), True)
    assert [line["recomputed"] for line in earned["lines"]] == ["agrees"]
    claimed = shell.json("claim")
    assert claimed["paid"] == claimed["claimed"]
    assert claimed["paid"]["minor"] == str(PRICE)
    states = {row["state"] for row in shell.json("outbox")["submissions"]}
    assert states == {"paid", "rejected"}
    assert shell.run("claim", "--json").error == "nothing-to-claim"
