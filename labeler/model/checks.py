"""What a check before signing finds, and the words for an answer that is not one."""

from __future__ import annotations

from dataclasses import dataclass, field

from labeler.model.answer_rules import answer_problem
from labeler.model.forms import Answer, FreeText, Question


@dataclass(frozen=True)
class Check:
    """One thing found before signing.

    `code` is stable; `template` with `facts` is what a person reads; `question` and `mark` say
    where to go. What `blocks` must be put right; the rest is told, what `warns` as gravely.
    """

    code: str
    template: str
    blocks: bool
    question: str = ""
    mark: str = ""
    facts: dict[str, str | int] = field(default_factory=dict)
    warns: bool = False

    @property
    def text(self) -> str:
        return self.template.format(**self.facts)


def answer_check(
    question: Question | None, answer: Answer, free_text_allowed: bool
) -> Check | None:
    """Why an answer is none; None where it fits."""
    if question is None:
        return Check(
            "unknown-question",
            "An answer belongs to no question of this form.",
            blocks=True,
            question=answer.question,
        )
    facts: dict[str, str | int] = {"question": question.text}
    if answer_problem(question, answer) is not None:
        return Check(
            "answer-does-not-fit",
            "The answer to “{question}” does not fit it.",
            blocks=True,
            question=question.code,
            facts=facts,
        )
    if isinstance(question, FreeText) and not free_text_allowed:
        return Check(
            "free-text-not-allowed",
            "“{question}”: this task takes no free text.",
            blocks=True,
            question=question.code,
            facts=facts,
        )
    return None
