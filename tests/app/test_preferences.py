"""What a person prefers: counts at once, is kept, and survives other versions of the program."""

from __future__ import annotations

from dataclasses import replace

from labeler.model.preferences import DEFAULTS, Preferences, within_bounds
from tests.support.life import Start


def test_what_was_chosen_is_there_again(start: Start) -> None:
    life = start().ready()
    assert life.session.preferences() == DEFAULTS
    wanted = replace(DEFAULTS, darker_up=True, cine_rate=25, monitors={"EIZO|RX360": 250_000})
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
    wild = Preferences(cine_rate=0, memory_percent=100, monitors={"a": -5, "b": 9})
    assert within_bounds(wild) == Preferences(cine_rate=1, memory_percent=80, monitors={"b": 9})
