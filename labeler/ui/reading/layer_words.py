"""Layers of other files in words: what they are, how large, and what to know of them."""

from __future__ import annotations

from labeler.errors import LabelerError
from labeler.model.layers import Dose, Findings, Layer, LayerCaveat, LayerKind, Presentation
from labeler.ui.reading.phrases import words
from labeler.ui.translation import error_words, message, tr
from labeler.viewing.layer_overlay import measured_text
from labeler.viewing.measure_text import volume_text
from labeler.viewing.phrase import number

KINDS = {
    LayerKind.SEGMENTATION: message("Segmentation"),
    LayerKind.REPORT: message("Report"),
    LayerKind.PRESENTATION: message("Presentation state"),
    LayerKind.STRUCTURES: message("Radiotherapy structures"),
    LayerKind.DOSE: message("Radiotherapy dose"),
}

CAVEATS = {
    LayerCaveat.RESAMPLED: message(
        "Its grid is not the image's: each voxel shows the nearest one of the layer."
    ),
    LayerCaveat.FRACTIONAL: message(
        "It holds shares between 0 and 1: shown is where a share is at least one half."
    ),
    LayerCaveat.OFF_PLANE: message("Parts of it lie in no slice of this image and are not shown."),
    LayerCaveat.RELATIVE_DOSE: message("Its values are shares of a dose, not Gy."),
    LayerCaveat.UNSUPPORTED: message(
        "The file asks for more than is shown here: rotation, other tables or other graphics."
    ),
}


def row_words(layer: Layer | Dose) -> str:
    """One line: what it is called, and its size or first value."""
    if isinstance(layer, Dose):
        top = number(layer.maximum, 1)
        told = tr("Dose, up to {value} Gy", value=top) if layer.unit else tr("Dose, relative")
        return _marked(told, layer.caveats)
    parts = [layer.title]
    if layer.volume_mm3 is not None:
        parts.append(words(volume_text(layer.volume_mm3)))
    elif layer.measured:
        parts.append(measured_text(layer.measured[0]))
    return _marked("  ".join(parts), layer.caveats)


def tip_words(layer: Layer | Dose | Presentation) -> str:
    """Everything known of it, a line each."""
    if isinstance(layer, Presentation):
        lines = [tr(KINDS[LayerKind.PRESENTATION]), layer.name, layer.source]
    elif isinstance(layer, Dose):
        lines = [tr(KINDS[LayerKind.DOSE]), layer.name, layer.source]
    else:
        lines = [f"{tr(KINDS[layer.kind])} {layer.number}", layer.title, layer.meaning]
        lines += [measured_text(one) for one in layer.measured]
        if layer.missing:
            lines.append(tr("It refers to {n} images that are not here.", n=layer.missing))
        lines.append(layer.source)
    lines += [tr(CAVEATS[caveat]) for caveat in layer.caveats]
    return "\n".join(dict.fromkeys(line for line in lines if line))


def presentation_words(state: Presentation) -> str:
    """Its entry among the window presets."""
    words = tr("Presentation: {name}", name=state.name or state.source)
    return _marked(words, state.caveats)


def problem_words(problem: LabelerError) -> str:
    """Why a file is not shown."""
    return error_words(problem)[0]


def arrival_words(findings: Findings, key: str) -> str:
    """The one line that says that others' findings are here, and hidden."""
    count = len(findings.layers) + len(findings.doses)
    if not count:
        states = len(findings.presentations)
        return tr("{n} presentation states from other files: see the window presets.", n=states)
    if count == 1:
        return tr("1 layer from other files. {key} shows or hides it.", key=key)
    return tr("{n} layers from other files. {key} shows or hides them.", n=count, key=key)


def _marked(words: str, caveats: tuple[LayerCaveat, ...]) -> str:
    return f"{words}  ▲" if caveats else words
