"""Decoder workers that die, hang, lie or swell: one clear error each, and a new worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import JPEGLSLossless

from labeler.errors import LabelerError
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.decoding.shared import places
from labeler.imaging.frame_stores import DecodeError
from labeler.imaging.layout import PixelLayout
from labeler.imaging.reader import main_series, open_image, scan
from labeler.imaging.sources.files import folder_files
from labeler.imaging.syntaxes import SYNTAXES
from labeler.model.volume import SliceSource, empty_volume
from tests.support.dicom_files import save, slice_dataset

JPEG_LS = SYNTAXES["1.2.840.10008.1.2.4.80"]
VALUES = np.arange(64, dtype=np.uint8).reshape(8, 8)
DATA = bytes(imagecodecs.jpegls_encode(VALUES))
LAYOUT = PixelLayout(
    rows=8,
    columns=8,
    samples=1,
    photometric="MONOCHROME2",
    planar=False,
    bits_allocated=8,
    bits_stored=8,
    high_bit=7,
    signed=False,
    floating=False,
    little=True,
    words=False,
)
SERVE = (
    "import sys\n"
    "from labeler.imaging.decoding.decoder_worker import main\n"
    "sys.exit(main(sys.argv[2:]))"
)


def first_then_well(marker: Path, first: str) -> tuple[str, ...]:
    """A worker that does `first` when it is started first, and serves when started again."""
    program = (
        "import os, sys, pathlib, time, signal\n"
        "marker = pathlib.Path(sys.argv[1])\n"
        "if not marker.exists():\n"
        "    marker.touch()\n"
        f"    {first}\n"
        f"{SERVE}\n"
    )
    return (sys.executable, "-c", program, str(marker))


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", "decoder-died"),
        ("sys.exit(3)", "decoder-died"),
        ("time.sleep(60)", "decoder-hung"),
        ("os.write(1, bytes(12) + b'x' * 100)", "decoder-died"),
        ("os.write(1, b'\\xff' * 200)", "decoder-died"),
        ("os.write(1, b'<html>500 Internal Server Error</html>')", "decoder-died"),
    ],
)
def test_a_bad_worker_is_one_error_and_a_new_worker(tmp_path: Path, first: str, code: str) -> None:
    seconds = 5 if code == "decoder-hung" else 60  # a busy machine starts the new one late
    with DecoderPool(1, first_then_well(tmp_path / "started", first), seconds=seconds) as pool:
        with pytest.raises(DecodeError) as caught:
            pool.decode(JPEG_LS, LAYOUT, DATA)
        assert caught.value.code == code
        assert np.array_equal(pool.decode(JPEG_LS, LAYOUT, DATA), VALUES)


def test_a_worker_killed_from_outside_while_decoding(tmp_path: Path) -> None:
    slow = first_then_well(tmp_path / "pid", "marker.write_text(str(os.getpid())); time.sleep(60)")
    with DecoderPool(1, slow, seconds=30) as pool, ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(pool.decode, JPEG_LS, LAYOUT, DATA)
        pid = ""
        while not pid:
            time.sleep(0.01)
            pid = (tmp_path / "pid").read_text() if (tmp_path / "pid").exists() else ""
        os.kill(int(pid), signal.SIGKILL)
        with pytest.raises(DecodeError, match="exit -9"):
            waiting.result(10)
        assert np.array_equal(pool.decode(JPEG_LS, LAYOUT, DATA), VALUES)


def test_closing_does_not_wait_for_a_frame_under_way(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    pool = DecoderPool(1, first_then_well(tmp_path / "started", "time.sleep(60)"), seconds=60)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(pool.decode, JPEG_LS, LAYOUT, DATA)
        while not (tmp_path / "started").exists():
            time.sleep(0.01)
        pool.close()
        with pytest.raises(DecodeError):
            waiting.result(10)
    with pytest.raises(DecodeError, match="closing"):
        pool.decode(JPEG_LS, LAYOUT, DATA)
    left = set(threading.enumerate()) - before
    assert "decoders" not in {thread.name for thread in left}


def test_a_program_that_cannot_be_started(tmp_path: Path) -> None:
    with DecoderPool(1, (str(tmp_path / "nothing here"),)) as pool:
        with pytest.raises(DecodeError) as caught:
            pool.decode(JPEG_LS, LAYOUT, DATA)
        assert caught.value.code == "decoder-died"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps the address space bounded")
def test_memory_is_bounded(worker_command: tuple[str, ...]) -> None:
    """A small file that unfolds into 400 MB meets a bound of 700 MiB of address space."""
    huge = np.zeros((20_000, 20_000), np.uint8)
    data = bytes(imagecodecs.jpegls_encode(huge))
    assert len(data) < 100_000
    with DecoderPool(1, worker_command, memory_mib=700) as pool:
        with pytest.raises(DecodeError) as caught:
            pool.decode(JPEG_LS, LAYOUT, data)
        assert caught.value.code in ("decoder-bloated", "decoder-died", "undecodable-image")
        assert np.array_equal(pool.decode(JPEG_LS, LAYOUT, DATA), VALUES)
    with (
        DecoderPool(1, worker_command, memory_mib=3000) as pool,
        pytest.raises(DecodeError, match="header says"),
    ):
        pool.decode(JPEG_LS, LAYOUT, data)


def test_into_memory(decoders: DecoderPool) -> None:
    volume = np.full((3, 8, 8), 200, np.uint8)
    decoders.decode_into(JPEG_LS, LAYOUT, DATA, volume[1])
    assert np.array_equal(volume[1], VALUES)
    assert (volume[[0, 2]] == 200).all()
    with pytest.raises(DecodeError) as caught:
        decoders.decode_into(JPEG_LS, LAYOUT, DATA[:40], volume[0])
    assert caught.value.code == "undecodable-image"
    decoders.decode_into(JPEG_LS, LAYOUT, DATA, volume[0])
    assert np.array_equal(volume[0], VALUES)


@pytest.mark.parametrize(("size", "code"), [(63, "undecodable-image"), (65, "decoder-died")])
def test_a_worker_that_answers_with_another_size(tmp_path: Path, size: int, code: str) -> None:
    lie = (
        "from labeler.imaging.decoding.wire import Reply, receive, send; "
        f"receive(sys.stdin.buffer); send(sys.stdout.buffer, Reply(), bytes({size})); "
        "receive(sys.stdin.buffer)"
    )
    out = np.zeros((2, 8, 8), np.uint8)
    with DecoderPool(1, first_then_well(tmp_path / "started", lie)) as pool:
        with pytest.raises(DecodeError) as caught:
            pool.decode_into(JPEG_LS, LAYOUT, DATA, out[0])
        assert caught.value.code == code
        assert not out[1].any()


@pytest.mark.parametrize("rows", [1024, 2200])
def test_slices_that_fit_into_the_shared_memory_and_larger_ones(
    decoders: DecoderPool, rows: int
) -> None:
    values = (np.arange(rows * 2048) % 4001).astype(np.uint16).reshape(rows, 2048)
    wide = {"bits_allocated": 16, "bits_stored": 16, "high_bit": 15}
    layout = replace(LAYOUT, rows=rows, columns=2048, **wide)
    assert (places([values.nbytes]) == ()) == (rows == 2200)
    out = np.zeros_like(values)
    decoders.decode_into(JPEG_LS, layout, imagecodecs.jpegls_encode(values), out)
    assert np.array_equal(out, values)


def test_a_worker_that_placed_another_size(tmp_path: Path) -> None:
    lie = (
        "from labeler.imaging.decoding.wire import Reply, receive, send; "
        "receive(sys.stdin.buffer); send(sys.stdout.buffer, Reply(placed=63), b''); "
        "receive(sys.stdin.buffer)"
    )
    out = np.zeros((2, 8, 8), np.uint8)
    with DecoderPool(1, first_then_well(tmp_path / "started", lie)) as pool:
        with pytest.raises(DecodeError) as caught:
            pool.decode_into(JPEG_LS, LAYOUT, DATA, out[0])
        assert caught.value.code == "undecodable-image"
        assert not out.any()


def test_many_threads_share_few_workers(decoders: DecoderPool) -> None:
    with ThreadPoolExecutor(8) as threads:
        frames = [threads.submit(decoders.decode, JPEG_LS, LAYOUT, DATA) for _ in range(80)]
        assert all(np.array_equal(frame.result(), VALUES) for frame in frames)


def test_workers_do_not_inherit_our_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABELER_HUB_PASSPHRASE", "not for decoders")
    saw = "marker.write_text('\\n'.join(os.environ)); sys.exit(0)"
    with (
        DecoderPool(1, first_then_well(tmp_path / "names", saw)) as pool,
        pytest.raises(DecodeError),
    ):
        pool.decode(JPEG_LS, LAYOUT, DATA)
    names = (tmp_path / "names").read_text().split()
    assert "PATH" in names
    assert not [name for name in names if name.startswith("LABELER_")]


def test_the_program_starts_itself_as_a_worker() -> None:
    with DecoderPool(1) as pool:
        assert np.array_equal(pool.decode(JPEG_LS, LAYOUT, DATA), VALUES)


def test_a_worker_ends_when_its_input_does(worker_command: tuple[str, ...]) -> None:
    done = subprocess.run(worker_command, input=b"", timeout=30, capture_output=True)
    assert (done.returncode, done.stdout) == (0, b"")


def test_a_person_is_told_which_image_and_how_it_was_stored(
    tmp_path: Path, worker_command: tuple[str, ...]
) -> None:
    for k in range(3):
        dataset = slice_dataset(VALUES, number=k + 11, position=(0, 0, -k), syntax=JPEGLSLossless)
        dataset.PixelData = encapsulate([DATA if k != 1 else DATA[:40] + bytes(40)])
        dataset["PixelData"].is_undefined_length = True
        save(dataset, tmp_path / f"{k}")
    with DecoderPool(1, worker_command) as pool:
        image = open_image(main_series(scan(folder_files(tmp_path))), pool)
        assert np.array_equal(image.source.frame(0), VALUES)
        with pytest.raises(LabelerError) as caught:
            image.source.frame(1)
        assert np.array_equal(image.source.frame(2), VALUES)
        assert isinstance(image.source, SliceSource)
        assert image.source.kind is not None
        volume = empty_volume(3, image.source.kind)
        image.source.read_into(0, volume.values[0])
        assert np.array_equal(volume.values[0], VALUES)
        with pytest.raises(LabelerError, match="Image 12"):
            image.source.read_into(1, volume.values[1])
    assert caught.value.code == "undecodable-image"
    assert caught.value.happened == "Image 12 cannot be decoded (JPEG-LS Lossless, 1)."
    assert caught.value.safe == "Other images and your marks are fine."
