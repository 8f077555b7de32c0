"""How a file wants its values shown: windows, their names and curve, and tables (PS3.3 C.11.2)."""

from __future__ import annotations

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset
from labeler.imaging.dicom.luts import voi_luts
from labeler.model.image import Voi, VoiFunction, Window

_LONGEST_NAME = 64
_FUNCTIONS = {function.value: function for function in VoiFunction}


def read_windows(said: Dataset) -> tuple[tuple[Window, ...], tuple[str, ...]]:
    """Each usable window once, and what the file calls it ("" where it does not)."""
    centers = said.decimals(tags.WINDOW_CENTER)
    widths = said.decimals(tags.WINDOW_WIDTH)
    names = [name.strip() for name in said.text(tags.WINDOW_EXPLANATION).split("\\")]
    found: dict[Window, str] = {}
    for number, (center, width) in enumerate(zip(centers, widths, strict=False)):
        name = names[number][:_LONGEST_NAME] if number < len(names) else ""
        if width > 0:
            found.setdefault(Window(center, width), name)
    return tuple(found), tuple(found.values())


def read_voi(said: Dataset, names: tuple[str, ...], *, signed: bool) -> Voi:
    """Whatever is not said is the standard's: a line. `signed`: values before tables may be < 0."""
    function = _FUNCTIONS.get(said.code(tags.VOI_LUT_FUNCTION), VoiFunction.LINEAR)
    return Voi(function, names, voi_luts(said, signed=signed))
