"""THE table of actions: toolbars, menus, shortcuts, sheet and palette are made from it."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from labeler.ui.translation import message


class Scope(enum.Enum):
    """Where an action's keys work: in the whole window, or with the focus inside one part."""

    WINDOW = "window"
    READING = "reading"
    VIEW = "view"
    QUESTION = "question"


class Group(enum.Enum):
    """Neighbours in the toolbar; also the chapters of the shortcut sheet."""

    PLACES = message("Places")
    VIEW = message("View")
    MEASURE = message("Measure")
    SHAPE = message("Shape")
    PAINT = message("Paint")
    HISTORY = message("History")
    MARKS = message("Marks and labels")
    FINDINGS = message("Findings")
    SLICES = message("Slices")
    LAYOUT = message("Layout and hanging")
    PLANES = message("Planes and views side by side")
    FUSION = message("A series over another")
    PRESETS = message("Window presets")
    WORK = message("Work and money")
    PROGRAM = message("Program")


class Need(enum.Enum):
    """What must hold for an action to work; the words say why it does not."""

    NOTHING = ""
    CASE = message("Open a case first.")
    UNSIGNED = message("Open a case that is not signed yet.")
    NEXT_CASE = message("There is no further case in this task.")
    MARK = message("Select a mark first.")
    SELECTED = message("Select a mark whose measures are wanted.")
    REGION = message("Select a painted mark first.")
    COPIED = message("Copy a mark first.")
    LAYERS = message("No other file says anything about this series.")
    UNDO = message("There is nothing to undo.")
    REDO = message("There is nothing to redo.")
    VIEWS = message("There is only one viewport.")
    MONITOR = message("There is no second monitor.")
    PASSPHRASE = message("For practice there is no passphrase, so nothing to unlock with.")
    MARKETPLACE = message("Connect a marketplace first.")
    TASK = message("There is no task to download.")
    SUBMISSION = message("Select a signed case first.")
    EARNINGS = message("There is nothing to export yet.")
    CLAIM = message("Nothing is ready to claim.")


_OF_MARKS = (Need.MARK, Need.REGION, Need.COPIED)
_ONLY_LOOK = ("mark.measures", "mark.copy-measures", "mark.copy")
"""Actions on marks that change none of them."""


@dataclass(frozen=True)
class Plan:
    """One action as data. `text` is a template to translate; the first key is the one shown."""

    id: str
    text: str
    keys: tuple[str, ...]
    scope: Scope
    group: Group
    icon: str = ""
    need: Need = Need.NOTHING
    exclusive: bool = False
    """One of a set of which exactly one is on: a tool, or a place."""
    toggles: bool = False
    repeats: bool = False
    """Whether holding the key goes on acting."""

    @property
    def at_rest(self) -> bool:
        """Whether it changes marks, or which are selected: then it does nothing while a button
        draws, whose work would become part of something else."""
        if self.id in _ONLY_LOOK:
            return False
        return self.id.partition(".")[0] in ("mark", "mask", "edit") or self.need in _OF_MARKS


def _tool(name: str, text: str, key: str, group: Group) -> Plan:
    need = Need.CASE if group is Group.VIEW else Need.UNSIGNED
    return Plan(f"tool.{name}", text, (key,), Scope.READING, group, name, need, exclusive=True)


def _place(number: int, name: str, text: str) -> Plan:
    keys = (f"Ctrl+{number}",)
    return Plan(f"place.{name}", text, keys, Scope.WINDOW, Group.PLACES, name, exclusive=True)


def _numbered(prefix: str, text: str, key: str, scope: Scope, group: Group) -> tuple[Plan, ...]:
    return tuple(
        Plan(f"{prefix}.{n}", text, (f"{key}{n}",), scope, group, need=Need.CASE)
        for n in range(1, 10)
    )


def _slices(name: str, text: str, *keys: str) -> Plan:
    return Plan(f"slice.{name}", text, keys, Scope.VIEW, Group.SLICES, need=Need.CASE, repeats=True)


def _layout(rows: int, columns: int, text: str, key: str) -> Plan:
    name = f"view.layout-{rows}x{columns}"
    return Plan(name, text, (key,), Scope.READING, Group.LAYOUT, need=Need.CASE, toggles=True)


_PLACES = (
    _place(1, "work", message("Work")),
    _place(2, "reading", message("Reading")),
    _place(3, "outbox", message("Outbox")),
    _place(4, "earnings", message("Earnings")),
)

