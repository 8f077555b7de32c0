"""Login by a signed EIP-4361 message: composing, strict reading, checking."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from labeler.errors import LabelerError
from labeler.proof import curve
from labeler.proof.keccak import keccak256

MAX_CHARACTERS = 4096

# RFC 3986, as far as EIP-4361 names it.
_PCT = r"%[0-9A-Fa-f]{2}"
_UNRESERVED = r"A-Za-z0-9\-._~"
_SUB = r"!$&'()*+,;="
_CHAR = rf"(?:[{_UNRESERVED}{_SUB}:@]|{_PCT})"
_HOST = rf"(?:\[[0-9A-Fa-f:.]+\]|(?:[{_UNRESERVED}{_SUB}]|{_PCT})+)"
_AUTHORITY = rf"(?:(?:[{_UNRESERVED}{_SUB}:]|{_PCT})*@)?{_HOST}(?::[0-9]*)?"
_SCHEME = r"[A-Za-z][A-Za-z0-9+\-.]*"
_REST = rf"(?:\?(?:{_CHAR}|[/?])*)?(?:#(?:{_CHAR}|[/?])*)?"
_PATH = rf"(?:/{_CHAR}*)*"
_ROOTLESS = rf"(?:/?{_CHAR}+(?:/{_CHAR}*)*)?"

_URI = re.compile(rf"{_SCHEME}:(?://{_AUTHORITY}{_PATH}|{_ROOTLESS}){_REST}")
_DOMAIN = re.compile(_AUTHORITY)
_FIRST = re.compile(
    rf"(?:({_SCHEME})://)?({_AUTHORITY}) wants you to sign in with your Ethereum account:"
)
_STATEMENT = re.compile(rf"(?:[{_UNRESERVED}:/?#\[\]@{_SUB} ])+")
_NONCE = re.compile(r"[A-Za-z0-9]{8,}")
_CHAIN_ID = re.compile(r"[0-9]{1,78}")
_REQUEST_ID = re.compile(rf"{_CHAR}*")
_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})", re.ASCII
)
_OPTIONAL = (
    ("expiration_time", "Expiration Time: "),
    ("not_before", "Not Before: "),
    ("request_id", "Request ID: "),
)


@dataclass(frozen=True, slots=True)
class LoginMessage:
    """What is signed to log in. `address` is checksummed (EIP-55); times are RFC 3339 texts.

    Raises LabelerError "bad-login" for a value that EIP-4361 does not allow.
    """

    domain: str
    address: str
    uri: str
    version: str
    chain_id: int
    nonce: str
    issued_at: str
    statement: str | None = None
    scheme: str | None = None
    expiration_time: str | None = None
    not_before: str | None = None
    request_id: str | None = None
    resources: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        _demand(_DOMAIN, self.domain)
        if self.scheme is not None:
            _demand(re.compile(_SCHEME), self.scheme)
        if self.statement is not None:
            _demand(_STATEMENT, self.statement)
        if self.request_id is not None:
            _demand(_REQUEST_ID, self.request_id)
        for uri in (self.uri, *(self.resources or ())):
            _demand(_URI, uri)
        _demand(_NONCE, self.nonce)
        if self.version != "1" or type(self.chain_id) is not int or self.chain_id < 0:
            _refuse("A login message has an unknown version or chain.")
        if _checksummed(self.address) != self.address:
            _refuse("A login message names an address without its checksum.")
        for time in (self.issued_at, self.expiration_time, self.not_before):
            if time is not None:
                _moment(time)

    def text(self) -> str:
        """The text that is signed, exactly as EIP-4361 lays it out."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        origin = f"{self.scheme}://{self.domain}" if self.scheme else self.domain
        yield f"{origin} wants you to sign in with your Ethereum account:"
        yield from (self.address, "")
        if self.statement is not None:
            yield self.statement
        yield from ("", f"URI: {self.uri}", f"Version: {self.version}")
        yield from (f"Chain ID: {self.chain_id}", f"Nonce: {self.nonce}")
        yield f"Issued At: {self.issued_at}"
        for name, label in _OPTIONAL:
            if getattr(self, name) is not None:
                yield label + getattr(self, name)
        if self.resources is not None:
            yield "Resources:"
            yield from (f"- {resource}" for resource in self.resources)


