"""Every tool that a hand can take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from labeler.viewing.click_tools import (
    AngleTool,
    AxesTool,
    ClickTool,
    CobbTool,
    PolygonTool,
    PolylineTool,
    RotatedBoxTool,
    SplineTool,
)
from labeler.viewing.crosshair_tool import CrosshairTool
from labeler.viewing.fill_tool import FillTool
from labeler.viewing.look_tools import (
    LookTool,
    ScrollTool,
    WindowBoxTool,
    WindowTool,
    zoom_tool,
)
from labeler.viewing.magnifier import MagnifierTool
from labeler.viewing.paint_tools import BrushTool, EraserTool, ThresholdTool
from labeler.viewing.scene import Preview, Scene, Tool
from labeler.viewing.scissors import box_scissors, lasso_scissors
from labeler.viewing.select_tool import SelectTool
from labeler.viewing.shape_tools import (
    FreehandTool,
    arrow_tool,
    box_tool,
    cuboid_tool,
    ellipse_tool,
    landmark_tool,
    length_tool,
    point_tool,
)


def preview_of(tools: Mapping[str, Tool], held: Tool, scene: Scene) -> Preview:
    """What to draw of the tool in hand, and of a drawing that rests meanwhile."""
    shown = held.preview(scene)
    if not isinstance(held, LookTool):
        return shown
    resting = (tool for tool in tools.values() if isinstance(tool, ClickTool) and tool.busy)
    ghosts = tuple(ghost for tool in resting for ghost in tool.preview(scene).ghosts)
    return replace(shown, ghosts=ghosts) if ghosts else shown


def make_tools(darker_up: Callable[[], bool]) -> dict[str, Tool]:
    """Every tool of the toolbar by its name."""
    tools: tuple[Tool, ...] = (
        SelectTool(),
        WindowTool(darker_up),
        WindowBoxTool(),
        ScrollTool(),
        zoom_tool(),
        CrosshairTool(),
        MagnifierTool(),
        length_tool(),
        AxesTool(),
        AngleTool(),
        CobbTool(),
        box_tool(),
        RotatedBoxTool(),
        ellipse_tool(),
        PolygonTool(),
        FreehandTool(),
        PolylineTool(),
        SplineTool(),
        point_tool(),
        arrow_tool(),
        landmark_tool(),
        cuboid_tool(),
        BrushTool(),
        EraserTool(),
        ThresholdTool(),
        FillTool(),
        lasso_scissors(),
        box_scissors(),
    )
    return {tool.name: tool for tool in tools}
