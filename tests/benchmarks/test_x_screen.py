"""The watch of windows, against an X server that says what it is told to."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.benchmarks import x_screen
from tests.benchmarks.contest import BenchmarkError
from tests.benchmarks.x_screen import Watch

ROOT, WINDOW = 0x1D7, 0x200001
Talk = Callable[[socket.socket], None]


def size(across: int, down: int) -> bytes:
    return struct.pack("<BBHIIHHHH", 1, 24, 2, 0, ROOT, 0, 0, across, down).ljust(32, b"\0")


def mapped() -> bytes:
    return struct.pack("<BBHII", 19, 0, 3, ROOT, WINDOW).ljust(32, b"\0")


def resized(across: int, down: int) -> bytes:
    sizes = struct.pack("<hhHH", 0, 0, across, down)
    return struct.pack("<BBHIII", 22, 0, 4, ROOT, WINDOW, 0) + sizes.ljust(16, b"\0")


def served(path: Path, talk: Talk) -> threading.Thread:
    """A server for one client."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    listening.listen()

    def serve() -> None:
        with listening, listening.accept()[0] as client:
            assert client.recv(12)[:4] == b"l\0\x0b\0"
            vendor, formats = b"test", 1
            told = bytearray(32 + len(vendor) + 8 * formats + 40)
            struct.pack_into("<H", told, 16, len(vendor))
            told[21] = formats
            struct.pack_into("<I", told, 32 + len(vendor) + 8 * formats, ROOT)
            client.sendall(struct.pack("<BBHHH", 1, 0, 11, 0, len(told) // 4) + told)
            asked = client.recv(24, socket.MSG_WAITALL)
            assert (asked[0], asked[16]) == (2, 14)
            assert (
                struct.unpack_from("<I", asked, 4) == struct.unpack_from("<I", asked, 20) == (ROOT,)
            )
            client.sendall(size(1600, 1200))
            talk(client)

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


@pytest.mark.parametrize("grown", [False, True])
def test_a_window_counts_from_where_it_is_large(tmp_path: Path, grown: bool) -> None:
    def talk(client: socket.socket) -> None:
        client.sendall(mapped())
        assert client.recv(8, socket.MSG_WAITALL) == struct.pack("<BxHI", 14, 2, WINDOW)
        client.sendall(size(200, 100) + resized(1280, 800) if grown else size(1280, 800))

    thread = served(tmp_path / "X0", talk)
    with Watch(str(tmp_path / "X0")) as watch:
        assert watch.first_window() > 0
    thread.join()


def test_a_splash_is_no_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(x_screen, "PATIENCE_S", 0.2)
    over = threading.Event()

    def talk(client: socket.socket) -> None:
        client.sendall(mapped() + size(200, 100))
        over.wait(10)

    thread = served(tmp_path / "X0", talk)
    with Watch(str(tmp_path / "X0")) as watch, pytest.raises(BenchmarkError, match="no window"):
        watch.first_window()
    over.set()
    thread.join()


def test_a_program_that_ends_without_a_window_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(x_screen, "LOOK_S", 0.05)
    over = threading.Event()

    def talk(_client: socket.socket) -> None:
        over.wait(10)

    thread = served(tmp_path / "X0", talk)
    with Watch(str(tmp_path / "X0")) as watch, pytest.raises(BenchmarkError, match="ended without"):
        watch.first_window(lambda: False)
    over.set()
    thread.join()
