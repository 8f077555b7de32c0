"""What each screen shows, as frozen values: filled by the verbs, painted by any window."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from labeler.model.outbox import OutboxState

Fact = tuple[str, str | int]
"""What fills one `{name}` of a template: templates are translated first, then filled."""


class Change(enum.Enum):
    """What kind of thing changed; the one outward event."""

    WORK = "work"
    READING = "reading"
    """Another case, series or slice became available."""
    PUT_DOWN = "put-down"
    """The open case is put down after this: what is under way on it is finished now."""
    LAYERS = "layers"
    """What other files say about the open series."""
    DOCUMENT = "document"
    """Marks, answers or history."""
    MAY_UNDO = "may-undo"
    """Whether there is something to undo or redo; the document is as it was."""
    SAVED = "saved"
    OUTBOX = "outbox"
    EARNINGS = "earnings"
    NOTICES = "notices"
    STANDING = "standing"
    """The key, the marketplace or the settings."""
    ACTIVITY = "activity"
    LOCK = "lock"
    PREFERENCES = "preferences"
    DAMAGE = "damage"
    """A case was to be opened whose journal the disk did not give back whole."""


NEWS = tuple(change for change in Change if change is not Change.PUT_DOWN)
"""What a screen that is new hears, to show all there is: a case that is there is not put down."""


@dataclass(frozen=True)
class Amount:
    """Money in minor units with what is needed to write it."""

    minor: int
    symbol: str
    decimals: int


NO_MONEY = Amount(0, "", 2)


class SaveState(enum.Enum):
    NOTHING = "nothing"
    SAVED = "saved"
    SAVING = "saving"
    SLOW = "slow"
    FAILED = "failed"


@dataclass(frozen=True)
class SaveLight:
    """`at` is UTC seconds of the last durable commit; `pending` counts Edits not yet durable."""

    state: SaveState
    at: int | None
    pending: int


@dataclass(frozen=True)
class CaseRow:
    """One item of a downloaded task, or a folder opened for practice."""

    id: str
    title: str
    number: int
    state: OutboxState | None
    started: bool
    is_open: bool


@dataclass(frozen=True)
class TaskCard:
    id: str
    title: str
    specialty: str
    modality: str
    instructions: str
    pay: Amount
    royalty_basis_points: int
    set_aside: Amount | None
    """Money locked for the task; None: nothing is locked."""
    deadline: int
    review_seconds: int
    reasons: tuple[str, ...]
    item_count: int
    downloaded: bool
    download_permille: int | None
    cases: tuple[CaseRow, ...]
    places_left: int | None = None
    """Cases still free for this expert; None: not told, or the task is this expert's already."""
    impossible: str | None = None
    """Why nobody could finish a case of it; None where one can."""

    @property
    def can_be_fetched(self) -> bool:
        """Whether there is something of it to download."""
        is_fit = self.impossible is None or bool(self.cases)  # what is taken is this expert's
        return not self.downloaded and self.places_left != 0 and is_fit


@dataclass(frozen=True)
class WorkScreen:
    marketplace: str | None
    """Where the profile is connected to; None before the first connect."""
    online: bool | None
    cards: tuple[TaskCard, ...]
    last_case: str = ""
    """The case of a task that was opened last; empty before the first."""


class NextStep(enum.Enum):
    SENDS_WHEN_ONLINE = "sends-when-online"
    WAITING_FOR_RECEIPT = "waiting-for-receipt"
    DECISION_BY = "decision-by"
    APPEAL_BY = "appeal-by"
    STATEMENT = "statement"
    CLAIM = "claim"
    NONE = "none"


@dataclass(frozen=True)
class EvidenceStep:
    """One line of a submission's history: `word` is a stable code ("signed", "received" ...)."""

    word: str
    at: int | None
    detail: str = ""
    done: bool = True


@dataclass(frozen=True)
class OutboxRow:
    digest: str
    state: OutboxState
    case: str
    task: str
    signed_at: int
    next_step: NextStep
    next_at: int | None
    pay: Amount
    reason: str
    evidence: tuple[EvidenceStep, ...]


