"""What a person prefers: counts at once, is kept, and survives other versions of the program."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from labeler.app.answers import Answers
from labeler.app.opening import open_for_practice
from labeler.app.preference_store import write_preferences
from labeler.model.paths import resources_root
from labeler.model.preferences import DEFAULTS, Preferences, within_bounds
from tests.support.life import Start


def test_what_was_chosen_is_there_again(start: Start) -> None:
    life = start().ready()
    assert life.session.preferences() == DEFAULTS
    wanted = replace(
        DEFAULTS,
        darker_up=True,
        line_percent=60,
        measures_open=True,
        cine_rate=25,
        monitors={"EIZO|RX360": 250_000},
        viewer="slicer",
        left_handed=True,
        keys={"tool.brush": ("Ctrl+J", "B"), "tool.box": ()},
        buttons={"back": "view.fit"},
    )
    life.session.prefer(wanted)
    assert life.session.preferences() == wanted
    life.session.prefer(replace(wanted, nearest=True))
    life.close()
    again = start().ready()
    again.until(lambda: again.session.preferences() == replace(wanted, nearest=True))


def test_a_choice_made_while_the_profile_opens_wins(start: Start) -> None:
    life = start()
    life.session.prefer(replace(DEFAULTS, nearest=True))
    life.ready()
    life.rest()
    assert life.session.preferences().nearest


def test_numbers_from_another_hand_are_brought_to_sense() -> None:
    wild = Preferences(cine_rate=0, memory_percent=100, line_percent=0, monitors={"a": -5, "b": 9})
    assert within_bounds(wild) == Preferences(
        cine_rate=1, memory_percent=80, line_percent=20, monitors={"b": 9}
    )


def test_kept_frames_have_the_room_that_was_granted_from_the_first_one_on(tmp_path: Path) -> None:
    """Before anybody reads the preferences: what is over a bound that is not theirs would go."""

    def fail(error: BaseException) -> None:
        raise error

    def opened(kept_gib: int) -> bytes | None:
        bench = open_for_practice(
            tmp_path / "profile", Answers(lambda call: call(), fail, fail), resources_root()
        )
        try:
            assert bench.services.frames is not None
            frames = bench.services.frames.of("case")
            frames.put(b"name", b"frame")
            found = frames.get(b"name")
            wanted = replace(DEFAULTS, kept_gib=kept_gib)
            bench.services.store.call(lambda store: write_preferences(store, DEFAULTS, wanted))
            return found
        finally:
            bench.close()

    assert opened(kept_gib=0) == b"frame"
    assert opened(kept_gib=0) is None
