"""The OpenAPI 3.1 description, its bodies as msgspec reads and writes them."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin

from labeler.market import wire

BODIES: tuple[type[msgspec.Struct], ...] = (
    wire.IdentityAnswer,
    wire.TasksAnswer,
    wire.NonceAnswer,
    wire.LoginRequest,
    wire.LoginAnswer,
    wire.AssignmentAnswer,
    wire.SubmissionRequest,
    wire.SubmissionAnswer,
    wire.BlobAnswer,
    wire.EventsAnswer,
    wire.SubmissionStatus,
    wire.HeadAnswer,
    wire.ConsistencyAnswer,
    wire.InclusionAnswer,
    wire.StatementAnswer,
    wire.ClaimRequest,
    wire.ClaimAnswer,
    wire.Problem,
)
REFERENCE = "#/components/schemas/{name}"


class Description(JsonRenderPlugin):
    """Serves the description as JSON.

    Litestar says `tuple[X, ...]` as "X or anything", and knows no rule of ours.
    """

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        _, components = msgspec.json.schema_components(BODIES, ref_template=REFERENCE)
        true = {name: _spelled(schema) for name, schema in components.items()}
        described = {**openapi_schema["components"], "schemas": true}
        return super().render(request, {**openapi_schema, "components": described})


def _spelled(schema: Any) -> Any:
    """The schema with its patterns as ECMA-262 spells them."""
    if isinstance(schema, dict):
        return {
            key: _pattern(value) if key == "pattern" else _spelled(value)
            for key, value in schema.items()
        }
    return [_spelled(value) for value in schema] if isinstance(schema, list) else schema


def _pattern(value: Any) -> Any:
    if not isinstance(value, str):
        return _spelled(value)
    return value.replace(r"\A", "^").replace(r"\Z", "$")