def parse(text: str) -> LoginMessage:
    """The message that `text` spells. Raises LabelerError "bad-login" for any other spelling."""
    if len(text) > MAX_CHARACTERS:
        _refuse("A login message is too long.")
    lines = text.split("\n")
    first = _FIRST.fullmatch(lines[0])
    if first is None or len(lines) < 9:
        _refuse("A login message does not have the form of EIP-4361.")
    statement = lines[3] or None
    body = lines[5 if statement else 4 :]
    # Reading is loose from here on, because the message must spell the same text again.
    values = dict(line.split(": ", 1) for line in body if ": " in line and line[:2] != "- ")
    resources = tuple(line[2:] for line in body if line.startswith("- "))
    message = LoginMessage(
        scheme=first[1],
        domain=first[2],
        address=lines[1],
        statement=statement,
        uri=values.get("URI", ""),
        version=values.get("Version", ""),
        chain_id=_chain_id(values.get("Chain ID", "")),
        nonce=values.get("Nonce", ""),
        issued_at=values.get("Issued At", ""),
        expiration_time=values.get("Expiration Time"),
        not_before=values.get("Not Before"),
        request_id=values.get("Request ID"),
        resources=resources if "Resources:" in body else None,
    )
    if message.text() != text:
        _refuse("A login message does not have the form of EIP-4361.")
    return message


def personal_digest(data: bytes) -> bytes:
    """The 32 bytes that a personal message is signed by (EIP-191, version 0x45)."""
    return keccak256(b"\x19Ethereum Signed Message:\n" + str(len(data)).encode() + data)


def check(
    message: LoginMessage,
    signature: bytes,
    *,
    now: float,
    domain: str | None = None,
    nonce: str | None = None,
    scheme: str | None = None,
) -> bytes:
    """The 20-byte address that logs in at `now` (UTC seconds).

    `domain`, `nonce` and `scheme` are what the server expects; None leaves one unchecked.
    Raises LabelerError "bad-login" or "bad-signature".
    """
    for expected, said in ((domain, message.domain), (nonce, message.nonce)):
        if expected is not None and expected != said:
            _refuse("A login message was made for another place or moment.")
    if scheme is not None and message.scheme not in (None, scheme):
        _refuse("A login message was made for another place or moment.")
    if message.expiration_time is not None and now >= _moment(message.expiration_time):
        _refuse("A login message has expired.")
    if message.not_before is not None and now < _moment(message.not_before):
        _refuse("A login message is not valid yet.")
    # Some wallets count the recovery number from 0 here (EIP-191 has no rule).
    if len(signature) == curve.SIGNATURE_LENGTH and signature[64] in (0, 1):
        signature = signature[:64] + bytes([signature[64] + 27])
    signer = curve.recover(personal_digest(message.text().encode()), signature)
    if curve.checksummed(signer) != message.address:
        _refuse("A login message was signed by another key than it names.")
    return signer


def _moment(text: str) -> float:
    if not _TIME.fullmatch(text):
        _refuse("A login message names a time that does not exist.")
    try:
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text)).timestamp()
    except (ValueError, OverflowError):
        _refuse("A login message names a time that does not exist.")


def _checksummed(address: str) -> str | None:
    if not re.fullmatch(r"0x[0-9a-fA-F]{40}", address):
        return None
    return curve.checksummed(bytes.fromhex(address[2:]))


def _chain_id(text: str) -> int:
    return int(_demand(_CHAIN_ID, text))


def _demand(form: re.Pattern[str], text: str) -> str:
    if not form.fullmatch(text):
        _refuse("A login message does not have the form of EIP-4361.")
    return text


def _refuse(happened: str) -> NoReturn:
    raise LabelerError(
        "bad-login",
        happened,
        safe="Nobody was logged in. Work on this computer and its submissions need no login.",
        do="Connect again. If it keeps failing, compare this computer's clock and the address.",
    ) from None
