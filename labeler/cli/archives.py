"""Image archives from a shell."""

from __future__ import annotations

import uuid
from pathlib import Path

from labeler.app import archives
from labeler.app.archive_secrets import ArchiveSecrets
from labeler.app.services import Services
from labeler.cli.bench import open_bench
from labeler.cli.call import Call
from labeler.cli.exit_codes import Exit
from labeler.cli.output import Json, error_json
from labeler.errors import LabelerError
from labeler.pacs import asking
from labeler.pacs.archive import Archive, Bring, Kind, Login, check_archive
from labeler.pacs.folder_inbox import FolderInbox
from labeler.pacs.query import StudyFound, StudyQuery, check_uids
from labeler.store.keychain import system_keyring


def add(call: Call) -> Exit:
    """Name an archive, keep its secret where that is safe, and try it once."""
    archive = _typed(call)
    check_archive(archive)
    secret = "" if archive.login is Login.NONE else call.archive_secret()
    secrets, tick = ArchiveSecrets(system_keyring), call.tick("Testing")
    with open_bench(call, may_create=True) as bench:
        kept = archives.save_archive(bench.services, secrets, archive, secret or None)
        error = None
        try:
            archives.test_archive(secrets, archive, secret, tick)
        except LabelerError as failure:
            error = failure
        answer: Json = {
            "archive": archive.id,
            "name": archive.name,
            "kind": archive.kind.value,
            "secret_kept": kept,
            "answers": error is None,
        }
        if error is not None:
            answer["error"] = error_json(error)
        told = "It answers." if error is None else "It is kept, and does not answer yet."
        call.output.answer(answer, [f"{archive.name}: {told}"])
        if error is not None and not call.output.as_json:
            call.output.warn(error)
    return Exit.OK


def _typed(call: Call) -> Archive:
    typed = call.typed
    if (typed.url is None) == (typed.host is None):
        raise LabelerError(
            "archive-address",
            "An archive is named by the address of its DICOMweb, or by --host for DIMSE.",
            safe="Nothing was changed.",
            do="Give one of the two.",
        )
    login = Login.TOKEN if typed.token else Login.PASSWORD if typed.user else Login.NONE
    return Archive(
        id=uuid.uuid4().hex,
        name=typed.name.strip(),
        kind=Kind.DIMSE if typed.url is None else Kind.DICOMWEB,
        url=typed.url or "",
        host=typed.host or "",
        port=typed.port,
        called=typed.called,
        calling=typed.calling,
        tls=typed.tls,
        login=login,
        user=typed.user or "",
        bring=Bring.GET if typed.move is None else Bring.MOVE,
        listen_port=typed.move or 11112,
    )


def listed(call: Call) -> Exit:
    """The archives, and what came from them."""
    with open_bench(call) as bench:
        known, here = archives.archives(bench.services), archives.received(bench.services)
    answer: Json = {
        "archives": [
            {
                "archive": one.id,
                "name": one.name,
                "kind": one.kind.value,
                "address": _address(one),
                "login": one.login.value,
                "encrypted": one.secure,
            }
            for one in known
        ],
        "received": [
            {
                "received": one.id,
                "title": one.title,
                "begun_at": one.begun_at,
                "images": one.instances,
                "bytes": one.size,
                "whole": one.whole,
            }
            for one in here
        ],
    }
    lines = [f"{one.name}  {_address(one)}" for one in known]
    lines += [f"{one.id[:16]}  {one.title}  {one.instances} images" for one in here]
    call.output.answer(answer, lines)
    return Exit.OK


def remove(call: Call) -> Exit:
    """Forget an archive and its secret."""
    with open_bench(call) as bench:
        archive = archives.find_archive(bench.services, call.typed.archive)
        archives.remove_archive(bench.services, ArchiveSecrets(system_keyring), archive.id)
    call.output.answer({"archive": archive.id, "removed": True}, [f"{archive.name}: forgotten"])
    return Exit.OK


