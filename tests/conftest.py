"""What every test lives in: a home of its own, loopback only, real files where there are any."""

from __future__ import annotations

import importlib.util
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.guard import Guard

GUARD = Guard(str(Path.home()))
GUARD.install()

# Before anything of Qt, keyring or platformdirs looks: a home that is nobody's.
_HOME = tempfile.TemporaryDirectory(prefix="labeler-test-home-")
for _name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
    os.environ[_name] = _HOME.name
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


# The same examples at every run: a gate that fails must fail again.
settings.register_profile("gate", derandomize=True, deadline=None, database=None)
settings.load_profile("gate")


def pytest_addoption(parser: pytest.Parser) -> None:
    if importlib.util.find_spec("pytestqt") is None:
        for name in ("qt_api", "qt_log_level_fail", "qt_log_ignore"):
            parser.addini(name, "read by pytest-qt, which is not installed here")


@pytest.fixture(autouse=True)
def guard() -> Iterator[Guard]:
    """Fails the test in which something reached the network, the home, or a file from the GUI."""
    GUARD.take()
    yield GUARD
    violations = GUARD.take()
    assert violations == []


def _folder(variable: str) -> Path:
    value = os.environ.get(variable)
    if value and Path(value).is_dir():
        return Path(value)
    if os.environ.get("LABELER_REQUIRE_DATA"):
        pytest.fail(f"{variable} must name a folder here")
    pytest.skip(f"{variable} names no folder: the real files are not on this machine")


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of real images; skips where it is not installed."""
    return _folder("LABELER_TEST_DATA")


@pytest.fixture(scope="session")
def test_vectors() -> Path:
    """The folder of public test vectors; skips where it is not installed."""
    return _folder("LABELER_TEST_VECTORS")
