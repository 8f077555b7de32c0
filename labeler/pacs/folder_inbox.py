"""Received instances as plain files in a folder that the person named."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import BinaryIO

from labeler.errors import LabelerError
from labeler.imaging.dicom.header import read_header
from labeler.imaging.dicom.wholeness import is_whole
from labeler.imaging.sources.files import FileBytes
from labeler.store.faults import disk_faults

OLD_S = 90.0
"""A line that says nothing for a minute is given up, and its draft with it."""
_DRAFT = re.compile(r"\.[0-9a-f]{16}\.part")


class FolderInbox:
    """One file an instance, named by its UID; drafts have a hidden name until they are whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with disk_faults():
            folder.mkdir(parents=True, exist_ok=True)

    def tidy(self) -> None:
        """Remove drafts of a program that was killed; one that is written to is not so old."""
        with disk_faults():
            for left in self._folder.glob(".*.part"):
                if _DRAFT.fullmatch(left.name) and time.time() - left.stat().st_mtime > OLD_S:
                    left.unlink(missing_ok=True)

    def holds(self, uid: str) -> bool:
        """Whether the file is there and can be read to its end."""
        path = self._folder / f"{uid}.dcm"
        try:
            return path.is_file() and is_whole(read_header(FileBytes(path)))
        except LabelerError as error:
            # What this program cannot look into must be whole: it is named so only then.
            return error.code == "unknown-syntax"
        except OSError:
            return False

    def draft(self) -> FolderDraft:
        return FolderDraft(self._folder)


class FolderDraft:
    """A file that is being written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / f".{os.urandom(8).hex()}.part"
        with disk_faults():
            self._file: BinaryIO = self._path.open("xb")

    def write(self, data: bytes) -> None:
        with disk_faults():
            self._file.write(data)

    def finish(self) -> FileBytes:
        with disk_faults():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        return FileBytes(self._path)

    def keep(self, uid: str) -> None:
        with disk_faults():
            self._path.replace(self._folder / f"{uid}.dcm")

    def drop(self) -> None:
        with disk_faults():
            self._file.close()
            self._path.unlink(missing_ok=True)