def test(call: Call) -> Exit:
    """Whether it answers as it should."""
    with open_bench(call) as bench:
        archive, secrets = _ready(call, bench.services)
        archives.test_archive(secrets, archive, "", call.tick("Testing"))
    call.output.answer({"archive": archive.id, "answers": True}, [f"{archive.name}: it answers"])
    return Exit.OK


def find(call: Call) -> Exit:
    """Studies that match; nothing of the answer is kept."""
    typed = call.typed
    query = StudyQuery(
        patient_id=typed.find_patient,
        name=typed.find_name,
        accession=typed.find_accession,
        date_from=typed.find_from,
        date_to=typed.find_to,
        modality=typed.find_modality,
        description=typed.find_description,
    )
    with open_bench(call) as bench:
        archive, secrets = _ready(call, bench.services)
        found = archives.find_studies(secrets, archive, query, call.tick("Searching"))
    answer: Json = {"studies": [_study_json(one) for one in found.studies], "more": found.more}
    lines = [
        "  ".join((one.uid, one.date, ",".join(one.modalities), one.description, one.name))
        for one in found.studies
    ]
    call.output.answer(answer, [*lines, *(["There are more: narrow the search."] * found.more)])
    return Exit.OK


def get(call: Call) -> Exit:
    """Bring a study; what is here is not asked for again."""
    uid, only = call.typed.study, call.typed.series
    check_uids(uid, *only)
    with open_bench(call) as bench:
        archive, secrets = _ready(call, bench.services)
        tick = call.tick("Getting")
        name = None
        if call.typed.output is None:
            series = archives.find_series(secrets, archive, uid, tick)
            kinds = tuple(sorted({one.modality for one in series if one.modality}))
            study = StudyFound(uid, "", "", "", "", "", "", "", kinds, None, None)
            name, brought = archives.receive(bench.services, secrets, archive, study, tick, only)
        else:
            inbox = FolderInbox(Path(call.typed.output))
            brought = asking.bring(archive, secrets.get(archive.id), uid, inbox, tick, only)
    answer: Json = {
        "study": uid,
        "received": name,
        "images": brought.here,
        "asked": brought.asked,
    }
    call.output.answer(answer, [f"{brought.here} images are here, {brought.asked} came now"])
    return Exit.OK


def wipe(call: Call) -> Exit:
    """Remove a received study for good."""
    with open_bench(call) as bench:
        here = [one for one in archives.received(bench.services) if _means(call, one.id)]
        name = here[0].id if len(here) == 1 else call.typed.received
        call.confirm("Delete the key of this study, so that it can never be opened again?")
        archives.wipe_received(bench.services, name)
    call.output.answer({"received": name, "wiped": True}, [f"{name[:16]}: wiped"])
    return Exit.OK


VERBS = {
    "add": add,
    "list": listed,
    "remove": remove,
    "test": test,
    "find": find,
    "get": get,
    "wipe": wipe,
}


def _ready(call: Call, services: Services) -> tuple[Archive, ArchiveSecrets]:
    """The archive that was meant, with its secret at hand."""
    archive = archives.find_archive(services, call.typed.archive)
    secrets = ArchiveSecrets(system_keyring)
    if archive.login is not Login.NONE and not secrets.get(archive.id):
        secrets.hold(archive.id, call.archive_secret())
    return archive, secrets


def _means(call: Call, name: str) -> bool:
    typed = call.typed.received.lower()
    return len(typed) >= 4 and name.startswith(typed)


def _address(one: Archive) -> str:
    if one.kind is Kind.DICOMWEB:
        return one.url
    return f"{one.called}@{one.host}:{one.port}"


def _study_json(one: StudyFound) -> Json:
    return {
        "study": one.uid,
        "name": one.name,
        "patient": one.patient_id,
        "accession": one.accession,
        "date": one.date,
        "time": one.time,
        "description": one.description,
        "modalities": list(one.modalities),
        "series": one.series,
        "images": one.instances,
    }
