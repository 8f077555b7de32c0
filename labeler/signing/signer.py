"""The signer's rules: one key, one proposal at a time, nothing signed unseen."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatchmethod
from pathlib import Path

from labeler.errors import LabelerError
from labeler.proof import curve
from labeler.proof.login import personal_digest
from labeler.proof.messages import Submission
from labeler.signing import requests as ask
from labeler.signing.derivation import is_private_key
from labeler.signing.keyfile import read_key_file, write_key_file
from labeler.signing.keystore import Secret, SecretKind, address_in, open_sealed, seal
from labeler.signing.login import compose_login
from labeler.signing.mnemonic import WordList, entropy_of, new_entropy, phrase_of
from labeler.signing.pins import Pins
from labeler.signing.requests import MIN_PASSPHRASE
from labeler.signing.review import review, unsigned
from labeler.signing.transaction import ClaimTransaction
from labeler.signing.unlocked import UnlockedKey


@dataclass(frozen=True)
class Waiting:
    """A proposal that the person is looking at."""

    token: str
    marketplace_id: bytes
    sign: Callable[[bytes], ask.Signed]


class Signer:
    """Answers requests of the closed list; holds at most one open key and one waiting proposal.

    `random(n)` gives n unpredictable bytes, `now_s` the UTC time.
    """

    def __init__(
        self,
        words: WordList,
        *,
        random: Callable[[int], bytes],
        now_s: Callable[[], int],
        scrypt_n: int,
    ) -> None:
        self._words = words
        self._random = random
        self._now_s = now_s
        self._scrypt_n = scrypt_n
        self._pins = Pins()
        self._key: UnlockedKey | None = None
        self._waiting: Waiting | None = None
        self.idle_ms: int | None = None
        """How long an open key may go unused; None while locked."""

    def lock(self) -> None:
        """Wipe the key; the waiting proposal is void."""
        if self._key is not None:
            self._key.wipe()
        self._key = self._waiting = self.idle_ms = None

    @singledispatchmethod
    def answer(self, request: ask.Request) -> ask.Answer:
        """The answer to one request. Raises LabelerError where it is refused."""
        raise TypeError(f"no rule for {type(request).__name__}")

    @answer.register
    def _(self, _: ask.NewPhrase) -> ask.Answer:
        return ask.Phrase(phrase_of(new_entropy(self._random), self._words))

    @answer.register
    def _(self, request: ask.Create) -> ask.Answer:
        secret = Secret(SecretKind.ENTROPY, entropy_of(request.phrase, self._words))
        if len(request.passphrase) < MIN_PASSPHRASE:
            raise LabelerError(
                "passphrase-short",
                "The passphrase has fewer than {least} characters.",
                safe="Nothing was stored.",
                do="Choose a longer one; a few words together are easy to remember.",
                least=MIN_PASSPHRASE,
            )
        return self._store(secret, request.passphrase, Path(request.folder))

    @answer.register
    def _(self, request: ask.ImportKey) -> ask.Answer:
        secret = _open(Path(request.path), request.passphrase)
        return self._store(secret, request.passphrase, Path(request.folder))

    @answer.register
    def _(self, request: ask.Unlock) -> ask.Answer:
        self.lock()
        path = Path(request.path)
        key = UnlockedKey(_open(path, request.passphrase), self._words)
        stated = address_in(read_key_file(path))
        if stated is not None and stated != key.address:
            key.wipe()
            raise LabelerError(
                "keystore-mismatch",
                "The key in {name} is not the key that the file names.",
                safe="Nothing was signed.",
                do="The file was damaged or exchanged: restore the key from its recovery words.",
                name=path.name,
            )
        self._key, self.idle_ms = key, request.idle_ms
        return _key(key, path)

    @answer.register
    def _(self, _: ask.Lock) -> ask.Answer:
        self.lock()
        return ask.Done()

    @answer.register
    def _(self, _: ask.Status) -> ask.Answer:
        if self._key is None:
            return ask.State(unlocked=False, address=None)
        return ask.State(unlocked=True, address=_hex(self._key.address))

    @answer.register
    def _(self, request: ask.Addresses) -> ask.Answer:
        key = self._unlocked()
        ids = [bytes.fromhex(each) for each in request.marketplaces]
        return ask.AddressList(tuple(_hex(key.address_at(each)) for each in ids))

    @answer.register
    def _(self, request: ask.Pin) -> ask.Answer:
        self._pins.add(request.host, request.identity)
        return ask.Done()

    @answer.register
    def _(self, request: ask.ProposeSubmission) -> ask.Answer:
        key, self._waiting = self._unlocked(), None
        submission = unsigned(request.message, Submission)
        pinned = self._pins.get(submission.marketplace_id)
        worker = key.address_at(submission.marketplace_id)
        reviewed = review(request, submission, pinned, worker)

        def sign(private: bytes) -> ask.Signed:
            return ask.Signature(reviewed.digest, curve.sign(reviewed.digest, private))

        return reviewed.summary(self._wait(submission.marketplace_id, sign), self._now_s())

    @answer.register
    def _(self, request: ask.ProposeLogin) -> ask.Answer:
        key, self._waiting = self._unlocked(), None
        pinned = self._pins.get(bytes.fromhex(request.marketplace))
        address = key.address_at(pinned.identity.marketplace_id)
        text = compose_login(
            pinned, address, scheme=request.scheme, nonce=request.nonce, now_s=self._now_s()
        ).text()

        def sign(private: bytes) -> ask.Signed:
            return ask.LoginProof(text, curve.sign(personal_digest(text.encode()), private))

        token = self._wait(pinned.identity.marketplace_id, sign)
        return ask.LoginSummary(token, pinned.host, _hex(address), text)

    @answer.register
    def _(self, request: ask.ProposeClaim) -> ask.Answer:
        key, self._waiting = self._unlocked(), None
        identity = self._pins.get(bytes.fromhex(request.marketplace)).identity
        claim = ClaimTransaction(
            chain_id=identity.chain_id,
            nonce=request.nonce,
            gas=request.gas,
            max_fee_per_gas=int(request.max_fee_per_gas),
            max_priority_fee_per_gas=int(request.max_priority_fee_per_gas),
            distributor=identity.distributor,
            account=bytes.fromhex(request.account.removeprefix("0x")),
            cumulative=int(request.cumulative),
            proof=tuple(bytes.fromhex(node) for node in request.proof),
        )
        claim.check()

        def sign(private: bytes) -> ask.Signed:
            return ask.SignedTransaction(*claim.signed(private))

        return ask.ClaimSummary(
            token=self._wait(identity.marketplace_id, sign),
            chain_id=claim.chain_id,
            distributor=_hex(claim.distributor),
            sender=_hex(key.address_at(identity.marketplace_id)),
            account=_hex(claim.account),
            cumulative=str(claim.cumulative),
            highest_fee_wei=str(claim.highest_fee_wei),
        )

    @answer.register
    def _(self, request: ask.Confirm) -> ask.Answer:
        waiting = self._take(request.token)
        return waiting.sign(self._unlocked().key_at(waiting.marketplace_id))

    @answer.register
    def _(self, request: ask.Reject) -> ask.Answer:
        self._take(request.token)
        return ask.Done()

    def _unlocked(self) -> UnlockedKey:
        if self._key is None:
            raise LabelerError(
                "signer-locked",
                "The signing key is locked.",
                safe="Your work is saved, and nothing was signed.",
                do="Unlock the key with its passphrase.",
            )
        return self._key

    def _wait(self, marketplace_id: bytes, sign: Callable[[bytes], ask.Signed]) -> str:
        token = self._random(16).hex()
        self._waiting = Waiting(token, marketplace_id, sign)
        return token

    def _take(self, token: str) -> Waiting:
        """The waiting proposal; whatever token was given, it waits no longer."""
        waiting, self._waiting = self._waiting, None
        if waiting is None or not hmac.compare_digest(waiting.token, token):
            raise LabelerError(
                "token-unknown",
                "This summary is no longer the one to be signed.",
                safe="Nothing was signed, and your work is saved.",
                do="Open the summary again and sign what it shows then.",
            )
        return waiting

    def _store(self, secret: Secret, passphrase: str, folder: Path) -> ask.Key:
        key = UnlockedKey(secret, self._words)
        path = folder / f"{_hex(key.address)}.json"
        data = seal(secret, passphrase, key.address, random=self._random, scrypt_n=self._scrypt_n)
        write_key_file(path, data)
        # A key that cannot be read back is found now, not on the day it is needed.
        if _open(path, passphrase) != secret:
            raise OSError("the key file reads back differently")
        key.wipe()
        return _key(key, path)


def _open(path: Path, passphrase: str) -> Secret:
    secret = open_sealed(read_key_file(path), passphrase)
    if secret.kind is SecretKind.RAW_KEY and not is_private_key(secret.data):
        raise LabelerError(
            "keystore-unreadable",
            "This key file opens, but what it holds is no signing key.",
            safe="Nothing was changed.",
            do="Choose another file, or restore the key from its recovery words.",
        )
    return secret


def _key(key: UnlockedKey, path: Path) -> ask.Key:
    return ask.Key(_hex(key.address), str(path), key.per_marketplace)


def _hex(address: bytes) -> str:
    return "0x" + address.hex()
