"""When the marketplace is asked again, and what is told of it."""

from __future__ import annotations

from labeler.app.notice_board import NoticeBoard
from labeler.app.rounds import LOOK_AGAIN_S, Rounds
from labeler.app.screens import Amount, Change, NextStep, OutboxRow, OutboxScreen
from labeler.app.situations import is_offline
from labeler.errors import LabelerError
from labeler.market.problems import unreachable
from labeler.model.outbox import OutboxState
from tests.support.hub import Clock

AWAY = unreachable("hub.example")


def wrong(code: str) -> LabelerError:
    return LabelerError(code, "It does not match.", safe="It is kept.", do="Ask them.")


def outbox(*states: OutboxState, retry_at: int | None = None) -> OutboxScreen:
    rows = tuple(
        OutboxRow(str(i), state, "", "", 0, NextStep.NONE, None, Amount(1, "USD", 2), "", ())
        for i, state in enumerate(states)
    )
    return OutboxScreen(rows, syncing=False, retry_at=retry_at)


def rounds(clock: Clock) -> Rounds:
    return Rounds(clock, lambda: 0.5)


def test_nothing_awaited_asks_nobody() -> None:
    due = rounds(Clock()).is_due
    assert not due(outbox())
    assert not due(outbox(OutboxState.PAID, OutboxState.REJECTED))
    assert due(outbox(OutboxState.PAID, OutboxState.RECEIVED))
    assert due(outbox(OutboxState.ACCEPTED))


def test_after_a_good_round_it_looks_again_after_a_minute() -> None:
    clock = Clock()
    made, waiting = rounds(clock), outbox(OutboxState.RECEIVED)
    made.begin()
    assert made.end(())
    assert not made.is_due(waiting)
    clock.now += LOOK_AGAIN_S - 1
    assert not made.is_due(waiting)
    clock.now += 1
    assert made.is_due(waiting)


def test_a_marketplace_out_of_reach_is_asked_ever_more_patiently() -> None:
    clock = Clock()
    made, waiting = rounds(clock), outbox(OutboxState.QUEUED)
    waits = []
    for _ in range(9):
        made.begin()
        assert not made.end((AWAY,))
        begun = clock.now
        while not made.is_due(waiting):
            clock.now += 1
        waits.append(clock.now - begun)
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900]
    made.begin()
    made.end(())
    made.begin()
    made.end((AWAY,))
    clock.now += 5
    assert made.is_due(waiting)  # a good round has made it forget


def test_a_submission_with_its_own_time_is_tried_then() -> None:
    clock = Clock()
    made = rounds(clock)
    made.begin()
    made.end((wrong("submission-refused"),))
    stale = outbox(OutboxState.SENT, retry_at=clock.now)
    assert not made.is_due(stale)  # the screen is still the one from before the round
    clock.now += 20
    assert made.is_due(outbox(OutboxState.SENT, retry_at=clock.now))
    assert not made.is_due(outbox(OutboxState.SENT, retry_at=clock.now + 1))


def test_what_was_told_last_time_is_no_news_unless_somebody_asks() -> None:
    made = rounds(Clock())
    refused, other = wrong("refused"), wrong("other")
    assert made.news((AWAY, refused), asked=False) == (AWAY, refused)
    assert made.news((AWAY, other), asked=False) == (other,)
    assert made.news((AWAY, other), asked=True) == (AWAY, other)
    assert made.news((), asked=False) == ()
    assert made.news((AWAY,), asked=False) == (AWAY,)  # it was back in between


def test_the_board_tells_once_and_takes_back_what_is_over() -> None:
    changes: list[Change] = []
    board = NoticeBoard(changes.append)
    for _ in range(3):
        board.error(AWAY)
        board.error(wrong("refused"))
    assert [n.is_error for n in board.notices()] == [True, True]
    assert changes == [Change.NOTICES] * 2
    board.withdraw(is_offline)
    (left,) = board.notices()
    assert left.happened == "It does not match."
    board.dismiss(left.id)
    assert board.notices() == ()
    board.error(AWAY)
    board.line("Signed {count}", count=2)
    assert [n.is_error for n in board.notices()] == [True, False]


def test_what_is_missing_for_good_stays_although_the_same_was_passing() -> None:
    board = NoticeBoard(lambda _change: None)
    board.error(AWAY)
    board.line("Signed {count}", count=2)
    board.error(AWAY, stays=True)
    assert [(n.is_error, n.stays) for n in board.notices()] == [(False, False), (True, True)]
    board.error(AWAY)
    assert [n.stays for n in board.notices()] == [False, True], "and does not pass again"
