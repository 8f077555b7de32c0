"""An image archive from a shell: what docs/cli.md shows is what is answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.documented import check_documented
from tests.support.shell import SECRETS, Shell
from tests.support.studies import STUDY, make_study
from tests.support.web_archive import Manners, web_archive


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    environment = {**SECRETS, "LABELER_ARCHIVE_SECRET": "right"}
    return Shell(tmp_path / "profile", environment).has_cheap_profile()


def test_from_naming_it_to_wiping_what_came(shell: Shell, tmp_path: Path) -> None:
    study, manners = make_study(slices=3, size=16), Manners(password="right")
    with web_archive(study, manners) as url:
        added = shell.json("archive", "add", "Main", url, "--user", "reader")
        assert (added["answers"], added["secret_kept"]) == (True, False)
        shell.json("archive", "test", "Main")
        found = shell.json("archive", "find", "main", "--patient", "SYNTH*", "--from", "20240101")
        assert [one["study"] for one in found["studies"]] == [STUDY]
        assert shell.json("archive", "get", "Main", STUDY)["images"] == 12
        shell.environment["LABELER_ARCHIVE_SECRET"] = "wrong"
        said = shell.run("archive", "get", "Main", STUDY, "--json")
        assert (said.code, said.error) == (1, "archive-login")
        shell.environment["LABELER_ARCHIVE_SECRET"] = "right"
        plain = ("-o", str(tmp_path / "plain"), "--series", "1.2.826.0.1.3680043.10.1561.2.2")
        answer = shell.run("archive", "get", "Main", STUDY, *plain, "--json").json
        assert (answer["received"], answer["images"]) == (None, 3)
        assert all(p.read_bytes() == study.files[p.stem] for p in (tmp_path / "plain").iterdir())
    listed = shell.json("archive", "list")
    (here,) = listed["received"]
    assert (here["title"], here["whole"]) == ("CT · Main", True)
    check_documented(
        {verb: each for verb, each in shell.documents.items() if verb.startswith("archive")}
    )
    said = shell.run("archive", "test", "Main", "--json")
    assert (said.code, said.error) == (5, "archive-unreachable")
    said = shell.run("archive", "wipe", here["received"][:6], "--json")
    assert (said.code, said.error) == (2, "confirmation-missing")
    wiped = shell.run("archive", "wipe", here["received"][:6], "--yes", "--json").json
    assert wiped == {"received": here["received"], "wiped": True}
    assert shell.run("archive", "remove", "Main", "--json").json["removed"]
    assert shell.json("archive", "list") == {"archives": [], "received": []}


def test_a_password_that_changed_is_changed_here(shell: Shell) -> None:
    manners = Manners(password="right")
    with web_archive(make_study(slices=1, size=4), manners) as url:
        shell.json("archive", "add", "Main", url, "--user", "reader")
        manners.password = "newer"
        said = shell.run("archive", "change", "Main", "--json")
        assert (said.code, said.error) == (1, "archive-login")
        shell.environment["LABELER_ARCHIVE_SECRET"] = "newer"
        assert shell.json("archive", "change", "Main")["answers"]
        renamed = shell.run("archive", "change", "Main", "--name", "Other", "--json").json
        assert (renamed["name"], renamed["answers"]) == ("Other", True)
        said = shell.run("archive", "change", "Other", "--no-login", "--json")
        assert said.json["error"]["code"] == "archive-login-wanted"
        dimse = ("--host", "127.0.0.1", "--port", "9", "--called", "X", "--move", "11190")
        answer = shell.run("archive", "change", "Other", *dimse, "--json").json
        assert (answer["kind"], answer["answers"]) == ("dimse", False)
        (listed,) = shell.json("archive", "list")["archives"]
        assert (listed["address"], listed["login"]) == ("X@127.0.0.1:9", "none")


def test_what_makes_no_sense(shell: Shell) -> None:
    for argv, code in (
        (("add", "Main"), "archive-address"),
        (("add", "Main", "ftp://a"), "archive-address"),
        (("add", "Main", "http://pacs.lan/rs", "--user", "me"), "archive-open-password"),
        (
            ("add", "Main", "--host", "pacs", "--called", "X", "--tls", "--move", "1"),
            "archive-address",
        ),
        (("add", "Main", "https://pacs.lan/rs", "--tls"), "archive-address"),
        (("add", "Main", "https://pacs.lan/rs", "--called", "X"), "archive-address"),
        (("add", "Main", "https://pacs.lan/rs", "--user", ""), "archive-address"),
        (("add", "Main", "--host", "pacs", "--called", "X", "--move", "0"), "archive-address"),
        (("change", "Nobody"), "archive-unknown"),
        (("test", "Nobody"), "archive-unknown"),
        (("wipe", "abcdef", "--yes"), "received-gone"),
    ):
        said = shell.run("archive", *argv, "--json")
        assert (said.code, said.error) == (1, code), argv


def test_what_is_no_uid_is_misused(shell: Shell, tmp_path: Path) -> None:
    """Before the archive is looked for, and before a folder is made."""
    out = tmp_path / "out"
    for argv in (("get", "Nobody", ""), ("get", "Nobody", "1.2", "--series", "1.2\\1.3")):
        said = shell.run("archive", *argv, "-o", str(out), "--json")
        assert (said.code, said.error) == (2, "archive-question"), argv
    assert not out.exists()
