"""The server: one site, read only, over standard input and output. Texts are the editor's own, saved or not.

pygls answers the protocol (https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17);
what stands here is which question of it goes where.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from goop_console.lsp.positions import Text, completion_item, diagnostic
from goop_console.lsp.serving import Protocol
from lua_engine import (
    DataChanged,
    Engine,
    Event,
    Finding,
    Kind,
    RenameError,
    ScriptProblem,
    ScriptsChanged,
    SiteFacts,
    TemplateChanged,
)

_QUIET: Final = 0.1  # seconds without a key, before the text is looked through

_SYMBOLS = {
    "function": lsp.SymbolKind.Function,
    "handler": lsp.SymbolKind.Event,
    "action": lsp.SymbolKind.Method,
}
_TRIGGERS = [".", ":", '"', "'"]


def make_server(engine: Engine, version: str) -> LanguageServer:
    """A server for the scripts of ``engine``'s site."""
    server = LanguageServer("goop-console", version, protocol_cls=Protocol)
    asks = _Questions(server, engine)

    @server.feature(lsp.INITIALIZED)
    def initialized(_params: lsp.InitializedParams) -> None:
        asks.follow_site()

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        asks.publish(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        asks.publish_soon(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        asks.forget(params.text_document.uri)
        empty = lsp.PublishDiagnosticsParams(params.text_document.uri, [])
        server.text_document_publish_diagnostics(empty)

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=_TRIGGERS))
    def complete(params: lsp.CompletionParams) -> lsp.CompletionList:
        return asks.complete(params)

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        return asks.hover(params)

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def definition(params: lsp.DefinitionParams) -> lsp.Location | None:
        return asks.definition(params)

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def references(params: lsp.ReferenceParams) -> list[lsp.Location]:
        return asks.references(params)

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def symbols(params: lsp.DocumentSymbolParams) -> list[lsp.SymbolInformation]:
        return asks.symbols(params)

    @server.feature(lsp.TEXT_DOCUMENT_RENAME)
    def rename(params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        return asks.rename(params)

    return server


class _Questions:
    """The editor's questions, answered from the text that it has open."""

    def __init__(self, server: LanguageServer, engine: Engine) -> None:
        self._server = server
        self._engine = engine
        self._waiting: dict[str, asyncio.TimerHandle] = {}  # for a pause in the typing, by address
        self._facts: SiteFacts | None = None  # that the findings of all open texts lean on

    def follow_site(self) -> None:
        """A table or a script that is new changes what there is to say of other texts."""
        loop = asyncio.get_running_loop()

        def heard(event: Event) -> None:
            if not isinstance(event, DataChanged) or event.origin == "external":
                loop.call_soon_threadsafe(self._later, "", self._publish_all)

        self._engine.bus.subscribe(heard, DataChanged, ScriptsChanged, TemplateChanged)

    def publish_soon(self, uri: str) -> None:
        """When nobody types for a moment."""
        self._later(uri, lambda: self.publish(uri))

    def forget(self, uri: str) -> None:
        """The text is closed."""
        waiting = self._waiting.pop(uri, None)
        if waiting is not None:
            waiting.cancel()

    def _later(self, uri: str, work: Callable[[], None]) -> None:
        self.forget(uri)
        self._waiting[uri] = asyncio.get_running_loop().call_later(_QUIET, work)

    def _publish_all(self) -> None:
        if self._facts == self._engine.language.facts():
            return
        for uri in tuple(self._server.workspace.text_documents):
            self.publish(uri)

    def publish(self, uri: str) -> None:
        self.forget(uri)
        text = self._text(uri)
        problems: list[Finding | ScriptProblem] = [
            *self._engine.scripts.check(Path(to_fs_path(uri) or uri).stem, text.source)
        ]
        if not problems:  # a text that does not compile has names that are not finished
            self._facts = self._engine.language.facts()
            problems += self._engine.language.findings(self._kind(uri), text.source, self._facts)
        found = [diagnostic(text, problem) for problem in problems]
        self._server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, found))

    def complete(self, params: lsp.CompletionParams) -> lsp.CompletionList:
        text = self._text(params.text_document.uri)
        line, column = text.place(params.position)
        offers = self._engine.language.complete(
            self._kind(params.text_document.uri), text.source, line, column
        )
        items = [completion_item(text, params.position, offer, at) for at, offer in enumerate(offers)]
        return lsp.CompletionList(is_incomplete=False, items=items)

    def hover(self, params: lsp.HoverParams) -> lsp.Hover | None:
        text = self._text(params.text_document.uri)
        kind = self._kind(params.text_document.uri)
        words = self._engine.language.hover(kind, text.source, *text.place(params.position))
        content = lsp.MarkupContent(lsp.MarkupKind.Markdown, words)
        return lsp.Hover(content) if words else None

    def definition(self, params: lsp.DefinitionParams) -> lsp.Location | None:
        text = self._text(params.text_document.uri)
        place = self._engine.language.definition(text.source, *text.place(params.position))
        return None if place is None else lsp.Location(params.text_document.uri, text.range(place))

    def references(self, params: lsp.ReferenceParams) -> list[lsp.Location]:
        text = self._text(params.text_document.uri)
        places = self._engine.language.references(text.source, *text.place(params.position))
        return [lsp.Location(params.text_document.uri, text.range(place)) for place in places]

    def symbols(self, params: lsp.DocumentSymbolParams) -> list[lsp.SymbolInformation]:
        uri, text = params.text_document.uri, self._text(params.text_document.uri)
        return [
            lsp.SymbolInformation(lsp.Location(uri, text.range(one.place)), one.name, _SYMBOLS[one.kind])
            for one in self._engine.language.symbols(text.source)
        ]

    def rename(self, params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        uri, text = params.text_document.uri, self._text(params.text_document.uri)
        place = text.place(params.position)
        try:
            places = self._engine.language.rename(text.source, *place, params.new_name)
        except RenameError as error:
            self._server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Error, str(error)))
            return None
        return lsp.WorkspaceEdit({uri: [lsp.TextEdit(text.range(one), params.new_name) for one in places]})

    def _text(self, uri: str) -> Text:
        document = self._server.workspace.get_text_document(uri)
        return Text(document.source, self._server.workspace.position_codec)

    def _kind(self, uri: str) -> Kind:
        path = Path(to_fs_path(uri) or "")
        return "function" if path.parent.name == self._engine.site.functions_dir.name else "command"
