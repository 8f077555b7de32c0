"""A session that keeps everything in memory: what the window needs, and nothing behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from labeler.app.file_report import FileReport, Repairs
from labeler.app.screens import (
    Activity,
    Amount,
    CaseRow,
    Change,
    DamagedCase,
    EarningLine,
    EarningsScreen,
    EvidenceStep,
    MarketplaceFound,
    NextStep,
    Notice,
    OutboxRow,
    OutboxScreen,
    Recomputed,
    SaveLight,
    SaveState,
    SigningSummary,
    Standing,
    TaskCard,
    WorkScreen,
)
from labeler.errors import LabelerError
from labeler.model.listing import HeaderListing
from labeler.model.outbox import OutboxState
from labeler.model.preferences import DEFAULTS, Preferences

NOW = 1_793_541_731
"""1 November 2026, 14:02:11 UTC."""

DAY = 86_400
PASSPHRASE = "correct horse battery"
ADDRESS = "0x52908400098527886E0F7030069857D2E4169EE7"
FINGERPRINT = "0x" + "3f9a51c07e2b84d6" * 4
WORDS = (
    *("abandon", "ability", "able", "about", "above", "absent", "absorb", "abstract"),
    *("absurd", "abuse", "access", "accident", "account", "accuse", "achieve", "acid"),
    *("acoustic", "acquire", "across", "act", "action", "actor", "actress", "actual"),
)

Deliver = Callable[[Callable[[], None]], None]
Refused = Callable[[LabelerError], None]


def usdc(text: str) -> Amount:
    """An amount written with two decimals."""
    whole, _, cents = text.partition(".")
    return Amount(int(whole) * 10**6 + int(cents or 0) * 10**4, "USDC", 6)


def wrong_passphrase() -> LabelerError:
    return LabelerError(
        "wrong-passphrase",
        "This is not the passphrase.",
        safe="Nothing is lost or changed.",
        do="Type it again. Look at Caps Lock.",
    )


class SessionInMemory:
    """Answers through `deliver`, as the real one does; `done` remembers the verbs called."""

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._hear: Callable[[Change], None] = lambda _change: None
        self.done: list[str] = []
        self.now_standing = Standing(
            first_run=False,
            locked=False,
            key_address=None,
            key_unlocked=False,
            practice=False,
            marketplace=None,
            storage="/home/reader/.local/share/labeler",
        )
        zero = usdc("0.00")
        self.now_work = WorkScreen(None, None, ())
        self.now_outbox = OutboxScreen((), syncing=False, retry_at=None)
        self.now_earnings = EarningsScreen(
            zero, zero, zero, zero, zero, (), (), None, None, claiming=False
        )
        self.now_saved = SaveLight(SaveState.NOTHING, None, 0)
        self.fails: LabelerError | None = None
        """What every answering verb refuses with, while it is set."""
        self.no_signing: LabelerError | None = None
        """Why the open case can never be signed, while it is set."""
        self.late: list[Callable[[], None]] | None = None
        """While this is a list, answers wait in it until they are called."""
        self.now_damaged: DamagedCase | None = None
        self.now_activities: tuple[Activity, ...] = ()
        self.now_notices: tuple[Notice, ...] = ()
        self.now_preferences: Preferences = DEFAULTS

    def listen(self, hear: Callable[[Change], None]) -> None:
        self._hear = hear

    def _answer(self, answer: Callable[[], None], refused: Refused) -> None:
        error = self.fails
        call = answer if error is None else lambda: refused(error)
        if self.late is None:
            self._deliver(call)
        else:
            self.late.append(call)

    def change(self, *changes: Change) -> None:
        for change in changes:
            self._deliver(lambda change=change: self._hear(change))

    def open_again(self) -> None:
        self.done.append("open again")

    def standing(self) -> Standing:
        return self.now_standing

    def work(self) -> WorkScreen:
        return self.now_work

    def outbox(self) -> OutboxScreen:
        return self.now_outbox

    def earnings(self) -> EarningsScreen:
        return self.now_earnings

    def save_light(self) -> SaveLight:
        return self.now_saved

    def activities(self) -> tuple[Activity, ...]:
        return self.now_activities

    def notices(self) -> tuple[Notice, ...]:
        return self.now_notices

    def preferences(self) -> Preferences:
        return self.now_preferences

    def prefer(self, wanted: Preferences) -> None:
        self.now_preferences = wanted
        self._hear(Change.PREFERENCES)

    def list_own_forms(
        self, answer: Callable[[tuple[tuple[str, str], ...]], None], refused: Refused
    ) -> None:
        forms = (("chest-ct-nodule", "Chest CT nodules"), ("general-findings", "Findings"))
        self._answer(lambda: answer(forms), refused)

    def check_own_form(self, path: str, answer: Callable[[], None], refused: Refused) -> None:
        self.done.append(f"form {path}")
        self._answer(answer, refused)

    def choose_own_form(self, form: str) -> None:
        self.prefer(replace(self.now_preferences, own_form=form))

    def find_marketplace(
        self, url: str, answer: Callable[[MarketplaceFound], None], refused: Refused
    ) -> None:
        self.done.append(f"find {url}")
        if not url.startswith("http"):
            error = LabelerError(
                "not-an-address",
                "{address} is not an address.",
                safe="Nothing was changed.",
                do="Type it as the marketplace wrote it.",
                address=url,
            )
            self._deliver(lambda: refused(error))
            return
        found = MarketplaceFound(url, "Open Chest Project", ADDRESS, FINGERPRINT, has_chain=True)
        self._deliver(lambda: answer(found))

    def connect(
        self, found: MarketplaceFound, answer: Callable[[], None], refused: Refused
    ) -> None:
        self.done.append(f"connect {found.url}")
        self.now_standing = replace(self.now_standing, marketplace=found.name, first_run=False)
        self.now_work = WorkScreen(found.name, True, cards())
        self._answer(answer, refused)
        self.change(Change.STANDING, Change.WORK)

    def download(self, task_id: str) -> None:
        self.done.append(f"download {task_id}")
        fetched = tuple(
            replace(card, downloaded=True, cases=cases()) if card.id == task_id else card
            for card in self.now_work.cards
        )
        self.now_work = replace(self.now_work, cards=fetched)
        self.change(Change.WORK)

    def open_case(self, case_id: str) -> None:
        self.done.append(f"open {case_id}")
        self.change(Change.READING)

    def open_next_case(self) -> None:
        self.done.append("next case")

    def open_paths(self, paths: Sequence[Path], form: str = "") -> None:
        asked = f" asked by {form}" if form else ""
        self.done.append(f"paths {' '.join(map(str, paths))}{asked}")

    def open_sample(self) -> None:
        self.done.append("sample")

    def damaged(self) -> DamagedCase | None:
        return self.now_damaged

    def go_on(self, case_id: str, answer: Callable[[], None], refused: Refused) -> None:
        self.done.append(f"go on {case_id}")
        self._answer(answer, refused)

    def make_words(self, answer: Callable[[tuple[str, ...]], None], refused: Refused) -> None:
        self._answer(lambda: answer(WORDS), refused)

    def create_key(
        self,
        words: tuple[str, ...],
        passphrase: str,
        answer: Callable[[str], None],
        refused: Refused,
    ) -> None:
        self.done.append(f"key {len(words)} {len(passphrase)}")
        self.now_standing = replace(self.now_standing, key_address=ADDRESS, key_unlocked=True)
        self._answer(lambda: answer(ADDRESS), refused)
        self.change(Change.STANDING)

    def unlock_key(self, passphrase: str, answer: Callable[[], None], refused: Refused) -> None:
        if passphrase != PASSPHRASE:
            self._deliver(lambda: refused(wrong_passphrase()))
            return
        self.now_standing = replace(self.now_standing, key_unlocked=True)
        self._deliver(answer)

    def lock(self) -> None:
        self.now_standing = replace(self.now_standing, locked=True, key_unlocked=False)
        self.change(Change.LOCK)

    def unlock(self, passphrase: str, answer: Callable[[], None], refused: Refused) -> None:
        if passphrase != PASSPHRASE:
            self._deliver(lambda: refused(wrong_passphrase()))
            return
        self.now_standing = replace(self.now_standing, locked=False)
        self._deliver(answer)
        self.change(Change.LOCK)

    def report_files(self, answer: Callable[[FileReport], None], refused: Refused) -> None:
        self._answer(lambda: answer(FileReport((), (), ())), refused)

    def repair_files(
        self,
        report: FileReport,
        folder: Path,
        answer: Callable[[Repairs], None],
        refused: Refused,
    ) -> None:
        self.done.append(f"repair {len(report.repairable)} {folder.name}")
        self._answer(lambda: answer(Repairs((), ())), refused)

    def list_header(
        self,
        tile: str,
        index: int,
        answer: Callable[[HeaderListing], None],
        refused: Refused,
    ) -> None:
        self.done.append(f"header {tile} {index}")
        self._answer(lambda: answer(HeaderListing("one.dcm", ())), refused)

    def measures_export(self) -> Callable[[Path, bool, Callable[[], None], Refused], None]:
        def export(target: Path, comma: bool, answer: Callable[[], None], refused: Refused) -> None:
            self.done.append(f"measures {target.name}{' 1,5' if comma else ''}")
            self._answer(answer, refused)

        return export

    def why_not_sign(self) -> LabelerError | None:
        return self.no_signing

    def propose_signing(
        self,
        answer: Callable[[SigningSummary], None],
        refused: Refused,
        stopped: Callable[[], None],  # noqa: ARG002  it takes no time here
    ) -> None:
        self.done.append("propose")
        self._answer(lambda: answer(summary()), refused)

    def confirm_signing(self, token: str, answer: Callable[[], None], refused: Refused) -> None:
        self.done.append(f"sign {token}")
        self._answer(answer, refused)

    def withdraw_signing(self, token: str) -> None:
        self.done.append(f"withdraw {token}")

    def read_screens(self) -> None:
        self.done.append("read screens")

    def sync(self) -> None:
        self.done.append("sync")

    def claim(self) -> None:
        self.done.append("claim")

    def export_proof(
        self, digest: str, target: Path, answer: Callable[[], None], refused: Refused
    ) -> None:
        self.done.append(f"proof {digest} {target.name}")
        self._answer(answer, refused)

    def export_earnings(self, target: Path, answer: Callable[[], None], refused: Refused) -> None:
        self.done.append(f"export {target.name}")
        self._answer(answer, refused)

    def dismiss(self, notice_id: int) -> None:
        self.now_notices = tuple(n for n in self.now_notices if n.id != notice_id)
        self.change(Change.NOTICES)

    def cancel(self, activity_id: int) -> None:
        self.done.append(f"cancel {activity_id}")


def summary() -> SigningSummary:
    return SigningSummary(
        token="t1",
        title="case 7",
        marks=3,
        answers=5,
        no_finding=False,
        pay=usdc("25.00"),
        royalty_basis_points=200,
        decision_by=NOW + 41 * DAY,
        rules_unchanged=True,
        fingerprint=FINGERPRINT,
        active_s=1043,
        idle_s=310,
    )


def cases() -> tuple[CaseRow, ...]:
    states = (OutboxState.PAID, OutboxState.REJECTED, OutboxState.ACCEPTED)
    signed = tuple(
        CaseRow(f"case-{n}", f"Case {n}", n, state, started=True, is_open=False)
        for n, state in enumerate(states, 1)
    )
    rest = tuple(
        CaseRow(f"case-{n}", f"Case {n}", n, None, started=n == 4, is_open=n == 4)
        for n in range(4, 41)
    )
    return signed + rest


def cards() -> tuple[TaskCard, ...]:
    chest = TaskCard(
        id="task-1",
        title="Chest CT nodules",
        specialty="Chest radiology",
        modality="CT",
        instructions="Mark every solid or part-solid nodule of 4 mm or more on its largest "
        "axial slice. Answer the five questions. Press N when there is none.",
        pay=usdc("25.00"),
        royalty_basis_points=200,
        set_aside=usdc("1000.00"),
        deadline=NOW + 30 * DAY,
        review_seconds=14 * DAY,
        reasons=("R1 wrong side", "R2 contour outside tolerance", "R3 nodule missed"),
        item_count=40,
        downloaded=True,
        download_permille=None,
        cases=cases(),
    )
    brain = replace(
        chest,
        id="task-2",
        title="Brain MR, white matter lesions for the multi-centre follow-up study",
        specialty="Neuroradiology",
        modality="MR",
        pay=usdc("40.00"),
        set_aside=None,
        downloaded=False,
        download_permille=None,
        item_count=12,
        cases=(),
    )
    return chest, brain


def rows() -> tuple[OutboxRow, ...]:
    def row(
        number: int,
        state: OutboxState,
        ago: int,
        step: NextStep,
        due: int | None = None,
        evidence: tuple[EvidenceStep, ...] = (),
    ) -> OutboxRow:
        return OutboxRow(
            digest=f"{number:02x}" * 32,
            state=state,
            case=f"Case {number}",
            task="Chest CT nodules",
            signed_at=NOW - ago,
            next_step=step,
            next_at=None if due is None else NOW + due * DAY,
            pay=usdc("25.00"),
            reason="R3" if state is OutboxState.REJECTED else "",
            evidence=(EvidenceStep("signed", NOW - ago), *evidence),
        )

    received = EvidenceStep("received", NOW - DAY)
    rejected = (
        received,
        EvidenceStep("rejected", NOW - 3600, "R3, nodule missed"),
        EvidenceStep("appeal-until", NOW + 12 * DAY, done=False),
    )
    return (
        row(7, OutboxState.QUEUED, 11, NextStep.SENDS_WHEN_ONLINE),
        row(6, OutboxState.SENT, 1300, NextStep.WAITING_FOR_RECEIPT),
        row(5, OutboxState.RECEIVED, 3100, NextStep.DECISION_BY, 41, (received,)),
        row(2, OutboxState.REJECTED, 9 * DAY, NextStep.APPEAL_BY, 12, rejected),
        row(3, OutboxState.ACCEPTED, 9 * DAY, NextStep.STATEMENT, 30, (received,)),
        row(1, OutboxState.PAID, 10 * DAY, NextStep.NONE, None, (received,)),
    )


def earnings() -> EarningsScreen:
    months = (12, 26, 36, 23, 54, 72, 50, 79, 66, 84, 57, 90)
    bars = tuple(
        (2025 + (10 + at) // 12, (10 + at) % 12 + 1, usdc(f"{value}.00"))
        for at, value in enumerate(months)
    )
    lines = (
        EarningLine(
            NOW - 600, "Case 5", "Chest CT nodules", "label", usdc("25.00"), Recomputed.AGREES
        ),
        EarningLine(
            NOW - 900, "", "Release 2", "royalty", usdc("1.18"), Recomputed.DIFFERS, usdc("0.02")
        ),
        EarningLine(
            NOW - 40 * DAY, "Case 3", "Chest CT nodules", "label", usdc("25.00"), Recomputed.AGREES
        ),
        EarningLine(
            NOW - 400 * DAY,
            "Case 1",
            "Chest CT nodules",
            "label",
            usdc("25.00"),
            Recomputed.NOT_YET,
        ),
    )
    return EarningsScreen(
        queued=usdc("75.00"),
        in_review=usdc("150.00"),
        accepted=usdc("50.00"),
        ready=usdc("125.00"),
        claimed=usdc("900.00"),
        bars=bars,
        lines=lines,
        covered=True,
        statement_checked=True,
        claiming=False,
    )


def busy(deliver: Deliver) -> SessionInMemory:
    """A profile in the middle of its work."""
    session = SessionInMemory(deliver)
    session.now_standing = replace(
        session.now_standing,
        key_address=ADDRESS,
        key_unlocked=True,
        marketplace="Open Chest Project",
    )
    session.now_work = WorkScreen("Open Chest Project", False, cards())
    session.now_outbox = OutboxScreen(rows(), syncing=False, retry_at=NOW + 300)
    session.now_earnings = earnings()
    session.now_saved = SaveLight(SaveState.SAVED, NOW, 0)
    return session