@dataclass(frozen=True)
class OutboxScreen:
    rows: tuple[OutboxRow, ...]
    syncing: bool
    retry_at: int | None


class Recomputed(enum.Enum):
    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_YET = "not-yet"


@dataclass(frozen=True)
class EarningLine:
    at: int
    case: str
    task: str
    kind: str
    amount: Amount
    recomputed: Recomputed
    missing: Amount | None = None


@dataclass(frozen=True)
class EarningsScreen:
    """Sums over all time; `bars` are (year, month, amount) of decided work, oldest first."""

    queued: Amount
    in_review: Amount
    accepted: Amount
    ready: Amount
    claimed: Amount
    bars: tuple[tuple[int, int, Amount], ...]
    lines: tuple[EarningLine, ...]
    covered: bool | None
    """Whether the distributor holds at least what it owes; None: the chain was not asked yet."""
    statement_checked: bool | None
    claiming: bool
    paid_outside: bool = False
    """The marketplace has no chain: it pays in its own way, and there is nothing to claim."""


@dataclass(frozen=True)
class Problem:
    """Why a case cannot be signed yet, or what to look at; `code` is stable, `text` a template."""

    code: str
    text: str
    blocks: bool
    question: str = ""
    """Where to go: a question of the form; of a mark where one is named."""
    facts: tuple[Fact, ...] = ()
    mark: str = ""
    warns: bool = False
    """Whether it is more than a hint, also where it does not block."""


@dataclass(frozen=True)
class MayTell:
    """An answer that may tell who the patient is: its question, and what seems to be in it."""

    question: str
    what: tuple[str, ...]


@dataclass(frozen=True)
class SigningSummary:
    """What the person sees before signing; derived by the signer process from the bytes.

    `active_s` are the seconds of work that the person stands by, `idle_s` those of silence.
    """

    token: str
    title: str
    marks: int
    answers: int
    no_finding: bool
    pay: Amount
    royalty_basis_points: int
    decision_by: int
    rules_unchanged: bool
    fingerprint: str
    active_s: int
    idle_s: int
    telling: tuple[MayTell, ...] = ()


@dataclass(frozen=True)
class Activity:
    """A job over 500 ms: what it is (a template), how far, about how long still."""

    id: int
    text: str
    permille: int | None
    cancellable: bool
    facts: tuple[Fact, ...] = ()
    seconds_left: int | None = None


@dataclass(frozen=True)
class Notice:
    """Something told once: an error's three templates, or one line in `happened`."""

    id: int
    happened: str
    safe: str
    do: str
    is_error: bool
    facts: tuple[Fact, ...] = ()
    undoable: bool = False
    """Whether "Undo" belongs inside: what was told can be taken back by one undo."""
    stays: bool = False
    """Whether it stays until it is put away: it tells of something that is missing."""


@dataclass(frozen=True)
class DamagedCase:
    """A document whose journal does not fit together: `good` of `expected` steps do.

    `marks` and `answers` are those of the last good state, `at` UTC seconds of its last step.
    """

    id: str
    title: str
    """Empty where nothing names the case but its journal."""
    expected: int
    good: int
    marks: int
    answers: int
    at: int | None
    kept: str
    """The folder with copies of the damaged files; empty where none were made yet."""


@dataclass(frozen=True)
class Standing:
    """What the window must know before it shows anything."""

    first_run: bool
    """Nothing was ever opened or connected here."""
    locked: bool
    """The screen is blank until the passphrase is given."""
    key_address: str | None
    """The signing key's address; None before the first signing."""
    key_unlocked: bool
    practice: bool
    """The profile has no protection: nothing in it can be signed."""
    marketplace: str | None
    storage: str
    """The profile's folder, to show."""
    shut: bool = False
    """The profile could not be opened, and nothing here is of it; `open_again` tries once more."""


@dataclass(frozen=True)
class MarketplaceFound:
    """Who answered at an address, before it is pinned."""

    url: str
    name: str
    operator: str
    fingerprint: str
    has_chain: bool
