"""A stranger's check of a journal's file: `python journal_reader.py FILE [ENTRY]`.

Written from docs/formats.md alone, with nothing but Python's own library. Prints the digests of the
last entry and of the document there; where something does not hold it says so, and ends with 1.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

ZEROS = "0" * 64


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def demand(true: object, what: str) -> None:
    if not true:
        raise SystemExit(f"does not hold: {what}")


def _refuse(number: str) -> None:
    raise SystemExit(f"does not hold: {number} is no whole number")


def written(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def read(line: bytes) -> Any:
    """One value in canonical JSON."""
    try:
        value = json.loads(line.decode(), parse_float=_refuse, parse_constant=_refuse)
    except ValueError:
        value = None
    demand(isinstance(value, dict) and written(value) == line, "a line is not canonical JSON")
    return value


def named(value: Any) -> set[str]:
    """The blobs that an entry names, however deep."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    found = set[str]().union(*map(named, inside))
    if isinstance(value, dict):
        found |= {value[key] for key in ("blob", "delta", "through") if key in value}
    return found


def back(edit: Any) -> Any:
    """What takes an edit back."""
    kinds = {"add-mark": "remove-mark", "remove-mark": "add-mark"}
    if edit["type"] == "together":
        return {**edit, "edits": [back(one) for one in reversed(edit["edits"])]}
    if edit["type"] in kinds:
        return {**edit, "type": kinds[edit["type"]]}
    return {**edit, "before": edit["after"], "after": edit["before"]}


def follows(before: Any, after: Any, delta: str) -> bool:
    """Whether a stroke leads from one shape to the other."""
    state = before.get("state") or before.get("blob")
    return after.get("state") == sha(bytes.fromhex(state) + bytes.fromhex(delta))


def place(marks: Any, name: str) -> int | None:
    return next((at for at, mark in enumerate(marks) if mark["id"] == name), None)


def apply(document: Any, edit: Any) -> None:
    """Do an edit to the document, in place."""
    kind, marks = edit["type"], document["marks"]
    before, after = edit.get("before"), edit.get("after")
    demand(before != after or kind in ("together", "add-mark", "remove-mark"), "nothing changes")
    if kind == "together":
        for one in edit["edits"]:
            apply(document, one)
    elif kind == "add-mark":
        demand(place(marks, edit["mark"]["id"]) is None, "a mark is there already")
        demand(0 <= edit["index"] <= len(marks), "there is no such place")
        marks.insert(edit["index"], edit["mark"])
    elif kind == "remove-mark":
        demand(marks[edit["index"] : edit["index"] + 1] == [edit["mark"]], "a mark is not there")
        del marks[edit["index"]]
    elif kind == "replace-mark":
        demand(before in marks and before["id"] == after["id"], "a mark is not as it was")
        demand(before["frame"]["series"] == after["frame"]["series"], "a mark keeps its series")
        marks[marks.index(before)] = after
    elif kind == "paint-mask":
        at = place(marks, edit["mark"])
        demand(at is not None and marks[at]["shape"] == before, "a mask is not as it was")
        demand(before.get("through") == after.get("through"), "a mask keeps its volume")
        leads = follows(before, after, edit["delta"]) or follows(after, before, edit["delta"])
        demand(leads, "a state does not follow from its stroke")
        marks[at] = {**marks[at], "shape": after}
    elif kind == "set-answer":
        question = (before or after)["question"]
        demand(question == (after or before)["question"], "an edit answers one question")
        found = [one for one in document["answers"] if one["question"] == question]
        demand(found == ([before] if before else []), "an answer is not as it was")
        others = [one for one in document["answers"] if one["question"] != question]
        document["answers"] = sorted(others + [after] * bool(after), key=lambda a: a["question"])
    else:
        demand(kind == "set-no-finding" and document["no_finding"] == before, "no such edit here")
        document["no_finding"] = after


def moves(edit: Any) -> list[tuple[Any, Any]]:
    """Marks before and after, where an edit does nothing but move marks with points."""
    singles = edit["edits"] if edit["type"] == "together" else [edit]
    found = []
    for one in singles:
        demand(one["type"] == "replace-mark", "no move")
        before, after = one["before"], one["after"]
        shapes = {before["shape"]["type"], after["shape"]["type"]}
        demand(not shapes & {"mask", "painted"}, "paint is not moved")
        moved = {**before, "shape": after["shape"], "frame": after["frame"]}
        demand(moved == after, "something else than shape and frame is different")
        found.append((before, after))
    return found


