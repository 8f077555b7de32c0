"""What an edit did, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from msgspec import UNSET

from labeler.model.answer_rules import answers_of
from labeler.model.document import Mark
from labeler.model.edit_rules import edit_mark, touched_marks
from labeler.model.edits import (
    AddMark,
    Edit,
    OneEdit,
    PaintMask,
    RemoveMark,
    ReplaceMark,
    SetAnswer,
    SetNoFinding,
    Together,
)
from labeler.model.forms import Answer, Choice, Question
from labeler.model.manifest import Label
from labeler.model.measures import MASKS
from labeler.viewing.measure_text import length_text
from labeler.viewing.phrase import Phrase, phrase
from labeler.viewing.shape_words import shape_name, was_moved

PASTED = "paste-marks"
"""The name of what a paste does, also of one mark."""

_PAINTED = {
    "paint": phrase("painted"),
    "outline": phrase("filled inside an outline"),
    "cut-in": phrase("cut inside out"),
    "cut-off": phrase("cut outside off"),
    "erase": phrase("erased"),
    "fill": phrase("filled"),
    "largest": phrase("largest part kept"),
    "small-parts": phrase("small parts removed"),
    "holes": phrase("holes filled"),
    "smooth": phrase("smoothed"),
    "median": phrase("smoothed by the median"),
    "grow": phrase("grown"),
    "shrink": phrase("shrunk"),
    "copy-slice": phrase("copied to another slice"),
    "copy-next": phrase("copied to the next slice"),
    "copy-previous": phrase("copied to the slice before"),
    "mirror": phrase("mirrored"),
    "subtract": phrase("other marks taken out"),
    "intersect": phrase("what other marks share kept"),
}
"""What was done to paint, by the name of its edit."""

_BY = {
    "smooth": phrase("smoothed by {size}"),
    "median": phrase("smoothed by the median of {size}"),
    "grow": phrase("grown by {size}"),
    "shrink": phrase("shrunk by {size}"),
}
_THINNEST_UM = 100


def sized_name(name: str, by_mm: float) -> str:
    """The name of an edit that goes so far: "grow:2000" in µm."""
    return f"{name}:{round(1000 * by_mm)}"


def _painted_words(name: str) -> Phrase:
    verb, _, told = name.partition(":")
    if verb in _BY and told.isdecimal():
        size = length_text(int(told) / 1000, fine=int(told) < _THINNEST_UM)
        return phrase(_BY[verb].template, size=size)
    return _PAINTED.get(verb, _PAINTED["paint"])


LOOKED_AT = 256
"""Changes of one edit, so that its words are there before a list is painted."""


@dataclass(frozen=True)
class Naming:
    """What things of the open case are called: labels and the form's questions by their codes;
    `where` says on which image a mark lies, `size` how large it is, `mark` what is known of one
    by its id."""

    labels: Mapping[str, Label]
    questions: Mapping[str, Question]
    where: Callable[[Mark], Phrase | None]
    size: Callable[[Mark], Phrase | None]
    mark: Callable[[str], Mark | None]


def edit_words(edit: Edit, naming: Naming) -> Phrase:
    """One line, as the list of the history shows it."""
    if isinstance(edit, Together):
        return _several(edit, naming)
    return _one(edit, naming)


def _one(edit: OneEdit, naming: Naming) -> Phrase:
    match edit:
        case AddMark(_, mark):
            return _sized(mark, _of(mark, shape_name(mark.shape), naming), naming)
        case RemoveMark(_, mark):
            return _of(mark, phrase("{what} removed", what=shape_name(mark.shape)), naming)
        case ReplaceMark(before, after):
            return _replaced(before, after, naming)
        case PaintMask(mark_id):
            of = naming.mark(mark_id)
            if of is None:
                return phrase("Painted")
            return _painting(of, _painted_words("paint"), naming)
        case SetAnswer(before, after):
            return _answered(before, after, naming)
        case SetNoFinding(_, now):
            return phrase("No finding") if now else phrase("No finding: taken back")


def _of(mark: Mark, what: Phrase, naming: Naming) -> Phrase:
    """ "Nodule: painted, Im 143"."""
    label, where = _name(mark.label, naming), naming.where(mark)
    if where is None:
        return phrase("{label}: {what}", label=label, what=what)
    return phrase("{label}: {what}, {where}", label=label, what=what, where=where)


def _replaced(before: Mark, after: Mark, naming: Naming) -> Phrase:
    if before.label != after.label:
        return _of(before, _relabelled(before, after, naming), naming)
    if _lies_elsewhere(before, after):
        return _reshaped(before, after, naming)
    return _of(after, _said(before, after, naming), naming)


def _name(label: str, naming: Naming) -> str:
    known = naming.labels.get(label)
    return label if known is None else known.name


def _asks(mark: Mark, naming: Naming) -> Mapping[str, Question]:
    label = naming.labels.get(mark.label)
    return {} if label is None else {question.code: question for question in label.asks}


def _relabelled(before: Mark, after: Mark, naming: Naming) -> Phrase:
    """The new label, which answers did not fit it, and which came back with it."""
    label, kept, had = _name(after.label, naming), answers_of(after), answers_of(before)
    gone = [answer for answer in had if answer not in kept]
    back = [answer for answer in kept if answer not in had]
    line = phrase("is now {label}", label=label)
    if len(gone) == 1:
        question, _ = _answer(gone[0], _asks(before, naming))
        line = phrase("{line}, “{question}” dropped", line=line, question=question)
    elif gone:
        line = phrase("{line}, {count} answers dropped", line=line, count=len(gone))
    if len(back) == 1:
        question, _ = _answer(back[0], _asks(after, naming))
        return phrase("{line}, “{question}” as before", line=line, question=question)
    if back:
        return phrase("{line}, {count} answers as before", line=line, count=len(back))
    return line


def _lies_elsewhere(before: Mark, after: Mark) -> bool:
    return before.shape != after.shape or before.frame != after.frame


def _reshaped(before: Mark, after: Mark, naming: Naming) -> Phrase:
    name = shape_name(after.shape)
    if was_moved(before.shape, after.shape):
        return _of(after, phrase("{what} moved", what=name), naming)
    if isinstance(after.shape, MASKS):
        return _of(after, phrase("painted"), naming)
    return _sized(after, _of(after, phrase("{what} changed", what=name), naming), naming)


def _sized(mark: Mark, line: Phrase, naming: Naming) -> Phrase:
    """The size comes last: a narrow list cuts it before it cuts the place."""
    size = naming.size(mark)
    return line if size is None else phrase("{line}, {size}", line=line, size=size)


def _said(before: Mark, after: Mark, naming: Naming) -> Phrase:
    """What is said of a mark beside its label and its shape."""
    if before.confidence != after.confidence:
        if after.confidence is UNSET:
            return phrase("confidence taken back")
        return phrase("confidence {percent} %", percent=after.confidence)
    if before.note != after.note:
        return phrase("note removed") if after.note is UNSET else phrase("note written")
    if before.hidden != after.hidden:
        return phrase("hidden") if after.hidden else phrase("shown")
    if before.locked != after.locked:
        return phrase("locked") if after.locked else phrase("unlocked")
    return _attributed(before, after, naming)


def _attributed(before: Mark, after: Mark, naming: Naming) -> Phrase:
    changed = set(answers_of(before)) ^ set(answers_of(after))
    if len({answer.question for answer in changed}) != 1:
        return phrase("answers changed")
    said = next((answer for answer in answers_of(after) if answer in changed), None)
    question, value = _answer(said or changed.pop(), _asks(after, naming))
    if said is None:
        return phrase("“{question}” taken back", question=question)
    return phrase("{question} = {value}", question=question, value=value)


def _answered(before: Answer | None, after: Answer | None, naming: Naming) -> Phrase:
    said = after or before
    assert said is not None, "an answer has two sides of which one is there"
    question, value = _answer(said, naming.questions)
    if after is None:
        return phrase("Answer taken back: {question}", question=question)
    return phrase("Answer: {question} = {value}", question=question, value=value)


def _answer(answer: Answer, questions: Mapping[str, Question]) -> tuple[str, str | int]:
    """The question and the answer as form or label word them."""
    question = questions.get(answer.question)
    if question is None:
        return answer.question, answer.value
    if isinstance(question, Choice):
        options = {option.code: option.text for option in question.options}
        return question.text, options.get(str(answer.value), answer.value)
    return question.text, answer.value


def _several(edit: Together, naming: Naming) -> Phrase:
    """As one where all is about one mark, else how many of what."""
    marks, kinds = touched_marks(edit), {type(one) for one in edit.edits}
    if edit.name == PASTED and isinstance(edit.edits[0], AddMark):
        return _pasted(edit.edits[0].mark, len(marks), naming)
    if len(marks) == 1 and PaintMask in kinds and kinds <= {AddMark, PaintMask, RemoveMark}:
        return _painted(edit, naming)
    count = len(marks)
    if edit.name == "join":
        return _with_mark(phrase("Joined {count} regions", count=count), edit, naming)
    if len(edit.edits) == 1:
        return _alone(edit.edits[0], edit.name, naming)
    if kinds == {AddMark}:
        return phrase("Added {count} marks", count=count)
    if kinds == {RemoveMark}:
        return phrase("Removed {count} marks", count=count)
    if kinds == {ReplaceMark}:
        return _all_replaced(edit, count, naming)
    if PaintMask in kinds:
        return _painted_over(edit, naming)
    return phrase("{count} changes at once", count=len(edit.edits))


def _pasted(first: Mark, count: int, naming: Naming) -> Phrase:
    if count > 1:
        act, where = phrase("Pasted {count} marks", count=count), naming.where(first)
        return act if where is None else phrase("{act}, {where}", act=act, where=where)
    what = phrase("{what} pasted", what=shape_name(first.shape))
    return _sized(first, _of(first, what, naming), naming)


def _alone(edit: OneEdit, name: str, naming: Naming) -> Phrase:
    """A mark whose last paint was taken goes with it."""
    if isinstance(edit, RemoveMark) and name in _PAINTED:
        return _of(edit.mark, phrase("all of it erased"), naming)
    return _one(edit, naming)


def _painted_over(edit: Together, naming: Naming) -> Phrase:
    """What is new in the first mark was taken out of others."""
    mark = edit_mark(edit, naming.mark)
    if mark is None:
        return phrase("Painted")
    what = phrase("{what} over others", what=_painted_words(edit.name))
    if isinstance(edit.edits[0], AddMark):
        return _of(mark, what, naming)
    return _painting(mark, what, naming)


def _painted(edit: Together, naming: Naming) -> Phrase:
    mark = edit_mark(edit, naming.mark)
    if mark is None:
        return phrase("Painted")
    if isinstance(edit.edits[0], AddMark):
        return _of(mark, _painted_words(edit.name), naming)
    gone = isinstance(edit.edits[-1], RemoveMark)
    return _painting(mark, _painted_words("erase" if gone else edit.name), naming)


def _painting(mark: Mark, what: Phrase, naming: Naming) -> Phrase:
    """What became of paint that was there; the image is told where the paint is on one alone."""
    if isinstance(mark.shape, MASKS) and mark.shape.through is not UNSET:
        return phrase("{label}: {what}", label=_name(mark.label, naming), what=what)
    return _of(mark, what, naming)


def _with_mark(act: Phrase, edit: Together, naming: Naming) -> Phrase:
    """An act on several marks, and where the first of them lies."""
    mark = edit_mark(edit, naming.mark)
    where = None if mark is None else naming.where(mark)
    return act if where is None else phrase("{act}, {where}", act=act, where=where)


def _all_replaced(edit: Together, count: int, naming: Naming) -> Phrase:
    # Of very many every n-th tells: one act of a hand made them all.
    some = edit.edits[:: 1 + len(edit.edits) // LOOKED_AT]
    pairs = [(one.before, one.after) for one in some if isinstance(one, ReplaceMark)]
    if all(before.label != after.label for before, after in pairs):
        line = phrase("Labels of {count} marks changed", count=count)
        if any(set(answers_of(before)) - set(answers_of(after)) for before, after in pairs):
            return phrase("{line}, answers that do not fit dropped", line=line)
        if any(before.attributes != after.attributes for before, after in pairs):
            return phrase("{line}, answers as before", line=line)
        return line
    if all(_lies_elsewhere(before, after) for before, after in pairs):
        if all(was_moved(before.shape, after.shape) for before, after in pairs):
            return phrase("Moved {count} marks", count=count)
        return phrase("Changed {count} marks", count=count)
    said = {_said(before, after, naming) for before, after in pairs}
    if len(said) == 1:
        return phrase("{count} marks: {what}", count=count, what=said.pop())
    return phrase("Changed {count} marks", count=count)
