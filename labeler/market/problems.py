"""What a person is told when a marketplace cannot be reached, is none, or refuses."""

from __future__ import annotations

from labeler.errors import LabelerError
from labeler.market.wire import Problem

_KEPT = "Your work is kept on this computer."
_RETRY = "Keep working; this is tried again later."

_TOLD: dict[str, tuple[str, str, str]] = {
    "login-required": (
        "The marketplace wants you to log in first.",
        _KEPT,
        "Unlock your signing key, then try again.",
    ),
    "login-refused": (
        "The marketplace did not accept the login.",
        _KEPT,
        "Check this computer's clock, and that the address is the marketplace's own; try again.",
    ),
    "not-found": (
        "The marketplace does not know what was asked for.",
        _KEPT,
        "Refresh the list of tasks.",
    ),
    "nothing-left": (
        "Every case of this task is given out.",
        _KEPT,
        "Choose another task, or look again later.",
    ),
    "task-closed": (
        "The time for this task is over.",
        _KEPT,
        "Choose another task.",
    ),
    "blobs-missing": (
        "The marketplace has not got every part of the case yet.",
        "The signed case waits here.",
        "Sync again to send the missing parts.",
    ),
    "not-assigned": (
        "The marketplace says that this case was not assigned to you.",
        "The signed case and the signed assignment are kept here as evidence.",
        "Ask the marketplace with the submission's fingerprint.",
    ),
    "too-late": (
        "The case arrived after the final deadline.",
        "The signed case stays here.",
        "Ask the marketplace whether it can still take it.",
    ),
    "bad-signature": (
        "The marketplace could not verify the signature.",
        "The signed case stays here.",
        "Check that your key belongs to this marketplace, then sync again.",
    ),
    "submission-conflict": (
        "The marketplace already has another submission of this case with the same revision.",
        "Both are kept here.",
        "Compare the two; to change a case, sign a new revision.",
    ),
    "already-decided": (
        "The marketplace has decided on this case already, and takes no other revision of it.",
        "Both are kept here.",
        "Sync to see what was decided; nothing more needs to be sent.",
    ),
    "submission-refused": (
        "The marketplace refuses the submission: {detail}",
        "The signed case stays here.",
        "Correct what is named, then sign again.",
    ),
    "claim-refused": (
        "The claim was not carried out: {detail}",
        "What you are owed does not change.",
        "Sync, then try again; you may also claim with your own key.",
    ),
    "too-large": (
        "The marketplace refuses something of this size.",
        _KEPT,
        "Make the case smaller, or ask the marketplace.",
    ),
    "blob-mismatch": (
        "A part of the case was damaged on its way to the marketplace.",
        "The signed case waits here.",
        "Sync again.",
    ),
    "bad-request": (
        "The marketplace did not understand the request: {detail}",
        _KEPT,
        "Check for a newer version of this program.",
    ),
}


class BlobsMissing(LabelerError):  # noqa: N818  the problem's own name
    """The marketplace wants these blobs (SHA-256) before it takes the submission."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        happened, safe, do = _TOLD["blobs-missing"]
        super().__init__("blobs-missing", happened, safe=safe, do=do)
        self.missing = missing


def refusal(problem: Problem) -> LabelerError:
    """The error for a problem document."""
    if problem.code == "blobs-missing":
        return BlobsMissing(problem.missing)
    if problem.status in (429, 503):
        return busy()
    if told := _TOLD.get(problem.code):
        happened, safe, do = told
        detail = _one_line(problem.detail or problem.title)
        return LabelerError(problem.code, happened, safe=safe, do=do, detail=detail)
    return LabelerError(
        "marketplace-refuses",
        "The marketplace refuses: {title}",
        safe=_KEPT,
        do="Try again later; if it stays, ask the marketplace.",
        title=_one_line(problem.title),
        status=problem.status,
    )


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text[:200])


def unreachable(host: str) -> LabelerError:
    return LabelerError(
        "marketplace-unreachable",
        "The marketplace {host} does not answer.",
        safe=_KEPT,
        do=_RETRY,
        host=host,
    )


def busy() -> LabelerError:
    return LabelerError(
        "marketplace-busy",
        "The marketplace is too busy to answer now.",
        safe=_KEPT,
        do=_RETRY,
    )


def not_a_marketplace(host: str) -> LabelerError:
    return LabelerError(
        "not-a-marketplace",
        "{host} answers, but not as a marketplace does.",
        safe=_KEPT,
        do="Check the address; on a guest network, sign in to the network first.",
        host=host,
    )


def redirects(host: str) -> LabelerError:
    return LabelerError(
        "marketplace-redirects",
        "{host} sends us to another address, which is never followed.",
        safe="Nothing was sent there.",
        do="Check the address; on a guest network, sign in to the network first.",
        host=host,
    )


def bad_address() -> LabelerError:
    return LabelerError(
        "bad-address",
        "This is not an address a marketplace can have.",
        safe="Nothing was sent.",
        do="Enter an address that begins with https://.",
    )


def download_cut(host: str) -> LabelerError:
    return LabelerError(
        "download-cut",
        "The connection to {host} broke during the download.",
        safe="What arrived is kept; the rest is fetched later.",
        do=_RETRY,
        host=host,
    )


def download_mismatch(host: str) -> LabelerError:
    return LabelerError(
        "download-mismatch",
        "{host} sent something else than what was promised.",
        safe="It was thrown away; your own work is untouched.",
        do="Download the task again; if this stays, tell the marketplace.",
        host=host,
    )
