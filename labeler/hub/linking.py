"""The secret of a task's pseudonyms: with it the requester, and nobody else, finds back.

It never leaves the marketplace's folder and is no part of a package.
"""

from __future__ import annotations

import os
from pathlib import Path

from labeler.interchange.pseudonyms import Pseudonyms

_SECRET_BYTES = 32


def keep_secret(folder: Path, manifest: str, pseudonyms: Pseudonyms) -> None:
    """Write the secret of a task, readable for its owner only."""
    place = folder / "pseudonyms"
    place.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(_path(folder, manifest), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pseudonyms.secret)


def copied_name(folder: Path, manifest: str, instance: str) -> str:
    """What an original's SOP Instance UID is called in the task's copies; others as they are."""
    path = _path(folder, manifest)
    is_uid = instance.replace(".", "").isdigit() and not instance.startswith("2.25.")
    if not path.is_file() or not is_uid:
        return instance
    secret = path.read_bytes()
    return Pseudonyms(secret).uid(instance) if len(secret) == _SECRET_BYTES else instance


def _path(folder: Path, manifest: str) -> Path:
    return folder / "pseudonyms" / manifest
