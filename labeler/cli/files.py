"""Verbs that need no profile and no network: reading images, checking evidence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labeler.cli.bounded_files import read_bounded
from labeler.cli.call import Call
from labeler.cli.exit_codes import Exit
from labeler.cli.output import Json, error_json
from labeler.cli.privacy import privacy
from labeler.errors import LabelerError

if TYPE_CHECKING:
    from labeler.imaging.inspect import FileFailed, SeriesFound

MAX_BUNDLE_BYTES = 256 * 2**20
_EACH_TOLD = 3
"""So many files that are no images are told with the reason; more are only named."""


def inspect(call: Call) -> Exit:
    """What image files hold, and why others gave no image."""
    if call.typed.privacy:
        return privacy(call)
    from labeler.app.file_report import report_files
    from labeler.cli.repair import Mended, ailment_lines, ailments_json, repair_copies
    from labeler.imaging.decoding.decoders import DecoderPool
    from labeler.imaging.inspect import FORMAT
    from labeler.imaging.reader import scan
    from labeler.imaging.sources.gathering import gather

    path, tick = Path(call.typed.path).absolute(), call.tick("Reading")
    mended = Mended()
    with DecoderPool(1) as decoders:
        chosen = gather((path,), tick)
        seen = scan(chosen.files, tick, chosen.problems, decoders)
        report = report_files(seen, decoders, call.tick("Checking"))
        if call.typed.repair is not None:
            mended = repair_copies(call, report, Path(call.typed.repair), decoders)
    series, failed = report.series, report.failed
    lines = [_line(one) for one in series]
    lines += [f"{_called(one)}: {one.error.message}" for one in series if one.error]
    lines += [line for one in series for line in _copies(one)]
    lines += _failures(failed, seen.passed_over)
    lines += [*ailment_lines(report.sick), *mended.lines]
    answer: Json = {
        "format": FORMAT,
        "series": series,
        "failed": failed,
        "passed_over": seen.passed_over,
        "ailments": ailments_json(report.sick),
        **mended.answer,
    }
    error = mended.error
    if error is None and any(one.error is None for one in series):
        call.output.answer(answer, lines)
        return Exit.OK
    error = error or _nothing_readable(path, len(failed) + len(seen.passed_over))
    call.output.answer({**answer, "error": error_json(error)}, lines)
    if not call.output.as_json:
        call.output.warn(error)
    return Exit.REFUSED


def _called(one: SeriesFound) -> str:
    """What a person knows it by: the UID of files without one is a hash that we made."""
    return one.uid if one.kind == "dicom" else one.description or one.uid


def _copies(one: SeriesFound) -> list[str]:
    """Files left out that are no mere copies, each with what it is."""
    cut = [f"{name}: cut short; a whole copy is shown" for name in one.cut_copies]
    unlike = [f"{name}: the same UID, other pixels; left out" for name in one.unlike_copies]
    told = "the same UID, cannot be compared; left out"
    return cut + unlike + [f"{name}: {told}" for name in one.uncompared_copies]


def _line(one: SeriesFound) -> str:
    """One part of a series: what it is, which part, and what is doubtful about it."""
    from labeler.viewing.stack_text import division_text

    part = division_text(one.division)
    words = (
        one.modality or one.kind,
        " x ".join(map(str, one.shape)),
        one.description or one.uid,
        part.text if part else "",
        " ".join(one.caveats),
        f"({sum(gap.missing for gap in one.gaps)} missing)" if one.gaps else "",
    )
    return "  ".join(word for word in words if word)


def _failures(failed: Sequence[FileFailed], passed_over: Sequence[str]) -> list[str]:
    """A line a broken file; many that are no images at all in one line together."""
    from labeler.imaging.problems import listed

    others = [one.file for one in failed if one.error.code == "not-an-image"]
    if len(others) <= _EACH_TOLD:
        others = []
    lines = [f"{one.file}: {one.error.message}" for one in failed if one.file not in others]
    if others:
        lines.append(f"Not images: {listed(others)}")
    if passed_over:
        lines.append(f"Passed over: {listed(list(passed_over))}")
    return lines


def _nothing_readable(path: Path, tried: int) -> LabelerError:
    return LabelerError(
        "no-image",
        "No image that can be read was found in {name}. Files looked at: {count}.",
        safe="Nothing was changed.",
        do="Choose image files, or a folder or an archive of them.",
        name=path.name,
        count=tried,
    )


def verify(call: Call) -> Exit:
    """Whether a bundle holds; with `--trust` also whose it is."""
    from labeler.cli.trust import trusted_identity
    from labeler.proof import bundle

    trusted = None if call.typed.trust is None else trusted_identity(call.typed.trust)
    report = bundle.verify(_bundle(Path(call.typed.file)), trusted)
    answer = {
        "holds": True,
        "identity": report.identity,
        "compared": report.compared,
        "submission": report.submission,
        "stage": report.stage,
        "owed": report.owed,
        "currency": report.currency,
        "findings": [
            {"code": each.code, "sentence": each.sentence, "facts": each.facts}
            for each in report.findings
        ],
    }
    call.output.answer(answer, [each.sentence for each in report.findings])
    return Exit.OK


def _bundle(path: Path) -> bytes:
    data = read_bounded(path, MAX_BUNDLE_BYTES, "Nothing was checked.")
    if len(data) > MAX_BUNDLE_BYTES:
        raise LabelerError(
            "too-large",
            "{name} is larger than any evidence bundle.",
            safe="Nothing was checked.",
            do="Choose the right file.",
            name=path.name,
        )
    return data
