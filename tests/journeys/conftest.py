"""One town for the journeys of this folder that do not disturb each other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.town import Town, a_town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with a_town(tmp_path_factory.mktemp("town"), readers=9) as built:
        yield built
