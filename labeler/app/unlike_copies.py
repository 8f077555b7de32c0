"""Two files of a case that claim to be the same image, and are not: the screen says so."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.app.case_pixels import CasePixels, Use, pixels_of
from labeler.app.open_case import Opened
from labeler.app.services import Services, Tick
from labeler.imaging.copies import Copy, compared
from labeler.imaging.reader import refs_of
from labeler.imaging.series import Series
from labeler.model.checks import Check
from labeler.model.frames import FrameRef
from labeler.model.printable import printable

CODE = "unlike-copies"


@dataclass(frozen=True, eq=False)
class _Unlike:
    series: Series
    copy: Copy


def check_copies(services: Services, opened: Opened, use: Use, tick: Tick) -> tuple[Check, ...]:
    """What is to be told, if anything. Both files are read where their bytes are not the same."""
    pixels = pixels_of(services, opened.case, opened.image, use)
    found: dict[str, _Unlike] = {}
    left_out = [(series, copy) for series in pixels.case.scan.series for copy in series.left_out]
    for done, (series, copy) in enumerate(left_out):
        tick(done, len(left_out))
        if copy.name in found:
            continue
        with pixels.use():
            if compared((copy,), pixels.decoders).unlike:
                found[copy.name] = _Unlike(series, copy)
    return (_check(pixels, tuple(found.values())),) if found else ()


def _check(pixels: CasePixels, found: tuple[_Unlike, ...]) -> Check:
    first = found[0].copy
    facts: dict[str, str | int] = {
        "images": pixels.words([_ref(one) for one in found]),
        "other": printable(first.name),
        "shown": printable(first.kept.file.source.name),
    }
    return Check(
        CODE,
        "Two files claim to be the same image, Im {images}, and their pixels differ. “{shown}” is "
        "shown, “{other}” is left out."
        if len(found) == 1
        else "Files claim to be the same images as others, Im {images}, and their pixels differ. "
        "They are left out: “{other}”, where “{shown}” is shown.",
        blocks=False,
        facts=facts,
        warns=True,
    )


def _ref(one: _Unlike) -> FrameRef:
    index = next(at for at, frame in enumerate(one.series.frames) if frame is one.copy.kept)
    return refs_of(one.series)[index]
