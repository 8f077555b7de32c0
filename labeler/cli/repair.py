"""The doctor at the shell: faults of form, and repaired copies beside the originals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from labeler.app.file_report import FileReport, SickFile, write_repaired
from labeler.cli.call import Call
from labeler.cli.output import Json, error_json
from labeler.errors import LabelerError
from labeler.imaging.frame_stores import Decoders


def ailments_json(sick: Sequence[SickFile]) -> list[Json]:
    """One object a file with faults of form; `repair` is empty where none is known to be safe."""
    return [
        {
            "object": "ailments",
            "file": one.source.name,
            "ailments": [
                {"code": each.code, "tag": each.tag, "found": found, "repair": repair}
                for each in one.ailments
                for found, repair in (each.words,)
            ],
        }
        for one in sick
    ]


def ailment_lines(sick: Sequence[SickFile]) -> list[str]:
    lines = []
    for one in sick:
        for each in one.ailments:
            found, repair = each.words
            lines.append(f"{one.source.name}: {found} {repair}".rstrip())
    return lines


@dataclass(frozen=True)
class Mended:
    """What to answer of the copies, for scripts and for people; `error` is why no more came."""

    answer: Json = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    error: LabelerError | None = None


def repair_copies(call: Call, report: FileReport, folder: Path, decoders: Decoders) -> Mended:
    """Write the copies. What was found in the files is told even where none can be written."""
    try:
        made = write_repaired(report.repairable, folder, decoders, call.tick("Repairing"))
    except LabelerError as error:
        return Mended(error=error)
    answer: Json = {
        "repaired": list(made.written),
        "not_repaired": [error_json(error) for error in made.refused],
    }
    lines = [f"Repaired: {name}" for name in made.written]
    lines += [str(error) for error in made.refused]
    if not report.repairable:
        lines.append("Nothing here needs a repair that is known to be safe.")
    return Mended(answer, tuple(lines))
