"""An open profile for one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from labeler.app.answers import Answers
from labeler.app.keys import unlock_key
from labeler.app.opening import Workbench, create_workbench, open_workbench
from labeler.cli.call import Call
from labeler.errors import LabelerError
from labeler.signing.requests import Key
from labeler.store.keychain import system_keyring
from labeler.store.profile import (
    Keyring,
    Passphrase,
    Practice,
    Profile,
    Protection,
    is_profile,
    open_profile,
)
from labeler.store.vault import KeyringWrap, PracticeWrap


@contextmanager
def open_bench(call: Call, *, may_create: bool = False, expected: str = "") -> Iterator[Workbench]:
    """The profile, opened with its passphrase; `may_create` makes one where there is none.

    What opening found wrong on the disk is told beside the answer, but for what was `expected`, by
    its code.
    """
    failed: list[BaseException] = []
    answers = Answers(lambda tell: tell(), failed.append, failed.append)
    if may_create and not is_profile(call.root):
        bench = create_workbench(call.root, _new_protection(call), answers, call.resources)
    else:
        protection = protection_of(call, open_profile(call.root))
        bench = open_workbench(call.root, protection, answers, call.resources)
    try:
        for finding in bench.findings:
            if finding.code != expected:
                call.output.warn(finding)
        yield bench
    finally:
        bench.close()
    if failed:
        raise failed[0]


def protection_of(call: Call, profile: Profile) -> Protection:
    """How this profile is opened; asks for the passphrase where there is one."""
    match profile.info.wrap:
        case PracticeWrap():
            return Practice()
        case KeyringWrap():
            return Keyring(system_keyring())
        case _:
            return Passphrase(call.profile_passphrase())


def unlock(call: Call, bench: Workbench) -> Key:
    """Open the signing key for this command. Raises LabelerError "practice-profile", "no-key"."""
    refuse_practice(bench.profile)
    return unlock_key(bench.services, call.key_passphrase())


def refuse_practice(profile: Profile) -> None:
    """Raises LabelerError "practice-profile" where nothing protects what would be signed."""
    if not profile.is_protected:
        raise LabelerError(
            "practice-profile",
            "This profile is for practice: nothing protects it, so nothing in it can be signed.",
            safe="Your marks are kept.",
            do="Make a profile with a passphrase in another folder, and connect there.",
        )


def _new_protection(call: Call) -> Protection:
    if getattr(call.typed, "practice", False):
        return Practice()
    return Passphrase(call.profile_passphrase(again=True))
