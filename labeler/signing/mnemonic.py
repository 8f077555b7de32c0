"""Recovery words: BIP-39 entropy <-> phrase -> seed."""

from __future__ import annotations

import difflib
import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from labeler.errors import LabelerError

ENTROPY_BYTES = 32
WORD_COUNTS = (12, 15, 18, 21, 24)
_SEED_ROUNDS = 2048
_LIST_SIZE = 2048
_WORD_BITS = 11


@dataclass(frozen=True)
class WordList:
    """The 2048 words of one language, NFKD, in the list's order."""

    words: tuple[str, ...]
    separator: str = " "

    def __post_init__(self) -> None:
        if len(set(self.words)) != _LIST_SIZE or len(self.words) != _LIST_SIZE:
            raise ValueError(f"a word list has {_LIST_SIZE} different words")

    def position(self, word: str) -> int | None:
        return self.words.index(word) if word in self.words else None

    def closest(self, word: str) -> str:
        """The most similar word of the list; empty where none is near."""
        near = difflib.get_close_matches(word, self.words, n=1, cutoff=0.5)
        return near[0] if near else ""


def load_words(path: Path) -> WordList:
    """A word list from a text file of one word a line, such as resources/bip39/english.txt."""
    return WordList(tuple(_nfkd(path.read_text(encoding="utf-8")).split()))


def new_entropy(random: Callable[[int], bytes]) -> bytes:
    """Fresh entropy for 24 words; `random(n)` gives n unpredictable bytes."""
    drawn = random(ENTROPY_BYTES)
    if len(drawn) != ENTROPY_BYTES:
        raise ValueError("the source of randomness gave too few bytes")
    return drawn


def phrase_of(entropy: bytes, words: WordList) -> str:
    """The phrase of 16, 20, 24, 28 or 32 bytes of entropy."""
    if len(entropy) not in (16, 20, 24, 28, 32):
        raise ValueError("entropy is 16 to 32 bytes, in steps of 4")
    checksum_bits = len(entropy) // 4
    checksum = hashlib.sha256(entropy).digest()[0] >> (8 - checksum_bits)
    number = int.from_bytes(entropy, "big") << checksum_bits | checksum
    count = (len(entropy) * 8 + checksum_bits) // _WORD_BITS
    positions = [number >> (_WORD_BITS * i) & (_LIST_SIZE - 1) for i in reversed(range(count))]
    return words.separator.join(words.words[position] for position in positions)


def entropy_of(phrase: str, words: WordList) -> bytes:
    """The entropy of a phrase; a wrong count, word or checksum raises LabelerError.

    The error names the position and the nearest word of the list, never the phrase.
    """
    typed = _nfkd(phrase).casefold().split()
    if len(typed) not in WORD_COUNTS:
        raise LabelerError(
            "phrase-length",
            "A recovery phrase has 24 words (12, 15, 18 and 21 are read too), not {count}.",
            safe="Nothing was stored.",
            do="Compare with your paper: is a word missing or written twice?",
            count=len(typed),
        )
    number = 0
    for index, word in enumerate(typed, start=1):
        number = number << _WORD_BITS | _position(word, index, words)
    checksum_bits = len(typed) * _WORD_BITS // 33
    entropy = (number >> checksum_bits).to_bytes(checksum_bits * 4, "big")
    if hashlib.sha256(entropy).digest()[0] >> (8 - checksum_bits) != number % (1 << checksum_bits):
        raise LabelerError(
            "phrase-checksum",
            "Every word is in the list, but together they are no recovery phrase.",
            safe="Nothing was stored.",
            do="Compare each word and the order with your paper.",
        )
    return entropy


def seed_of(phrase: str, passphrase: str = "") -> bytes:
    """The 64-byte seed of a phrase in any language (PBKDF2-HMAC-SHA512, 2048 rounds)."""
    salt = "mnemonic" + _nfkd(passphrase)
    return hashlib.pbkdf2_hmac(
        "sha512", _nfkd(phrase).encode(), salt.encode(), _SEED_ROUNDS, dklen=64
    )


def _position(word: str, index: int, words: WordList) -> int:
    found = words.position(word)
    if found is not None:
        return found
    closest = words.closest(word)
    if not closest:
        raise LabelerError(
            "phrase-word",
            "Word {position} is not a recovery word.",
            safe="Nothing was stored.",
            do="Compare word {position} with your paper.",
            position=index,
        )
    raise LabelerError(
        "phrase-word",
        "Word {position} is not a recovery word.",
        safe="Nothing was stored.",
        do='Compare word {position} with your paper: could it be "{closest}"?',
        position=index,
        closest=closest,
    )


def _nfkd(text: str) -> str:
    return unicodedata.normalize("NFKD", text)
