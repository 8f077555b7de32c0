"""Terms that nobody could meet are found, each with a word of why."""

from __future__ import annotations

import pytest
from msgspec import structs

from labeler.model.forms import Choice, FreeText, Option, Question, Scale
from labeler.model.manifest import Label, Manifest, Opening, Reason
from labeler.model.terms_rules import hopeless, terms_problem
from tests.proof.world import MANIFEST

SIDES = (Option("l", "Left"), Option("r", "Right"))
SIDE = Choice("side", "Side", SIDES)


def why(manifest: Manifest) -> str:
    return terms_problem(manifest, manifest.acceptance.reasons) or ""


def asking(*questions: Question, free: bool = False) -> Manifest:
    form = structs.replace(MANIFEST.form, questions=questions)
    return structs.replace(MANIFEST, form=form, free_text_allowed=free)


def test_terms_that_can_be_met_have_no_problem() -> None:
    assert why(MANIFEST) == ""
    assert why(asking(SIDE, Scale("size", "Size", 3, 3))) == ""
    assert why(asking(FreeText("note", "Note"))) == "", "it is not asked, and need not be answered"
    assert why(asking(FreeText("note", "Note", required=True), free=True)) == ""
    assert why(structs.replace(MANIFEST, opening=Opening("1.2", 40, 1))) == ""


@pytest.mark.parametrize(
    ("questions", "word"),
    [
        ((Choice("side", "Side", ()),), "“Side” needs options"),
        ((Choice("side", "Side", (), required=False),), "“Side” needs options"),
        ((Choice("side", "Side", SIDES[:1] * 2),), "“Side” needs options"),
        ((Choice("side", "Side", tuple(Option(f"o{n}", "O") for n in range(257))),), "256"),
        ((Scale("size", "Size", 2, 1),), "“Size” asks for a number from 2 to 1"),
        ((Scale("size", "Size", 0, 2**53 - 1),), "“Size” needs a low and a high number"),
        ((FreeText("note", "Note", max_length=0),), "“Note” needs a max_length"),
        ((FreeText("note", "Note", required=True),), "“Note” must be answered in words"),
        ((SIDE, SIDE), "two questions have one code"),
        (tuple(Scale(f"q{n}", "Q", 0, 1) for n in range(257)), "more than 256 questions"),
    ],
)
def test_questions_that_nobody_could_answer(questions: tuple[Question, ...], word: str) -> None:
    assert word in why(asking(*questions))
    if len(questions) <= 16:
        labels = (Label("nodule", "Nodule", questions),)
        assert word in why(structs.replace(MANIFEST, labels=labels)), "of a label too"


@pytest.mark.parametrize(
    "opening",
    [Opening(window_center=40), Opening(window_width=40), Opening("", 40, 0), Opening("", 0, -5)],
)
def test_an_opening_that_shows_nothing_is_for_its_writer_to_correct(opening: Opening) -> None:
    manifest = structs.replace(MANIFEST, opening=opening)
    assert "opening window" in why(manifest)
    assert hopeless(manifest, manifest.acceptance.reasons) is None, "the case opens all the same"


def test_codes_that_two_things_have() -> None:
    twice = (Label("a", "A"), Label("b", "B"), Label("a", "C"))
    assert why(structs.replace(MANIFEST, labels=twice)) == "two labels have one code, a"
    reasons = (Reason("r", "R"), Reason("r", "S"))
    assert why(judged_by(*reasons)) == "two reasons have one code, r"


def judged_by(*reasons: Reason) -> Manifest:
    acceptance = structs.replace(MANIFEST.acceptance, reasons=reasons)
    return structs.replace(MANIFEST, acceptance=acceptance)


def test_reasons_are_bounded() -> None:
    many = [Reason(f"r{n}", "R") for n in range(257)]
    assert why(judged_by(*many[:256])) == ""
    assert why(judged_by(*many)) == "it has more than 256 reasons"


def test_a_code_is_not_compared_with_every_other() -> None:
    """Else a marketplace could stop the screens with a task that is small to send."""
    compared = 0

    class Code(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            nonlocal compared
            compared += 1
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    labels = tuple(Label(Code(f"l{n}"), "L") for n in range(300))
    assert why(structs.replace(MANIFEST, labels=labels)) == ""
    assert compared < 3000
