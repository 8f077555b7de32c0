"""What each caveat keeps a reader from, and what to do about it."""

from __future__ import annotations

from labeler.model.image import Caveat
from labeler.ui.translation import message

NOTHING_BLOCKED = message("Blocks nothing.")
BLOCKS_ALL = message("Blocked: every size in mm.")
BLOCKS_ACROSS = message("Blocked: volumes and distances from slice to slice.")
BLOCKS = {
    Caveat.SPACING_REGIONAL: message("Blocked: sizes in mm outside the scaled regions."),
    Caveat.SUV_UNKNOWN: message("Blocked: SUV, and windows in SUV."),
    Caveat.RESCALE_BROKEN: message("Blocked: values with a unit, as HU."),
    Caveat.DOSE_RELATIVE: message("Blocked: doses in Gy."),
    Caveat.REDUCED: message("Blocked: the finest detail."),
}

ADVICE = {
    Caveat.SPACING_UNKNOWN: message("Draw without sizes, or ask for the original file."),
    Caveat.SPACING_UNEVEN: message("Measure in the slice, not across slices."),
    Caveat.SPACING_PROJECTED: message(
        "Compare sizes within this image; for true ones ask for a calibration object in it."
    ),
    Caveat.SPACING_REGIONAL: message("Measure inside one region."),
    Caveat.ORIENTATION_UNKNOWN: message(
        "Find the sides from the anatomy or a marker in the image before you name one."
    ),
    Caveat.MISSING_SLICES: message(
        "Look where the bar at the right edge is hatched. Ask for the rest if it matters."
    ),
    Caveat.DOUBLED_SLICES: message("Look which of them is meant, and mark that one."),
    Caveat.GANTRY_TILT: message("Nothing: places in the patient are told with the tilt."),
    Caveat.LOSSY: message("Do not call fine structures absent from this image alone."),
    Caveat.WINDOW_ESTIMATED: message("Set the window by hand, or choose a preset."),
    Caveat.MOSAIC: message("Ask for the series as single slices."),
    Caveat.CUT_SHORT: message("Ask for the file again before you sign."),
    Caveat.PLANE_SHEARED: message("Nothing: measures follow the file's own axes."),
    Caveat.UNIT_ASSUMED: message("Check one known distance before you trust sizes."),
    Caveat.FORMS_DISAGREE: message("Check left and right against the anatomy."),
    Caveat.FACE: message("Deface the images before they leave, if they must."),
    Caveat.TRANSPARENCY: message("Nothing, if the picture looks whole."),
    Caveat.COLOR_PROFILE: message("Do not judge by fine shades of colour."),
    Caveat.COLOR_DEPTH: message("Nothing: a screen shows no more."),
    Caveat.RESCALE_BROKEN: message("Do not read values as HU. The doctor of files may help."),
    Caveat.SUV_UNKNOWN: message("Compare uptake within this image alone."),
    Caveat.OVERLAY_BROKEN: message("Ask for the overlay if a report speaks of it."),
    Caveat.COLOR_LEFT_OUT: message("Ask for the file in full colour if colour matters."),
    Caveat.HEADER_DISAGREES: message("Open the files of this case and see what ails them."),
    Caveat.REDUCED: message("Zoom in where a finer level exists; else ask for the slide."),
    Caveat.MISSING_TILES: message("Do not judge the gray parts."),
    Caveat.TILES_APART: message("Look at each tile by itself."),
    Caveat.DOSE_RELATIVE: message("Read values as shares of the prescribed dose."),
}


def blocked_words(caveat: Caveat) -> str:
    """What it blocks, still to be translated."""
    if caveat in BLOCKS:
        return BLOCKS[caveat]
    if caveat.blocks_measuring:
        return BLOCKS_ALL
    return BLOCKS_ACROSS if caveat.blocks_measuring_across else NOTHING_BLOCKED
