"""What a reader must know before trusting a number: in two words, and explained."""

from __future__ import annotations

from collections.abc import Iterable

from labeler.model.image import Caveat, Image, SuvGap
from labeler.ui.reading.phrases import words
from labeler.ui.translation import message, tr
from labeler.viewing.stack_text import details

SHORT = {
    Caveat.SPACING_UNKNOWN: message("No pixel spacing"),
    Caveat.SPACING_UNEVEN: message("Uneven slices"),
    Caveat.SPACING_PROJECTED: message("Size at the detector"),
    Caveat.SPACING_REGIONAL: message("Sizes in regions only"),
    Caveat.ORIENTATION_UNKNOWN: message("Orientation unknown"),
    Caveat.MISSING_SLICES: message("Slices missing"),
    Caveat.DOUBLED_SLICES: message("Slices doubled"),
    Caveat.GANTRY_TILT: message("Gantry tilt"),
    Caveat.LOSSY: message("Lossy compression"),
    Caveat.WINDOW_ESTIMATED: message("W/L estimated"),
    Caveat.MOSAIC: message("Mosaic"),
    Caveat.CUT_SHORT: message("File cut short"),
    Caveat.PLANE_SHEARED: message("Skewed pixels"),
    Caveat.UNIT_ASSUMED: message("Unit assumed: mm"),
    Caveat.FORMS_DISAGREE: message("Two orientations"),
    Caveat.FACE: message("Shows a face"),
    Caveat.TRANSPARENCY: message("Transparency not shown"),
    Caveat.COLOR_PROFILE: message("Colours not converted"),
    Caveat.COLOR_DEPTH: message("8 bits a colour"),
    Caveat.RESCALE_BROKEN: message("No rescale"),
    Caveat.SUV_UNKNOWN: message("No SUV"),
    Caveat.OVERLAY_BROKEN: message("Overlay not shown"),
    Caveat.COLOR_LEFT_OUT: message("Colour left out"),
    Caveat.HEADER_DISAGREES: message("Header disagrees"),
    Caveat.REDUCED: message("Reduced size"),
    Caveat.MISSING_TILES: message("Parts missing"),
    Caveat.TILES_APART: message("Tiles apart"),
    Caveat.DOSE_RELATIVE: message("Relative dose"),
}

BY_DANGER = (
    Caveat.SPACING_UNKNOWN,
    Caveat.MOSAIC,
    Caveat.ORIENTATION_UNKNOWN,
    Caveat.CUT_SHORT,
    Caveat.MISSING_SLICES,
    Caveat.MISSING_TILES,
    Caveat.SPACING_UNEVEN,
    Caveat.DOUBLED_SLICES,
    Caveat.FORMS_DISAGREE,
    Caveat.HEADER_DISAGREES,
    Caveat.RESCALE_BROKEN,
    Caveat.UNIT_ASSUMED,
    Caveat.SPACING_REGIONAL,
    Caveat.SPACING_PROJECTED,
    Caveat.SUV_UNKNOWN,
    Caveat.DOSE_RELATIVE,
    Caveat.TILES_APART,
    Caveat.COLOR_LEFT_OUT,
    Caveat.OVERLAY_BROKEN,
    Caveat.REDUCED,
    Caveat.PLANE_SHEARED,
    Caveat.GANTRY_TILT,
    Caveat.TRANSPARENCY,
    Caveat.COLOR_PROFILE,
    Caveat.COLOR_DEPTH,
    Caveat.WINDOW_ESTIMATED,
    Caveat.LOSSY,
    Caveat.FACE,
)
"""What may mislead a read first: a size, a side or a part that is not there; what only a publisher
must know last."""

