"""What a reader must know before trusting a number: in two words, and explained."""

from __future__ import annotations

from labeler.model.image import Caveat
from labeler.ui.translation import message

SHORT = {
    Caveat.SPACING_UNKNOWN: message("No pixel spacing"),
    Caveat.SPACING_UNEVEN: message("Uneven slices"),
    Caveat.SPACING_PROJECTED: message("Size at the detector"),
    Caveat.ORIENTATION_UNKNOWN: message("Orientation unknown"),
    Caveat.MISSING_SLICES: message("Slices missing"),
    Caveat.DOUBLED_SLICES: message("Slices doubled"),
    Caveat.GANTRY_TILT: message("Gantry tilt"),
    Caveat.LOSSY: message("Lossy compression"),
    Caveat.WINDOW_ESTIMATED: message("W/L estimated"),
    Caveat.MOSAIC: message("Mosaic"),
}

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
    Caveat.ORIENTATION_UNKNOWN: message(
        "The file does not say which side is which. The image is shown as it is stored."
    ),
    Caveat.MISSING_SLICES: message("The series has gaps: slices are missing between others."),
    Caveat.DOUBLED_SLICES: message("Some slices lie at the same place. All of them are shown."),
    Caveat.GANTRY_TILT: message("The scanner was tilted: slices are shifted against each other."),
    Caveat.LOSSY: message("The images were compressed with loss. Fine detail may be missing."),
    Caveat.WINDOW_ESTIMATED: message(
        "The file names no window. This one was estimated from its values."
    ),
    Caveat.MOSAIC: message(
        "Many slices lie side by side in one image, so places and sizes cannot be told."
    ),
}
