"""Verbs on a profile that has no marketplace yet."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from labeler.cli.doctor import Line, line_words
from labeler.store.profile import Practice, create_profile, open_profile
from tests.support.profiles import NOW
from tests.support.shell import SECRETS, Shell

WORDS = "abandon " * 23 + "art"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A profile with the key of known words."""
    environment = {**SECRETS, "LABELER_RECOVERY_WORDS": WORDS}
    shell = Shell(tmp_path_factory.mktemp("made") / "profile", environment)
    address = shell.json("wallet", "import")["address"]
    assert address == "0xf278cf59f82edcf871d630f28ecc8056f25c1cdb"
    return shell


def test_a_second_key_is_refused(made: Shell) -> None:
    for verb in ("create", "import"):
        assert made.run("wallet", verb, "--json").error == "key-exists"


def test_a_wrong_passphrase_changes_nothing(made: Shell) -> None:
    wrong = Shell(made.profile, {**SECRETS, "LABELER_PROFILE_PASSPHRASE": "not this one"})
    said = wrong.run("wallet", "address", "--json")
    assert (said.code, said.error) == (1, "wrong-passphrase")
    assert made.json("wallet", "address")
    wrong = Shell(made.profile, {**SECRETS, "LABELER_KEY_PASSPHRASE": "not this one"})
    assert wrong.run("wallet", "address", "--marketplaces", "--json").error == "wrong-passphrase"


def test_not_connected(made: Shell) -> None:
    for verb in ("sync", "claim"):
        said = made.run(verb, "--json")
        assert (said.code, said.error) == (3, "not-connected")
    said = made.run("tasks", "--json")
    assert (said.code, said.error, said.json["tasks"]) == (3, "not-connected", [])
    assert made.run("bundle", "abcd", "--json").error == "submission-missing"
    said = made.run("bundle", "abcd", "-o", str(made.profile / "profile.json"), "--json")
    assert said.error == "file-exists"


