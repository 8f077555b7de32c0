"""This program's window on a series with a history: `switch_ours.py SLICES EDITS`.

A key is pressed, and the window has heard it when it is painted anew. What is told is the time of
the window's own thread: so long the hand may have waited.
"""

import json
import sys
import tempfile
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median
from time import sleep, thread_time

import painting
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from labeler.model.paths import resources_root
from labeler.ui.leftovers import YoungSearch
from labeler.ui.look import dress, load_look, prime
from labeler.ui.relay import Relay
from tests.support.dicom_files import write_stack
from tests.support.sitting import CTRL, Sitting, changed_boxes

SLICES, EDITS = map(int, sys.argv[1:])
NOW = 1_800_000_000
KEYS, TURNS = 12, 4
KEY = Qt.Key
APP = painting.application()
LOOK = load_look(resources_root(), reduced_motion=True)
prime(APP, LOOK)
dress(APP, LOOK)
RELAY = Relay()


def opened(folder):
    """A second sitting, so that all edits come from the journal."""
    study = folder / "study"
    write_stack(study, [(0.0, 0.0, 2.5 * k) for k in range(SLICES)], size=(64, 64))
    person = Sitting(folder / "profile", LOOK, RELAY, lambda: NOW)
    person.show(study)
    person.write(changed_boxes(person, EDITS), NOW)
    person.close()
    person = Sitting(folder / "profile", LOOK, RELAY, lambda: NOW)
    person.show(study)
    return person


def heard(person, act, done):
    """The milliseconds from what a hand does until it is done and painted."""
    began = thread_time()
    act()
    for _ in range(TURNS):
        QApplication.processEvents()
    spent = thread_time() - began
    while not (done() and person.is_seen()):
        sleep(0.001)
        began = thread_time()
        QApplication.processEvents()
        spent += thread_time() - began
    return 1000 * spent


def tools(person):
    desk = person.place.desk
    hands = cycle([(KEY.Key_B, "brush"), (KEY.Key_P, "polygon"), (KEY.Key_V, "select")])
    for _ in range(KEYS):
        key, name = next(hands)
        yield heard(person, partial(person.key, key), lambda name=name: desk.tool.name == name)


def labels(person):
    desk = person.place.desk
    person.key(KEY.Key_B)
    numbers = cycle([2, 3, 1])
    for _ in range(KEYS):
        number = next(numbers)
        wanted = desk.case.labels[number - 1].code
        digit = partial(person.key, KEY(KEY.Key_0 + number))
        yield heard(person, digit, lambda wanted=wanted: desk.label == wanted)


def undone(person):
    for key in (KEY.Key_Z, KEY.Key_Y) * (KEYS // 2):
        at = person.history.at
        yield heard(
            person, partial(person.key, key, CTRL), lambda at=at: person.history.at is not at
        )


def looked_up(name):
    def opened(person):
        command = person.window.commands[name]
        for _ in range(KEYS // 4):
            yield heard(person, command.trigger, lambda: APP.activeModalWidget() is not None)
            APP.activeModalWidget().reject()
            person.until(lambda: APP.activeModalWidget() is None)

    return opened


JOBS = {"tool-switch": tools, "label-switch": labels, "case-undo": undone}
JOBS |= {f"open-{name}": looked_up(f"app.{name}") for name in ("shortcuts", "settings")}
with tempfile.TemporaryDirectory() as made:
    PERSON = opened(Path(made))
    YOUNG = YoungSearch(PERSON.window)
    for line in sys.stdin:
        spent = list(JOBS[line.strip()](PERSON))
        print(json.dumps({"check": len(PERSON.marks), "ms": median(spent)}), flush=True)
    PERSON.close()
