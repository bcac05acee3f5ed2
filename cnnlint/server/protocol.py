"""The language server: what an editor asks for, and findings, shapes and fixes in its terms."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.workspace import PositionCodec, ServerTextPosition, ServerTextRange

from cnnlint.server.analysis import Analysis, Row, analyse, described, shapes_after
from cnnlint.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pygls.workspace import TextDocument

    from cnnlint.finding import Finding, Fix
    from cnnlint.model import Place

DELAY = 0.2
"""Seconds without a change after which a text is linted."""
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.cnnlint"
SEVERITY = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}


class Server(LanguageServer):
    """Lints the texts that an editor holds open, one at a time, and remembers what it found of each."""

    def __init__(self) -> None:
        super().__init__("cnnlint", VERSION)
        self.worker = ThreadPoolExecutor(1, "cnnlint")  # one: a run's limits and notes are the process's
        self.analyses: dict[str, Analysis] = {}
        self.troubles: set[str] = set()

    def document(self, uri: str) -> TextDocument:
        return self.workspace.get_text_document(uri)

    async def analysis(self, uri: str) -> Analysis:
        """What is said of a text as it stands now."""
        document = self.document(uri)
        found = self.analyses.get(uri)
        if found is None or found.text != document.source:
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(self.worker, analyse, document.source, document.path)
            self.analyses[uri] = found
        return found

    async def publish(self, uri: str) -> None:
        """Send the findings of a text, unless it has changed meanwhile."""
        version = self.document(uri).version
        found = await self.analysis(uri)
        if found.trouble is not None and found.trouble not in self.troubles:
            self.troubles.add(found.trouble)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"cnnlint: {found.trouble}"))
        if uri not in self.workspace.text_documents or self.document(uri).version != version:
            return
        span = spans(self.document(uri))
        diagnostics = [diagnostic(finding, found.filename, uri, span) for finding in found.findings]
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics, version))


def spans(document: TextDocument) -> Callable[[Place], types.Range]:
    """From a place to the editor's range, in the units that it counts in."""
    codec: PositionCodec = document.position_codec
    lines = document.lines

    def span(place: Place) -> types.Range:
        start = ServerTextPosition(place.row - 1, place.column - 1)
        end = ServerTextPosition(place.end_row - 1, place.end_column - 1)
        return codec.range_to_client_units(lines, ServerTextRange(start, end))

    return span


def diagnostic(finding: Finding, filename: str, uri: str, span: Callable[[Place], types.Range]) -> types.Diagnostic:
    """A finding; what stands elsewhere in the same text comes along as related."""
    lines = [finding.message, *(f"note: {note}" for note in finding.notes)]
    if finding.help is not None:
        lines.append(f"help: {finding.help}")
    related = [
        types.DiagnosticRelatedInformation(types.Location(uri, span(each.place)), each.message)
        for each in finding.related
        if each.place.filename == filename
    ]
    return types.Diagnostic(
        span(finding.place),
        "\n".join(lines),
        severity=SEVERITY[finding.severity],
        code=finding.code,
        source="cnnlint",
        related_information=related or None,
    )


def edit_of(fix: Fix, uri: str, span: Callable[[Place], types.Range]) -> types.WorkspaceEdit:
    edits = [types.TextEdit(span(edit.place), edit.content) for edit in fix.edits]
    return types.WorkspaceEdit(changes={uri: edits})


def actions(
    found: Analysis, document: TextDocument, diagnostics: Sequence[types.Diagnostic], first: int, last: int
) -> Iterable[types.CodeAction]:
    """What mends or suppresses the findings of some rows."""
    span = spans(document)
    about = {(each.code, each.range.start.line): each for each in diagnostics}

    def made(finding: Finding, fix: Fix, title: str, *, preferred: bool) -> types.CodeAction:
        known = about.get((finding.code, finding.place.row - 1))
        return types.CodeAction(
            title,
            types.CodeActionKind.QuickFix,
            diagnostics=[known] if known else None,
            is_preferred=preferred,
            edit=edit_of(fix, document.uri, span),
        )

    for finding, fix in found.fixes(first, last):
        doubt = "" if fix.applicability == "safe" else " (unsafe)"
        yield made(finding, fix, f"{fix.message}{doubt} ({finding.code})", preferred=not doubt)
    for finding, fix in found.suppressions(first, last):
        yield made(finding, fix, f"suppress {finding.code} here", preferred=False)


def serve() -> None:
    """Talk to an editor on standard input and output until it says good-bye."""
    build().start_io()


def build() -> Server:
    """The server with all that it answers to."""
    server = Server()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        await server.publish(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        version = params.text_document.version
        await asyncio.sleep(DELAY)
        uri = params.text_document.uri
        if uri in server.workspace.text_documents and server.document(uri).version == version:
            await server.publish(uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        del params  # another text may import the one that was saved, and its configuration may have changed
        server.analyses.clear()
        server.troubles.clear()
        for uri in list(server.workspace.text_documents):
            await server.publish(uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.analyses.pop(uri, None)
        server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        found = await server.analysis(params.text_document.uri)
        layers = await in_worker(server, found, params.position.line + 1)
        if not layers:
            return None
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, described(layers)))

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def hints(params: types.InlayHintParams) -> list[types.InlayHint]:
        uri = params.text_document.uri
        found = await server.analysis(uri)
        await in_worker(server, found, 0)
        document = server.document(uri)
        if document.source != found.text:
            return []
        made = []
        for row, layers in sorted(found.layers.items()):
            if params.range.start.line < row <= params.range.end.line + 1:
                end = ServerTextPosition(row - 1, len(document.lines[row - 1].rstrip("\r\n")))
                where = document.position_to_client_units(end)
                made.append(types.InlayHint(where, shapes_after(layers), padding_left=True))
        return made

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions([types.CodeActionKind.QuickFix, types.CodeActionKind.SourceFixAll, FIX_ALL]),
    )
    async def code_actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        found = await server.analysis(uri)
        document = server.document(uri)
        if document.source != found.text:
            return []
        only = params.context.only
        made: list[types.CodeAction] = []
        if only is None or types.CodeActionKind.QuickFix in only:
            first, last = params.range.start.line + 1, params.range.end.line + 1
            made += actions(found, document, params.context.diagnostics, first, last)
        if only is not None and any(FIX_ALL.startswith(kind) for kind in only):
            made += await fix_all(server, found, document)
        return made

    return server


async def in_worker(server: Server, found: Analysis, row: int) -> Sequence[Row]:
    """The layers of a row, looked up where nothing else is evaluated meanwhile."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(server.worker, lambda: found.layers.get(row, ()))


async def fix_all(server: Server, found: Analysis, document: TextDocument) -> list[types.CodeAction]:
    """All safe fixes at once, as editors run them when a file is saved."""
    mended = await asyncio.get_running_loop().run_in_executor(server.worker, found.mended)
    if mended == found.text:
        return []
    end = types.Position(len(document.lines), 0)
    whole = types.TextEdit(types.Range(types.Position(0, 0), end), mended)
    edit = types.WorkspaceEdit(changes={document.uri: [whole]})
    return [types.CodeAction("Mend what can safely be mended", FIX_ALL, edit=edit)]
