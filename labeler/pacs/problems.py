"""What can go wrong with an archive, in words."""

from __future__ import annotations

from labeler.errors import LabelerError

_NOTHING = "Nothing was changed."


def unreachable(archive: str) -> LabelerError:
    return LabelerError(
        "archive-unreachable",
        "The archive {archive} does not answer.",
        safe=_NOTHING,
        do="Check its address, the network and the firewall, then try again.",
        archive=archive,
    )


def not_an_archive(archive: str) -> LabelerError:
    """It answers, but not as the standard says."""
    return LabelerError(
        "not-an-archive",
        "What answers as {archive} does not speak as a DICOM archive does.",
        safe="Its answer was thrown away.",
        do="Check the address and the port; for DICOMweb it often ends in /dicom-web or /rs.",
        archive=archive,
    )


def untrusted_line(archive: str) -> LabelerError:
    """TLS failed: nobody knows who answers."""
    return LabelerError(
        "archive-untrusted",
        "The archive {archive} does not prove who it is.",
        safe="No name, password or question was sent.",
        do="Ask its people for the certificate, and let this computer's system trust it.",
        archive=archive,
    )


def login_refused(archive: str) -> LabelerError:
    return LabelerError(
        "archive-login",
        "The archive {archive} does not accept the user's name and password, or the token.",
        safe=_NOTHING,
        do="Type the password again, or ask the archive's people for access.",
        archive=archive,
    )


def login_wanted(archive: str) -> LabelerError:
    """It asks for a login, and is kept here as one that asks for none."""
    return LabelerError(
        "archive-login-wanted",
        "The archive {archive} asks for a login, and none is set for it here.",
        safe=_NOTHING,
        do="Change the archive: let it ask for a password or a token.",
        archive=archive,
    )


def forbidden(archive: str) -> LabelerError:
    return LabelerError(
        "archive-forbidden",
        "The archive {archive} does not allow this.",
        safe=_NOTHING,
        do="Ask its people for the right to search it and to get images.",
        archive=archive,
    )


def secret_wanted(archive: str) -> LabelerError:
    """Asked for by the window, then given back with the same question."""
    return LabelerError(
        "archive-secret",
        "The archive {archive} needs its password or token.",
        safe="Nothing was sent.",
        do="Type it. Without a keyring it is kept until the program is closed.",
        archive=archive,
    )


def redirected(archive: str) -> LabelerError:
    return LabelerError(
        "archive-redirects",
        "The archive {archive} sends the questions on to another address.",
        safe="They were not sent there, and no password either.",
        do="Ask its people for its real address.",
        archive=archive,
    )


def refused(archive: str, status: str) -> LabelerError:
    """It understood, and does not want to; `status` is its own number."""
    return LabelerError(
        "archive-refused",
        "The archive {archive} refused ({status}).",
        safe=_NOTHING,
        do="Ask its people, with this number.",
        archive=archive,
        status=status,
    )


def caller_unknown(archive: str, title: str) -> LabelerError:
    return LabelerError(
        "archive-caller-unknown",
        "The archive {archive} does not know this computer by the AE title {title}.",
        safe=_NOTHING,
        do="Let its people enter this AE title with this computer's address, or use the one that "
        "they gave you.",
        archive=archive,
        title=title,
    )


def called_unknown(archive: str, title: str) -> LabelerError:
    return LabelerError(
        "archive-called-unknown",
        "What answers for {archive} is not called {title}.",
        safe=_NOTHING,
        do="Ask its people for the archive's own AE title.",
        archive=archive,
        title=title,
    )


def not_offered(archive: str, service: str) -> LabelerError:
    return LabelerError(
        "archive-not-offered",
        "The archive {archive} does not offer {service} to this computer.",
        safe=_NOTHING,
        do="Ask its people to allow it, or choose the other way to get images.",
        archive=archive,
        service=service,
    )


def move_refused(archive: str, title: str) -> LabelerError:
    return LabelerError(
        "archive-move-refused",
        "The archive {archive} does not know where to send images for {title}.",
        safe=_NOTHING,
        do="Let its people enter this AE title with this computer's address and port, or choose "
        "C-GET.",
        archive=archive,
        title=title,
    )


def not_sent(archive: str, title: str, port: int) -> LabelerError:
    """C-MOVE: it has the study, and no call came from it."""
    return LabelerError(
        "archive-not-sent",
        "The archive {archive} could not send images to this computer: no call came to port "
        "{port} for {title}.",
        safe=_NOTHING,
        do="Let its people enter this AE title with this computer's address and this port, and "
        "let this computer's firewall take calls to it. Or choose C-GET.",
        archive=archive,
        title=title,
        port=port,
    )


def no_tls(archive: str) -> LabelerError:
    return LabelerError(
        "archive-no-tls",
        "What answers for {archive} does not speak TLS at this port.",
        safe="No name, password or question was sent.",
        do="Ask its people for the port with TLS, or switch encryption off inside a network you "
        "trust.",
        archive=archive,
    )


def port_taken(port: int) -> LabelerError:
    return LabelerError(
        "archive-port-taken",
        "The port {port} of this computer is in use: the archive could not send images to it.",
        safe=_NOTHING,
        do="Close what uses it, or agree on another port with the archive's people.",
        port=port,
    )


def no_such_study(archive: str) -> LabelerError:
    return LabelerError(
        "archive-no-study",
        "The archive {archive} has no such study or series.",
        safe=_NOTHING,
        do="Search again: it may have been moved or removed.",
        archive=archive,
    )


def line_lost(archive: str, here: int, total: int) -> LabelerError:
    """The line broke with something here already."""
    return LabelerError(
        "archive-line-lost",
        "The line to {archive} broke: {here} of {total} images have come.",
        safe="What came is kept.",
        do="Get the study again: only what is missing is asked for.",
        archive=archive,
        here=here,
        total=total,
    )


def incomplete(archive: str, here: int, total: int) -> LabelerError:
    """It says that it is done, and is not."""
    return LabelerError(
        "archive-incomplete",
        "The archive {archive} gave {here} of {total} images and says that this is all.",
        safe="What came is kept.",
        do="Get the study again; if the rest stays away, ask the archive's people.",
        archive=archive,
        here=here,
        total=total,
    )


def list_bounded(archive: str, here: int) -> LabelerError:
    """It bounds its answers, and has more series than it tells."""
    return LabelerError(
        "archive-incomplete",
        "The archive {archive} does not list the whole study: {here} images have come.",
        safe="What came is kept.",
        do="Ask the archive's people to raise the limit of its answers, then get the study again.",
        archive=archive,
        here=here,
    )


def too_much(archive: str) -> LabelerError:
    return LabelerError(
        "archive-too-much",
        "The archive {archive} sends more than was asked for, or an endless image.",
        safe="The line was cut; what was asked for and came whole is kept.",
        do="Tell the archive's people.",
        archive=archive,
    )
