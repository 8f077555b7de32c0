"""An X server without a screen, and who sees windows appear on it; X11 protocol, version 11."""

from __future__ import annotations

import os
import select
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Callable
from ctypes.util import find_library

from tests.benchmarks.contest import BenchmarkError, Ending

LEAST = 300, 200
"""Pixels across and down that make a window of a program, no splash or hint."""
SCREEN = "1600x1200x24"
PATIENCE_S, LOOK_S = 60.0, 0.5
_SUBSTRUCTURE = 1 << 19
_EVENT_MASK = 1 << 11
_ERROR, _REPLY, _MAPPED, _CONFIGURED = 0, 1, 19, 22


def has_screen() -> bool:
    """Whether Xvfb is here, and what Qt needs to show a window on it."""
    return shutil.which("Xvfb") is not None and find_library("xcb-cursor") is not None


class XScreen(Ending):
    """Xvfb on a display that was free; `name` goes into DISPLAY."""

    def __init__(self) -> None:
        read, write = os.pipe()
        command = ("Xvfb", "-displayfd", str(write), "-screen", "0", SCREEN, "-ac", "-noreset")
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, pass_fds=(write,), stdout=quiet, stderr=quiet)
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        if not number:
            self._process.wait()
            raise BenchmarkError("Xvfb did not start")
        self.name = f":{number}"
        self._path = f"/tmp/.X11-unix/X{number}"

    def end(self) -> None:
        self._process.kill()
        self._process.wait()

    def watch(self) -> Watch:
        return Watch(self._path)


class Watch(Ending):
    """Sees every window that appears from now on."""

    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._socket.sendall(struct.pack("<cxHHHHxx", b"l", 11, 0, 0, 0))
        accepted, _, _, _, words = struct.unpack("<BBHHH", self._get(8))
        if accepted != 1:
            raise BenchmarkError("Xvfb takes no client")
        root = _root(self._get(4 * words))
        self._ask(2, struct.pack("<III", root, _EVENT_MASK, _SUBSTRUCTURE))
        self._ask(14, struct.pack("<I", root))
        self._get(32)  # GetGeometry is answered when all before it is done
        self._mapped: set[int] = set()

    def end(self) -> None:
        self._socket.close()

    def first_window(self, lives: Callable[[], bool] = lambda: True) -> float:
        """time.perf_counter() when the first window of LEAST or more was there; waited for only
        while the program `lives`."""
        until = time.perf_counter() + PATIENCE_S
        while (left := until - time.perf_counter()) > 0:
            if not select.select([self._socket], [], [], min(left, LOOK_S))[0]:
                if not lives():
                    raise BenchmarkError("it ended without a window")
                continue
            said = self._get(32)
            now = time.perf_counter()
            code = said[0] & 0x7F
            if code == _REPLY and _large(struct.unpack_from("<HH", said, 16)):
                return now
            if code == _MAPPED:
                (window,) = struct.unpack_from("<I", said, 8)
                self._mapped.add(window)
                self._ask(14, struct.pack("<I", window))
            elif code == _CONFIGURED:
                (window,) = struct.unpack_from("<I", said, 8)
                if window in self._mapped and _large(struct.unpack_from("<HH", said, 20)):
                    return now
        raise BenchmarkError("no window appeared")

    def _ask(self, request: int, body: bytes) -> None:
        self._socket.sendall(struct.pack("<BxH", request, 1 + len(body) // 4) + body)

    def _get(self, count: int) -> bytes:
        got = b""
        while len(got) < count:
            part = self._socket.recv(count - len(got))
            if not part:
                raise BenchmarkError("Xvfb has ended")
            got += part
        return got


def _large(size: tuple[int, int]) -> bool:
    return size[0] >= LEAST[0] and size[1] >= LEAST[1]


def _root(setup: bytes) -> int:
    """The root window of the first screen, behind the vendor's name and the pixmap formats."""
    (vendor,) = struct.unpack_from("<H", setup, 16)
    formats = setup[21]
    at = 32 + (vendor + 3) // 4 * 4 + 8 * formats
    (root,) = struct.unpack_from("<I", setup, at)
    return int(root)