_TOOLS = (
    _tool("select", message("Select"), "V", Group.VIEW),
    _tool("window", message("Window"), "W", Group.VIEW),
    _tool("scroll", message("Drag to scroll"), "S", Group.VIEW),
    _tool("zoom", message("Zoom"), "Z", Group.VIEW),
    _tool("crosshair", message("Crosshair"), "X", Group.VIEW),
    _tool("magnifier", message("Magnifier"), "M", Group.VIEW),
    _tool("length", message("Length"), "L", Group.MEASURE),
    _tool("axes", message("Long and short axis"), "D", Group.MEASURE),
    _tool("angle", message("Angle"), "A", Group.MEASURE),
    _tool("cobb", message("Cobb angle"), "Shift+Z", Group.MEASURE),
    _tool("box", message("Box"), "R", Group.SHAPE),
    _tool("ellipse", message("Ellipse"), "O", Group.SHAPE),
    _tool("polygon", message("Polygon"), "P", Group.SHAPE),
    _tool("freehand", message("Free outline"), "Shift+P", Group.SHAPE),
    _tool("rotated-box", message("Turned box"), "Shift+T", Group.SHAPE),
    _tool("polyline", message("Open line"), "Shift+J", Group.SHAPE),
    _tool("spline", message("Curve"), "Shift+N", Group.SHAPE),
    _tool("point", message("Point"), "Shift+D", Group.SHAPE),
    _tool("arrow", message("Arrow"), "Shift+W", Group.SHAPE),
    _tool("landmark", message("Landmark in the patient"), "Shift+M", Group.SHAPE),
    _tool("cuboid", message("Box in the patient"), "Shift+Q", Group.SHAPE),
    _tool("brush", message("Brush"), "B", Group.PAINT),
    _tool("eraser", message("Eraser"), "E", Group.PAINT),
    _tool("threshold", message("Threshold brush"), "T", Group.PAINT),
    _tool("fill", message("Flood fill"), "F", Group.PAINT),
    _tool("lasso", message("Scissors: free line"), "Shift+E", Group.PAINT),
    _tool("box-scissors", message("Scissors: rectangle"), "Shift+B", Group.PAINT),
)

_PAINT_WAYS = (
    ("ball", message("Ball through slices, not a disc"), "Shift+G"),
    ("alone", message("One label a voxel"), "Shift+Y"),
    ("deep", message("Fill and cut through all slices"), "Ctrl+J"),
)

_MASK_VERBS = (
    ("largest", message("Keep the largest part"), "Ctrl+Shift+L"),
    ("no-small", message("Remove small parts"), "Ctrl+Shift+S"),
    ("holes", message("Fill holes"), "Ctrl+F"),
    ("slice-holes", message("Fill holes slice by slice"), "Ctrl+Shift+Q"),
    ("smooth", message("Smooth the mask"), "Ctrl+Shift+M"),
    ("median", message("Smooth by the median"), "Ctrl+Shift+E"),
    ("grow", message("Grow the mask"), "Ctrl+Up"),
    ("shrink", message("Shrink the mask"), "Ctrl+Down"),
    ("to-next", message("Copy to the next slice"), "Ctrl+Shift+Down"),
    ("to-previous", message("Copy to the previous slice"), "Ctrl+Shift+Up"),
    ("mirror", message("Mirror to the other side"), "Ctrl+Shift+X"),
    ("join", message("Join the selected masks"), "Ctrl+Shift+J"),
    ("subtract", message("Take the other selected masks away"), "Ctrl+Shift+G"),
    ("intersect", message("Keep what the selected masks share"), "Ctrl+Shift+F"),
)

_PAINTING = (
    *(
        Plan(f"paint.{name}", text, (key,), Scope.READING, Group.PAINT, need=Need.CASE,
             toggles=True)
        for name, text, key in _PAINT_WAYS
    ),
    *(
        Plan(f"mask.{name}", text, (key,), Scope.READING, Group.PAINT, need=Need.UNSIGNED)
        for name, text, key in _MASK_VERBS
    ),
)  # fmt: skip

_R, _V, _W = Scope.READING, Scope.VIEW, Scope.WINDOW
_CASE = Need.CASE

