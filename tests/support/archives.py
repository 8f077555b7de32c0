"""Real archives on loopback: Orthanc and dcmtk's dcmqrscp, all of theirs in a folder."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

USER, PASSWORD = "reader", "correct horse battery"
PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
HOW = "apt-get install --no-install-recommends orthanc orthanc-dicomweb dcmtk"
STARTS_WITHIN_S = 20.0


@dataclass(frozen=True)
class Orthanc:
    """A running Orthanc: DICOMweb at `url`, DIMSE at `port` as ORTHANC."""

    url: str
    http_port: int
    port: int
    move_port: int

    def ask(self, path: str, body: bytes | None = None) -> bytes:
        """Its own interface, as its owner."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.http_port}{path}", body)
        token = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        request.add_header("Authorization", f"Basic {token}")
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: bytes = answer.read()
            return found

    def store(self, files: Sequence[bytes]) -> None:
        for data in files:
            self.ask("/instances", data)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def need(program: str) -> str:
    """Its path; skips the test where it is not installed, and says how to get it."""
    found = shutil.which(program, path="/usr/sbin:/usr/bin:/usr/local/bin:/usr/local/sbin")
    if found is None:
        missing(program)
    return str(found)


def missing(what: str) -> NoReturn:
    """Skips, or fails where the gate says that it must be here."""
    words = f"{what} is not installed here: {HOW}"
    if os.environ.get("LABELER_REQUIRE_ARCHIVES"):
        pytest.fail(words)
    pytest.skip(words)


@contextmanager
def orthanc(folder: Path, **changed: object) -> Iterator[Orthanc]:
    """Orthanc with its own storage below `folder`; `changed` are lines of its configuration."""
    program = need("Orthanc")
    if not PLUGIN.exists():
        missing("Orthanc's DICOMweb plugin")
    http_port, port, move_port = free_port(), free_port(), free_port()
    config = {
        "Name": "Test",
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "index"),
        "Plugins": [str(PLUGIN)],
        "HttpPort": http_port,
        "DicomPort": port,
        "DicomAet": "ORTHANC",
        "DicomCheckCalledAet": True,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": True,
        "RegisteredUsers": {USER: PASSWORD},
        "DicomModalities": {"labeler": ["LABELER", "127.0.0.1", move_port]},
        "DicomAlwaysAllowGet": False,
        "DicomAlwaysAllowFind": False,
        "DicomAlwaysAllowMove": False,
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
        "Locale": "C",
        **changed,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "orthanc.json").write_text(json.dumps(config))
    with (folder / "orthanc.log").open("wb") as log:
        process = subprocess.Popen(
            [program, str(folder / "orthanc.json")], stdout=log, stderr=log, cwd=folder
        )
        try:
            running = Orthanc(f"http://127.0.0.1:{http_port}/dicom-web", http_port, port, move_port)
            _wait(process, lambda: bool(running.ask("/system")), folder / "orthanc.log")
            yield running
        finally:
            _end(process)


@contextmanager
def dcmqrscp(folder: Path, files: Sequence[Path], move_port: int) -> Iterator[int]:
    """dcmtk's archive with these files in it; gives its port. It is called DCMTK."""
    server, index = need("dcmqrscp"), need("dcmqridx")
    storage = folder / "storage"
    storage.mkdir(parents=True)
    copies = [Path(shutil.copy(file, storage / f"{n}.dcm")) for n, file in enumerate(files)]
    subprocess.run([index, str(storage), *map(str, copies)], check=True, capture_output=True)
    port = free_port()
    (folder / "dcmqrscp.cfg").write_text(
        f"NetworkTCPPort = {port}\nMaxPDUSize = 16384\nMaxAssociations = 16\n"
        f"HostTable BEGIN\nlabeler = (LABELER, localhost, {move_port})\nHostTable END\n"
        "VendorTable BEGIN\nVendorTable END\n"
        f"AETable BEGIN\nDCMTK {storage} RW (200, 1024mb) ANY\nAETable END\n"
    )
    with (folder / "dcmqrscp.log").open("wb") as log:
        command = [server, "-c", str(folder / "dcmqrscp.cfg"), "--log-level", "warn"]
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        try:
            _wait(process, lambda: _listens(port), folder / "dcmqrscp.log")
            yield port
        finally:
            _end(process)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _wait(process: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            if ready():
                return
        except (OSError, urllib.error.URLError):
            pass
        time.sleep(0.05)
    pytest.fail(f"the archive did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
