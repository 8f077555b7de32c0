"""Image archives from a shell."""

from __future__ import annotations

from pathlib import Path

from labeler.app import archives
from labeler.app.archive_secrets import ArchiveSecrets
from labeler.app.services import Services
from labeler.cli.bench import open_bench
from labeler.cli.call import Call
from labeler.cli.exit_codes import Exit
from labeler.cli.output import Json, error_json
from labeler.cli.typed_archive import changed_archive, new_archive
from labeler.errors import LabelerError
from labeler.pacs import asking
from labeler.pacs.archive import Archive, Kind, Login
from labeler.pacs.folder_inbox import FolderInbox
from labeler.pacs.query import StudyFound, StudyQuery, check_uids
from labeler.store.keychain import system_keyring

SECRET_REFUSED = frozenset(("archive-login", "archive-secret"))


def add(call: Call) -> Exit:
    """Name an archive, try it once, and keep its secret where that is safe."""
    archive = new_archive(call.typed)
    secret = "" if archive.login is Login.NONE else call.archive_secret()
    with open_bench(call, may_create=True) as bench:
        secrets = ArchiveSecrets(system_keyring)
        error = _try(call, bench.services, secrets, archive, secret)
        refused = error is not None and error.code in SECRET_REFUSED
        _keep(call, bench.services, secrets, archive, None if refused else secret, error)
    return Exit.OK


def change(call: Call) -> Exit:
    """Change an archive, or only its secret; what the archive refuses is not kept."""
    with open_bench(call) as bench:
        before = archives.find_archive(bench.services, call.typed.archive)
        archive, secrets = changed_archive(before, call.typed), ArchiveSecrets(system_keyring)
        elsewhere = (archive.place, archive.login, archive.user) != (
            before.place, before.login, before.user,
        )  # fmt: skip
        secret = ""
        if archive.login is not Login.NONE:
            # One password is not sent to another place unasked.
            if elsewhere or archive == before or call.archive_secret_given():
                secret = call.archive_secret()
            else:
                secret = secrets.get(archive.id)
        error = _try(call, bench.services, secrets, archive, secret)
        if error is not None and error.code in SECRET_REFUSED:
            raise error
        _keep(call, bench.services, secrets, archive, secret, error)
    return Exit.OK


def _try(
    call: Call, services: Services, secrets: ArchiveSecrets, archive: Archive, secret: str
) -> LabelerError | None:
    """Why it does not answer; None where it does."""
    try:
        archives.test_archive(services, secrets, archive, secret, call.tick("Testing"))
    except LabelerError as failure:
        return failure
    return None


def _keep(
    call: Call,
    services: Services,
    secrets: ArchiveSecrets,
    archive: Archive,
    secret: str | None,
    error: LabelerError | None,
) -> None:
    kept = archives.save_archive(services, secrets, archive, secret or None)
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
        archives.test_archive(bench.services, secrets, archive, "", call.tick("Testing"))
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
            inbox.tidy()
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
    "change": change,
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
    if archive.login is not Login.NONE and (
        call.archive_secret_given() or not secrets.get(archive.id)
    ):
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
