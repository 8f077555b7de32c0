"""An archive: where it is and how it wants to be spoken to; never the secret."""

from __future__ import annotations

import enum
import re
from urllib.parse import urlsplit

import msgspec

from labeler.errors import LabelerError
from labeler.model.printable import printable

MAX_NAME = 64
_AE_TITLE = re.compile(r"[ -\[\]-~]{1,16}")
_HOST = re.compile(r"[A-Za-z0-9.:_-]{1,253}")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Kind(enum.Enum):
    """How it is spoken to."""

    DICOMWEB = "dicomweb"
    DIMSE = "dimse"


class Login(enum.Enum):
    """What it asks for: nothing, a name with a password, or a token."""

    NONE = "none"
    PASSWORD = "password"  # noqa: S105  a kind of login, no secret
    TOKEN = "token"  # noqa: S105


class Bring(enum.Enum):
    """How images come over DIMSE: on the same line (C-GET), or on one that it opens (C-MOVE)."""

    GET = "get"
    MOVE = "move"


class Archive(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`id` is random and names its secret. DICOMweb needs `url`; DIMSE needs the rest.

    `called` is its AE title, `calling` ours; to `listen_port` of this computer it sends what a
    C-MOVE asks for. `user` goes with a password.
    """

    id: str
    name: str
    kind: Kind
    url: str = ""
    host: str = ""
    port: int = 104
    called: str = ""
    calling: str = "LABELER"
    tls: bool = False
    login: Login = Login.NONE
    user: str = ""
    bring: Bring = Bring.GET
    listen_port: int = 11112

    @property
    def place(self) -> tuple[str, str, int, bool]:
        """Where a secret of it is sent: what it speaks, host, port, and whether encrypted."""
        if self.kind is Kind.DIMSE:
            return "dimse", self.host.casefold(), self.port, self.tls
        parts = urlsplit(self.url)
        encrypted = parts.scheme == "https"
        port = parts.port or (443 if encrypted else 80)
        return "dicomweb", parts.hostname or "", port, encrypted

    @property
    def secure(self) -> bool:
        """Whether nobody on the way can read along: encrypted, or on this computer alone."""
        if self.kind is Kind.DIMSE:
            return self.tls or self.host in _LOOPBACK
        parts = urlsplit(self.url)
        return parts.scheme == "https" or parts.hostname in _LOOPBACK

    @property
    def local(self) -> bool:
        """Whether it is on this computer."""
        host = self.host if self.kind is Kind.DIMSE else urlsplit(self.url).hostname
        return host in _LOOPBACK


def check_archive(archive: Archive) -> None:
    """Raises LabelerError "archive-address" or "archive-open-password"."""
    if not archive.name.strip() or len(archive.name) > MAX_NAME or _unclean(archive.name):
        raise _bad("The archive needs a name of at most {most} letters.", most=MAX_NAME)
    if archive.kind is Kind.DICOMWEB:
        _check_url(archive.url)
    else:
        _check_dimse(archive)
    if archive.login is Login.PASSWORD and (not archive.user or ":" in archive.user):
        raise _bad("A password needs a user's name, without a colon.")
    if archive.login is not Login.NONE and not archive.secure:
        raise LabelerError(
            "archive-open-password",
            "The line to this archive is not encrypted: everybody on the way could read the "
            "password.",
            safe="No password was sent.",
            do="Use an https address or TLS, or an archive that asks for no password.",
        )


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("https", "http") or _unclean(url):
        raise _bad("This is not an address that begins with https:// or http://.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise _bad("The address must not hold a name, a password or a question mark.")


def _check_dimse(archive: Archive) -> None:
    if not _HOST.fullmatch(archive.host):
        raise _bad("The archive's host is a name or a number of the network.")
    if not 0 < archive.port < 65536 or not 0 < archive.listen_port < 65536:
        raise _bad("A port is a number from 1 to 65535.")
    for title in (archive.called, archive.calling):
        if not _AE_TITLE.fullmatch(title) or not title.strip():
            raise _bad("An AE title has 1 to 16 plain letters, without a backslash.")
    if archive.login is Login.TOKEN:
        raise _bad("A token belongs to a DICOMweb archive.")
    if archive.tls and archive.bring is Bring.MOVE:
        raise _bad("With TLS, images come by C-GET: this program has no certificate to be called.")


def _unclean(text: str) -> bool:
    return printable(text) != text


def _bad(happened: str, **facts: int) -> LabelerError:
    return LabelerError(
        "archive-address",
        happened,
        safe="Nothing was sent or changed.",
        do="Mend the address as the archive's people wrote it.",
        **facts,
    )
