"""An audit hook that keeps tests on loopback, out of the real home, and the GUI thread idle."""

from __future__ import annotations

import os
import sys
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

PROJECT = str(Path(__file__).parents[2])
CODE = tuple(
    {
        PROJECT + "/labeler",
        PROJECT + "/tests",
        sys.prefix,
        sys.base_prefix,
        *sysconfig.get_paths().values(),
    }
)
SYSTEM = ("/proc/", "/sys/", "/dev/", "/etc/", "/usr/")


class Guard:
    """Violations are raised where they happen and kept, so that no handler can swallow them."""

    def __init__(self, real_home: str) -> None:
        self.real_home = real_home.rstrip("/") + "/"
        self.violations: list[str] = []
        self.gui_thread: int | None = None

    def install(self) -> None:
        sys.addaudithook(self._hear)

    @contextmanager
    def gui(self) -> Iterator[None]:
        """While inside, the current thread may touch no store, socket or file."""
        before, self.gui_thread = self.gui_thread, threading.get_ident()
        try:
            yield
        finally:
            self.gui_thread = before

    @contextmanager
    def aside(self) -> Iterator[None]:
        """The test's own reading and writing between two steps of a person."""
        before, self.gui_thread = self.gui_thread, None
        try:
            yield
        finally:
            self.gui_thread = before

    def take(self) -> list[str]:
        found, self.violations = self.violations, []
        return found

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            self._opened(arguments[0], arguments[2] if len(arguments) > 2 else 0)
        elif event in ("socket.connect", "socket.bind", "socket.sendto"):
            self._connected(event, arguments[1])
        elif event == "socket.getaddrinfo":
            self._resolved(arguments[0])
        elif event in ("sqlite3.connect", "subprocess.Popen") and self._on_gui_thread():
            self._refuse(f"the GUI thread did {event}")

    def _on_gui_thread(self) -> bool:
        return self.gui_thread is not None and threading.get_ident() == self.gui_thread

    def _opened(self, name: object, flags: object) -> None:
        if not isinstance(name, str | bytes):
            return
        path = str(Path(os.fsdecode(name)).absolute())
        writing = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if path.startswith(self.real_home) and not path.startswith(CODE) and writing:
            self._refuse(f"a file in the real home was opened for writing: {path}")
        if self._on_gui_thread() and not path.startswith((*CODE, *SYSTEM)):
            self._refuse(f"the GUI thread opened {path}")

    def _connected(self, event: str, address: object) -> None:
        if isinstance(address, tuple):
            if not _is_loopback(str(address[0])):
                self._refuse(f"{event} leaves loopback: {address[0]}")
            if self._on_gui_thread():
                self._refuse(f"the GUI thread did {event}")

    def _resolved(self, host: object) -> None:
        name = os.fsdecode(host) if isinstance(host, str | bytes) else ""
        if name and not _is_loopback(name):
            self._refuse(f"a name was looked up: {name}")

    def _refuse(self, what: str) -> None:
        self.violations.append(what)
        raise PermissionError(f"guard: {what}")


def _is_loopback(host: str) -> bool:
    if host in ("", "localhost"):
        return True
    try:
        return ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        return False
