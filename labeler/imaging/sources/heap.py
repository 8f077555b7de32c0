"""Files to be looked at, one after another; archives among them are replaced by what they hold."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

from labeler.errors import LabelerError
from labeler.imaging.dicom.elements import HEAD, LEAST
from labeler.imaging.problems import FileProblem, too_many_files, unreadable
from labeler.imaging.sources import directories
from labeler.imaging.sources.ahead import HeadsAhead
from labeler.imaging.sources.archives import Contents
from labeler.imaging.sources.containers import unfold
from labeler.imaging.sources.directories import Served
from labeler.imaging.sources.files import MAX_FILES, Beside, FileBytes, Tick, hidden
from labeler.model.image import ByteSource

_EMPTY_PREAMBLE = bytes(128) + b"DICM"


class Heap:
    """One pass over files: `files` are those met so far that are neither archive nor directory."""

    def __init__(self, files: Sequence[ByteSource], problems: Iterable[FileProblem]) -> None:
        self._waiting = deque((source, False) for source in files)
        self._by_name = {source.name: source for source in files}
        self._directories: list[ByteSource] = []
        self._met = 0
        self.files: list[ByteSource] = []
        self.problems = list(problems)
        self.enough = LEAST
        """How many first bytes of a DICOM file hold its header, by the files before: to be set."""

    def each(self, tick: Tick) -> Iterator[tuple[ByteSource, bytes, int | None]]:
        """Every file that may be an image, with its first bytes (HEAD of them, or `enough` of a
        DICOM file) and its size, where that is known by now."""
        with closing(HeadsAhead(self._on_disk())) as ahead:
            while self._waiting:
                tick(self._met, self._met + len(self._waiting))
                self._met += 1
                source, inside = self._waiting.popleft()
                try:
                    head, size = self._head(source, ahead)
                    single = self._is_single(source, head, tick, inside=inside)
                except (LabelerError, OSError) as error:
                    self.blame(source, error)
                    continue
                if single:
                    self.files.append(source)
                    yield source, head, size
        tick(self._met, self._met)

    def singles(self, tick: Tick) -> tuple[ByteSource, ...]:
        """All files, images or not, directories of media among them; archives are unfolded."""
        found = [source for source, *_ in self.each(tick)]
        return (*found, *self._directories)

    def beside(self, source: ByteSource) -> Beside:
        """How a header finds its pixels' file: only by a plain name, only in its own folder.

        One file that was chosen alone finds its other half on the disk.
        """
        folder, slash, _ = source.name.rpartition("/")

        def found(name: str) -> ByteSource | None:
            if "/" in name or "\\" in name or name in ("", ".", ".."):
                return None
            known = self._by_name.get(f"{folder}{slash}{name}")
            if known is None and isinstance(source, FileBytes):
                return source.sibling(name)
            return known

        return found

    def blame(self, source: ByteSource, error: LabelerError | OSError) -> None:
        """Note why a file gave no image."""
        if isinstance(error, LabelerError):
            self.problems.append(FileProblem(source.name, error))
        else:
            self.problems.append(unreadable(source.name, error))

    def serve(self) -> list[Served]:
        """When all were met: the directories of media, held against the files that are here."""
        found: list[Served] = []
        for directory in self._directories:
            try:
                served, problem = directories.serve(directory, self._by_name)
            except (LabelerError, OSError) as error:
                self.blame(directory, error)
                continue
            found += [served] if served.names else []
            self.problems += [problem] if problem else []
        return found

    def _on_disk(self) -> list[FileBytes]:
        return [source for source, _ in self._waiting if isinstance(source, FileBytes)]

    def _head(self, source: ByteSource, ahead: HeadsAhead) -> tuple[bytes, int | None]:
        asked, size = self.enough, None
        if isinstance(source, FileBytes):
            head, size, asked = ahead.read(source, asked)
        else:
            head = source.read(0, asked)
        whole = head[128:132] == b"DICM" or len(head) < asked or asked >= HEAD
        return (head if whole else source.read(0, HEAD)), size

    def _is_single(self, source: ByteSource, head: bytes, tick: Tick, *, inside: bool) -> bool:
        # With an empty preamble it is a DICOM file and begins as no archive does.
        if not head.startswith(_EMPTY_PREAMBLE):
            contents = unfold(source, head, tick, inside=inside)
            if contents is not None:
                self._take(source, contents)
                return False
        if directories.knows(head, source.name):
            self._directories.append(source)
            return False
        return True

    def _take(self, archive: ByteSource, contents: Contents) -> None:
        files = [file for file in contents.files if not hidden(file.name[len(archive.name) :])]
        if len(self._by_name) + len(files) > MAX_FILES:
            raise too_many_files(archive.name, MAX_FILES)
        self._by_name |= {file.name: file for file in files}
        self._waiting.extendleft((file, True) for file in reversed(files))
        self.problems += contents.problems
