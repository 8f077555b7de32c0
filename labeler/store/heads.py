"""Acknowledged heads: how far each journal had come, kept beside the database.

A flipped byte in a write-ahead log makes SQLite drop the later commits in silence. These small
files say what must be there. One file a subject, two slots of one disk sector's size, written
alternately, so that a torn write can spoil only the one that is being replaced.
"""

from __future__ import annotations

import errno
import hashlib
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from labeler.proof.journal_chain import NO_DIGEST
from labeler.store.durable import sync_data, sync_folder, write_durably
from labeler.store.faults import disk_faults

SLOT = 4096
_FIELDS = struct.Struct("<4sQQ32sH")
_MAGIC = b"LBH1"
_SUM = 32
MAX_SUBJECT = 512


@dataclass(frozen=True)
class Head:
    """The last entry of a journal: its number from 1 (0: none yet) and its SHA-256."""

    subject: str
    seq: int
    digest: str


@dataclass(frozen=True)
class HeadFile:
    """What a head file says; `damaged` counts the slots that could not be believed."""

    head: Head | None
    generation: int
    damaged: int
    next_slot: int


class Heads:
    """The folder of acknowledged heads; the file written last stays open until `close`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, HeadFile] = {}
        self._open: tuple[str, FileIO] | None = None

    def path(self, subject: str) -> Path:
        """Subjects may hold any character, file names not."""
        return self._folder / (hashlib.sha256(subject.encode()).hexdigest()[:32] + ".head")

    def acknowledge(self, head: Head) -> None:
        """Durably record that everything up to `head` was promised to the person."""
        with disk_faults():
            known = self._known.get(head.subject) or self.read(head.subject)
            slot = _encode(head, known.generation + 1)
            file = self._whole_file(head.subject) if known.head else None
            if file is None:
                self.close()
                write_durably(self.path(head.subject), slot + bytes(SLOT))
                written = 0
            else:
                written = known.next_slot
                # In place: the flush that follows has no length of the file to write down.
                file.seek(written * SLOT)
                if file.write(slot) != SLOT:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                sync_data(file.fileno())
            self._known[head.subject] = HeadFile(head, known.generation + 1, 0, 1 - written)

    def _whole_file(self, subject: str) -> FileIO | None:
        """The file of a head, open; None where it is gone or cut."""
        if self._open is None or self._open[0] != subject:
            self.close()
            path = self.path(subject)
            if not path.is_file():
                return None
            self._open = subject, FileIO(path, "r+b")
        file = self._open[1]
        found = os.fstat(file.fileno())
        return file if found.st_nlink and found.st_size == 2 * SLOT else None

    def close(self) -> None:
        """Let go of the open file; a later head opens its own."""
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def begin(self, subject: str) -> None:
        """Note durably that a journal begins, before its first entry can be on the disk.

        Otherwise a crash right after the first entry would look like a head that was removed.
        """
        if subject not in self._known and not self.path(subject).exists():
            self.acknowledge(Head(subject, 0, NO_DIGEST))

    def read(self, subject: str) -> HeadFile:
        """The newest believable slot of one subject."""
        with disk_faults():
            found = _read(self.path(subject))
        if found.head is not None and found.head.subject != subject:
            found = HeadFile(None, 0, 2, 0)
        return found

    def everything(self) -> Iterator[tuple[Path, HeadFile]]:
        """Every head file there is, in the order of their names."""
        with disk_faults():
            for path in sorted(self._folder.glob("*.head")):
                yield path, _read(path)

    def forget(self, subject: str) -> None:
        """Remove the head of a journal that was discarded on purpose."""
        with disk_faults():
            self.close()
            self._known.pop(subject, None)
            self.path(subject).unlink(missing_ok=True)
            sync_folder(self._folder)


def _read(path: Path) -> HeadFile:
    if not path.exists():
        return HeadFile(None, 0, 0, 0)
    data = path.read_bytes()
    slots = [_decode(data[start : start + SLOT]) for start in (0, SLOT)]
    empty = data[SLOT:] == bytes(SLOT)
    damaged = sum(slot is None for slot in slots) - empty + (len(data) > 2 * SLOT)
    best = max((0, 1), key=lambda index: slots[index][1] if slots[index] else 0)  # type: ignore[index]  # guarded
    chosen = slots[best]
    if chosen is None:
        return HeadFile(None, 0, damaged, 0)
    return HeadFile(chosen[0], chosen[1], damaged, 1 - best)


def _encode(head: Head, generation: int) -> bytes:
    subject = head.subject.encode()
    if len(subject) > MAX_SUBJECT:
        raise ValueError(f"a journal's name has at most {MAX_SUBJECT} bytes")
    digest = bytes.fromhex(head.digest)
    fields = _FIELDS.pack(_MAGIC, generation, head.seq, digest, len(subject)) + subject
    body = fields.ljust(SLOT - _SUM, b"\0")
    return body + hashlib.sha256(body).digest()


def _decode(slot: bytes) -> tuple[Head, int] | None:
    body, checksum = slot[: SLOT - _SUM], slot[SLOT - _SUM :]
    if len(slot) != SLOT or hashlib.sha256(body).digest() != checksum:
        return None
    magic, generation, seq, digest, length = _FIELDS.unpack_from(body)
    if magic != _MAGIC:
        return None
    subject = body[_FIELDS.size : _FIELDS.size + length].decode()
    return Head(subject, seq, digest.hex()), generation
