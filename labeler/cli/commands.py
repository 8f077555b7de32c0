"""`labeler VERB ...`: finds the verb, runs it, and turns what it says into an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from labeler.cli.arguments import Misused, build_parser
from labeler.cli.call import Call
from labeler.cli.exit_codes import Exit, exit_of
from labeler.cli.output import Output
from labeler.errors import Cancelled, LabelerError

Verb = Callable[[Call], Exit]


def main(
    argv: Sequence[str],
    *,
    resources: Path,
    environment: Mapping[str, str] | None = None,
    out: TextIO | None = None,
    aside: TextIO | None = None,
    typing: TextIO | None = None,
) -> int:
    """Run `labeler` with `argv`; the exit code (docs/cli.md)."""
    output = Output("--json" in argv, out or sys.stdout, aside or sys.stderr)
    try:
        typed = build_parser(_version()).parse_args(argv)
        surroundings = os.environ if environment is None else environment
        return find(typed.words)(Call(typed, surroundings, resources, output, typing or sys.stdin))
    except Misused as error:
        output.refuse(error)
        return Exit.USAGE
    except LabelerError as error:
        output.refuse(error)
        return exit_of(error)
    except BrokenPipeError:
        # Whoever read the answer has had enough; what was done is done.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    except (Cancelled, KeyboardInterrupt):
        if output.as_json:
            output.answer({"cancelled": True}, ())
        else:
            output.note("Cancelled.")
        return Exit.CANCELLED


def find(words: str) -> Verb:
    """The verb's function; only its own group is imported."""
    if words == "open":
        return _not_opened
    if words in ("inspect", "verify"):
        from labeler.cli import files

        return {"inspect": files.inspect, "verify": files.verify}[words]
    if words in ("backup", "restore"):
        from labeler.cli import safety

        return {"backup": safety.backup, "restore": safety.restore}[words]
    if words == "doctor":
        from labeler.cli.doctor import doctor

        return doctor
    if words.startswith("archive "):
        from labeler.cli import archives

        return archives.VERBS[words.partition(" ")[2]]
    if words.startswith("journal "):
        from labeler.cli import journals

        return journals.VERBS[words.partition(" ")[2]]
    return _of_a_profile(words)


def _not_opened(_call: Call) -> Exit:
    """What the window takes was taken before the shell was asked."""
    raise Misused(
        "The window opens on paths, with --form FORM and --profile DIR alone, and answers nothing.",
        "labeler open [--profile DIR] [--form FORM] PATH...",
    )


def _of_a_profile(words: str) -> Verb:
    from labeler.cli import measures, money, submit, wallet, work

    verbs: dict[str, Verb] = {
        "wallet create": wallet.create,
        "wallet import": wallet.bring_back,
        "wallet address": wallet.address,
        "connect": work.connect,
        "tasks": work.tasks,
        "fetch": work.fetch,
        "wipe": work.wipe,
        "measures": measures.measures,
        "submit": submit.submit,
        "sync": work.sync,
        "outbox": work.outbox,
        "earnings": money.earnings,
        "claim": money.claim,
        "bundle": money.bundle,
    }
    return verbs[words]


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("labeler")
    except PackageNotFoundError:
        return "from source"
