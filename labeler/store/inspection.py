"""Comparing what the disk gives back with what was acknowledged."""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, datetime
from pathlib import Path

from labeler.errors import LabelerError
from labeler.store.database import Database
from labeler.store.durable import sync_folder
from labeler.store.faults import disk_faults
from labeler.store.heads import Head, HeadFile, Heads
from labeler.store.journal import PREFIX, Journal, subject
from labeler.store.profile import Profile

COMMITS = "database"
"""The subject whose head counts every transaction."""


def missing_database() -> LabelerError:
    """Heads were acknowledged, and the database they belong to is gone."""
    return LabelerError(
        "database-missing",
        "The database of this profile is gone, though work was saved in it.",
        safe="Nothing was changed, and no new database was begun.",
        do="Put labeler.db back, or restore a backup.",
    )


def inspect_heads(database: Database, heads: Heads, journal: Journal) -> list[LabelerError]:
    """Everything that does not fit, named; journals at fault are closed until accepted."""
    lengths = _journal_lengths(database)
    expected = {heads.path(name): name for name in (COMMITS, *map(subject, lengths))}
    found: list[LabelerError] = []
    for path, file in heads.everything():
        name = file.head.subject if file.head else expected.pop(path, "")
        expected.pop(path, None)
        if file.damaged:
            found.append(_head_damaged(name or path.name, file))
        if file.head is not None:
            found += _compare(database, journal, file.head)
    return found + [_head_missing(name) for name in expected.values() if name != COMMITS or lengths]


def mended_pages(database: Database) -> list[LabelerError]:
    """Pages damaged in the file; what follows shows whether the log beside it mends them."""
    broken = database.broken_pages()
    if not broken:
        return []
    return [
        LabelerError(
            "database-mended",
            "{pages} pages of the database were damaged and written anew from the log beside it.",
            safe="Nothing is lost; the damaged files are kept aside.",
            do="Check the disk: it changes what is written on it.",
            pages=len(broken),
        )
    ]


def keep_aside(profile: Profile, now: int) -> Path:
    """Copy the database, its write-ahead log and the heads; the folder's path.

    Files that were copied before as they are now are not copied again.
    """
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
    with disk_faults():
        sources = [*profile.root.glob(profile.database.name + "*"), *profile.heads.glob("*.head")]
        kept = _kept_before(profile, [source.relative_to(profile.root) for source in sources])
        if kept is not None:
            return kept
        folder = profile.aside / stamp
        number = 1
        while folder.exists():
            number += 1
            folder = profile.aside / f"{stamp}-{number}"
        (folder / "heads").mkdir(mode=0o700, parents=True)
        for source in sources:
            shutil.copy2(source, folder / source.relative_to(profile.root))
        sync_folder(folder)
    return folder


def _kept_before(profile: Profile, names: list[Path]) -> Path | None:
    """The folder aside that holds these files with the content they have now."""
    if not profile.aside.is_dir():
        return None
    now = _contents(profile.root, names)
    for folder in sorted(profile.aside.iterdir()):
        held = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
        if _sizes(folder, held) == _sizes(profile.root, names) and _contents(folder, held) == now:
            return folder
    return None


def _sizes(root: Path, names: list[Path]) -> dict[Path, int]:
    return {name: (root / name).stat().st_size for name in names if _is_content(name)}


def _contents(root: Path, names: list[Path]) -> dict[Path, str]:
    found: dict[Path, str] = {}
    for name in filter(_is_content, names):
        with (root / name).open("rb") as file:
            found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def _is_content(name: Path) -> bool:
    """The log's index is made anew at each opening and holds nothing of its own."""
    return not name.name.endswith("-shm")


def acknowledge_all(database: Database, heads: Heads, journal: Journal) -> None:
    """After a crash between commit and acknowledgement: what is durable is acknowledged now."""
    for document_id in _journal_lengths(database):
        if not journal.is_lost(document_id):
            head = journal.head(document_id)
            known = heads.read(head.subject)
            if known.head != head or known.damaged:
                heads.acknowledge(head)


def commit_head(database: Database) -> Head:
    """How many transactions this database has seen, and the random token of the last."""
    row = database.row("SELECT count, token FROM commit_count")
    if row is None:
        raise RuntimeError("the commit counter is made by the first migration")
    return Head(COMMITS, int(row[0] or 0), str(row[1]))


def _journal_lengths(database: Database) -> dict[str, int]:
    rows = database.rows("SELECT document, max(seq) FROM journal GROUP BY document")
    return {str(row[0]): int(row[1] or 0) for row in rows}


def _compare(database: Database, journal: Journal, head: Head) -> list[LabelerError]:
    if head.subject == COMMITS:
        return _compare_commits(commit_head(database), head)
    if not head.subject.startswith(PREFIX):
        return []
    document_id = head.subject.removeprefix(PREFIX)
    error = journal.compare(document_id, head)
    if error is None:
        return []
    journal.mark_lost(document_id, error)
    return [error]


def _compare_commits(found: Head, acknowledged: Head) -> list[LabelerError]:
    if found.seq > acknowledged.seq or found == acknowledged:
        return []
    return [
        LabelerError(
            "database-lost-changes",
            "The database has {found} of {expected} saved changes, or is another copy of it.",
            safe="What it still holds can be used, and the damaged files are kept aside.",
            do="Sync to fetch what the marketplace has, and compare the outbox with a backup.",
            expected=acknowledged.seq,
            found=found.seq,
        )
    ]


def _head_damaged(name: str, file: HeadFile) -> LabelerError:
    case = _case(name)
    return LabelerError(
        "head-damaged",
        "The note of how far case {case} was saved is damaged ({slots} of its 2 copies)."
        if case
        else "The note of how far the database was saved is damaged ({slots} of its 2 copies).",
        safe="The saved work itself can still be read; the damaged files are kept aside.",
        do="Look whether the last of it is there. Check the disk: it changes what is written.",
        subject=name,
        case=case,
        slots=file.damaged,
    )


def _head_missing(name: str) -> LabelerError:
    case = _case(name)
    return LabelerError(
        "head-missing",
        "The note of how far case {case} was saved is gone."
        if case
        else "The note of how far the database was saved is gone.",
        safe="The saved work itself can still be read.",
        do="Look whether the last of it is there. Check the disk, and whether another program "
        "cleans this folder.",
        subject=name,
        case=case,
    )


def _case(name: str) -> str:
    """How people are told of a document; empty for what is none."""
    return name.removeprefix(PREFIX)[:12] if name.startswith(PREFIX) else ""
