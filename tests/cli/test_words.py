"""How the shell answers: one document, an exit code, secrets never on the command line."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import pytest

from labeler.app.screens import Amount
from labeler.cli.arguments import VERBS, build_parser
from labeler.cli.commands import find
from labeler.cli.exit_codes import Exit, exit_of, exit_of_all
from labeler.cli.output import money
from labeler.errors import LabelerError
from tests.support.shell import SECRETS, Shell

PROOF = Path(__file__).parents[2] / "labeler" / "proof"
JUDGES = ("judge", "statements", "bundle", "container", "log_entry", "item_tree", "codec")
STABLE = """open, inspect, wallet create, wallet import, wallet address, connect, tasks, fetch,
wipe, measures, submit, sync, outbox, earnings, claim, bundle, verify, backup, restore,
archive add, archive change, archive list, archive remove, archive test, archive find, archive get,
archive wipe, journal list, journal export, journal verify, journal replay, doctor"""


def error(code: str) -> LabelerError:
    return LabelerError(code, "It happened.", safe="All is safe.", do="Try again.")


def test_the_names_are_stable() -> None:
    assert [words for words, _help, _fill in VERBS] == re.split(r",\s*", STABLE)
    for words, _help, _fill in VERBS:
        assert callable(find(words))


@pytest.mark.parametrize(
    ("typed", "profile"),
    [
        ("--profile p archive list", "p"),
        ("archive list --profile p", "p"),
        ("--profile p tasks", "p"),
        ("tasks", None),
    ],
)
def test_the_profile_is_named_before_or_after_the_verb(typed: str, profile: str | None) -> None:
    assert build_parser("1").parse_args(typed.split()).profile == profile


def test_help_names_open_too() -> None:
    assert "labeler open PATH" in build_parser("1").format_help()


def test_no_secret_can_be_typed() -> None:
    parser = build_parser("1")
    verbs = [parser]
    options = set()
    while verbs:
        one = verbs.pop()
        for action in one._actions:
            options |= set(action.option_strings)
            if isinstance(action.choices, dict):
                verbs += action.choices.values()
    secret = {name for name in options if re.search("pass|word|key|secret", name)}
    assert {name for name in secret if not name.endswith("-fd")} == {"--keystore"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("whatever", Exit.REFUSED),
        ("no-profile", Exit.SETUP),
        ("bundle-changed", Exit.NOT_PROVED),
        ("marketplace-unreachable", Exit.UNREACHABLE),
        ("confirmation-missing", Exit.USAGE),
    ],
)
def test_exit_codes(code: str, expected: Exit) -> None:
    assert exit_of(error(code)) is expected


def test_a_proof_that_fails_weighs_most() -> None:
    assert exit_of_all([]) is Exit.OK
    both = [error("marketplace-unreachable"), error("decision-late")]
    assert exit_of_all(both) is Exit.NOT_PROVED


def judged_codes() -> set[str]:
    """First arguments of every call in the judge that looks like an error's code."""
    found = set()
    for name in JUDGES:
        for node in ast.walk(ast.parse((PROOF / f"{name}.py").read_text())):
            if isinstance(node, ast.Call) and node.args:
                first = node.args[0]
                called = ast.unparse(node.func)
                code = str(getattr(first, "value", ""))
                if re.search("refuse|LabelerError", called) and re.fullmatch("[a-z-]+", code):
                    found.add(code)
    return found


def test_whatever_the_judge_says_is_not_proved() -> None:
    codes = judged_codes()
    assert len(codes) > 20
    assert {code for code in codes if exit_of(error(code)) is not Exit.NOT_PROVED} == set()


def test_misuse_is_one_document_too(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    said = shell.run("fetch", "--json")
    assert (said.code, said.error) == (2, "usage")
    said = shell.run("fly")
    assert (said.code, said.out) == (2, "")
    assert "fly" in said.aside


def test_without_a_profile(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "none")
    for verb in (["tasks"], ["outbox"], ["earnings"], ["sync"], ["claim"], ["wallet", "address"]):
        said = shell.run(*verb, "--json")
        assert (said.code, said.error) == (3, "no-profile")
    assert not shell.profile.exists()
    said = shell.run("tasks")
    assert said.out == ""
    assert len(said.aside.splitlines()) == 3


def test_a_secret_from_a_descriptor(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"the profile's\nthe key's passphrase\n")
    os.close(writing)
    descriptors = ("--passphrase-fd", str(reading), "--key-passphrase-fd", str(reading))
    shell = Shell(tmp_path / "profile", {})
    # The key's is read first; each takes one line.
    made = shell.run("wallet", "create", *descriptors, "--json")
    os.close(reading)
    assert made.code == 0, made
    opened = Shell(tmp_path / "profile", {"LABELER_PROFILE_PASSPHRASE": "the key's passphrase"})
    assert opened.json("wallet", "address")["address"] == made.json["address"]


def test_nobody_to_ask(tmp_path: Path) -> None:
    said = Shell(tmp_path / "profile", {}).run("wallet", "create", "--json")
    assert (said.code, said.error) == (3, "secret-missing")
    empty = {**SECRETS, "LABELER_KEY_PASSPHRASE": ""}
    said = Shell(tmp_path / "profile", empty).run("wallet", "create", "--json")
    assert said.error == "secret-missing"
    assert not (tmp_path / "profile").exists()


def test_money_is_cut_and_not_rounded() -> None:
    assert money(Amount(24_999_999, "USDC", 6)) == "24.99 USDC"
    assert money(Amount(0, "", 2)) == "0.00"


def test_every_exit_code_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "cli.md").read_text()
    table = text.partition("## Exit codes")[2].partition("\n## ")[0]
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)] == list(Exit)


def test_every_verb_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "cli.md").read_text()
    headings = re.findall(r"^### labeler ([a-z ]+)", text, re.MULTILINE)
    assert [heading.strip() for heading in headings] == [words for words, _help, _fill in VERBS]


@pytest.mark.parametrize(
    "typed",
    [
        "open|",
        "open|--form|",
        "measures|1111|--csv|",
        "journal|list|--profile|",
        "--profile||tasks",
        "journal|replay|j|--to|1.5",
    ],
)
def test_what_names_nothing_is_misuse_in_plain_words(tmp_path: Path, typed: str) -> None:
    said = Shell(tmp_path / "none").run(*typed.split("|"))
    assert (said.code, said.out) == (2, "")
    happened, safe, do = said.aside.splitlines()
    assert re.search("an empty path names nothing|named by a whole number", happened)
    assert safe == "Nothing was done."
    assert do.startswith("usage: labeler")
