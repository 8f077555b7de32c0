"""The action table come alive: QActions that know their keys, their needs and their words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from labeler.ui.action_table import PLANS, Group, Need, Plan, Scope
from labeler.ui.components.menu import Menu
from labeler.ui.look import Look
from labeler.ui.translation import tr

ALWAYS = ("app.quit",)
"""Who is locked out may leave."""


class Actions:
    """All actions by id. Binding says what they do, allowing says whether they can now."""

    def __init__(self, look: Look, owner: QObject, plans: tuple[Plan, ...] = PLANS) -> None:
        self._look, self._owner = look, owner
        self.plans = {plan.id: plan for plan in plans}
        self.bindings = {plan.id: plan.keys for plan in plans}
        self._groups: dict[str, QActionGroup] = {}
        self._actions = {plan.id: self._make(plan) for plan in plans}
        self._words = {plan.id: self._words_of(plan) for plan in plans}
        self._bound: set[str] = set()
        self._allowed: set[Need] = {Need.NOTHING}
        self._blocked = False
        self.draws: Callable[[], bool] = lambda: False
        """Whether a button draws something now."""
        self._key_down = 0, 0
        self._apply(self.plans.values())

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def bind(self, name: str, do: Callable[[], None]) -> None:
        """What the action does; a second binding is a mistake."""
        if name in self._bound:
            raise ValueError(f"{name} is bound already")
        self._bound.add(name)
        at_rest = self.plans[name].at_rest
        self._actions[name].triggered.connect(
            lambda _on: None if at_rest and self.draws() else do()
        )

    def bind_numbers(self, prefix: str, do: Callable[[int], None]) -> None:
        """Nine actions at once: `do` hears 1 to 9."""
        for number in range(1, 10):
            self.bind(f"{prefix}.{number}", partial(do, number))

    def unbound(self) -> tuple[str, ...]:
        return tuple(name for name in self._actions if name not in self._bound)

    def attach(self, widget: QWidget, scope: Scope) -> None:
        """Make the scope's keys work while the focus is inside `widget`."""
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        whole = Qt.ShortcutContext.WindowShortcut
        for plan in self.plans.values():
            if plan.scope is scope:
                action = self._actions[plan.id]
                action.setShortcutContext(whole if scope is Scope.WINDOW else inside)
                widget.addAction(action)

    def allow(self, need: Need, holds: bool) -> None:
        """Whether a need is met now; its actions are enabled or say why not."""
        if holds != (need in self._allowed):
            (self._allowed.add if holds else self._allowed.discard)(need)
            self._apply(plan for plan in self.plans.values() if plan.need is need)

    def block(self, blocked: bool) -> None:
        """While the screen is locked no action works but leaving."""
        if blocked != self._blocked:
            self._blocked = blocked
            self._apply(self.plans.values())

    def in_group(self, group: Group) -> tuple[QAction, ...]:
        return tuple(self._actions[plan.id] for plan in self.plans.values() if plan.group is group)

    def menu(self, owner: QWidget, names: Iterable[str]) -> QMenu:
        """A menu of these actions; an empty name is a divider."""
        menu = Menu(owner)
        for name in names:
            if name:
                menu.addAction(self._actions[name])
            else:
                menu.addSeparator()
        return menu

    def use_keys(self, bindings: Mapping[str, tuple[str, ...]]) -> None:
        """Other keys from now on, by each action's id; shortcuts, tooltips and menus follow."""
        changed = [name for name, keys in bindings.items() if self.bindings[name] != keys]
        self.bindings.update(bindings)
        for name in changed:
            self._actions[name].setShortcuts([QKeySequence(key) for key in self.bindings[name]])
            self._words[name] = self._words_of(self.plans[name])
        self._apply(self.plans[name] for name in changed)

    def with_key(self, key: str, scopes: Iterable[Scope]) -> str:
        """The action that `key` means there, or ""; the first scope goes before the second."""
        for scope in scopes:
            for name, keys in self.bindings.items():
                if key in keys and self.plans[name].scope is scope:
                    return name
        return ""

    def key_went_down(self, key: int, at_ms: int) -> None:
        """By the window system's clock; shortcuts do not tell."""
        self._key_down = key, at_ms

    def down_ms(self, key: int) -> int:
        """When the last key went down, where it is this one; 0 where that is not known."""
        return self._key_down[1] if self._key_down[0] == key else 0

    def tools(self) -> dict[str, QAction]:
        """All that put a tool into the hand."""
        return {name: self._actions[name] for name in self.plans if name.startswith("tool.")}

    def keys(self, name: str) -> str:
        """The first key as it is written on this system."""
        shown = self._actions[name].shortcut()
        return shown.toString(QKeySequence.SequenceFormat.NativeText)

    def all_keys(self, name: str) -> str:
        """All its keys as they are written on this system."""
        shown = [key.toString(QKeySequence.SequenceFormat.NativeText)
                 for key in self._actions[name].shortcuts()]  # fmt: skip
        return ", ".join(shown)

    def _make(self, plan: Plan) -> QAction:
        number = plan.id.rpartition(".")[2]
        text = tr(plan.text, n=number) if number.isdigit() else tr(plan.text)
        action = QAction(text, self._owner)
        action.setObjectName(plan.id)
        action.setShortcuts([QKeySequence(key) for key in plan.keys])
        action.setAutoRepeat(plan.repeats)
        action.setCheckable(plan.exclusive or plan.toggles)
        if plan.icon:
            action.setIcon(self._look.icons.icon(plan.icon, _ink(plan)))
        if plan.exclusive:
            self._group(plan.id.partition(".")[0]).addAction(action)
        return action

    def _group(self, name: str) -> QActionGroup:
        if name not in self._groups:
            self._groups[name] = QActionGroup(self._owner)
        return self._groups[name]

    def _apply(self, plans: Iterable[Plan]) -> None:
        for plan in plans:
            action = self._actions[plan.id]
            allowed = plan.need in self._allowed
            action.setEnabled(allowed and (not self._blocked or plan.id in ALWAYS))
            words = self._words[plan.id]
            action.setToolTip(words if allowed else f"{words}\n{tr(plan.need.value)}")

    def _words_of(self, plan: Plan) -> str:
        """What the action does, and its key."""
        text, key = self._actions[plan.id].text(), self.keys(plan.id)
        return f"{text}   {key}" if key else text


def _ink(plan: Plan) -> str:
    return "text2" if plan.group is Group.PLACES else "text"
