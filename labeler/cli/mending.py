"""Going on after the disk lost or changed something; never without a person's yes."""

from __future__ import annotations

from labeler.app import recovering
from labeler.app.opening import utc_now
from labeler.app.screens import DamagedCase
from labeler.cli.bench import open_bench, protection_of
from labeler.cli.call import Call
from labeler.cli.exit_codes import Exit
from labeler.cli.names import find_damaged
from labeler.cli.output import Json
from labeler.errors import LabelerError
from labeler.store.profile import Profile, open_profile
from labeler.store.recovery import Recovery, recover_database
from labeler.store.store import open_store

HELD = {
    "assignment": "the tasks you took",
    "blob": "painted marks",
    "checkpoint": "help to open cases sooner",
    "checkpoint_mask": "help to open cases sooner",
    "claim": "claims of pay",
    "device_link": "links of this device with marketplaces",
    "document": "cases",
    "earning": "earnings",
    "incident": "notes of earlier damage",
    "item": "cases of tasks",
    "journal": "steps of cases",
    "marketplace": "marketplaces",
    "message": "messages of marketplaces",
    "received": "studies from archives",
    "setting": "settings",
    "statement": "statements of marketplaces",
    "submission": "signed cases in the outbox",
    "submission_blob": "signed cases in the outbox",
    "task": "tasks",
    "tree_head": "proofs of marketplaces",
}
"""What a table of the database holds, for who knows of none."""

SHOWN = 12
"""Digits of a case's name that a person is shown, and may type."""


def told(case: DamagedCase) -> str:
    """What is left of a damaged case, in one line."""
    named = f"{case.id[:SHOWN]} ({case.title})" if case.title else case.id[:SHOWN]
    return f"{named}: {case.good} of {case.expected} saved steps fit together"


def go_on(call: Call) -> Exit:
    """Take the last good state of a damaged case for the case."""
    with open_bench(call) as bench:
        case = find_damaged(recovering.every_journal(bench.services), call.typed.go_on)
        call.output.note(
            told(case),
            f"The last good state has {case.marks} marks and {case.answers} answers.",
            "The other steps are given up here; copies of the damaged files are kept.",
        )
        call.confirm("Go on from the last good state?")
        accepted = recovering.go_on(bench.services, case.id) or case
    lines = [f"{case.id[:SHOWN]} goes on after step {case.good}.", f"Copies: {accepted.kept}"]
    call.output.answer(_case_json(accepted), lines)
    return Exit.OK


def recover(call: Call) -> Exit:
    """Make a new database of what can still be read of a damaged one."""
    profile = open_profile(call.root)
    key = profile.unlock(protection_of(call, profile))
    damage = _damage(profile, key)
    if damage is None:
        answer: Json = {"recovered": False, "rows": 0, "incomplete": [], "kept": "", "damaged": []}
        call.output.answer(answer, ["The database is whole: nothing was changed."])
        return Exit.OK
    call.output.note(
        damage.happened,
        "What can still be read goes into a new database; the damaged files are kept aside.",
    )
    call.confirm("Recover what is readable?")
    found = _recovered(profile, key)
    # A new database counts its changes from none: that says nothing of what was lost.
    with open_bench(call, expected="database-lost-changes") as bench:
        damaged = recovering.every_journal(bench.services).damaged
    _answer(call, found, damaged)
    return Exit.OK


def _answer(call: Call, found: Recovery, damaged: tuple[DamagedCase, ...]) -> None:
    lines = ["What can still be read is in a new database.", f"The damaged files: {found.aside}"]
    if found.incomplete:
        parts = dict.fromkeys(HELD.get(table, "other notes") for table in found.incomplete)
        lines.append(f"Some may be missing of: {', '.join(parts)}.")
    lines += [f"{told(case)}: labeler doctor --go-on {case.id[:SHOWN]}" for case in damaged]
    answer: Json = {
        "recovered": True,
        "rows": found.kept,
        "incomplete": list(found.incomplete),
        "kept": str(found.aside),
        "damaged": [_case_json(case) for case in damaged],
    }
    call.output.answer(answer, lines)


def _damage(profile: Profile, key: bytes) -> LabelerError | None:
    """What keeps the database from being used; None where it opens and every page is sound."""
    try:
        store = open_store(profile, key, now=utc_now())
        try:
            store.database.check_pages()
        finally:
            store.close()
    except LabelerError as error:
        if error.code != "database-damaged":
            raise
        return error
    return None


def _recovered(profile: Profile, key: bytes) -> Recovery:
    try:
        return recover_database(profile, key, now=utc_now())
    except LabelerError as error:
        if error.code != "database-damaged":
            raise
        raise LabelerError(
            "nothing-recovered",
            "Nothing of the database can be read.",
            safe="It was left as it is.",
            do="Restore a backup.",
        ) from error


def _case_json(case: DamagedCase) -> Json:
    return {
        "case": case.id,
        "title": case.title,
        "steps": case.good,
        "expected": case.expected,
        "marks": case.marks,
        "answers": case.answers,
        "kept": case.kept,
    }
