"""What can be typed: one table of verbs, and the parser made from it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NoReturn

from labeler.errors import LabelerError

DESCRIPTION = """Annotate medical images offline, sign every submission, and prove what you did and
what you are owed. `labeler` alone opens the window."""
EPILOG = """`labeler open PATH...` opens the window on images of your own.
`labeler hub` runs a marketplace; `labeler demo` shows the whole job.
Passphrases come from a prompt, an environment variable or a file descriptor: see docs/cli.md."""

Fill = Callable[[argparse.ArgumentParser], None]


class Misused(LabelerError):  # noqa: N818  the person's, not the program's
    """What was typed does not make sense."""

    def __init__(self, message: str, usage: str) -> None:
        super().__init__(
            "usage",
            "{message}",
            safe="Nothing was done.",
            do="{usage}",
            message=message,
            usage=usage,
        )


class Parser(argparse.ArgumentParser):
    """Raises Misused instead of leaving the program: with --json that is a document too."""

    def error(self, message: str) -> NoReturn:
        raise Misused(message, " ".join(self.format_usage().split()))


def build_parser(version: str) -> Parser:
    """The parser; the verb's words, joined by a space, are in `verb`."""
    parser = Parser("labeler", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("--version", action="version", version=f"labeler {version}")
    parser.add_argument("--profile", metavar="DIR", type=_named, help="the profile's folder")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    groups: dict[str, argparse._SubParsersAction[Parser]] = {}
    for words, text, fill in VERBS:
        group, _, name = words.rpartition(" ")
        if group and group not in groups:
            holder = verbs.add_parser(group, help=GROUPS[group], description=GROUPS[group])
            groups[group] = holder.add_subparsers(dest="verb", required=True, metavar="VERB")
        verb = groups.get(group, verbs).add_parser(name, help=text, description=text)
        verb.set_defaults(words=words)
        _common(verb)
        fill(verb)
    return parser


def _common(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--json", action="store_true", help="answer with one JSON document")
    # Before the verb or after it: there it has no default, which would undo what stood before.
    verb.add_argument(
        "--profile",
        metavar="DIR",
        type=_named,
        default=argparse.SUPPRESS,
        help="the profile's folder",
    )
    for secret in ("passphrase", "key-passphrase", "backup-passphrase"):
        verb.add_argument(f"--{secret}-fd", type=int, metavar="FD", help=argparse.SUPPRESS)


def _nothing(_verb: argparse.ArgumentParser) -> None:
    pass


def _yes(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--yes", action="store_true", help="do not ask")


def _force(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--force", action="store_true", help="replace a file that is there")


def _open(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        type=_named,
        help="image files, folders, DICOMDIR, zip or tar",
    )
    verb.add_argument(
        "--form",
        metavar="FORM",
        type=_named,
        help="ask what this form asks: a file, or one that ships",
    )


def _inspect(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "path", metavar="PATH", type=_named, help="image file, DICOMDIR, folder, zip or tar"
    )
    either = verb.add_mutually_exclusive_group()
    either.add_argument(
        "--privacy", action="store_true", help="say what tells who the person is, never the value"
    )
    either.add_argument(
        "--repair",
        metavar="OUT",
        type=_named,
        help="write copies with safe repairs into this folder",
    )


def _named(path: str) -> str:
    """An empty path would be the current folder, which nobody named."""
    if not path:
        raise argparse.ArgumentTypeError("an empty path names nothing")
    return path


def _entry(typed: str) -> int:
    try:
        return int(typed)
    except ValueError:
        raise argparse.ArgumentTypeError("an entry is named by a whole number") from None


def _wallet_import(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--keystore", metavar="FILE", help="another wallet's key file (v3)")
    verb.add_argument("--words-fd", type=int, metavar="FD", help="read the recovery words there")


def _wallet_address(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--marketplaces", action="store_true", help="also the address used at each marketplace"
    )


def _connect(verb: argparse.ArgumentParser) -> None:
    _yes(verb)
    verb.add_argument(
        "--practice",
        action="store_true",
        help="where there is no profile: make one without protection, in which nothing is signed",
    )
    verb.add_argument("url", metavar="URL")
    verb.add_argument("--node", metavar="RPC_URL", help="ask this node of the chain")
    verb.add_argument("--trust", metavar="IDENTITY", help="the fingerprint it must have")


def _offline(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--offline", action="store_true", help="do not use the network")


def _fetch(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("task", metavar="TASK", help="the task's name or the start of it")


def _wipe(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("case", metavar="CASE", help="the case's name or its start, or its number")
    _yes(verb)


def _measures(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("case", metavar="CASE", help="the case's name, its start or its title")
    verb.add_argument(
        "--csv", metavar="FILE", type=_named, help="write a table that spreadsheets read"
    )
    verb.add_argument(
        "--decimal-comma", action="store_true", help="with 1,5 for 1.5, and semicolons between"
    )
    _force(verb)


def _submit(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("case", metavar="CASE", help="the case's name or its start, or its number")
    verb.add_argument("--no-finding", action="store_true", help="say that there is no finding")
    verb.add_argument(
        "--answer", action="append", default=[], metavar="CODE=VALUE", help="answer a question"
    )
    verb.add_argument("--document", metavar="FILE", help="take marks and answers from a document")
    verb.add_argument(
        "--blob", action="append", default=[], metavar="FILE", help="a mask that it names"
    )
    verb.add_argument(
        "--names-nobody",
        action="store_true",
        help="with --yes: the answers were read, and none tells who the patient is",
    )
    _yes(verb)
    _offline(verb)


def _claim(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--own-fee", action="store_true", help="pay the network fee yourself")
    _yes(verb)


def _bundle(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("submission", metavar="SUBMISSION", help="its fingerprint or its start")
    verb.add_argument("-o", "--output", metavar="FILE")
    _force(verb)


def _verify(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("file", metavar="FILE", help="an evidence bundle")
    verb.add_argument(
        "--trust", metavar="IDENTITY", help="the fingerprint you trust, or a file with the identity"
    )


def _backup(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("file", metavar="FILE", help="the backup to write")
    verb.add_argument("--packages", action="store_true", help="also the downloaded images")
    _force(verb)


def _restore(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("file", metavar="FILE", help="the backup to read")


def _doctor(verb: argparse.ArgumentParser) -> None:
    mend = verb.add_mutually_exclusive_group()
    mend.add_argument(
        "--go-on", metavar="CASE", help="take the last good state of a damaged case, and go on"
    )
    mend.add_argument(
        "--recover", action="store_true", help="make a new database of what can still be read"
    )
    _yes(verb)


def _archive_add(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("name", metavar="NAME", help="what you call it")
    verb.add_argument("url", metavar="URL", nargs="?", help="the address of its DICOMweb")
    _archive_address(verb)
    verb.set_defaults(no_login=False, get=False)


def _archive_change(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("archive", metavar="ARCHIVE", help="its name")
    verb.add_argument("--name", metavar="NAME", help="a new name for it")
    verb.add_argument("--url", metavar="URL", help="the address of its DICOMweb")
    login = _archive_address(verb)
    login.add_argument("--no-login", action="store_true", help="it asks for nothing")
    verb.add_argument("--get", action="store_true", help="by C-GET")


def _archive_address(verb: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    verb.add_argument("--host", metavar="HOST", help="for DIMSE: the archive's host")
    verb.add_argument("--port", type=int, metavar="PORT", help="its port (104)")
    verb.add_argument("--called", metavar="TITLE", help="its AE title")
    verb.add_argument("--calling", metavar="TITLE", help="ours (LABELER)")
    verb.add_argument(
        "--move", type=int, metavar="PORT", help="by C-MOVE, to this port of this computer"
    )
    verb.add_argument("--tls", action=argparse.BooleanOptionalAction, help="DIMSE over TLS")
    login = verb.add_mutually_exclusive_group()
    login.add_argument("--user", metavar="NAME", help="it asks for this user's password")
    login.add_argument("--token", action="store_true", help="it asks for a token")
    _archive_secret(verb)
    return login


def _archive_secret(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--archive-secret-fd", type=int, metavar="FD", help=argparse.SUPPRESS)


def _archive(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("archive", metavar="ARCHIVE", help="its name")
    _archive_secret(verb)


def _archive_find(verb: argparse.ArgumentParser) -> None:
    _archive(verb)
    for name, text in (
        ("patient", "the patient's ID"),
        ("name", "the patient's name, as FAMILY^GIVEN"),
        ("accession", "the accession number"),
        ("from", "the first day, as 20240131"),
        ("to", "the last day"),
        ("modality", "as CT"),
        ("description", "of the study"),
    ):
        verb.add_argument(f"--{name}", metavar="X", dest=f"find_{name}", default="", help=text)


def _archive_get(verb: argparse.ArgumentParser) -> None:
    _archive(verb)
    verb.add_argument("study", metavar="STUDY", help="the UID that `archive find` tells")
    verb.add_argument(
        "--series", action="append", default=[], metavar="UID", help="only this series"
    )
    verb.add_argument(
        "-o", "--output", metavar="FOLDER", help="plain files there, not sealed in the profile"
    )


def _archive_wipe(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("received", metavar="RECEIVED", help="the name that `archive list` tells")
    _yes(verb)


def _journal_export(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "document", metavar="DOCUMENT", help="the case's name, its start or its title"
    )
    verb.add_argument("file", metavar="FILE", type=_named, help="the file to write")
    _force(verb)


def _journal_file(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("file", metavar="FILE", type=_named, help="a journal that was exported")


def _journal_replay(verb: argparse.ArgumentParser) -> None:
    _journal_file(verb)
    verb.add_argument("--to", type=_entry, metavar="SEQ", help="the document after this entry")


GROUPS = {
    "wallet": "your signing key",
    "archive": "image archives (PACS)",
    "journal": "all that was done",
}

VERBS: tuple[tuple[str, str, Fill], ...] = (
    ("open", "open the window on images of your own", _open),
    ("inspect", "say what image files hold", _inspect),
    ("wallet create", "make a signing key", _nothing),
    ("wallet import", "bring a signing key back", _wallet_import),
    ("wallet address", "show the key's address", _wallet_address),
    ("connect", "trust a marketplace", _connect),
    ("tasks", "list what is offered and taken", _offline),
    ("fetch", "take a task along for offline work", _fetch),
    ("wipe", "take a case's images from this computer for good", _wipe),
    ("measures", "measure every mark of a case", _measures),
    ("submit", "sign a case and queue it", _submit),
    ("sync", "send, hear decisions, recompute", _nothing),
    ("outbox", "list where each submission stands", _nothing),
    ("earnings", "list what was earned, recomputed here", _nothing),
    ("claim", "take out what is owed", _claim),
    ("bundle", "write the evidence of one submission", _bundle),
    ("verify", "check an evidence bundle, with no network", _verify),
    ("backup", "write everything into one encrypted file", _backup),
    ("restore", "make a profile from a backup", _restore),
    ("archive add", "name an image archive", _archive_add),
    ("archive change", "change an archive, or its password", _archive_change),
    ("archive list", "list the archives, and the studies that are here", _nothing),
    ("archive remove", "forget an archive", _archive),
    ("archive test", "ask whether it answers", _archive),
    ("archive find", "search it for studies", _archive_find),
    ("archive get", "bring a study into the profile, or a folder", _archive_get),
    ("archive wipe", "remove a received study for good", _archive_wipe),
    ("journal list", "list the documents of the profile", _nothing),
    ("journal export", "write the journal of a document into one file", _journal_export),
    ("journal verify", "check such a file, with no profile", _journal_file),
    ("journal replay", "show the document that it leads to", _journal_replay),
    ("doctor", "say what is installed, missing, unsafe; mend what is damaged", _doctor),
)
