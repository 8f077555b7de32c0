from __future__ import annotations

from io import StringIO
from typing import cast

import pytest

from labeler.hub.consent import Told
from labeler.hub.telling import tell_privacy
from labeler.interchange.privacy_findings import Severity


class _Found:
    def __init__(self, severity: Severity) -> None:
        self._severity = severity

    def counted(self, severity: Severity) -> dict[str, int]:
        return {"Patient's Name": 3} if severity is self._severity else {}


@pytest.mark.parametrize(
    ("severity", "verb"), [(Severity.NAMES, "names"), (Severity.MAY_NAME, "may name")]
)
def test_what_names_the_person_is_told_apart_from_what_may(severity: Severity, verb: str) -> None:
    out = StringIO()
    tell_privacy(out, cast("Told", _Found(severity)))
    assert out.getvalue() == f"In these files, what {verb} the person: Patient's Name (3)\n"
