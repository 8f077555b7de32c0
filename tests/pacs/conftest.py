"""What the tests of archives share: a study, and the values that name an archive."""

from __future__ import annotations

import pytest

from tests.support.studies import Study, make_study


@pytest.fixture(scope="session")
def study() -> Study:
    return make_study()
