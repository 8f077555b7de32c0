"""What a start may load: little before the first picture, nothing heavy before it is used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from labeler.store.profile import Practice, create_profile
from tests.support.dicom_files import write_stack

ROOT = Path(__file__).parents[2]

LOADED = """
def outside():
    names = {name.partition(".")[0] for name in sys.modules}
    return sorted(names - sys.stdlib_module_names - OURS - BEFORE)

OURS = {"labeler", "__main__", "__mp_main__"}
"""

BEFORE = """
import sys
BEFORE = {name.partition(".")[0] for name in sys.modules}
"""
"""What the interpreter loads before any program: a distribution's own start-up modules."""

FIRST_PICTURE = (
    BEFORE
    + """
import labeler.__main__, labeler.ui.program
from labeler.model.paths import resources_root
from labeler.ui.start import make_application, make_frame
"""
    + LOADED
    + """
application = make_application(())
frame = make_frame(application, resources_root())
frame.when_seen(application.quit)
frame.show()
application.exec()
print(*outside(), *sorted(name for name in sys.modules if name.startswith("labeler.")))
"""
)

READY = (
    BEFORE
    + """
from pathlib import Path
from labeler.__main__ import open_window
"""
    + LOADED
    + """
def meet(window):
    from PySide6.QtCore import QTimer

    def look():
        if len(window.places.made()) == len(window.places):
            window.window().close()
        else:
            QTimer.singleShot(10, look)

    QTimer.singleShot(0, look)

code = open_window(Path(sys.argv[1]), meet)
print(*outside())
sys.exit(code)
"""
)

STUDY = """
import sys
from pathlib import Path
sys.argv = ["", *sys.argv[1:]]
sys.path.insert(0, "tests/benchmarks/contenders")
try:
    import study_window
except SystemExit as ended:
    print(*sorted(name for name in sys.modules if name.startswith("labeler.")))
    sys.stderr.write("" if ended.code == 0 else "failed")
"""

QT = {"PySide6", "__feature__", "shiboken6", "shibokensupport", "signature_bootstrap"}
FOR_THE_FIRST_PICTURE = {
    "labeler.__main__",
    "labeler.model",
    "labeler.model.paths",
    "labeler.store",
    "labeler.store.glance",
    "labeler.ui",
    "labeler.ui.crashes",
    "labeler.ui.frame",
    "labeler.ui.furnishing",
    "labeler.ui.icons",
    "labeler.ui.program",
    "labeler.ui.rail_words",
    "labeler.ui.start",
    "labeler.ui.theme",
    "labeler.ui.translation",
    "labeler.ui.turns",
}
"""Adding to this list costs every start: first read docs/benchmarks.md."""

UNTIL_IT_IS_READY = {
    "_libsecp256k1",
    "coincurve",
    "msgspec",
    "numpy",
    "sqlcipher3",
    "typing_extensions",  # by msgspec
}
"""Not here, until somebody does what needs them: web3, eth_account, pydicom, imagecodecs, cv2,
httpx2, keyring, cryptography, argon2, Crypto, PIL, and what is the hub's or the demonstration's.
"""

NOT_FOR_A_STUDY = (
    "labeler.app.archives",
    "labeler.app.submitting",
    "labeler.app.syncing",
    "labeler.app.work_screen",
    "labeler.chain.",
    "labeler.imaging.pictures.reader",
    "labeler.imaging.slides.",
    "labeler.imaging.volumes.",
    "labeler.interchange.",
    "labeler.market.client",
    "labeler.pacs.",
    "labeler.proof.messages",
    "labeler.ui.dialogs.settings",
    "labeler.ui.places.outbox",
    "labeler.ui.places.work",
)
"""Loaded when it is asked for, or after the first slice: see docs/adr/0031-later.md."""


def said(program: str, *arguments: str) -> set[str]:
    environment = {name: os.environ[name] for name in ("PATH", "HOME")}
    ended = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        env=environment | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stderr.removeprefix("painted\n")) == (0, "")
    return set(ended.stdout.split())


def test_what_the_first_picture_takes() -> None:
    assert said(FIRST_PICTURE) == QT | FOR_THE_FIRST_PICTURE


def test_what_the_window_takes_until_all_places_are_there(tmp_path: Path) -> None:
    """With an old profile opened and put away; no case, no marketplace."""
    profile = tmp_path / "profile"
    create_profile(profile, Practice(), now=1_800_000_000)
    assert said(READY, str(profile)) == QT | UNTIL_IT_IS_READY


def test_what_a_dicom_study_on_the_screen_does_without(tmp_path: Path) -> None:
    """Until its first slice is painted; of a new profile, opened by `labeler open FOLDER`."""
    write_stack(tmp_path / "study", [(0, 0, z) for z in range(3)])
    loaded = said(STUDY, str(tmp_path / "profile"), str(tmp_path / "study"))
    assert "labeler.ui.reading.viewport" in loaded
    assert not [name for name in loaded if name.startswith(NOT_FOR_A_STUDY)]
