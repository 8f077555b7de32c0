"""An image archive as its options were typed: a new one, or changes to one that is known."""

from __future__ import annotations

import argparse
import uuid

from msgspec import structs

from labeler.errors import LabelerError
from labeler.pacs.archive import Archive, Bring, Kind, Login, check_archive

_OF_DIMSE = ("port", "called", "calling", "move", "tls")


def new_archive(typed: argparse.Namespace) -> Archive:
    """Raises LabelerError "archive-address" or "archive-open-password"."""
    if (typed.url is None) == (typed.host is None):
        raise _unclear(
            "An archive is named by the address of its DICOMweb, or by --host for DIMSE.",
            "Give one of the two.",
        )
    return _with(Archive(uuid.uuid4().hex, typed.name.strip(), Kind.DICOMWEB), typed)


def changed_archive(archive: Archive, typed: argparse.Namespace) -> Archive:
    """`archive` with what was typed. Raises as `new_archive` does."""
    if typed.url is not None and typed.host is not None:
        raise _unclear("An archive has an address for DICOMweb or a host for DIMSE, not both.",
                       "Give one of the two.")  # fmt: skip
    name = archive.name if typed.name is None else typed.name.strip()
    return _with(structs.replace(archive, name=name), typed)


def _with(archive: Archive, typed: argparse.Namespace) -> Archive:
    kind = archive.kind
    if typed.url is not None or typed.host is not None:
        kind = Kind.DIMSE if typed.url is None else Kind.DICOMWEB
    beside = [name for name in _OF_DIMSE if getattr(typed, name) is not None]
    if kind is Kind.DICOMWEB and beside:
        raise _unclear("--{option} belongs to DIMSE; this archive is spoken to by DICOMweb.",
                       "Leave it out, or give --host.", option=beside[0])  # fmt: skip
    given = {
        "url": typed.url,
        "host": typed.host,
        "port": typed.port,
        "called": typed.called,
        "calling": typed.calling,
        "tls": typed.tls,
        "listen_port": typed.move,
        "bring": None if typed.move is None else Bring.MOVE,
        "user": typed.user,
    }
    found = {name: value for name, value in given.items() if value is not None}
    if kind is not archive.kind:
        found = {"url": "", "host": "", **found}
    if typed.get:
        found["bring"] = Bring.GET
    login = Login.TOKEN if typed.token else Login.NONE if typed.no_login else archive.login
    login = login if typed.user is None else Login.PASSWORD
    user = found.pop("user", archive.user) if login is Login.PASSWORD else ""
    made = structs.replace(archive, kind=kind, login=login, user=user, **found)
    check_archive(made)
    return made


def _unclear(happened: str, do: str, **facts: str) -> LabelerError:
    return LabelerError("archive-address", happened, safe="Nothing was changed.", do=do, **facts)
