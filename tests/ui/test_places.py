"""Work, Outbox and Earnings: what they show and what a hand can do there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from labeler.app.screens import Change, EvidenceStep, NextStep, WorkScreen
from labeler.model.outbox import OutboxState
from labeler.ui.components.text import Label
from labeler.ui.places.earnings import EarningsPlace
from labeler.ui.places.outbox import EVIDENCE, NEXT, STATES, OutboxPlace
from labeler.ui.places.work import WorkPlace, next_case
from labeler.ui.window import Window
from tests.support.screen_reading import clipped
from tests.support.session_in_memory import NOW, SessionInMemory, cards, rows, usdc

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


class TestWork:
    @pytest.fixture
    def work(self, window: Window) -> WorkPlace:
        window.go_to("work")
        place = window.places["work"]
        assert isinstance(place, WorkPlace)
        return place

    def test_the_primary_button_goes_on_with_the_case_begun(
        self, work: WorkPlace, window: Window, session: SessionInMemory
    ) -> None:
        assert work.panel.go.text() == "Continue Case 4"
        QTest.mouseClick(work.panel.go, LEFT)
        assert session.done == ["open case-4"]
        assert window.place() is window.places["reading"]

    def test_the_primary_button_names_the_selected_row(
        self, work: WorkPlace, session: SessionInMemory
    ) -> None:
        work.panel.cases.select("case-8")
        assert work.panel.go.text() == "Open Case 8"
        QTest.mouseClick(work.panel.go, LEFT)
        assert session.done == ["open case-8"]

    def test_the_case_opened_last_is_chosen(
        self, work: WorkPlace, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        QTest.mouseClick(work._cards["task-2"], LEFT)
        session.now_work = replace(session.now_work, last_case="case-9")
        session.change(Change.WORK)
        qtbot.waitUntil(lambda: work.panel.go.text() == "Open Case 9")
        assert work.panel.title.text() == "Chest CT nodules"
        first, second = session.now_work.cards
        signed = tuple(
            replace(case, state=OutboxState.QUEUED) if case.id == "case-9" else case
            for case in first.cases
        )
        session.now_work = replace(session.now_work, cards=(replace(first, cases=signed), second))
        session.change(Change.WORK)
        qtbot.waitUntil(lambda: work.panel.go.text() == "Continue Case 4")

    def test_a_case_opens_by_enter(self, work: WorkPlace, session: SessionInMemory) -> None:
        work.panel.cases.setFocus()
        work.panel.cases.select("case-5")
        QTest.keyClick(work.panel.cases, Qt.Key.Key_Down)
        QTest.keyClick(work.panel.cases, Qt.Key.Key_Return)
        assert session.done == ["open case-6"]

    def test_another_task_is_chosen_by_mouse_and_fetched(
        self, work: WorkPlace, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        QTest.mouseClick(work._cards["task-2"], LEFT)
        assert work.panel.go.text() == "Download for offline"
        assert clipped(work) == []
        QTest.mouseClick(work.panel.go, LEFT)
        assert session.done == ["download task-2"]
        qtbot.waitUntil(lambda: work.panel.go.text() == "Continue Case 4")

    def test_a_task_without_a_free_place_is_not_offered(
        self, work: WorkPlace, window: Window, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        chest, brain = cards()
        session.now_work = WorkScreen("Open", True, (chest, replace(brain, places_left=0)))
        session.change(Change.WORK)
        qtbot.waitUntil(lambda: work._painted[1].places_left == 0)
        QTest.mouseClick(work._cards["task-2"], LEFT)
        assert work.panel.go.text() == "Every case is given out"
        assert not work.panel.go.isEnabled()
        assert not window.commands["work.download"].isEnabled()
        assert clipped(work) == []

    def test_a_task_that_nobody_can_finish_says_why(
        self, work: WorkPlace, window: Window, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        chest, brain = cards()
        why = "“Which side of the chest is the largest nodule on?” needs options, each with a code"
        bad = replace(brain, impossible=why)
        session.now_work = WorkScreen("Open", True, (chest, bad))
        session.change(Change.WORK)
        qtbot.waitUntil(lambda: work._painted[1].impossible == why)
        QTest.mouseClick(work._cards["task-2"], LEFT)
        said = [label.text() for label in work._cards["task-2"].findChildren(Label)]
        assert f"Nobody can finish a case of it: {why}." in said
        assert work.panel.go.text() == "Cannot be finished"
        assert not work.panel.go.isEnabled()
        assert not window.commands["work.download"].isEnabled()
        assert clipped(work) == []

    def test_a_download_that_is_over_says_how_to_go_on(
        self, work: WorkPlace, window: Window, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        QTest.mouseClick(work._cards["task-2"], LEFT)
        work.panel.go.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(work.panel.go, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: work.panel.go.text() == "Continue Case 4")
        said = [notice.happened for notice in window.tidings.all()]
        assert any("is on this computer" in words for words in said)
        assert work.panel.go.hasFocus()
        assert work.panel.cases.current_key() == "case-4"
        session.change(Change.WORK)
        QTest.qWait(1)
        assert len(window.tidings.all()) == len(said), "told once"

    def test_another_task_is_chosen_by_keys(self, work: WorkPlace) -> None:
        work._cards["task-1"].setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(work._cards["task-1"], Qt.Key.Key_Down)
        assert work._cards["task-2"].hasFocus()
        QTest.keyClick(work._cards["task-2"], Qt.Key.Key_Return)
        assert work.panel.title.text().startswith("Brain MR")

    def test_the_key_downloads_what_is_not_here(
        self, window: Window, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        QTest.keyClick(window, "d", CTRL)
        assert session.done == ["download task-2"]
        qtbot.waitUntil(lambda: not window.commands["work.download"].isEnabled())

    def test_a_download_under_way_shows_its_bar(
        self, work: WorkPlace, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        first, second = cards()
        session.now_work = WorkScreen("X", True, (first, replace(second, download_permille=300)))
        session.change(Change.WORK)
        qtbot.waitUntil(lambda: work._cards["task-2"].progress.value() == 300)
        QTest.mouseClick(work._cards["task-2"], LEFT)
        assert work.panel.go.text() == "Downloading…"
        assert not work.panel.go.isEnabled()

    def test_the_rules_of_rejection_are_read_before_the_work(self, work: WorkPlace) -> None:
        said = work.panel.instructions.toPlainText()
        assert "May be rejected only for" in said
        assert "R3 nodule missed" in said

    def test_a_profile_that_is_not_open_can_be_tried_again(
        self, work: WorkPlace, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        session.now_standing = replace(session.now_standing, shut=True)
        session.change(Change.STANDING)
        qtbot.waitUntil(work.again.isVisible)
        QTest.mouseClick(work.again, LEFT)
        assert session.done == ["open again"]
        session.now_standing = replace(session.now_standing, shut=False)
        session.change(Change.STANDING)
        qtbot.waitUntil(lambda: not work.again.isVisible())

    def test_no_case_is_left(self) -> None:
        card = cards()[0]
        signed = tuple(replace(case, state=OutboxState.SENT) for case in card.cases)
        assert next_case(replace(card, cases=signed)) is None


class TestOutbox:
    @pytest.fixture
    def outbox(self, window: Window) -> OutboxPlace:
        window.go_to("outbox")
        place = window.places["outbox"]
        assert isinstance(place, OutboxPlace)
        return place

    def test_filters_count_and_choose(self, outbox: OutboxPlace) -> None:
        names = [chip.text() for chip in outbox.filters.chips()]
        assert names == ["All 6", "Waiting 2", "In review 1", "Needs you 1", "Done 2"]
        QTest.mouseClick(outbox.filters.chips()[3], LEFT)
        assert [cells[1].text for cells in outbox.table.rows.cells] == ["Case 2"]
        assert outbox.evidence.title.text() == "Case 2"

    def test_each_state_has_icon_word_and_ink(self) -> None:
        assert set(STATES) == set(OutboxState)
        assert set(NEXT) == set(NextStep)

    def test_arrows_walk_the_cases_and_the_evidence_follows(self, outbox: OutboxPlace) -> None:
        outbox.table.setFocus()
        outbox.table.select(rows()[0].digest)
        QTest.keyClick(outbox.table, Qt.Key.Key_Down)
        assert outbox.evidence.title.text() == "Case 6"
        assert outbox.table.ringed(1)

    def test_a_rejection_is_told_with_its_reason(self, outbox: OutboxPlace) -> None:
        outbox.table.select(rows()[3].digest)
        QTest.qWait(1)
        said = [label.text() for label in outbox.evidence.findChildren(Label)]
        assert "Rejected" in said
        assert "R3, nodule missed" in said
        assert EVIDENCE["appeal-until"] in said
        assert clipped(outbox.evidence) == []

    def test_agreement_is_named_and_a_fingerprint_stays_folded(
        self, outbox: OutboxPlace, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        steps = (EvidenceStep("signed", NOW, "ab" * 8), EvidenceStep("accepted", NOW, "97 %"))
        session.now_outbox = replace(session.now_outbox, rows=(replace(rows()[4], evidence=steps),))
        session.change(Change.OUTBOX)
        qtbot.waitUntil(lambda: len(outbox.table.rows.cells) == 1)
        said = [label.text() for label in outbox.evidence.findChildren(Label)]
        assert "Agreement 97 %" in said
        assert "ab" * 8 not in said

    def test_a_step_without_words_shows_its_code(
        self, outbox: OutboxPlace, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        row = replace(rows()[0], evidence=(EvidenceStep("not-sent", NOW, "disk-full", done=False),))
        session.now_outbox = replace(session.now_outbox, rows=(row,))
        session.change(Change.OUTBOX)
        qtbot.waitUntil(lambda: len(outbox.table.rows.cells) == 1)
        said = [label.text() for label in outbox.evidence.findChildren(Label)]
        assert "Not sent yet" in said
        assert "disk-full" in said

    def test_the_choice_survives_news(
        self, outbox: OutboxPlace, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        outbox.table.select(rows()[3].digest)
        session.now_outbox = replace(session.now_outbox, rows=rows()[1:], syncing=True)
        session.change(Change.OUTBOX)
        qtbot.waitUntil(lambda: outbox.sync.text() == "Syncing…")
        assert outbox.table.current_key() == rows()[3].digest

    def test_sync_by_button_and_by_key(
        self, outbox: OutboxPlace, window: Window, session: SessionInMemory
    ) -> None:
        QTest.mouseClick(outbox.sync, LEFT)
        QTest.keyClick(window, Qt.Key.Key_F5)
        assert session.done == ["sync", "sync"]

    def test_the_proof_is_saved_where_the_person_says(
        self, outbox: OutboxPlace, window: Window, session: SessionInMemory
    ) -> None:
        outbox.table.select(rows()[3].digest)
        QTest.mouseClick(outbox.evidence.proof, LEFT)
        (chooser,) = outbox.findChildren(QFileDialog)
        chooser.fileSelected.emit("/mnt/case-2.labeler")
        chooser.reject()
        assert session.done == [f"proof {rows()[3].digest} case-2.labeler"]
        QTest.qWait(1)
        said = [label.text() for label in window.notices.findChildren(Label)]
        assert any(words.startswith("The proof is saved.") for words in said)


class TestEarnings:
    @pytest.fixture
    def earnings(self, window: Window) -> EarningsPlace:
        window.go_to("earnings")
        place = window.places["earnings"]
        assert isinstance(place, EarningsPlace)
        return place

    def test_the_five_sums(self, earnings: EarningsPlace) -> None:
        shown = [card.number.text() for card in earnings.sums.values()]
        assert shown == ["75.00", "150.00", "50.00", "125.00", "900.00"]

    def test_periods_choose_lines(self, earnings: EarningsPlace) -> None:
        counts = []
        for chip in earnings.periods.chips():
            QTest.mouseClick(chip, LEFT)
            counts.append(len(earnings.table.rows.cells))
        assert counts == [2, 2, 3, 4]

    def test_a_missing_amount_is_said(self, earnings: EarningsPlace) -> None:
        cell = earnings.table.rows.cells[1][5]
        assert (cell.text, cell.ink, cell.icon) == ("0.02 missing", "warning", "warning")

    def test_claiming_by_button_and_by_key(
        self, earnings: EarningsPlace, window: Window, session: SessionInMemory
    ) -> None:
        assert earnings.claim.go.text() == "Claim 125.00"
        QTest.mouseClick(earnings.claim.go, LEFT)
        QTest.keyClick(window, "c", CTRL | Qt.KeyboardModifier.ShiftModifier)
        assert session.done == ["claim", "claim"]

    @pytest.mark.parametrize(
        "change",
        [
            {"covered": False},
            {"statement_checked": False},
            {"ready": usdc("0.00")},
            {"claiming": True},
        ],
        ids=str,
    )
    def test_an_unsound_claim_cannot_be_started(
        self,
        earnings: EarningsPlace,
        window: Window,
        session: SessionInMemory,
        qtbot: QtBot,
        change: dict[str, object],
    ) -> None:
        session.now_earnings = replace(session.now_earnings, **change)
        session.change(Change.EARNINGS)
        qtbot.waitUntil(lambda: not earnings.claim.go.isEnabled())
        assert not window.commands["earnings.claim"].isEnabled()
        assert clipped(earnings) == []

    def test_what_is_paid_outside_is_not_claimed(
        self, earnings: EarningsPlace, window: Window, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        session.now_earnings = replace(
            session.now_earnings, ready=usdc("0.00"), paid_outside=True, covered=None
        )
        session.change(Change.EARNINGS)
        qtbot.waitUntil(earnings.claim.go.isHidden)
        assert earnings.claim.fee.text() == "Paid by the marketplace, outside a public record"
        assert not window.commands["earnings.claim"].isEnabled()
        assert clipped(earnings) == []

    def test_months_are_told_to_those_who_do_not_see_them(self, earnings: EarningsPlace) -> None:
        assert "Oct 2026: 90.00 USDC" in earnings.bars.accessibleName()

    def test_export_asks_where_to(self, earnings: EarningsPlace, session: SessionInMemory) -> None:
        QTest.mouseClick(earnings.export, LEFT)
        (chooser,) = earnings.findChildren(QFileDialog)
        chooser.fileSelected.emit("/mnt/earnings.csv")
        chooser.reject()
        assert session.done == ["export earnings.csv"]
