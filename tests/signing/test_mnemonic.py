"""Recovery words against BIP-39's published vectors."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import eth_account
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.model.paths import resources_root
from labeler.signing.mnemonic import (
    WordList,
    entropy_of,
    load_words,
    new_entropy,
    phrase_of,
    seed_of,
)

ENGLISH = load_words(resources_root() / "bip39" / "english.txt")
ABOUT = "abandon " * 11 + "about"


def vectors(folder: Path) -> dict[str, list[list[str]]]:
    read: dict[str, list[list[str]]] = json.loads((folder / "bip39/vectors.json").read_text())
    return read


def test_english_vectors_pass_whole(test_vectors: Path) -> None:
    cases = vectors(test_vectors)["english"]
    assert len(cases) == 24
    for entropy, phrase, seed, _ in cases:
        assert phrase_of(bytes.fromhex(entropy), ENGLISH) == phrase
        assert entropy_of(phrase, ENGLISH).hex() == entropy
        assert seed_of(phrase, "TREZOR").hex() == seed


@pytest.mark.parametrize("language", ["japanese", "spanish", "russian"])
def test_seeds_of_other_languages(test_vectors: Path, language: str) -> None:
    for _, phrase, seed, _ in vectors(test_vectors)[language]:
        assert seed_of(phrase, "TREZOR").hex() == seed


@pytest.mark.parametrize("language", ["japanese", "spanish"])
def test_phrases_of_other_languages(test_vectors: Path, language: str) -> None:
    # Their lists do not ship with the program; another library's stand in.
    words = load_words(Path(eth_account.__file__).parent / f"hdaccount/wordlist/{language}.txt")
    for entropy, phrase, _, _ in vectors(test_vectors)[language]:
        assert phrase_of(bytes.fromhex(entropy), words).split() == nfkd(phrase).split()
        assert entropy_of(phrase, words).hex() == entropy


def nfkd(text: str) -> str:
    return unicodedata.normalize("NFKD", text)


@given(
    entropy=st.sampled_from([16, 20, 24, 28, 32]).flatmap(
        lambda n: st.binary(min_size=n, max_size=n)
    )
)
@settings(deadline=None, max_examples=60)
def test_a_phrase_gives_its_entropy_back(entropy: bytes) -> None:
    phrase = phrase_of(entropy, ENGLISH)
    assert entropy_of("  " + phrase.upper().replace(" ", " \n"), ENGLISH) == entropy


def test_a_new_phrase_has_24_words() -> None:
    assert len(phrase_of(new_entropy(lambda n: bytes(range(n))), ENGLISH).split()) == 24


def test_too_little_randomness_is_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        new_entropy(lambda _: b"short")


def test_a_wrong_word_is_named_by_position_with_its_neighbour() -> None:
    with pytest.raises(LabelerError) as told:
        entropy_of(ABOUT.replace("about", "abuot"), ENGLISH)
    assert told.value.code == "phrase-word"
    assert told.value.facts == {"position": 12, "closest": "about"}
    assert "abuot" not in str(told.value)
    assert "abandon" not in str(told.value)


def test_a_word_like_no_other_gets_no_guess() -> None:
    with pytest.raises(LabelerError) as told:
        entropy_of(ABOUT.replace("about", "qqqqq"), ENGLISH)
    assert told.value.facts == {"position": 12}


def test_wrong_counts_and_checksums_are_told_apart() -> None:
    with pytest.raises(LabelerError) as told:
        entropy_of("abandon about", ENGLISH)
    assert (told.value.code, told.value.facts) == ("phrase-length", {"count": 2})
    with pytest.raises(LabelerError) as told:
        entropy_of("abandon " * 12, ENGLISH)
    assert told.value.code == "phrase-checksum"


def test_a_word_list_is_whole() -> None:
    with pytest.raises(ValueError, match="2048"):
        WordList(ENGLISH.words[:-1])
    with pytest.raises(ValueError, match="2048"):
        WordList((*ENGLISH.words[:-1], "abandon"))
