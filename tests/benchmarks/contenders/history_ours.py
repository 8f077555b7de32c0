"""This program's list of a history of so many edits: `history_ours.py EDITS`."""

import json
import sys
from time import perf_counter

import painting
from PySide6.QtWidgets import QApplication

from labeler.model.document import Mark
from labeler.model.edits import AddMark, RemoveMark
from labeler.model.history import advance
from labeler.model.paths import resources_root
from labeler.model.shapes import Box
from labeler.model.steps import Do, Go, Undo
from labeler.ui.look import dress, load_look, prime
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.history_panel import HistoryPanel
from tests.support.reading_in_memory import ReadingInMemory, chest_image, open_case

SIZE = 360, 420
APP = painting.application()
LOOK = load_look(resources_root(), reduced_motion=True)
prime(APP, LOOK)
dress(APP, LOOK)


def edited(count, image):
    """Boxes on all slices, drawn and taken away by turns; every hundredth edit is taken back and
    another way gone on."""
    port = ReadingInMemory(lambda _change: None)
    history = port.history()
    for number in range(count):
        if number % 100 == 99:
            history = advance(history, Undo())
        marks = history.document.marks
        frame = image.refs[number % len(image.refs)]
        shape = Box((0, 0), (1000 * (1 + number % 90), 5000))
        mark = Mark(f"m{number}", "solid", frame, shape)
        edit = RemoveMark(0, marks[0]) if len(marks) > 20 else AddMark(len(marks), mark)
        history = advance(history, Do(edit), port.now + number)
    port._history = history
    return port


IMAGE = chest_image()
PORT = edited(int(sys.argv[1]), IMAGE)
DESK = Desk(PORT, lambda: None, lambda _viewport: None)
PORT.show(open_case(IMAGE))
DESK.opened()


def opened():
    panel = HistoryPanel(LOOK, PORT, DESK, lambda: PORT.now, lambda _words: None)
    panel.resize(*SIZE)
    begun = perf_counter()
    panel.show()
    panel.refresh()
    panel.repaint()
    return panel, begun


def history_open():
    panel, begun = opened()
    return panel, perf_counter() - begun


def stepped(step):
    """Shown already; then one step, and till the list is painted anew."""
    panel, _ = opened()
    QApplication.processEvents()
    step()
    begun = perf_counter()
    panel.refresh()
    panel.list.viewport().repaint()
    return panel, perf_counter() - begun


def history_undo():
    told = stepped(PORT.undo)
    PORT.redo()
    return told


def history_branch():
    """To the end of the oldest branch: another line from its root."""
    back = PORT.history().tip.seq
    told = stepped(lambda: PORT._step(Go(PORT.history().other_tips()[-1].seq)))
    PORT._step(Go(back))
    return told


JOBS = {
    "history-open": history_open,
    "history-undo": history_undo,
    "history-branch": history_branch,
}

for line in sys.stdin:
    panel, spent_s = JOBS[line.strip()]()
    rows = len(panel.list.rows())
    panel.deleteLater()
    print(json.dumps({"check": rows > 10, "ms": 1000 * spent_s}), flush=True)
