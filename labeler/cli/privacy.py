"""`labeler inspect --privacy`: what files tell of the person, without ever printing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from labeler.cli.call import Call
from labeler.cli.exit_codes import Exit
from labeler.cli.output import error_json
from labeler.errors import LabelerError

if TYPE_CHECKING:
    from labeler.interchange.privacy import FilePrivacy, NotLookedThrough
    from labeler.interchange.privacy_findings import PrivacyFinding

_WORDS = {
    "names": "names the person",
    "may-name": "may name the person",
    "harmless": "harmless",
}


def privacy(call: Call) -> Exit:
    """Every file's findings; exit code 1 where not one file could be looked through."""
    from labeler.imaging.sources.gathering import gather
    from labeler.imaging.sources.heap import Heap
    from labeler.interchange.privacy import (
        FORMAT,
        FilePrivacy,
        NotLookedThrough,
        inspect_privacy,
    )

    path = Path(call.typed.path).absolute()
    tick = call.tick("Looking")
    chosen = gather((path,), tick)
    heap = Heap(chosen.files, chosen.problems)
    found = inspect_privacy(heap.singles(tick), tick)
    files = [one for one in found if isinstance(one, FilePrivacy)]
    failed = [one for one in found if not isinstance(one, FilePrivacy)]
    failed += [NotLookedThrough(p.name, p.error.code, str(p.error)) for p in heap.problems]
    answer = {"format": FORMAT, "files": files, "failed": failed}
    if files:
        call.output.answer(answer, _lines(files, failed))
        return Exit.OK
    error = LabelerError(
        "no-file",
        "No file that can be looked through was found in {name}.",
        safe="Nothing was changed.",
        do="Choose a file or folder with images.",
        name=path.name,
    )
    call.output.answer({**answer, "error": error_json(error)}, _lines(files, failed))
    if not call.output.as_json:
        call.output.warn(error)
    return Exit.REFUSED


def _lines(files: Sequence[FilePrivacy], failed: Sequence[NotLookedThrough]) -> list[str]:
    """What is alike in many files is said once, with how many files have it."""
    alike: Counter[PrivacyFinding] = Counter()
    for one in files:
        alike.update({_uncounted(finding) for finding in one.findings})
    lines: list[str] = []
    last = ""
    for finding, count in sorted(alike.items(), key=lambda pair: _rank(pair[0])):
        if finding.severity != last:
            last = finding.severity
            lines.append(f"{_WORDS[last]}:")
        where = "1 file" if count == 1 else f"{count} files"
        what = f"{finding.name} {finding.tag}".rstrip()
        lines.append(f"  {finding.sort}: {what}  in {where}; in a copy: {finding.copy}")
    lines += [
        f"{one.file}: no de-identified copy can be made" for one in files if not one.cleanable
    ]
    return [*lines, *(f"{one.file}: {one.message}" for one in failed)]


def _uncounted(finding: PrivacyFinding) -> PrivacyFinding:
    return msgspec.structs.replace(finding, count=1)


def _rank(finding: PrivacyFinding) -> tuple[int, str, str, str]:
    return list(_WORDS).index(finding.severity), finding.sort, finding.tag, finding.name
