"""Grey files at 1:1 beside what DCMTK's dcm2pnm made of them (figures of the test data)."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.errors import LabelerError
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import FileBytes
from labeler.model.frames import Window
from labeler.model.image import Image, Pixels, VoiFunction
from labeler.viewing.layout import layout_of
from labeler.viewing.render import FrameRenderer, Grey
from labeler.viewing.viewport import CanvasMap
from tests.support.screens import greys_of

WORKER = (
    sys.executable,
    "-c",
    (
        "import sys\n"
        "from labeler.imaging.decoding.decoder_worker import main\n"
        "sys.exit(main(sys.argv[1:]))"
    ),
)
NOT_COMPARED: dict[str, str] = {}


@dataclass(frozen=True)
class AsStored:
    """An arrangement that turns nothing."""

    shown_size: tuple[int, int]

    def arrange(self, pixels: Pixels) -> Pixels:
        return pixels


def first_frame(path: Path, name: str, pool: DecoderPool) -> tuple[Image, int, Pixels]:
    for series in scan([FileBytes(path, name)]).series:
        image = open_image(series, pool)
        for k, ref in enumerate(image.refs):
            if ref.frame == 0:
                return image, k, image.source.frame(k)
    raise AssertionError(name)


def grey_like(option: str, image: Image, k: int, pixels: Pixels) -> Grey:
    """The VOI that dcm2pnm used: its table 1, its window 1, or from least to greatest value."""
    slope, intercept = image.slopes[k], image.intercepts[k]
    if option == "+Wl 1":
        return Grey(slope, intercept, Window(0, 1), image.inverted, lut=image.voi.luts[0])
    if option == "+Wi 1":
        return Grey(slope, intercept, image.windows[0], image.inverted, image.voi.function)
    low, high = sorted(float(end) * slope + intercept for end in (pixels.min(), pixels.max()))
    window = Window((low + high) / 2, high - low)
    return Grey(slope, intercept, window, image.inverted, VoiFunction.LINEAR_EXACT)


def painted(image: Image, pixels: Pixels, grey: Grey) -> NDArray[np.uint8]:
    rows, columns = pixels.shape
    where = CanvasMap(AsStored((columns, rows)), 0.0, 0.0, 1.0, 1.0)  # type: ignore[arg-type]
    assert layout_of(image).rows == rows
    return greys_of(FrameRenderer().paint(pixels, where, (columns, rows), grey))


def test_grey_files_look_as_another_renderer_shows_them(test_data: Path) -> None:
    expected: dict[str, Any] = json.loads((test_data / "expect.json").read_text())["dev"]
    compared = 0
    left_out = set()
    with DecoderPool(2, WORKER) as pool:
        for name, told in expected.items():
            figures = told.get("display_dcm2pnm")
            if figures is None or told["samples"] != 1 or told["photometric"] == "PALETTE COLOR":
                continue
            try:
                image, k, pixels = first_frame(test_data / name, name, pool)
            except LabelerError:
                left_out.add(name)
                continue
            mine = painted(image, pixels, grey_like(figures["option"], image, k, pixels))
            # dcm2pnm cuts fractions of a grey level off where Labeler rounds.
            assert abs(float(mine.min()) - figures["min"]) <= 1, name
            assert abs(float(mine.max()) - figures["max"]) <= 1, name
            assert abs(float(np.mean(mine)) - figures["mean"]) < 0.8, name
            compared += 1
    assert left_out == set(NOT_COMPARED)
    assert compared == 108
