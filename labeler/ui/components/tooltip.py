"""Tooltips after 400 ms, everywhere."""

from __future__ import annotations

from PySide6.QtWidgets import QProxyStyle, QStyle, QStyleHintReturn, QStyleOption, QWidget

from labeler.ui.theme import TOOLTIP_MS


class QuickTips(QProxyStyle):
    """Fusion, with its tooltips sooner."""

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returned: QStyleHintReturn | None = None,
    ) -> int:
        if hint == QStyle.StyleHint.SH_ToolTip_WakeUpDelay:
            return TOOLTIP_MS
        return super().styleHint(hint, option, widget, returned)