_READING = (
    Plan("tool.window-box", message("Window from a box"), ("Ctrl+B",), _R, Group.VIEW,
         need=_CASE, exclusive=True),
    Plan("tool.last", message("Last tool"), ("Space",), _V, Group.VIEW, need=_CASE),
    Plan("view.fit", message("Fit to view"), ("Ctrl+0",), _R, Group.VIEW, "fit", _CASE),
    Plan("view.invert", message("Invert grey"), ("I",), _R, Group.VIEW, "invert", _CASE,
         toggles=True),
    Plan("view.smooth", message("Smooth between voxels"), ("Shift+I",), _R, Group.VIEW,
         need=_CASE, toggles=True),
    Plan("view.reset", message("Reset the view"), ("Ctrl+R",), _R, Group.VIEW, "reset", _CASE),
    Plan("view.turn-right", message("Turn to the right"), ("Shift+R",), _R, Group.VIEW,
         "turn-right", _CASE),
    Plan("view.turn-left", message("Turn to the left"), ("Shift+L",), _R, Group.VIEW, need=_CASE),
    Plan("view.flip-across", message("Flip left and right"), ("Shift+F",), _R, Group.VIEW,
         "flip", _CASE),
    Plan("view.flip-down", message("Flip top and bottom"), ("Shift+V",), _R, Group.VIEW,
         need=_CASE),
    Plan("view.true-size", message("True size"), ("Ctrl+Shift+T",), _R, Group.VIEW, need=_CASE),
    Plan("view.pixel-size", message("One pixel for one pixel"), ("Ctrl+Shift+P",), _R,
         Group.VIEW, need=_CASE),
    Plan("view.scale-bar", message("Scale bar"), ("Ctrl+Shift+B",), _R, Group.VIEW, need=_CASE,
         toggles=True),
    Plan("view.caveats", message("What to know about this image"), ("Ctrl+Shift+W",), _R,
         Group.VIEW, need=_CASE),
    Plan("view.hide-marks", message("Hide marks"), ("H",), _R, Group.MARKS, "hide", _CASE,
         toggles=True),
    Plan("view.overlays", message("Overlays of the file"), ("Shift+H",), _R, Group.VIEW,
         need=_CASE, toggles=True),
    Plan("view.layers", message("Layers of others"), ("G",), _R, Group.MARKS, need=Need.LAYERS,
         toggles=True),
    Plan("planes.mpr", message("Three planes and the series"), ("Y",), _R, Group.PLANES,
         need=_CASE, toggles=True),
    Plan("planes.axial", message("Axial plane"), ("Shift+A",), _R, Group.PLANES, need=_CASE),
    Plan("planes.coronal", message("Coronal plane"), ("Shift+C",), _R, Group.PLANES, need=_CASE),
    Plan("planes.sagittal", message("Sagittal plane"), ("Shift+S",), _R, Group.PLANES,
         need=_CASE),
    Plan("planes.acquired", message("Slices as acquired"), ("Shift+O",), _R, Group.PLANES,
         need=_CASE),
    Plan("planes.straight", message("Turn planes back"), ("Shift+X",), _R, Group.PLANES,
         need=_CASE),
    Plan("slab.thicker", message("Thicker slab"), ("Shift+Up",), _V, Group.PLANES, need=_CASE,
         repeats=True),
    Plan("slab.thinner", message("Thinner slab"), ("Shift+Down",), _V, Group.PLANES, need=_CASE,
         repeats=True),
    Plan("slab.kind", message("Slab: MIP, MinIP or mean"), ("Shift+Right",), _V, Group.PLANES,
         need=_CASE),
    Plan("link.place", message("Scroll together by place"), ("K",), _R, Group.PLANES, need=_CASE,
         toggles=True),
    Plan("link.lock", message("Lock side by side"), ("Shift+K",), _R, Group.PLANES, need=_CASE,
         toggles=True),
    Plan("link.look", message("Zoom, move and window together"), ("Ctrl+Shift+K",), _R,
         Group.PLANES, need=_CASE, toggles=True),
    Plan("planes.lines", message("Reference lines"), ("J",), _R, Group.PLANES, need=_CASE,
         toggles=True),
    Plan("fusion.next", message("Lay the next series over it"), ("U",), _R, Group.FUSION,
         need=_CASE),
    Plan("fusion.more", message("Show more of the series over it"), ("Shift+PgUp",), _V,
         Group.FUSION, need=_CASE, repeats=True),
    Plan("fusion.less", message("Show less of the series over it"), ("Shift+PgDown",), _V,
         Group.FUSION, need=_CASE, repeats=True),
    Plan("fusion.map", message("Colours of the series over it"), ("Shift+U",), _R, Group.FUSION,
         need=_CASE),
    Plan("fusion.window", message("Window of the series over it"), ("Ctrl+U",), _R,
         Group.FUSION, need=_CASE),
    Plan("fusion.off", message("Take the series over it off"), ("Ctrl+Shift+D",), _R,
         Group.FUSION, "close", _CASE),
    Plan("edit.undo", message("Undo"), ("Ctrl+Z",), _R, Group.HISTORY, "undo", Need.UNDO,
         repeats=True),
    Plan("edit.redo", message("Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), _R, Group.HISTORY, "redo",
         Need.REDO, repeats=True),
    Plan("history.panel", message("History"), ("Ctrl+H",), _R, Group.HISTORY, "history", _CASE,
         toggles=True),
    Plan("history.time", message("Time on this case"), ("Ctrl+F9",), _R, Group.HISTORY,
         need=_CASE),
    Plan("brush.smaller", message("Smaller brush"), ("[",), _R, Group.PAINT, need=_CASE,
         repeats=True),
    Plan("brush.larger", message("Larger brush"), ("]",), _R, Group.PAINT, need=_CASE,
         repeats=True),
    Plan("mark.previous", message("Previous mark"), (",",), _R, Group.MARKS, "previous", _CASE,
         repeats=True),
    Plan("mark.next", message("Next mark"), (".",), _R, Group.MARKS, "next", _CASE, repeats=True),
    Plan("mark.hide", message("Hide marks that are selected"), ("Ctrl+Shift+V",), _R, Group.MARKS,
         need=Need.MARK),
    Plan("mark.lock", message("Lock marks that are selected"), ("Ctrl+Shift+A",), _R, Group.MARKS,
         need=Need.MARK),
    Plan("mark.say", message("Say more of the selected marks"), ("F9",), _R, Group.MARKS,
         need=Need.MARK),
    Plan("view.outlines", message("Painted marks: outlines only"), ("Ctrl+Shift+Y",), _R,
         Group.MARKS, need=_CASE, toggles=True),
    Plan("mark.axes", message("Long and short axis from this region"), ("Ctrl+S",), _R,
         Group.MARKS, need=Need.REGION),
    Plan("mark.measures", message("Measures of this mark"), ("Ctrl+N",), _R, Group.MARKS,
         need=_CASE, toggles=True),
    Plan("mark.copy-measures", message("Copy the measures"), ("Ctrl+Shift+N",), _R, Group.MARKS,
         need=Need.SELECTED),
    Plan("mark.copy", message("Copy marks"), ("Ctrl+C",), _R, Group.MARKS, "copy", Need.MARK),
    Plan("mark.paste", message("Paste marks here"), ("Ctrl+V",), _R, Group.MARKS,
         need=Need.COPIED),
    Plan("mark.all", message("Select all marks here"), ("Ctrl+A",), _R, Group.MARKS,
         need=_CASE),
    Plan("mark.delete", message("Delete mark"), ("Del", "Backspace"), _R, Group.MARKS,
         "delete", Need.MARK),
    Plan("case.no-finding", message("No finding"), ("N",), _R, Group.FINDINGS, "no-finding",
         Need.UNSIGNED),
    Plan("question.next", message("Next question"), ("Q",), _R, Group.FINDINGS, need=_CASE),
    Plan("case.sign", message("Check and sign"), ("Ctrl+Enter", "Ctrl+Return"), _R,
         Group.FINDINGS, "sign", Need.UNSIGNED),
    Plan("case.instructions", message("Instructions"), ("Ctrl+I",), _R, Group.FINDINGS,
         "instructions", _CASE),
    Plan("case.next", message("Next case"), ("Ctrl+Right",), _R, Group.WORK, "next",
         Need.NEXT_CASE),
    _slices("previous", message("Previous slice"), "Up", "Left"),
    _slices("next", message("Next slice"), "Down", "Right"),
    _slices("back-ten", message("Ten slices back"), "PgUp"),
    _slices("on-ten", message("Ten slices on"), "PgDown"),
    _slices("first", message("First slice"), "Home"),
    _slices("last", message("Last slice"), "End"),
    _layout(1, 1, message("1×1: one viewport"), "F2"),
    _layout(1, 2, message("1×2: two side by side"), "F3"),
    _layout(1, 3, message("1×3: three side by side"), "Shift+F3"),
    _layout(2, 1, message("2×1: one above the other"), "Shift+F2"),
    _layout(2, 2, message("2×2: four viewports"), "F4"),
    _layout(2, 3, message("2×3: two rows of three"), "Ctrl+F3"),
    _layout(3, 1, message("3×1: three below each other"), "Ctrl+F2"),
    _layout(3, 2, message("3×2: three rows of two"), "Ctrl+Shift+F2"),
    _layout(3, 3, message("3×3: nine viewports"), "Shift+F4"),
    Plan("view.maximise", message("Maximise the viewport, or restore"), ("F11",), _R,
         Group.LAYOUT, need=Need.VIEWS, toggles=True),
    Plan("view.second-window", message("Images on the other monitor"), ("F8",), _R,
         Group.LAYOUT, need=Need.MONITOR, toggles=True),
    Plan("view.hang-again", message("Hang again"), ("F7",), _R, Group.LAYOUT, need=_CASE),
    Plan("view.tags", message("What the header says"), ("Ctrl+Shift+H",), _R, Group.VIEW,
         need=_CASE),
    Plan("cine.play", message("Cine: play or pause"), ("C",), _R, Group.VIEW, "cine", _CASE,
         toggles=True),
    Plan("cine.faster", message("Cine: faster"), ("Ctrl+PgUp",), _V, Group.SLICES, "faster",
         _CASE, repeats=True),
    Plan("cine.slower", message("Cine: slower"), ("Ctrl+PgDown",), _V, Group.SLICES, "slower",
         _CASE, repeats=True),
    Plan("cine.repeat", message("Cine: back and forth"), ("Ctrl+Shift+U",), _R, Group.SLICES,
         "back-and-forth", _CASE, toggles=True),
    Plan("cine.begin", message("Cine: from this slice on"), ("Shift+Home",), _V, Group.SLICES,
         "from-here", _CASE),
    Plan("cine.end", message("Cine: up to this slice"), ("Shift+End",), _V, Group.SLICES,
         "up-to-here", _CASE),
    Plan("cine.whole", message("Cine: all slices"), ("Shift+Backspace",), _V, Group.SLICES,
         need=_CASE),
    *_numbered("label", message("Label {n}"), "", _V, Group.MARKS),
    *_numbered("answer", message("Answer {n}"), "", Scope.QUESTION, Group.FINDINGS),
    *_numbered("preset", message("Preset {n}"), "Shift+", _R, Group.PRESETS),
)  # fmt: skip

_WORK = (
    Plan("work.open-folder", message("Open a folder of images"), ("Ctrl+O",), _W, Group.WORK,
         "folder"),
    Plan("work.files", message("Files of this case"), ("Ctrl+Shift+I",), _W, Group.WORK,
         "info", Need.CASE),
    Plan("work.measures", message("Export measures (CSV)"), ("Ctrl+Shift+R",), _W, Group.WORK,
         "export", Need.CASE),
    Plan("work.open-files", message("Open image files or an archive"), ("Ctrl+Shift+O",), _W,
         Group.WORK, "folder"),
    Plan("work.archive", message("Get from an archive (PACS)"), ("Ctrl+G",), _W, Group.WORK,
         "download"),
    Plan("work.sample", message("Try a sample case"), ("Ctrl+T",), _W, Group.WORK, "sample"),
    Plan("work.connect", message("Connect a marketplace"), ("Ctrl+M",), _W, Group.WORK,
         "connect"),
    Plan("work.download", message("Download for offline"), ("Ctrl+D",), _W, Group.WORK,
         "download", Need.TASK),
    Plan("outbox.sync", message("Sync now"), ("F5",), _W, Group.WORK, "sync", Need.MARKETPLACE),
    Plan("outbox.proof", message("Save the proof of a case"), ("Ctrl+P",), _W, Group.WORK,
         "proof", Need.SUBMISSION),
    Plan("earnings.claim", message("Claim"), ("Ctrl+Shift+C",), _W, Group.WORK, "claim",
         Need.CLAIM),
    Plan("earnings.export", message("Export earnings"), ("Ctrl+E",), _W, Group.WORK, "export",
         Need.EARNINGS),
)  # fmt: skip

_PROGRAM = (
    Plan("app.commands", message("Commands"), ("Ctrl+K",), _W, Group.PROGRAM, "search"),
    Plan("app.shortcuts", message("Shortcuts"), ("F1", "?"), _W, Group.PROGRAM, "keyboard"),
    Plan("app.next-pane", message("Next pane"), ("F6",), _W, Group.PROGRAM),
    Plan("app.previous-pane", message("Previous pane"), ("Shift+F6",), _W, Group.PROGRAM),
    Plan("app.settings", message("Settings"), ("Ctrl+,",), _W, Group.PROGRAM, "settings"),
    Plan("app.lock", message("Lock"), ("Ctrl+L",), _W, Group.PROGRAM, "lock", Need.PASSPHRASE),
    Plan("app.dismiss", message("Dismiss the notice"), ("Ctrl+Backspace",), _W, Group.PROGRAM),
    Plan("app.about", message("About Labeler"), ("Shift+F1",), _W, Group.PROGRAM, "info"),
    Plan("app.quit", message("Quit"), ("Ctrl+Q",), _W, Group.PROGRAM),
)

PLANS: tuple[Plan, ...] = (*_PLACES, *_TOOLS, *_PAINTING, *_READING, *_WORK, *_PROGRAM)
