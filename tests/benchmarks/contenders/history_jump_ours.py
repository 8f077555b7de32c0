"""This program's window, and jumps over so many edits: `history_jump_ours.py EDITS`.

A jump is worked out beside the hand. What is told is the longest turn of the window's own thread,
in processor time: how long the hand may have waited.
"""

import json
import sys
import tempfile
from pathlib import Path
from time import sleep, thread_time

import painting
from PySide6.QtWidgets import QApplication

from labeler.model.history import point_of
from labeler.model.paths import resources_root
from labeler.model.steps import Go
from labeler.ui.leftovers import YoungSearch
from labeler.ui.look import dress, load_look, prime
from labeler.ui.relay import Relay
from tests.support.dicom_files import write_stack
from tests.support.sitting import Sitting, changed_boxes

EDITS = int(sys.argv[1])
NOW = 1_800_000_000
APP = painting.application()
LOOK = load_look(resources_root(), reduced_motion=True)
prime(APP, LOOK)
dress(APP, LOOK)
RELAY = Relay()
sys.setswitchinterval(0.0005)


def sat_down(folder):
    return Sitting(folder / "profile", LOOK, RELAY, lambda: NOW)


def opened(folder):
    """Half the edits on one branch, half on the other, and both as long as each other."""
    study = folder / "study"
    write_stack(study, [(0.0, 0.0, 2.5 * k) for k in range(40)], size=(256, 256))
    person = sat_down(folder)
    person.show(study)
    steps = changed_boxes(person, EDITS)
    person.write([*steps, Go(0), *steps], NOW)
    person.close()
    person = sat_down(folder)
    person.show(study)
    return person


def longest_turn(person, seq):
    """To a point of the history, by a click in the list; the longest turn until it is there and
    painted."""
    listed, rows = person.place.panel.history.list, person.place.panel.history.list.rows()
    row = next(n for n in (0, 1, len(rows) - 1) if rows.row(n).seq == seq)
    listed.scrollTo(listed.model().index(row, 0))
    QApplication.processEvents()
    began = thread_time()
    person.click(listed, row)
    longest, after = thread_time() - began, 0
    while after < 20:
        began = thread_time()
        QApplication.processEvents()
        longest = max(longest, thread_time() - began)
        after += point_of(person.history) == seq
        sleep(0.001)
    return longest


with tempfile.TemporaryDirectory() as made:
    PERSON = opened(Path(made))
    YOUNG = YoungSearch(PERSON.window)
    PERSON.open_history()
    for _ in sys.stdin:
        tip, (other, *_) = PERSON.history.tip.seq, PERSON.history.other_tips()
        jumps = [longest_turn(PERSON, seq) for seq in (0, tip, other.seq)]
        print(json.dumps({"check": len(PERSON.marks), "ms": 1000 * max(jumps)}), flush=True)
    PERSON.close()
