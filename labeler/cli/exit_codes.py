"""What a script learns from the exit code; documented in docs/cli.md."""

from __future__ import annotations

import enum
from collections.abc import Sequence

from labeler.errors import LabelerError


class Exit(enum.IntEnum):
    OK = 0
    REFUSED = 1
    """An error of ours: the message says what happened, what is safe, what to do."""
    USAGE = 2
    SETUP = 3
    """Something is missing or unsafe on this machine or in this profile."""
    NOT_PROVED = 4
    """What was to be verified does not hold."""
    UNREACHABLE = 5
    """The marketplace, the chain or an archive does not answer; trying later may help."""
    CANCELLED = 130


_USAGE = {"answer-unclear", "archive-question", "confirmation-missing"}
_SETUP = {
    "demo-extra-missing",
    "no-display",
    "no-key",
    "no-keyring",
    "no-node",
    "no-profile",
    "not-connected",
    "practice-profile",
    "secret-missing",
}
_NOT_PROVED = {
    # What the judge says of identities, messages, decisions, statements, the log and bundles.
    "assignment-elsewhere",
    "assignment-unsigned",
    "bad-message",
    "bundle-changed",
    "bundle-unsound",
    "claim-not-in-root",
    "claim-root-differs",
    "cumulative-fell",
    "deadline-unsound",
    "decision-elsewhere",
    "decision-late",
    "decision-not-logged",
    "decision-unsigned",
    "decision-unsound",
    "distributor-short",
    "format-unknown",
    "grant-unsigned",
    "head-unsigned",
    "identity-changed",
    "identity-differs",
    "identity-unsigned",
    "identity-unsound",
    "item-changed",
    "item-elsewhere",
    "items-changed",
    "journal-unsound",
    "line-amount",
    "line-doubled",
    "line-missing",
    "line-unknown",
    "lines-changed",
    "lines-rewritten",
    "log-forked",
    "not-a-journal",
    "not-as-asked",
    "not-canonical",
    "offer-unsigned",
    "pay-changed",
    "payload-changed",
    "reason-unlisted",
    "receipt-elsewhere",
    "receipt-terms-changed",
    "receipt-unsigned",
    "reviewer-unauthorised",
    "source-changed",
    "statement-elsewhere",
    "statement-forked",
    "statement-not-yours",
    "statement-older",
    "statement-unsigned",
    "submission-elsewhere",
    "submission-unsigned",
    "sum-wrong",
    "terms-changed",
    "wrong-log",
    "wrong-marketplace",
}
_UNREACHABLE = {
    "archive-incomplete",
    "archive-line-lost",
    "archive-no-tls",
    "archive-redirects",
    "archive-unreachable",
    "archive-untrusted",
    "chain-unconfirmed",
    "chain-unreachable",
    "download-cut",
    "marketplace-busy",
    "marketplace-redirects",
    "marketplace-unreachable",
    "not-a-marketplace",
    "not-an-archive",
}


def exit_of(error: LabelerError) -> Exit:
    """The exit code of an error."""
    for codes, code in (
        (_USAGE, Exit.USAGE),
        (_SETUP, Exit.SETUP),
        (_NOT_PROVED, Exit.NOT_PROVED),
        (_UNREACHABLE, Exit.UNREACHABLE),
    ):
        if error.code in codes:
            return code
    return Exit.REFUSED


def exit_of_all(errors: Sequence[LabelerError]) -> Exit:
    """The exit code of several: a proof that fails weighs more than a host that is silent."""
    codes = {exit_of(error) for error in errors}
    for code in (Exit.NOT_PROVED, Exit.REFUSED, Exit.SETUP, Exit.UNREACHABLE):
        if code in codes:
            return code
    return Exit.OK
