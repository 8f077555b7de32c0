"""Which constants of the program reach a person: those in certain calls, and those that come to
such a call by a name, out of a table, or through a function that hands them on."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

TOLD = {
    "tr": 0,
    "message": 0,
    "phrase": 0,
    "LabelerError": 1,
    "Notice": 1,
    "line": 0,
    "template": 0,
    "Problem": 1,
    "Activity": 1,
    "Check": 1,
    "Preset": 1,
    "Spoken": 0,
}
"""Calls and the position of the constant in them that is shown to people."""

TEMPLATES = ("happened", "safe", "do", "text")
"""Keyword arguments that are templates in errors, notices, problems and activities."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
Way = tuple[Function, ...]
"""The functions around a place, the innermost last."""


@dataclass(eq=False)
class _Module:
    calls: list[tuple[ast.Call, Way]] = field(default_factory=list)
    names: dict[str, list[ast.expr]] = field(default_factory=dict)
    """What is assigned to names at the top."""
    imported: dict[str, tuple[str, str]] = field(default_factory=dict)
    told: dict[str, set[int | str]] = field(default_factory=dict)
    """Functions that hand an argument on to a person: its place and its name."""


class ToldTexts:
    """Of all modules, by their dotted names and sources; `texts` are in their order."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._modules = {name: _taken_apart(source) for name, source in sources.items()}
        self._met: set[tuple[str, str, Way]] = set()
        """Names that were followed for what is told in one call."""
        self._news = True
        while self._news:
            self._news = False
            self.texts: dict[str, None] = {}
            self.unknown: list[str] = []
            """Places where nobody can say what is told."""
            for name, module in self._modules.items():
                for call, way in module.calls:
                    self._look(name, call, way)

    def _look(self, name: str, call: ast.Call, way: Way) -> None:
        for value in self._told(name, call):
            self._met = set()
            self.texts |= dict.fromkeys(_texts(value))
            for source in _names_in(value):
                if not self._follow(name, source, way):
                    self.unknown.append(f"{name}:{call.lineno} {ast.unparse(value)}")

    def _told(self, name: str, call: ast.Call) -> Iterator[ast.expr]:
        """The arguments of a call that a person reads."""
        places = self._places(name, call.func)
        for at, value in enumerate(call.args):
            if at in places:
                yield value
        for word in call.keywords:
            if word.arg in places:
                yield word.value

    def _places(self, name: str, function: ast.expr) -> set[int | str]:
        called = called_name(function)
        if called in TOLD:
            return {TOLD[called], *TEMPLATES}
        module = self._modules[name]
        where, known_as = module.imported.get(called, (name, called))
        there = self._modules.get(where)
        return there.told.get(known_as, set()) if there else set()

    def _follow(self, name: str, source: ast.expr, way: Way) -> bool:
        """Where a name has its values from; whether that could be found out. One that comes from
        itself is met twice, and followed once."""
        module, wanted = self._modules[name], called_name(source)
        if (name, wanted, way) in self._met:
            return True
        self._met.add((name, wanted, way))
        for function in reversed(way):
            places = _parameter(function, wanted)
            if places:
                known = module.told.setdefault(function.name, set())
                self._news |= not places <= known
                known |= places
                self._take(name, _default(function, wanted), way)
            values = _assigned(function).get(wanted)
            if values is not None:
                self._take(name, values, way)
            if places or values is not None:
                return True
        where, known_as = module.imported.get(wanted, (name, wanted))
        there = self._modules.get(where)
        if there is None or known_as not in there.names:
            return False
        self._take(where, there.names[known_as], ())
        return True

    def _take(self, name: str, values: list[ast.expr], way: Way) -> None:
        """What a name stands for; a table has much in it that nobody is told."""
        for value in values:
            self.texts |= dict.fromkeys(filter(_is_told, _texts(value)))
            for source in _names_in(value):
                self._follow(name, source, way)


def called_name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _texts(value: ast.expr) -> Iterator[str]:
    """The constants that a value may be, or that a table holds."""
    if isinstance(value, ast.Constant):
        if isinstance(value.value, str) and value.value:
            yield value.value
        return
    for part in _parts(value):
        yield from _texts(part)


def _is_told(text: str) -> bool:
    """Beside texts tables hold names of icons and colours, which are one small word."""
    return " " in text or text != text.lower()


def _names_in(value: ast.expr) -> Iterator[ast.Name]:
    """The names that it may have its values from."""
    if isinstance(value, ast.Name):
        yield value
    for part in _parts(value):
        yield from _names_in(part)


def _parts(value: ast.expr) -> Iterator[ast.expr]:
    match value:
        case ast.IfExp(_, one, other):
            yield from (one, other)
        case ast.BoolOp(_, values) | ast.Tuple(values) | ast.List(values) | ast.Dict(_, values):
            yield from values
        case ast.Subscript(table):
            yield table
        case ast.Call(ast.Attribute(table, "get" | "items" | "values"), args):
            yield from (table, *args[1:])
        case _:
            pass


def _parameter(function: Function, name: str) -> set[int | str]:
    """Place and name of a parameter; nothing where it has none of that name."""
    told = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    told = told[1:] if told[:1] in (["self"], ["cls"]) else told
    if name in told:
        return {told.index(name), name}
    return {name} if name in [one.arg for one in function.args.kwonlyargs] else set()


def _default(function: Function, name: str) -> list[ast.expr]:
    """What a parameter is where it is not given."""
    told = [*function.args.posonlyargs, *function.args.args]
    pairs = [
        *zip(reversed(told), reversed(function.args.defaults), strict=False),
        *zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True),
    ]
    return [value for one, value in pairs if one.arg == name and value is not None]


@functools.cache
def _assigned(function: ast.AST) -> dict[str, list[ast.expr]]:
    """What a function, or a module, gives its names."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets, value):
                pairs = [pair for target in targets for pair in _paired(target, value)]
            case ast.AnnAssign(target, _, value) | ast.NamedExpr(target, value) if value:
                pairs = list(_paired(target, value))
            case ast.For(target, rows) | ast.comprehension(target, rows):
                listed = list(_parts(rows)) if isinstance(rows, ast.Tuple | ast.List) else [rows]
                pairs = [pair for row in listed for pair in _paired(target, row)]
            case ast.MatchAs(name=str(name)):
                found.setdefault(name, [])  # it comes from a value whose texts were met before
                continue
            case _:
                continue
        for name, value in pairs:
            found.setdefault(name, []).append(value)
    return found


def _paired(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple):
        if isinstance(value, ast.IfExp):
            yield from _paired(target, value.body)
            yield from _paired(target, value.orelse)
        else:
            rows = value.elts if isinstance(value, ast.Tuple) else [value] * len(target.elts)
            for one, part in zip(target.elts, rows, strict=False):
                yield from _paired(one, part)


def _taken_apart(source: str) -> _Module:
    tree, module = ast.parse(source), _Module()
    top = ast.Module([one for one in tree.body if not isinstance(one, Function | ast.ClassDef)], [])
    module.names = _assigned(top)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                module.imported[one.asname or one.name] = node.module, one.name
    _collect_calls(tree, (), module)
    return module


def _collect_calls(node: ast.AST, way: Way, module: _Module) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            module.calls.append((child, way))
        _collect_calls(child, (*way, child) if isinstance(child, Function) else way, module)
