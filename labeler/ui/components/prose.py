"""Text written by others: Markdown as quiet words. Nothing is loaded, no link can be followed."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFragment,
    QTextListFormat,
)
from PySide6.QtWidgets import QTextEdit

from labeler.ui.look import Look
from labeler.ui.theme import Type, font
from labeler.ui.translation import tr

CELLS = 600
"""Tables of more are shown as their text: laying them out would hold the window up."""

GAP, HEADING_GAP, INDENT = 8, 16, 20
_HEADINGS = {1: Type.SECTION, 2: Type.SECTION}


class _Closed(QTextDocument):
    """A document that never asks anybody for anything."""

    def loadResource(self, _kind: int, _name: QUrl | str) -> object:
        return None


def read_markdown(markdown: str) -> QTextDocument:
    """The words of `markdown`: HTML stays text, a picture becomes its name, a link its address."""
    document = _Closed()
    document.setUndoRedoEnabled(False)
    # Where no widget lays the document out, nothing is looked up before it is taken out.
    features = QTextDocument.MarkdownFeature
    too_many = markdown.count("|") > CELLS
    kind = features.MarkdownDialectCommonMark if too_many else features.MarkdownDialectGitHub
    document.setMarkdown(markdown, kind | features.MarkdownNoHTML)
    foreign = [f for block in _blocks(document) for f in _fragments(block) if _is_foreign(f)]
    for start, length, words in sorted(map(_instead, foreign), reverse=True):
        cursor = QTextCursor(document)
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(words, QTextCharFormat())
    return document


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _fragments(block: QTextBlock) -> list[QTextFragment]:
    found, at = [], block.begin()
    while not at.atEnd():
        found.append(at.fragment())
        at += 1
    return found


def _is_foreign(fragment: QTextFragment) -> bool:
    made = fragment.charFormat()
    return made.isAnchor() or made.isImageFormat()


def _instead(fragment: QTextFragment) -> tuple[int, int, str]:
    """Where the fragment stands, and the words to put there."""
    made = fragment.charFormat()
    if made.isImageFormat():
        name = made.toImageFormat().name()
        words = tr("[picture not shown: {address}]", address=name)
    else:
        text, address = fragment.text(), made.anchorHref()
        words = text if address in (text, "") else f"{text} ({address})"
    return fragment.position(), fragment.length(), words


class Prose(QTextEdit):
    """Read, scrolled by arrows and page keys, copied by mouse; never edited."""

    def __init__(self, look: Look, words: str) -> None:
        super().__init__()
        self._look = look
        self._shown: tuple[str, str, tuple[str, ...]] = ("", "", ())
        self.setProperty("kind", "prose")
        self.setReadOnly(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setLineWrapMode(QTextEdit.LineWrapMode.WidgetWidth)
        self.setAcceptDrops(False)
        self.setTabChangesFocus(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(words)

    def loadResource(self, _kind: int, _name: QUrl | str) -> object:
        """Nothing, whatever is asked for."""
        return None

    def show_text(self, markdown: str, heading: str = "", points: tuple[str, ...] = ()) -> None:
        """Other words; `points` are ours or plain, listed under `heading` at the end."""
        if (markdown, heading, points) == self._shown:
            return
        self._shown = markdown, heading, points
        document = read_markdown(markdown)
        if points:
            _append_list(document, heading, points)
        self._dress(document)
        document.setParent(self)
        self.setDocument(document)

    def _dress(self, document: QTextDocument) -> None:
        """Type and inks of the look, whatever the text asked for."""
        document.setDefaultFont(font(Type.BODY))
        document.setDocumentMargin(0)
        document.setIndentWidth(INDENT)
        color = self._look.theme.color
        for number, block in enumerate(_blocks(document)):
            level = block.blockFormat().headingLevel()
            for fragment in _fragments(block):
                _dress_fragment(document, fragment, level, self._look)
            cursor = QTextCursor(block)
            made, plain = QTextBlockFormat(), QTextCharFormat()
            made.setTopMargin(HEADING_GAP if level and number else 0)
            if cursor.currentTable() is None:
                amid = block.textList() is not None and block.next().textList() is not None
                made.setBottomMargin(GAP / 2 if amid else GAP)
            cursor.mergeBlockFormat(made)
            plain.setForeground(color("text2"))
            cursor.mergeBlockCharFormat(plain)


def _dress_fragment(
    document: QTextDocument, fragment: QTextFragment, level: int, look: Look
) -> None:
    before = fragment.charFormat()
    bold = before.fontWeight() > font(Type.BODY).weight() or bool(level)
    kind = _HEADINGS.get(level, Type.STRONG if bold else Type.BODY)
    made = QTextCharFormat()
    made.setFont(font(kind))
    made.setFontItalic(before.fontItalic())
    made.setFontStrikeOut(before.fontStrikeOut())
    made.setForeground(look.theme.color("text" if bold else "text2"))
    cursor = QTextCursor(document)
    cursor.setPosition(fragment.position())
    cursor.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
    cursor.setCharFormat(made)


def _append_list(document: QTextDocument, heading: str, points: tuple[str, ...]) -> None:
    cursor = QTextCursor(document)
    cursor.movePosition(QTextCursor.MoveOperation.End)
    title = QTextBlockFormat()
    title.setHeadingLevel(3)
    if not document.isEmpty():
        cursor.insertBlock(title, QTextCharFormat())
    else:
        cursor.setBlockFormat(title)
    cursor.insertText(heading, QTextCharFormat())
    cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())
    style = QTextListFormat()
    style.setStyle(QTextListFormat.Style.ListDisc)
    style.setIndent(1)
    cursor.createList(style)
    for number, point in enumerate(points):
        if number:
            cursor.insertBlock()
        cursor.insertText(point, QTextCharFormat())
