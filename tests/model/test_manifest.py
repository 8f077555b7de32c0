"""Manifests that were signed before labels asked anything stay what they are."""

from __future__ import annotations

import msgspec
import pytest

from labeler.errors import LabelerError
from labeler.model.forms import Scale
from labeler.model.manifest import Label, Manifest
from labeler.proof import codec
from tests.proof.world import MANIFEST

SIGNED_BEFORE = "e004603f8d2a717b96fcad8974730f9f42b82b6390aeeaec58d6bf0f1ffd9f62"
SIZE = Scale("size", "Size", 1, 5)


def test_a_label_that_asks_nothing_leaves_its_questions_out() -> None:
    data = codec.encode(MANIFEST)
    assert codec.digest(data) == SIGNED_BEFORE
    assert codec.decode(data, Manifest).labels[0].asks == ()
    assert codec.encode(Label("nodule", "Nodule")) == b'{"code":"nodule","name":"Nodule"}'


def test_questions_of_a_label_are_kept_as_they_were_written() -> None:
    asking = Label("nodule", "Nodule", (SIZE,))
    data = codec.encode(msgspec.structs.replace(MANIFEST, labels=(asking,)))
    assert codec.decode(data, Manifest).labels == (asking,)
    assert codec.digest(data) != SIGNED_BEFORE


@pytest.mark.parametrize("questions", ["[]", "null", '[{"code":"a","text":"A","type":"sum"}]'])
def test_no_questions_have_one_spelling(questions: str) -> None:
    data = f'{{"code":"a","name":"A","questions":{questions}}}'
    with pytest.raises(LabelerError):
        codec.decode(data.encode(), Label)
