"""A series of real files in the room: a slice that fails is a gap, what was slow comes back."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000Lossless

from labeler.app.answers import Answers
from labeler.app.cases import Case, series_id
from labeler.app.jobs import JobPool, Tick
from labeler.app.series_room import SeriesRoom
from labeler.app.slice_memory import SliceMemory
from labeler.errors import LabelerError
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.decoding.kept_frames import KeepingDecoders
from labeler.imaging.reader import main_series, open_image, scan
from labeler.imaging.sources.files import folder_files
from labeler.model.forms import Form
from labeler.model.image import Pixels
from labeler.model.manifest import ItemContext
from labeler.model.volume import Volume
from labeler.store.frame_cache import FrameCache
from tests.support.dicom_files import NoDecoders, save, slice_dataset

SLICES, BROKEN = 12, 5
SIZE = 32
SLICE_BYTES = SIZE * SIZE * 2


def values(k: int) -> np.ndarray[Any, np.dtype[np.int16]]:
    return (np.arange(SIZE * SIZE, dtype=np.int16).reshape(SIZE, SIZE) + k * 50).astype(np.int16)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One slice in the middle was damaged on its way."""
    made = tmp_path / "series"
    made.mkdir()
    for k in range(SLICES):
        dataset = slice_dataset(
            values(k), number=k + 1, position=(0, 0, -k), syntax=JPEG2000Lossless
        )
        coded = bytes(
            imagecodecs.jpeg2k_encode(values(k), level=0, reversible=True, codecformat="j2k")
        )
        dataset.PixelData = encapsulate([coded if k != BROKEN else coded[: len(coded) // 8]])
        dataset["PixelData"].is_undefined_length = True
        save(dataset, made / f"{k}")
    return made


def _raise(error: BaseException) -> None:
    raise error


class Main:
    """A main thread that hears what is delivered while it waits."""

    def __init__(
        self,
        crashed: Callable[[BaseException], None] = _raise,
        on_error: Callable[[LabelerError], None] = _raise,
    ) -> None:
        self.calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.pool = JobPool(Answers(self.calls.put, on_error, crashed), threads=2)

    def until(self, done: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        while not done():
            self.calls.get(timeout=max(end - time.monotonic(), 0.1))()


@pytest.fixture
def main() -> Iterator[Main]:
    made = Main()
    yield made
    made.pool.close()


def room(folder: Path, decoders: Any, main: Main, memory: SliceMemory) -> tuple[SeriesRoom, str]:
    found = scan(folder_files(folder))
    opened = main_series(found)
    case = Case(
        id="case", title="", number=1, count=1, context=ItemContext(), labels=(),
        form=Form("f", "F", ()), manifest=None, assignment=None, scan=found, opened=opened,
        package=None,
    )  # fmt: skip
    tile = series_id(opened)
    images = {tile: open_image(opened, decoders)}
    return SeriesRoom(case, images, main.pool, decoders, memory, lambda: None), tile


def filled(room: SeriesRoom, tile: str, main: Main) -> Volume:
    volume = room.request_volume(tile)
    assert volume is not None
    main.until(lambda: volume.is_complete)
    return volume


def test_a_slice_that_fails_is_a_named_gap_and_the_rest_goes_on(
    folder: Path, tmp_path: Path, main: Main
) -> None:
    cache = FrameCache(tmp_path / "frames", bytes(32), 1 << 30)
    with DecoderPool(2) as workers:
        decoders = KeepingDecoders(workers, cache.of("case"))
        first, tile = room(folder, decoders, main, SliceMemory(1 << 30))
        volume = filled(first, tile, main)
        told: list[object] = []
        first.request_frame(tile, BROKEN, lambda _index, answer: told.append(answer))
        assert isinstance(told[0], LabelerError)
        assert told[0].facts["number"] == BROKEN + 1
        assert volume.missing == (BROKEN,)
        whole = [k for k in range(SLICES) if k != BROKEN]
        assert all(np.array_equal(volume.values[k], values(k)) for k in whole)
        assert not volume.values[BROKEN].any()
        first.close()
    # What was decoded before needs no decoder; what failed fails as it would.
    again, tile = room(
        folder, KeepingDecoders(OnlyBroken(), cache.of("case")), main, SliceMemory(1 << 30)
    )
    volume = filled(again, tile, main)
    assert all(np.array_equal(volume.values[k], values(k)) for k in whole)
    assert volume.missing == (BROKEN,)


class OnlyBroken(NoDecoders):
    """Decoders that are asked for nothing but what failed."""

    def decode_into(self, _syntax: Any, _layout: Any, data: bytes, _out: Any) -> None:
        from labeler.imaging.frame_stores import DecodeError

        assert len(data) < 400
        raise DecodeError("undecodable-image", "it is broken")


def test_a_series_larger_than_the_memory_is_read_where_one_looks(folder: Path, main: Main) -> None:
    memory = SliceMemory(3 * SLICE_BYTES)
    with DecoderPool(2) as workers:
        made, tile = room(folder, workers, main, memory)
        assert made.request_volume(tile) is None
        for index in (0, 11, 6, 7, 8, 2):
            told: list[Any] = []
            made.request_frame(tile, index, lambda _index, answer, told=told: told.append(answer))
            main.until(lambda told=told: bool(told))
            assert np.array_equal(told[0], values(index))
            assert memory.used_bytes <= 3 * SLICE_BYTES
        made.close()
    assert memory.used_bytes == 0


def test_all_who_wait_for_a_volume_hear_as_it_comes(
    folder: Path, tmp_path: Path, main: Main
) -> None:
    """A plane cut from it, and a view that it lies over."""
    cache = FrameCache(tmp_path / "frames", bytes(32), 1 << 30)
    with DecoderPool(2) as workers:
        decoders = KeepingDecoders(workers, cache.of("case"))
        made, tile = room(folder, decoders, main, SliceMemory(1 << 30))
        heard: list[str] = []
        made.request_volume(tile, lambda: heard.append("plane"))
        made.request_volume(tile, lambda: heard.append("over"))
        filled(made, tile, main)
        assert {"plane", "over"} == set(heard)
        made.close()


def test_a_series_that_met_a_mistake_of_ours_is_tried_again(folder: Path, main: Main) -> None:
    decoders = NoDecoders()
    first, _tile = room(folder, decoders, main, SliceMemory(1 << 30))
    for _ in range(2):
        first.request_image("of another case", lambda _image: None)
        with pytest.raises(ValueError, match="no series"):
            main.calls.get(timeout=10)()
        main.calls.get(timeout=10)()
    first.close()()


def test_a_mistake_of_ours_is_told_and_the_next_wish_is_granted(folder: Path) -> None:
    """Of a frame that is computed, and of a slice that is read."""

    class Mistaken(NoDecoders):
        mends = False

        def decode_into(self, syntax: Any, layout: Any, data: bytes, out: Any) -> None:
            if not self.mends:
                raise ZeroDivisionError
            workers.decode_into(syntax, layout, data, out)

    def broken(_tick: Any) -> Pixels:
        raise ZeroDivisionError

    crashes = list[BaseException]()
    main = Main(crashes.append)
    decoders, told = Mistaken(), list[Any]()
    with DecoderPool(2) as workers:
        made, tile = room(folder, decoders, main, SliceMemory(1 << 30))
        made.compute("view", broken, told.append)
        made.request_frame(tile, 2, lambda _index, answer: told.append(answer))
        main.until(lambda: len(crashes) >= 3 and not made._feeds[tile]._busy)
        decoders.mends = True
        made.compute("view", lambda _tick: np.zeros((1, 1)), told.append)
        main.until(lambda: len(told) == 1)
        made.request_frame(tile, 2, lambda _index, answer: told.append(answer))
        main.until(lambda: len(told) == 2)
        made.close()()
        main.pool.close()
    assert all(isinstance(crash, ZeroDivisionError) for crash in crashes)
    assert np.array_equal(told[1], values(2))


def test_two_viewers_of_planes_keep_two_series_on_the_screen(folder: Path, main: Main) -> None:
    class Viewer:
        pass

    one, other = Viewer(), Viewer()
    with DecoderPool(2) as workers:
        made, tile = room(folder, workers, main, SliceMemory(1 << 30))
        made._images["again"] = made._images[tile]
        made.request_volume(tile, lambda: None, one)
        made.request_volume("again", lambda: None, other)
        shown = [made._feeds[at].is_shown for at in (tile, "again")]
        assert shown == [True, True]
        made.leave(one)
        assert [made._feeds[at].on_screen for at in (tile, "again")] == [False, True]
        made.close()()


def test_a_number_that_fails_is_told_and_one_that_was_overtaken_is_not(folder: Path) -> None:
    crashed: list[BaseException] = []
    main = Main(crashed.append)
    here, tile = room(folder, NoDecoders(), main, SliceMemory(1 << 30))
    lost: list[str] = []

    def fail(_volume: Volume | None, _tick: Tick) -> int:
        raise ZeroDivisionError

    here.measure("one", tile, fail, _never, lambda: lost.append("one"))
    main.until(lambda: bool(lost))
    assert [type(error) for error in crashed] == [ZeroDivisionError]
    found: list[int] = []
    waits = threading.Event()

    def wait(_volume: Volume | None, _tick: Tick) -> int:
        waits.wait(10)
        return 1

    here.measure("one", tile, wait, _never, lambda: lost.append("overtaken"))
    here.measure("one", tile, lambda _v, _t: 2, found.append, lambda: lost.append("two"))
    waits.set()
    here.measure("two", tile, wait, _never, lambda: lost.append("taken back"))()
    main.until(lambda: bool(found))
    main.pool.close()
    while not main.calls.empty():
        main.calls.get()()
    assert (found, lost) == ([2], ["one"])


def test_a_number_that_cannot_be_had_is_told_only_to_who_waits_for_it(folder: Path) -> None:
    told: list[str] = []
    main = Main(on_error=lambda error: told.append(error.code))
    here, tile = room(folder, NoDecoders(), main, SliceMemory(1 << 30))
    lost: list[str] = []
    begun, goes_on = threading.Semaphore(0), threading.Event()

    def fail(_volume: Volume | None, _tick: Tick) -> int:
        begun.release()
        goes_on.wait(10)
        raise LabelerError("no-number", "None.", safe="", do="")

    here.measure("one", tile, fail, _never, lambda: lost.append("overtaken"))
    assert begun.acquire(timeout=10)
    here.measure("one", tile, fail, _never, lambda: lost.append("newest"))
    assert begun.acquire(timeout=10)
    goes_on.set()
    main.until(lambda: bool(lost))
    goes_on.clear()
    here.measure("two", tile, fail, _never, lambda: lost.append("closed"))
    assert begun.acquire(timeout=10)
    here.close()
    goes_on.set()
    main.pool.close()
    while not main.calls.empty():
        main.calls.get()()
    assert (told, lost) == (["no-number"], ["newest"])


def _never(_found: object) -> None:
    pytest.fail("nobody waits for it")
