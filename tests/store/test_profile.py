"""Profiles: made, locked, unlocked, protected another way, and refused in words."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from keyring.backends.fail import Keyring as FailKeyring

from labeler.errors import LabelerError
from labeler.store.keychain import SystemKeyring, system_keyring
from labeler.store.profile import (
    Keyring,
    Passphrase,
    Practice,
    Protection,
    create_profile,
    is_profile,
    open_profile,
)
from tests.support.crashes import environment
from tests.support.profiles import NOW, opened, passphrase


class Drawer:
    """A keyring in memory; `leaky` ones accept and forget."""

    def __init__(self, leaky: bool = False) -> None:
        self.leaky = leaky
        self.secrets: dict[tuple[str, str], str] = {}

    def put(self, service: str, account: str, secret: str) -> None:
        if not self.leaky:
            self.secrets[service, account] = secret

    def get(self, service: str, account: str) -> str | None:
        return self.secrets.get((service, account))


def refused(root: Path, protection: Protection) -> str:
    with pytest.raises(LabelerError) as caught:
        open_profile(root).unlock(protection)
    return caught.value.code


def test_a_passphrase_opens_and_another_does_not(tmp_path: Path) -> None:
    root = tmp_path / "p"
    profile, key = create_profile(root, passphrase(), now=NOW)
    assert profile.is_protected
    assert len(key) == 32
    assert open_profile(root).unlock(Passphrase("correct horse")) == key
    assert refused(root, passphrase("correct  horse")) == "wrong-passphrase"
    assert refused(root, Practice()) == "wrong-protection"
    assert key.hex() not in (root / "profile.json").read_text()
    assert is_profile(root)
    assert root.stat().st_mode & 0o077 == 0
    assert (root / "profile.json").stat().st_mode & 0o077 == 0


def test_the_wrap_of_one_profile_opens_no_other(tmp_path: Path) -> None:
    for name in ("a", "b"):
        create_profile(tmp_path / name, passphrase(), now=NOW)
    first, second = (json.loads((tmp_path / n / "profile.json").read_text()) for n in "ab")
    second["wrap"] = first["wrap"]
    (tmp_path / "b" / "profile.json").write_text(json.dumps(second))
    assert refused(tmp_path / "b", passphrase()) == "wrong-passphrase"


def test_an_empty_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabelerError) as caught:
        create_profile(tmp_path / "p", passphrase(""), now=NOW)
    assert caught.value.code == "empty-passphrase"


def test_a_new_passphrase_keeps_the_data_key(tmp_path: Path) -> None:
    root = tmp_path / "p"
    profile, key = create_profile(root, passphrase("old"), now=NOW)
    profile.protect(key, passphrase("new"))
    assert open_profile(root).unlock(passphrase("new")) == key
    assert refused(root, passphrase("old")) == "wrong-passphrase"


def test_practice_says_so_and_can_be_protected_later(tmp_path: Path) -> None:
    root = tmp_path / "p"
    profile, key = create_profile(root, Practice(), now=NOW)
    assert not profile.is_protected
    assert json.loads((root / "profile.json").read_text())["wrap"]["type"] == "practice"
    assert (root / "practice.key").stat().st_mode & 0o777 == 0o600
    assert open_profile(root).unlock(Practice()) == key
    profile.protect(key, passphrase())
    assert not (root / "practice.key").exists()
    assert open_profile(root).unlock(passphrase()) == key


def test_a_practice_key_left_by_a_crash_is_removed(tmp_path: Path) -> None:
    root = tmp_path / "p"
    profile, key = create_profile(root, Practice(), now=NOW)
    left = (root / "practice.key").read_bytes()
    profile.protect(key, passphrase())
    (root / "practice.key").write_bytes(left)
    again = open_profile(root)
    again.lock()
    again.release()
    assert not (root / "practice.key").exists()


def test_a_practice_key_that_is_gone_is_told(tmp_path: Path) -> None:
    root = tmp_path / "p"
    create_profile(root, Practice(), now=NOW)
    (root / "practice.key").write_text("zz")
    assert refused(root, Practice()) == "profile-damaged"
    (root / "practice.key").unlink()
    assert refused(root, Practice()) == "profile-damaged"


def test_a_keyring_keeps_the_key(tmp_path: Path) -> None:
    root, drawer = tmp_path / "p", Drawer()
    _, key = create_profile(root, Keyring(drawer), now=NOW)
    assert open_profile(root).unlock(Keyring(drawer)) == key
    assert refused(root, Keyring(Drawer())) == "keyring-lost-key"


def test_a_keyring_that_forgets_is_noticed_at_once(tmp_path: Path) -> None:
    with pytest.raises(LabelerError) as caught:
        create_profile(tmp_path / "p", Keyring(Drawer(leaky=True)), now=NOW)
    assert caught.value.code == "keyring-unreliable"
    assert not is_profile(tmp_path / "p")


def test_unsafe_keyrings_are_not_used() -> None:
    for make in (lambda: SystemKeyring(FailKeyring()), system_keyring):
        with pytest.raises(LabelerError) as caught:
            make()
        assert caught.value.code == "no-keyring"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "profile-damaged"),
        ("<html>", "profile-damaged"),
        ('{"format":"labeler.profile","version":1}', "profile-damaged"),
        ('{"format":"other","version":1}', "profile-damaged"),
        ('{"format":"labeler.profile","version":2,"new":[]}', "profile-newer"),
        (None, "no-profile"),
    ],
)
def test_a_profile_that_cannot_be_read_is_told(
    tmp_path: Path, content: str | None, code: str
) -> None:
    if content is not None:
        (tmp_path / "profile.json").write_text(content)
    with pytest.raises(LabelerError) as caught:
        open_profile(tmp_path)
    assert caught.value.code == code


def told(root: Path) -> str:
    """The code of what is said against a profile; "" where it opens."""
    try:
        open_profile(root)
    except LabelerError as error:
        return error.code
    return ""


def test_a_profile_with_a_flipped_byte_is_told_or_as_before(tmp_path: Path) -> None:
    create_profile(tmp_path / "p", Practice(), now=NOW)
    path = tmp_path / "p" / "profile.json"
    whole = path.read_bytes()
    for place in range(len(whole)):
        for bit in (0x80, 1):
            forged = bytearray(whole)
            forged[place] ^= bit
            path.write_bytes(forged)
            assert told(tmp_path / "p") in ("", "profile-damaged", "profile-newer"), place


def test_a_profile_cannot_cost_more_than_its_bounds(tmp_path: Path) -> None:
    create_profile(tmp_path / "p", passphrase(), now=NOW)
    path = tmp_path / "p" / "profile.json"
    info = json.loads(path.read_text())
    info["wrap"]["cost"]["memory_kib"] = 2**30
    path.write_text(json.dumps(info))
    with pytest.raises(LabelerError) as caught:
        open_profile(tmp_path / "p")
    assert caught.value.code == "profile-damaged"


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(LabelerError) as caught:
        create_profile(tmp_path, Practice(), now=NOW)
    assert caught.value.code == "profile-exists"
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_another_program_is_refused_until_this_one_is_gone(tmp_path: Path) -> None:
    root = tmp_path / "p"
    script = (
        "import sys\nfrom pathlib import Path\nfrom labeler.errors import LabelerError\n"
        "from tests.support.profiles import opened\n"
        "try:\n    with opened(Path(sys.argv[1])): print('opened')\n"
        "except LabelerError as error: print(error.code)\n"
    )

    def other() -> str:
        command = [sys.executable, "-c", script, str(root)]
        run = subprocess.run(command, capture_output=True, text=True, env=environment())
        return run.stdout.strip()

    with opened(root):
        assert other() == "profile-in-use"
    assert other() == "opened"
