"""Where the program starts; child processes are sent off before anything else is imported."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labeler.ui.window import Window


def main() -> int:
    """The exit code of the process."""
    if sys.argv[1:2] == ["--internal"]:
        return _internal(*sys.argv[2:])
    if sys.argv[1:2] == ["hub"]:
        from labeler.hub.commands import main as hub
        from labeler.model.paths import resources_root

        return hub(sys.argv[2:], resources=resources_root())
    if sys.argv[1:2] == ["demo"]:
        from labeler.demo.commands import main as demo

        return demo(sys.argv[2:])
    asked = _asked_for(sys.argv[1:])
    if asked is None:
        from labeler.cli.commands import main as shell
        from labeler.model.paths import resources_root

        return shell(sys.argv[1:], resources=resources_root())
    root, images, form = asked
    root = root or profile_folder()
    from labeler.cli.opening import refused_at_once
    from labeler.model.paths import resources_root

    refused = refused_at_once(root, images, form, resources_root() / "forms")
    if refused is not None:
        return refused
    return _leave(open_window(root, images=images, form=form))


def _asked_for(arguments: Sequence[str]) -> tuple[Path | None, tuple[Path, ...], str] | None:
    """The profile, the images and the form of
    `labeler [--profile DIR] [open [--profile DIR] [--form FORM] PATH...]`; None: for the shell."""
    if "" in arguments:
        return None  # it would be the current folder, which nobody named
    named = arguments[:1] == ["--profile"] and len(arguments) > 1
    root, rest = (arguments[1], arguments[2:]) if named else ("", arguments)
    if rest and rest[0] != "open":
        return None
    options, images = {"--profile": root, "--form": ""}, list[Path]()
    words = iter(rest[1:])
    for word in words:
        name, given, value = word.partition("=")
        if word == "--":
            images += map(Path, words)
        elif name in options and (given or (value := next(words, ""))):
            options[name] = value
        elif word.startswith("-"):
            return None
        else:
            images.append(Path(word))
    if options["--form"] and not images:
        return None
    root = options["--profile"]
    return Path(root) if root else None, tuple(images), options["--form"]


def open_window(
    root: Path,
    meet: Callable[[Window], None] | None = None,
    images: tuple[Path, ...] = (),
    form: str = "",
) -> int:
    """The program in its window, on the profile in `root`; `meet` is given it when it is there,
    and `images` are opened in it, with what `form` asks if one is named."""
    # What is loaded stays. Looking for garbage in it, again and again, takes a sixth of the start;
    # the window turns it on when it is ready.
    gc.disable()
    from labeler.ui.binding import load_qt

    load_qt()
    from labeler.model.paths import resources_root
    from labeler.ui.program import open_program

    return open_program(root, resources_root(), _write_sample, images=images, form=form, meet=meet)


def _leave(code: int) -> int:
    """The exit code; where a thread could not be waited for, the process ends at once instead.

    All is saved and closed by now. What still hangs on a dead line or in a decoder must not see the
    interpreter being taken apart around it.
    """
    if threading.active_count() > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


def profile_folder() -> Path:
    """The folder that LABELER_PROFILE or this system's custom names."""
    if "LABELER_PROFILE" in os.environ:
        return Path(os.environ["LABELER_PROFILE"])
    from platformdirs import user_data_path

    return user_data_path("labeler", appauthor=False)


def _write_sample(folder: Path) -> None:
    from labeler.demo.phantom import write_phantom

    write_phantom(folder)


def _internal(role: str = "", *argv: str) -> int:
    if role == "sign":
        from labeler.signing.signer_process import main as sign

        return sign(argv)
    if role == "decode":
        from labeler.imaging.decoding.decoder_worker import main as decode

        return decode(argv)
    if role == "world":
        from labeler.demo.beside import main as world

        return world(argv)
    return 2


if __name__ == "__main__":
    sys.exit(main())
