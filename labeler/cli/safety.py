"""Everything of a profile in one encrypted file, and back."""

from __future__ import annotations

from pathlib import Path

from labeler.app.opening import utc_now
from labeler.cli.bench import protection_of
from labeler.cli.bounded_files import existing_file
from labeler.cli.call import Call
from labeler.cli.exit_codes import Exit
from labeler.cli.output import Json
from labeler.cli.times import utc
from labeler.errors import LabelerError
from labeler.store import backup as safe
from labeler.store.profile import Passphrase, open_profile
from labeler.store.store import open_store
from labeler.store.writing import refuse_target


def backup(call: Call) -> Exit:
    """Write a backup and read it back."""
    path = Path(call.typed.file).absolute()
    _refuse_folder(path)
    refuse_target(path, replace=call.typed.force)
    profile = open_profile(call.root)
    key = profile.unlock(protection_of(call, profile))
    passphrase = call.backup_passphrase(again=True)
    store = open_store(profile, key, now=utc_now())
    try:
        for finding in store.findings:
            call.output.warn(finding)
        info = safe.backup(
            store,
            key,
            path,
            passphrase,
            now=utc_now(),
            packages=call.typed.packages,
            tick=call.tick("Backing up"),
        )
    finally:
        store.close()
    answer: Json = {"file": str(path), "files": info.files, "bytes": info.size}
    call.output.answer(answer, [f"Wrote {path} and read it back: {info.files} files"])
    return Exit.OK


def restore(call: Call) -> Exit:
    """A new profile from a backup, opened once to prove it."""
    path = existing_file(call.typed.file)
    passphrase = call.backup_passphrase()
    info = safe.verify_backup(path, passphrase)
    own = Passphrase(call.profile_passphrase(again=True))
    call.root.parent.mkdir(parents=True, exist_ok=True)
    safe.restore(
        path,
        call.root,
        passphrase,
        now=utc_now(),
        protection=own,
        tick=call.tick("Restoring"),
    )
    answer: Json = {
        "profile": str(call.root),
        "created": info.created,
        "files": info.files,
        "bytes": info.size,
    }
    call.output.answer(answer, [f"Restored {call.root} as of {utc(info.created)}"])
    return Exit.OK


def _refuse_folder(path: Path) -> None:
    if path.is_dir() or not path.parent.is_dir():
        raise LabelerError(
            "no-folder",
            "No backup can be written at {name}.",
            safe="Nothing was changed.",
            do="Name a new file in a folder that is there.",
            name=str(path),
        )
