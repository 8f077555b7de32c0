"""What is there after a kill, read by nothing of the program: SQL, SHA-256 and JSON."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

NOTHING = "0" * 64


@dataclass(frozen=True)
class Stroke:
    """An entry of a journal that the person was told is saved."""

    document: str
    seq: int
    head: str


@dataclass(frozen=True)
class Sent:
    """A submission, on either side."""

    digest: str
    assignment: str
    item: str
    revision: int
    device: str
    sequence: int
    previous: str


@dataclass
class Kept:
    """What a profile holds; `journals` has only entries that fit, with all their paint, of which
    so many are `brushed`: strokes that paint."""

    journals: dict[str, list[str]] = field(default_factory=dict)
    submissions: dict[str, Sent] = field(default_factory=dict)
    brushed: int = 0

    def holds(self, stroke: Stroke) -> bool:
        heads = self.journals.get(stroke.document, [])
        return stroke.seq <= len(heads) and heads[stroke.seq - 1] == stroke.head


def read_profile(root: Path, key: bytes) -> Kept:
    """Read copies, so that the files stay as the kill has left them."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "labeler.db"
        for suffix in ("", "-wal"):
            source = root / f"labeler.db{suffix}"
            if source.exists():
                shutil.copyfile(source, copy.with_name(copy.name + suffix))
        connection = dbapi2.connect(str(copy))
        try:
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            return _read(connection)
        finally:
            connection.close()


def _read(connection: Any) -> Kept:
    kept = Kept()
    paint = {
        name
        for name, data in connection.execute("SELECT digest, data FROM blob")
        if hashlib.sha256(data).hexdigest() == name
    }
    rows: dict[str, list[tuple[int, bytes, str]]] = defaultdict(list)
    for document, seq, entry, head in connection.execute(
        "SELECT document, seq, entry, hash FROM journal ORDER BY document, seq"
    ):
        rows[f"document:{document}"].append((seq, entry, head))
    kept.brushed = sum(b'"type":"paint-mask"' in row[1] for every in rows.values() for row in every)
    kept.journals = {name: believed(entries, paint) for name, entries in rows.items()}
    for digest, wire in connection.execute(
        "SELECT submission.digest, wire FROM submission JOIN message USING (digest)"
    ):
        kept.submissions[digest] = _sent(digest, wire)
    return kept


def believed(entries: Iterable[tuple[int, bytes, str]], paint: set[str]) -> list[str]:
    """The heads of the longest good beginning of a journal."""
    heads: list[str] = []
    for seq, entry, head in entries:
        content = json.loads(entry)
        previous = heads[-1] if heads else NOTHING
        fits = (seq, content["seq"], content["previous"]) == (len(heads) + 1, seq, previous)
        if not fits or hashlib.sha256(entry).hexdigest() != head or not _painted(content) <= paint:
            break
        heads.append(head)
    return heads


def _painted(value: object) -> set[str]:
    """Every blob that an entry names, however deep."""
    if isinstance(value, dict):
        named = (value.get(key) for key in ("blob", "delta", "through"))
        own = {name for name in named if isinstance(name, str)}
        return own.union(*(_painted(inner) for inner in value.values()))
    return set()


def read_hub(folder: Path) -> dict[str, Sent]:
    """Every submission that the hub holds."""
    connection = sqlite3.connect(f"file:{folder / 'hub.db'}?mode=ro", uri=True)
    try:
        rows = connection.execute("SELECT digest, envelope FROM submission").fetchall()
    finally:
        connection.close()
    return {digest: _sent(digest, envelope) for digest, envelope in rows}


def _sent(digest: str, wire: bytes) -> Sent:
    said = json.loads(wire)["message"]
    word = {name: str(value).removeprefix("0x") for name, value in said.items()}
    return Sent(
        digest,
        word["assignment"],
        word["item"],
        int(said["revision"]),
        word["device"],
        int(said["sequence"]),
        word["previous"],
    )


def doubled(submissions: Mapping[str, Sent]) -> int:
    """How many submissions too many: nobody here signs a case twice."""
    cases = {(each.assignment, each.item) for each in submissions.values()}
    return len(submissions) - len(cases)


def forks(submissions: Mapping[str, Sent]) -> list[str]:
    """Where a device's chain of submissions is not one line from 1, each naming the one before."""
    chains: dict[str, list[Sent]] = defaultdict(list)
    for each in submissions.values():
        chains[each.device].append(each)
    wrong = []
    for chain in chains.values():
        before = NOTHING
        for number, each in enumerate(sorted(chain, key=lambda sent: sent.sequence), 1):
            if (each.sequence, each.previous) != (number, before):
                wrong.append(f"submission {each.digest} is number {each.sequence} of its device")
            before = each.digest
    return wrong
