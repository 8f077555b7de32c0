"""Every tool that a hand can take."""

from __future__ import annotations

from collections.abc import Callable

from labeler.viewing.click_tools import (
    AngleTool,
    AxesTool,
    CobbTool,
    PolygonTool,
    PolylineTool,
    RotatedBoxTool,
    SplineTool,
)
from labeler.viewing.crosshair_tool import CrosshairTool
from labeler.viewing.look_tools import ScrollTool, WindowTool, zoom_tool
from labeler.viewing.magnifier import MagnifierTool
from labeler.viewing.paint_tools import BrushTool, EraserTool
from labeler.viewing.scene import Tool
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


def make_tools(darker_up: Callable[[], bool]) -> dict[str, Tool]:
    """Every tool of the toolbar by its name."""
    tools: tuple[Tool, ...] = (
        SelectTool(),
        WindowTool(darker_up),
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
    )
    return {tool.name: tool for tool in tools}
