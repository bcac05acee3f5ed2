"""The language server, as an editor talks to it: the real command, over its standard input and output."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient

from tests.conftest import BROKEN

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.conftest import Result

MENDED = BROKEN.replace("nn.Conv2d(4, 8, 3)", "nn.Conv2d(8, 8, 3)")
TEXT = types.TextDocumentIdentifier


class Editor:
    """A client that keeps what it is sent."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.client = LanguageClient("editor", "1")
        self.published: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()
        self.shown: asyncio.Queue[types.ShowMessageParams] = asyncio.Queue()

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]
        def published(found: types.PublishDiagnosticsParams) -> None:
            self.published.put_nowait(found)

        @self.client.feature(types.WINDOW_SHOW_MESSAGE)  # type: ignore[untyped-decorator]
        def shown(found: types.ShowMessageParams) -> None:
            self.shown.put_nowait(found)

    async def start(self) -> types.InitializeResult:
        await self.client.start_io(sys.executable, "-m", "cnnlint", "server")
        return await self.client.initialize_async(
            types.InitializeParams(types.ClientCapabilities(), root_uri=self.folder.as_uri())
        )

    def open(self, text: str, name: str = "net.py") -> str:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        item = types.TextDocumentItem(path.as_uri(), types.LanguageKind.Python, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return path.as_uri()

    def change(self, uri: str, text: str, version: int) -> None:
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(version, uri),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    async def actions(self, uri: str, row: int, *only: str) -> list[Any]:
        where = types.Range(types.Position(row, 0), types.Position(row, 1))
        context = types.CodeActionContext([], only=list(only) or None)
        found = await self.client.text_document_code_action_async(types.CodeActionParams(TEXT(uri), where, context))
        return list(found or [])

    async def stop(self) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()  # type: ignore[no-untyped-call]


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[Callable[[Editor], Awaitable[None]]], None]:
    """Runs a conversation with a server that was started for it."""

    async def whole(conversation: Callable[[Editor], Awaitable[None]]) -> None:
        editor = Editor(tmp_path)
        await editor.start()
        try:
            await asyncio.wait_for(conversation(editor), 120)
        finally:
            await editor.stop()

    return lambda conversation: asyncio.run(whole(conversation))


def test_findings_come_and_go_with_the_text(edited: Any) -> None:
    async def conversation(editor: Editor) -> None:
        uri = editor.open(BROKEN)
        (found,) = (await editor.published.get()).diagnostics
        assert (found.code, found.severity, found.source) == ("CNN103", types.DiagnosticSeverity.Error, "cnnlint")
        assert (found.range.start, found.range.end) == (types.Position(4, 0), types.Position(4, 30))
        assert "8" in found.message
        editor.change(uri, MENDED, 2)
        changed = await editor.published.get()
        assert (changed.version, list(changed.diagnostics)) == (2, [])
        editor.client.text_document_did_close(types.DidCloseTextDocumentParams(TEXT(uri)))
        assert (await editor.published.get()).diagnostics == ()

    edited(conversation)


def test_columns_are_in_the_editors_units(edited: Any) -> None:
    async def conversation(editor: Editor) -> None:
        editor.open(BROKEN.replace("model(torch", '"😀"; model(torch'))
        (found,) = (await editor.published.get()).diagnostics
        assert found.range.start == types.Position(4, 6)  # two units of UTF-16 for the one character

    edited(conversation)


def test_a_fix_and_a_suppression_are_offered(edited: Any) -> None:
    async def conversation(editor: Editor) -> None:
        uri = editor.open(BROKEN)
        await editor.published.get()
        fix, suppression = await editor.actions(uri, 4)
        (edit,) = fix.edit.changes[uri]
        assert (edit.new_text, edit.range.start) == ("8", types.Position(3, 52))
        assert fix.is_preferred
        (edit,) = suppression.edit.changes[uri]
        assert edit.new_text == "  # noqa: CNN103"
        assert await editor.actions(uri, 1) == []

    edited(conversation)


def test_all_safe_fixes_at_once(edited: Any) -> None:
    async def conversation(editor: Editor) -> None:
        uri = editor.open(BROKEN)
        await editor.published.get()
        (action,) = await editor.actions(uri, 0, types.CodeActionKind.SourceFixAll)
        (edit,) = action.edit.changes[uri]
        assert edit.new_text == MENDED

    edited(conversation)


def test_shapes_stand_behind_the_lines_and_in_the_hover(edited: Any) -> None:
    text = MENDED.replace("(1, 3, 8, 8)", "(2, 3, 8, 8)")
    text = text.replace("Sequential(nn.Conv2d(3, 8, 3), ", "Sequential(\n    nn.Conv2d(3, 8, 3),\n    ")

    async def conversation(editor: Editor) -> None:
        uri = editor.open(text)
        await editor.published.get()
        whole = types.Range(types.Position(0, 0), types.Position(9, 0))
        hints = await editor.client.text_document_inlay_hint_async(types.InlayHintParams(TEXT(uri), whole))
        assert [(hint.position.line, hint.label) for hint in hints or []] == [
            (4, "→ (N, 8, 6, 6)"),
            (5, "→ (N, 8, 4, 4)"),
        ]
        hover = await editor.client.text_document_hover_async(types.HoverParams(TEXT(uri), types.Position(5, 8)))
        assert isinstance(hover, types.Hover)
        assert isinstance(hover.contents, types.MarkupContent)
        assert "| 1 (Conv2d) | (N, 8, 4, 4) | 584 | 9,216 |" in hover.contents.value
        none = await editor.client.text_document_hover_async(types.HoverParams(TEXT(uri), types.Position(1, 1)))
        assert none is None

    edited(conversation)


def test_a_broken_configuration_is_told_once_and_a_mended_one_read(edited: Any) -> None:
    async def conversation(editor: Editor) -> None:
        settings = editor.folder / "cnnlint.toml"
        settings.write_text("selct = []\n", encoding="utf-8")
        uri = editor.open(BROKEN)
        assert "selct" in (await editor.shown.get()).message
        assert (await editor.published.get()).diagnostics == ()
        settings.write_text('ignore = ["CNN1"]\n', encoding="utf-8")
        editor.client.text_document_did_save(types.DidSaveTextDocumentParams(TEXT(uri)))
        assert (await editor.published.get()).diagnostics == ()
        settings.unlink()
        editor.client.text_document_did_save(types.DidSaveTextDocumentParams(TEXT(uri)))
        assert [each.code for each in (await editor.published.get()).diagnostics] == ["CNN103"]

    edited(conversation)


def test_without_the_extra_the_command_says_what_is_missing(
    cnnlint: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "lsprotocol", None)
    monkeypatch.delitem(sys.modules, "cnnlint.server.protocol", raising=False)
    done = cnnlint("server")
    assert (done.status, done.err) == (2, "error: the server needs `pip install 'cnnlint[server]'`\n")
