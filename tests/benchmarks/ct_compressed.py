"""The CT series in compressed transfer syntaxes, made once and kept in `.bench`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless

from tests.benchmarks.ct_series import ct_series
from tests.benchmarks.peers import BENCH

VERSION = "1"


def _jpeg_ls(values: NDArray[np.int16]) -> bytes:
    return bytes(imagecodecs.jpegls_encode(values.view(np.uint16)))


def _j2k(values: NDArray[np.int16]) -> bytes:
    coded = imagecodecs.jpeg2k_encode(
        values, level=0, reversible=True, codecformat="j2k", numthreads=1
    )
    return bytes(coded)


CODECS: dict[str, tuple[str, Callable[[NDArray[np.int16]], bytes] | None]] = {
    "jpegls": (JPEGLSLossless, _jpeg_ls),
    "j2k": (JPEG2000Lossless, _j2k),
    "rle": (RLELossless, None),
}


def compressed_series(name: str, slices: int) -> Path:
    """The folder of the series in the syntax of that name; made at the first call."""
    plain = ct_series(slices)
    folder = BENCH / f"{plain.name}-{name}-v{VERSION}"
    if folder.is_dir():
        return folder
    making = BENCH / f"making-{name}-{os.getpid()}"
    making.mkdir(parents=True)
    for path in plain.iterdir():
        _compress(path, making / path.name, name)
    try:
        making.rename(folder)
    except OSError:
        shutil.rmtree(making)
        if not folder.is_dir():
            raise
    return folder


def _compress(path: Path, to: Path, name: str) -> None:
    syntax, encode = CODECS[name]
    dataset = pydicom.dcmread(path)
    if encode is None:
        dataset.compress(syntax, generate_instance_uid=False)
    else:
        coded = encode(dataset.pixel_array)
        dataset.PixelData = encapsulate([coded])
        dataset["PixelData"].is_undefined_length = True
        dataset.file_meta.TransferSyntaxUID = syntax
    dataset.save_as(to, enforce_file_format=True)
