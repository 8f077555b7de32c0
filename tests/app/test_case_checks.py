"""In which order the check before signing tells what it found."""

from __future__ import annotations

from labeler.app.case_checks import gravest_first
from labeler.model.checks import Check
from labeler.model.document_size import TOO_LARGE


def test_what_stops_the_signature_comes_first_and_what_is_only_told_last() -> None:
    told = Check("slices-never-shown", "", blocks=False)
    large = Check(TOO_LARGE, "", blocks=False)
    images = Check("other-images", "", blocks=False, warns=True)
    first, second = Check("unanswered", "", blocks=True), Check("mark-unanswered", "", blocks=True)
    given = (told, first, large, second, images)
    assert gravest_first(given) == (first, second, images, large, told)
