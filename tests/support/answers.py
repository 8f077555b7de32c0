"""What a shell types to answer the nodule form."""

from __future__ import annotations

NODULE = (
    "nodule-count=1",
    "attenuation=solid",
    "margin=smooth",
    "calcification=absent",
    "confidence=high",
)
NOTHING = (
    "nodule-count=0",
    "attenuation=none",
    "margin=none",
    "calcification=absent",
    "confidence=high",
)


def answered(answers: tuple[str, ...]) -> list[str]:
    return [part for answer in answers for part in ("--answer", answer)]


def no_finding() -> list[str]:
    return ["--no-finding", *answered(NOTHING)]