def goes_on(last: Any, edit: Any) -> bool:
    """Whether both move the same marks, from where they were before the first."""
    return [before for before, _ in moves(last)] == [before for before, _ in moves(edit)]


class History:
    """Where the document stands among all edits, each above the one that it stands on."""

    def __init__(self, item: str) -> None:
        self.document: Any = {"answers": [], "format": "labeler.document/1", "item": item}
        self.document |= {"marks": [], "no_finding": False}
        self.edits: dict[int, Any] = {}
        self.under: dict[int, int] = {}
        self.at, self.end = 0, 0
        self.left: list[int] = []  # ends of other branches, the one left last at the end

    def leads(self, seq: int, end: int) -> bool:
        while end > seq:
            end = self.under[end]
        return end == seq

    def move(self, to: int) -> None:
        here, there, forth = self.at, to, list[int]()
        while here != there:  # what stands on another edit came after it
            if here > there:
                apply(self.document, back(self.edits[here]))
                here = self.under[here]
            else:
                forth.append(there)
                there = self.under[there]
        for seq in reversed(forth):
            apply(self.document, self.edits[seq])
        self.at = to

    def take(self, seq: int, step: Any) -> None:
        kind = step["type"]
        if kind == "do":
            self.edits[seq], self.under[seq] = step["edit"], self.at
            self.left += [self.end] * (self.end != self.at)
            self.end = seq
            self.move(seq)
        elif kind == "amend":
            demand(self.at and self.at == self.end, "there is no last move to go on from")
            last, edit = self.edits[self.at], step["edit"]
            demand(goes_on(last, edit), "it does not go on with the last move")
            self.move(self.under[self.at])
            del self.edits[self.end], self.under[self.end]
            self.edits[seq], self.under[seq], self.end = edit, self.at, seq
            self.move(seq)
        elif kind == "undo":
            demand(self.at, "there is nothing to undo")
            self.move(self.under[self.at])
        elif kind == "redo":
            demand(self.at != self.end, "there is nothing to redo")
            ahead = self.end
            while self.under[ahead] != self.at:
                ahead = self.under[ahead]
            self.move(ahead)
        elif kind == "go":
            demand(step["to"] in {0, *self.edits}, "there is no such edit")
            if not self.leads(step["to"], self.end):
                end = [end for end in self.left if self.leads(step["to"], end)][-1]
                self.left = [other for other in self.left if other != end] + [self.end]
                self.end = end
            self.move(step["to"])
        else:
            demand(kind in ("here", "away", "left", "less-time"), "there is no such step")


def check(data: bytes, to: int | None = None) -> tuple[str, str]:
    """The digests of the last entry, and of the document there or after entry `to`."""
    first, _, rest = data.partition(b"\n")
    said = read(first)
    demand(said.get("format") == "labeler.journal/1", "this is no journal of this format")
    history, head, names = History(said["item"]), ZEROS, set()
    asked = sha(written(history.document))
    for seq in range(1, said["entries"] + 1):
        line, _, rest = rest.partition(b"\n")
        entry = read(line)
        fits = (entry["document"], entry["seq"], entry["previous"]) == (said["document"], seq, head)
        demand(fits, f"entry {seq} does not stand behind the one before")
        history.take(seq, entry["step"])
        names |= named(entry["step"])
        head = sha(line)
        asked = sha(written(history.document)) if seq == to else asked
    demand(len(names) == said["blobs"], "the first line names another number of blobs")
    for name in sorted(names):
        begin = rest.find(b"\n") + 1
        end = len(rest) if not begin else begin + int(rest[:begin].split(b" ")[1])
        blob = rest[begin:end]
        whole = f"{name} {len(blob)}\n".encode() + blob + b"\n"
        demand(rest.startswith(whole) and sha(blob) == name, f"blob {name} is not what it is named")
        rest = rest[len(whole) :]
    result = sha(written(history.document))
    demand(not rest, "something is left over")
    demand(
        (head, result) == (said["head"], said["result"]), "it does not end as the first line says"
    )
    return head, result if to is None else asked


if __name__ == "__main__":
    print(*check(Path(sys.argv[1]).read_bytes(), int(sys.argv[2]) if len(sys.argv) > 2 else None))
