"""The served OpenAPI description is true: whatever is asked, the answer is one it announces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.hub import Clock, open_hub, post_cases, served

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def test_every_answer_is_announced(tmp_path: Path) -> None:
    with open_hub(tmp_path / "hub", Clock()) as market:
        post_cases(market, tmp_path / "images")
        with served(market) as client:
            schema = schemathesis.openapi.from_url(f"{client.base_url}/v1/openapi.json")
            operations = [found.ok() for found in schema.get_all_operations()]
            assert len(operations) == 15
            for operation in operations:
                asked_of(operation)


def asked_of(operation: Any) -> None:
    """Ten generated requests to one operation, the same ten each time."""

    @settings(
        max_examples=10,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS)

    ask()