LONG = {
    Caveat.SPACING_UNKNOWN: message(
        "The file does not say how large a pixel is. Nothing can be measured in mm."
    ),
    Caveat.SPACING_UNEVEN: message(
        "The slices are not equally far apart. In the slice, measures are right."
    ),
    Caveat.SPACING_PROJECTED: message(
        "Sizes hold at the detector. In the patient things are smaller than measured."
    ),
    Caveat.SPACING_REGIONAL: message(
        "Sizes hold inside the regions that the machine has scaled. Elsewhere, across their edges,"
        " and on curves nothing can be measured in mm."
    ),
    Caveat.ORIENTATION_UNKNOWN: message(
        "The file does not say which side is which. The image is shown as it is stored."
    ),
    Caveat.MISSING_SLICES: message("The series has gaps: slices are missing between others."),
    Caveat.DOUBLED_SLICES: message("Some slices lie at the same place. All of them are shown."),
    Caveat.GANTRY_TILT: message("The scanner was tilted: slices are shifted against each other."),
    Caveat.LOSSY: message("The images were compressed with loss. Fine detail may be missing."),
    Caveat.WINDOW_ESTIMATED: message(
        "The file names no window. This one was chosen for its kind, or from its values."
    ),
    Caveat.MOSAIC: message(
        "Many slices lie side by side in one image, so places and sizes cannot be told."
    ),
    Caveat.CUT_SHORT: message(
        "A file was cut short. Rows that are missing are hatched and have no values; missing images"
        " are left out. Planes and slabs leave out images that are not whole."
    ),
    Caveat.PLANE_SHEARED: message(
        "Rows and columns do not meet at right angles, so shapes look skewed. Measures are right."
    ),
    Caveat.UNIT_ASSUMED: message(
        "The file does not name its unit of length. Millimetres are assumed."
    ),
    Caveat.FORMS_DISAGREE: message(
        "The file gives two orientations that name different sides. The sform is shown."
    ),
    Caveat.FACE: message(
        "This is a head: a face could be rebuilt from it. Do not pass the images on."
    ),
    Caveat.TRANSPARENCY: message(
        "The file has transparent parts. They are shown as if they were solid."
    ),
    Caveat.COLOR_PROFILE: message(
        "The file's colours are meant for another colour space than sRGB. They are shown as stored."
    ),
    Caveat.COLOR_DEPTH: message(
        "The file holds finer steps of colour than a screen can show. Its highest 8 bits are shown."
    ),
    Caveat.RESCALE_BROKEN: message(
        "The file says how to turn stored values into measured ones, but in a way that cannot be"
        " used, (0028,1053) for instance. Stored values are shown; they have no unit."
    ),
    Caveat.SUV_UNKNOWN: message("SUV cannot be told. Values are shown in the file's own unit."),
    Caveat.OVERLAY_BROKEN: message(
        "The file holds an overlay, (60xx,3000), that cannot be drawn. The image itself is whole."
    ),
    Caveat.COLOR_LEFT_OUT: message(
        "Part of this image is meant in colour, (0028,1101). It is shown in grey."
    ),
    Caveat.HEADER_DISAGREES: message(
        "The file's header and its pixels do not say the same. Values or colours may be wrong."
    ),
    Caveat.REDUCED: message(
        "The slide is shown at a smaller size than it holds. Measures are right; the finest detail "
        "is not shown."
    ),
    Caveat.MISSING_TILES: message(
        "Parts of the image are missing in the file or cannot be decoded. They are shown in gray."
    ),
    Caveat.TILES_APART: message(
        "How the tiles of this slide lie cannot be told from its file. They are shown one by one."
    ),
    Caveat.DOSE_RELATIVE: message("The values are shares of a dose, not Gy."),
}

SUV_GAPS = {
    SuvGap.UNITS: message(
        "SUV cannot be told: the unit of the values, (0054,1001), does not lead to it."
    ),
    SuvGap.CORRECTION: message(
        "SUV cannot be told: attenuation or decay are not corrected, (0028,0051) and (0054,1102)."
    ),
    SuvGap.WEIGHT: message("SUV cannot be told: the weight is missing or unlikely, (0010,1030)."),
    SuvGap.DOSE: message(
        "SUV cannot be told: the dose is missing or unlikely, (0018,1074) in becquerel."
    ),
    SuvGap.HALF_LIFE: message(
        "SUV cannot be told: the half-life is missing or unlikely, (0018,1075) in seconds."
    ),
    SuvGap.INJECTION_TIME: message(
        "SUV cannot be told: the time of injection is missing or unlikely, (0018,1072)."
    ),
    SuvGap.SCAN_TIME: message("SUV cannot be told: the time of the scan is missing, (0008,0031)."),
    SuvGap.MIXED: message("SUV cannot be told: the images of the series name different doses."),
}


def by_danger(caveats: Iterable[Caveat]) -> tuple[Caveat, ...]:
    """The most dangerous first."""
    return tuple(sorted(caveats, key=BY_DANGER.index))


def explained(image: Image) -> str:
    """Every caveat of an image, a line each, with what is known beyond it: where, how many."""
    return "\n".join(meaning(image, caveat) for caveat in by_danger(image.known_caveats))


def meaning(image: Image, caveat: Caveat) -> str:
    """One caveat in full, with what is known beyond it."""
    known = [words(one) for one in details(image, caveat)]
    template = _long(image, caveat)
    return " ".join((tr(template), *known))


def _long(image: Image, caveat: Caveat) -> str:
    """The caveat's template; for SUV with what is missing."""
    gap = image.suv_gap
    return SUV_GAPS[gap] if caveat is Caveat.SUV_UNKNOWN and gap is not None else LONG[caveat]
