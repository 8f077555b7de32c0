"""Answers that a mark lost with its label, for when it has that label again."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import UNSET

from labeler.model.answer_rules import answers_of, fits, label_of
from labeler.model.document import Mark
from labeler.model.forms import Answer
from labeler.model.manifest import Label


class AnswersAside:
    """The document keeps no answers that nobody asks for. Here they wait, as long as the case is
    open: who chooses a label by mistake, and then the right one, finds what was answered."""

    def __init__(self) -> None:
        self._of: dict[str, tuple[Answer, ...]] = {}

    def begin(self) -> None:
        """Another case."""
        self._of.clear()

    def under(self, labels: Sequence[Label], mark: Mark, label: Label) -> Mark:
        """The mark under another label, with the answers that fit it: its own, and those that wait.
        One that fits the label it has now was had again, and taken back by hand."""
        now = label_of(labels, mark.label)
        asks = () if now is None else now.asks
        waiting = (answer for answer in self._of.get(mark.id, ()) if not fits(asks, answer))
        known = tuple(dict.fromkeys((*answers_of(mark), *waiting)))
        kept: dict[str, Answer] = {}
        for answer in known:
            if fits(label.asks, answer):
                kept.setdefault(answer.question, answer)
        self._of[mark.id] = tuple(one for one in known if kept.get(one.question) != one)
        said = tuple(kept[question] for question in sorted(kept))
        return msgspec.structs.replace(mark, label=label.code, attributes=said or UNSET)
