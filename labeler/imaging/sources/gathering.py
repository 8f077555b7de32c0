"""What a person chose (folders, files, the directory of a disc) to ByteSources."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from labeler.errors import LabelerError
from labeler.imaging.dicom.elements import HEAD
from labeler.imaging.problems import FileProblem, too_many_files, unreadable
from labeler.imaging.sources import directories
from labeler.imaging.sources.directories import FileId, read_directory
from labeler.imaging.sources.files import (
    MAX_DEPTH,
    MAX_FILES,
    Digest,
    FileBytes,
    Tick,
    no_folder,
    walk,
)
from labeler.model.image import ByteSource
from labeler.model.printable import printable

_STEP = 500


@dataclass(frozen=True, eq=False)
class Gathered:
    """Files in order, and what could not even be listed."""

    files: tuple[ByteSource, ...]
    problems: tuple[FileProblem, ...]


@dataclass
class _Pile:
    tick: Tick
    digest: Digest | None
    files: list[ByteSource] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)

    def add(self, path: Path | str, name: str) -> None:
        if len(self.files) >= MAX_FILES:
            raise too_many_files(name.partition("/")[0], MAX_FILES)
        if len(self.files) % _STEP == 0:
            self.tick(0, 0)
        self.files.append(FileBytes(path, name, self.digest))


def gather(
    paths: Sequence[Path],
    tick: Tick = lambda _done, _total: None,
    digest: Digest | None = None,
) -> Gathered:
    """Every file of what was chosen, sorted by name; hidden ones are left out.

    Names are relative to the one folder; of several things chosen they begin with its name.
    Links to folders, and folders too deep, are named and not entered; pipes, sockets and devices
    are never opened. The directory of a disc (DICOMDIR), chosen alone, brings the files that it
    names. `digest` names files that say no UID. Raises LabelerError "no-folder", "not-a-file",
    "too-many-files".
    """
    pile = _Pile(tick, digest)
    taken: set[str] = set()
    for path in paths:
        prefix = "" if len(paths) == 1 else _unlike(path.name or "folder", taken)
        if os.path.isdir(path):  # noqa: PTH112  one whose name is too long is none
            _folder(pile, path, f"{prefix}/" if prefix else "")
        else:
            _file(pile, path, prefix or path.name)
    return Gathered(tuple(pile.files), tuple(pile.problems))


def _unlike(name: str, taken: set[str]) -> str:
    """A name that no other chosen thing has."""
    number, free = 1, name
    while free in taken:
        number, free = number + 1, f"{name} ({number + 1})"
    taken.add(free)
    return free


def refuse_other_than_file(path: Path) -> None:
    """Raises LabelerError "no-folder" where nothing is there, "not-a-file" of pipes and devices."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise no_folder(path.name) from error
    if not stat.S_ISREG(mode):
        raise LabelerError(
            "not-a-file",
            "{name} is neither a folder nor a file.",
            safe="It was not opened.",
            do="Choose a folder or a file.",
            name=printable(path.name),
        )


def _file(pile: _Pile, path: Path, name: str) -> None:
    refuse_other_than_file(path)
    pile.add(path, name)
    source = pile.files[-1]
    try:
        if directories.knows(source.read(0, HEAD), name):
            _disc(pile, path, source)
    except OSError:
        return  # It is read again with the others, and told there.


def _disc(pile: _Pile, path: Path, source: ByteSource) -> None:
    """The files that a directory names; all beside it where it cannot be read."""
    beside = source.name[: source.name.rfind("/") + 1]
    try:
        wanted = read_directory(source)
    except LabelerError:
        pile.files.pop()
        _folder(pile, path.parent, beside)
        return
    finder = _Finder(path.parent)
    for parts in wanted:
        if (found := finder.find(parts)) is not None:
            pile.add(path.parent.joinpath(*found), beside + "/".join(found))


class _Finder:
    """Finds files below a folder whatever the case of their names."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._listed: dict[FileId, dict[str, str]] = {}

    def find(self, parts: FileId) -> FileId | None:
        found: FileId = ()
        for part in parts:
            if found not in self._listed:
                self._listed[found] = self._list(found)
            real = self._listed[found].get(directories.plain(part))
            if real is None:
                return None
            found = (*found, real)
        return found if self._root.joinpath(*found).is_file() else None

    def _list(self, folder: FileId) -> dict[str, str]:
        try:
            names = sorted(path.name for path in self._root.joinpath(*folder).iterdir())
        except OSError:
            return {}
        return {directories.plain(name): name for name in names}


def _folder(pile: _Pile, root: Path, prefix: str) -> None:
    def refused(error: OSError) -> None:
        here = Path(error.filename or root)
        name = here.relative_to(root).as_posix() if here != root else root.name
        pile.problems.append(unreadable(prefix + name, error))

    def not_entered(folder: str) -> None:
        name = printable(prefix + folder)
        is_link = root.joinpath(folder).is_symlink()
        pile.problems.append(FileProblem(name, _not_entered(name, is_link=is_link)))

    for path, name in walk(root, refused, not_entered):
        pile.add(path, prefix + name)


def _not_entered(name: str, *, is_link: bool) -> LabelerError:
    return LabelerError(
        "folder-not-entered",
        "{name} is a link to another folder; it was not entered."
        if is_link
        else "{name} lies more than {most} folders deep; it was not entered.",
        safe="Other files are fine.",
        do="Choose the folder itself to see what it holds.",
        name=name,
        most=MAX_DEPTH,
    )
