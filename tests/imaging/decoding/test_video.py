"""Cine in one video stream: frames on demand, from memory, and never from anywhere else."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from pydicom.encaps import encapsulate

from labeler.errors import LabelerError
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.layout import PixelLayout
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import MemoryBytes
from labeler.imaging.syntaxes import SYNTAXES, Syntax
from labeler.model.image import Caveat, Image, Pixels
from tests.support.dicom_files import slice_dataset
from tests.support.h264 import gray_film

ROWS, COLUMNS, COUNT = 48, 64, 90


def shade(frame: int) -> int:
    return 40 + frame * 2


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Frame k is gray of `shade(k)`, with a red corner at the top left."""
    path = tmp_path_factory.mktemp("film") / "film.m2v"
    writer = cv2.VideoWriter(
        str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mpg2"), 25, (COLUMNS, ROWS)
    )
    for frame in range(COUNT):
        picture = np.full((ROWS, COLUMNS, 3), shade(frame), np.uint8)
        picture[:16, :16] = (0, 0, 220)
        writer.write(picture)
    writer.release()
    return path.read_bytes()


def film(stream: bytes, frames: int = COUNT, syntax: str = "1.2.840.10008.1.2.4.100") -> Image:
    dataset = slice_dataset(np.zeros((ROWS, COLUMNS, 3), np.uint8), modality="US", syntax=syntax)
    dataset.PhotometricInterpretation = "YBR_PARTIAL_420"
    dataset.NumberOfFrames = frames
    parts = [stream[:1000], stream[1000:]] if syntax.endswith(".1") else [stream]
    dataset.PixelData = encapsulate(parts)
    dataset["PixelData"].is_undefined_length = True
    buffer = BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    found = scan([MemoryBytes("cine", buffer.getvalue())])
    assert not found.problems
    return open_image(found.series[0], POOL[0])


class Counted:
    """The workers, and how often they were asked."""

    def __init__(self, pool: DecoderPool) -> None:
        self.pool, self.asked = pool, 0

    def decode(self, syntax: Syntax, layout: PixelLayout, data: bytes) -> Pixels:
        self.asked += 1
        return self.pool.decode(syntax, layout, data)


POOL: list[Counted] = []


@pytest.fixture(autouse=True)
def counted(decoders: DecoderPool) -> Counted:
    POOL[:] = [Counted(decoders)]
    return POOL[0]


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.4.100", "1.2.840.10008.1.2.4.100.1"])
def test_every_frame_plays_and_few_questions_are_asked(
    stream: bytes, syntax: str, counted: Counted
) -> None:
    image = film(stream, syntax=syntax)
    assert image.source.shape == (COUNT, ROWS, COLUMNS)
    assert Caveat.LOSSY in image.caveats
    counted.asked = 0
    for frame in (*range(COUNT), 3):
        picture = image.source.frame(frame).astype(int)
        assert abs(picture[30:, 30:].mean() - shade(frame)) < 4, frame
        assert picture[4, 4, 0] > 180 > 60 > picture[4, 4, 2]
    assert counted.asked == 3


def test_frames_that_the_stream_does_not_have_are_named(stream: bytes) -> None:
    image = film(stream, COUNT + 20)
    assert abs(image.source.frame(COUNT - 1)[30:, 30:].mean() - shade(COUNT - 1)) < 4
    with pytest.raises(LabelerError) as caught:
        image.source.frame(COUNT + 5)
    assert caught.value.facts["tag"] == "(0002,0010)"
    assert "ends before" in str(caught.value.facts["tried"])


@pytest.mark.parametrize("kind", ["playlist", "noise", "start"])
def test_what_is_no_video_opens_nothing_else(kind: str, tmp_path: Path, stream: bytes) -> None:
    aside = tmp_path / "aside.m2v"
    aside.write_bytes(stream)
    bad = {
        "playlist": b"#EXTM3U\n#EXTINF:1,\nfile://" + str(aside).encode() + b"\n#EXT-X-ENDLIST\n",
        "noise": np.random.default_rng(1).bytes(5000),
        "start": b"\0\0\1\xb3" + bytes(3000),
    }[kind]
    image = film(bad + bytes(len(bad) % 2), 3)
    with pytest.raises(LabelerError, match="cannot be decoded"):
        image.source.frame(0)


def test_all_video_syntaxes_are_named_and_have_a_decoder() -> None:
    video = [syntax for syntax in SYNTAXES.values() if syntax.video]
    assert len(video) == 18
    assert all(syntax.codecs == ("video",) and syntax.lossy for syntax in video)


@pytest.mark.parametrize("ending", ["102", "103.1", "104"])
def test_h264_plays(ending: str) -> None:
    lumas = range(20, 230, 10)
    blocks = (ROWS // 16, COLUMNS // 16)
    stream = gray_film(lumas, blocks)
    image = film(stream + bytes(len(stream) % 2), len(lumas), f"1.2.840.10008.1.2.4.{ending}")
    for frame, luma in enumerate(lumas):
        picture = image.source.frame(frame).astype(int)
        assert np.ptp(picture) <= 2
        assert abs(picture.mean() - (luma - 16) * 255 / 219) < 2