def test_backup_and_back(made: Shell, tmp_path: Path) -> None:
    file = str(tmp_path / "labeler.backup")
    written = made.json("backup", file)
    kept = Path(file).read_bytes()
    said = made.run("backup", file, "--json")
    assert (said.code, said.error, Path(file).read_bytes()) == (1, "file-exists", kept)
    made.json("backup", file, "--force")
    assert Path(file).read_bytes() != kept
    assert written["files"] >= 2
    back = Shell(tmp_path / "restored")
    assert back.json("restore", file)["files"] == written["files"]
    assert back.json("wallet", "address") == made.json("wallet", "address")
    assert back.run("restore", file, "--json").error == "profile-exists"
    wrong = Shell(tmp_path / "other", {**SECRETS, "LABELER_BACKUP_PASSPHRASE": "not this one"})
    assert wrong.run("restore", file, "--json").error == "wrong-passphrase"
    assert not wrong.profile.exists()
    assert made.run("backup", str(tmp_path / "no" / "where"), "--json").error == "no-folder"
    damaged = bytearray(Path(file).read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (tmp_path / "damaged").write_bytes(damaged)
    assert wrong.run("restore", str(tmp_path / "damaged"), "--json").code == 1


def test_a_practice_profile_signs_nothing(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "practice", {"LABELER_KEY_PASSPHRASE": "a key's passphrase"})
    said = shell.run("connect", "http://127.0.0.1:9", "--practice", "--json")
    assert (said.code, said.error) == (5, "marketplace-unreachable")
    assert "connect again" in said.json["error"]["do"]
    assert not shell.profile.exists()
    create_profile(shell.profile, Practice(), now=NOW)
    said = shell.run("wallet", "create", "--json")
    assert (said.code, said.error) == (3, "practice-profile")
    profile = open_profile(shell.profile)
    profile.lock()
    try:
        checks = {line["check"]: line for line in shell.run("doctor", "--json").json["checks"]}
    finally:
        profile.release()
    assert checks["profile"]["state"] == "unsafe"
    told = line_words(Line(**checks["profile"]))
    assert told.endswith("practice is for practice. Protect it before real work.")
    # That it is open is nothing unsafe.
    assert checks["database"] == {
        "check": "database",
        "state": "skipped",
        "detail": "not checked: this profile is open in another window or program",
        "do": "Close it there to have it checked.",
    }


def test_the_doctor(made: Shell, tmp_path: Path) -> None:
    said = made.run("doctor", "--json")
    checks = {line["check"]: line["state"] for line in said.json["checks"]}
    for check in ("program", "decoders", "signer", "clock", "profile", "folder", "database"):
        assert checks[check] == "ok", said
    assert checks["incidents"] == "ok"
    assert checks["display"] == "info"
    # Without Qt there is no window, and the doctor says so.
    whole = find_spec("PySide6") is not None
    assert (said.code, said.json["healthy"]) == (0 if whole else 3, whole)
    made.profile.chmod(0o755)
    opened = made.run("doctor", "--json").json["checks"]
    made.profile.chmod(0o700)
    assert {line["check"]: line["state"] for line in opened}["folder"] == "unsafe"
    nobody = Shell(tmp_path / "nobody", {}).run("doctor", "--json").json["checks"]
    assert {line["check"]: line["state"] for line in nobody}["profile"] == "skipped"


class Terminal:
    """A person at a terminal: a real one, as the program sees it."""

    def __init__(self, *argv: str) -> None:
        self._own, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "labeler", *argv],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env={k: v for k, v in os.environ.items() if k not in SECRETS},
        )
        os.close(theirs)
        self.shown = ""

    def read_until(self, wanted: str) -> str:
        """Everything shown since the last answer, up to `wanted`."""
        until = time.monotonic() + 30
        while wanted not in self.shown:
            assert time.monotonic() < until, self.shown
            try:
                self.shown += os.read(self._own, 4096).decode()
            except OSError:
                raise AssertionError(self.shown) from None
        before, _, self.shown = self.shown.partition(wanted)
        return before + wanted

    def type(self, line: str) -> None:
        os.write(self._own, f"{line}\n".encode())

    def close(self) -> int:
        code = self.process.wait(30)
        os.close(self._own)
        return code


def test_a_person_writes_the_words_down(tmp_path: Path) -> None:
    terminal = Terminal("wallet", "create", "--profile", str(tmp_path / "profile"))
    for asked, secret in (
        ("Signing key's passphrase: ", "a key's passphrase"),
        ("Once more: ", "a key's passphrase"),
        ("Profile's passphrase: ", "a profile's passphrase"),
        ("Once more: ", "a profile's passphrase"),
    ):
        assert secret not in terminal.read_until(asked)
        terminal.type(secret)
    shown = terminal.read_until("Word ")
    words = dict(re.findall(r"(\d+)\. ([a-z]+)", shown))
    assert len(words) == 24
    for more in (True, True, False):
        number = terminal.read_until(": ")[:-2]
        terminal.type(words[number])
        if more:
            terminal.read_until("Word ")
    assert "Address 0x" in terminal.read_until("Address 0x")
    assert terminal.close() == 0


def test_a_person_who_did_not_write_them_down(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "profile").has_cheap_profile()
    terminal = Terminal("wallet", "create", "--profile", str(shell.profile))
    for asked, secret in (
        ("Signing key's passphrase: ", "a key's passphrase"),
        ("Once more: ", "a key's passphrase"),
        ("Profile's passphrase: ", SECRETS["LABELER_PROFILE_PASSPHRASE"]),
        ("Word ", "nonsense"),
    ):
        terminal.read_until(asked)
        terminal.type(secret)
    terminal.read_until("No key was made")
    assert terminal.close() == 1
    assert shell.run("wallet", "address", "--json").error == "no-key"
