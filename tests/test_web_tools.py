"""ask, search and show for other programs: by Gradio's client and by an MCP client, on a real server."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import gradio as gr
import httpx
import pytest
from fastapi import FastAPI
from gradio_client import Client
from gradio_client.exceptions import AppError
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client
from mcp.types import CallToolResult, TextContent, Tool

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.model.engine import Engine
from tests.serving import serving
from ui.web.api.mcp_requests import McpRequests
from ui.web.api.tools import add_tools
from ui.web.security.install import protect
from ui.web.security.limits import Limits
from ui.web.security.rules import Rules
from vectorstore.index.store import Store

DRONES = "How many drones hit Kyiv?"
TOKEN = {"Authorization": "Bearer a-token"}


@pytest.fixture(scope="module")
def url(seed_store: Store, engine: Engine) -> Iterator[str]:
    """A server with a token: also the calls that Gradio makes itself must pass."""
    with gr.Blocks(analytics_enabled=False) as blocks:
        add_tools(Assistant(seed_store, engine))
    app = FastAPI()
    app.add_middleware(McpRequests)
    protect(app, Rules(token="a-token"), Limits(questions_per_minute=1_000, requests_per_minute=10_000))
    with serving(gr.mount_gradio_app(app, blocks, "/", run_history=False, mcp_server=True)) as url:
        yield url


@pytest.fixture(scope="module")
def client(url: str) -> Client:
    return Client(url, headers=TOKEN, verbose=False, analytics_enabled=False)


def by_mcp(
    url: str, name: str, arguments: dict[str, Any], path: str = "/gradio_api/mcp/"
) -> tuple[list[Tool], CallToolResult]:
    """The tools there are, and what one says."""

    async def called() -> tuple[list[Tool], CallToolResult]:
        async with (
            streamablehttp_client(f"{url}{path}", headers=TOKEN) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return (await session.list_tools()).tools, await session.call_tool(name, arguments)

    return asyncio.run(called())


def text_of(result: CallToolResult) -> str:
    assert isinstance(result.content[0], TextContent)
    return result.content[0].text


def test_ask(client: Client) -> None:
    payload = client.predict(question=DRONES, api_name="/ask")
    answer = Answer.from_dict(payload)
    assert answer.question == DRONES
    assert "145 drones" in answer.answer
    assert all(citation.quote for citation in answer.citations)
    assert answer.to_dict() == Answer.from_dict(json.loads(json.dumps(payload))).to_dict()


def test_search(client: Client, seed_store: Store) -> None:
    hits = client.predict(query="North Korean missile", k=3, api_name="/search")
    assert len(hits) == 3
    article = seed_store.library.article(hits[0]["article_id"])
    assert article.text[hits[0]["start"] : hits[0]["end"]] == hits[0]["text"]
    assert client.predict(query="missile", publisher="nobody at all", api_name="/search") == []


def test_show(client: Client, seed_store: Store) -> None:
    article = seed_store.library.articles()[0]
    shown = client.predict(article_id=f" {article.id[:8]} ", api_name="/show")
    assert (shown["id"], shown["text"]) == (article.id, article.text)


def test_dates_choose_the_articles(client: Client) -> None:
    answer = client.predict(question=DRONES, since="1999", until="1999-12", api_name="/ask")
    assert answer["refused"]
    assert not answer["citations"], "the articles of seeds/ are undated"


@pytest.mark.parametrize(
    ("name", "arguments", "line"),
    [
        ("ask", {"question": " "}, "the question is empty"),
        ("ask", {"question": "who " * 1_000}, "expected at most 2,000"),
        ("ask", {"question": DRONES, "since": "yesterday"}, "'yesterday' is no date"),
        ("ask", {"question": DRONES, "since": "2025", "until": "2024"}, "since 2025-01-01 is after until 2024-12-31"),
        ("search", {"query": "\x00"}, "the query has 0 characters"),
        ("search", {"query": "x", "k": 0}, "k is 0: expected a whole number from 1 to 100"),
        ("search", {"query": "x", "k": "many"}, "k is many: expected a whole number"),
        ("show", {"article_id": "nosuch"}, "no article has the id 'nosuch'"),
        ("show", {"article_id": ""}, "no article has the id ''"),
    ],
)
def test_bad_input_is_told_in_one_line(client: Client, name: str, arguments: dict[str, Any], line: str) -> None:
    with pytest.raises(AppError) as caught:
        client.predict(**arguments, api_name=f"/{name}")
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_tools_of_the_mcp_server(url: str) -> None:
    tools, result = by_mcp(url, "ask", {"question": DRONES})
    by_name = {tool.name: tool for tool in tools}
    assert set(by_name) == {"ask", "search", "show"}
    for tool in tools:
        assert tool.description
        assert all(field["description"] for field in tool.inputSchema["properties"].values()), tool.name
    assert by_name["ask"].inputSchema["required"] == ["question"]
    assert not result.isError
    assert "145 drones" in text_of(result)


def test_a_bad_call_by_mcp(url: str) -> None:
    _, result = by_mcp(url, "search", {"query": "x", "since": "2025-13"})
    assert result.isError
    assert "'2025-13' is no date" in text_of(result)


INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}


@pytest.mark.parametrize("path", ["/gradio_api/mcp", "/gradio_api/mcp/"])
@pytest.mark.parametrize(
    "accept",
    [
        "*/*",
        "application/json",
        "application/*",
        None,
        "text/event-stream",
        "application/json, text/event-stream",
        "application/json;q=0.9, text/event-stream;q=1.0",
        "text/html, */*",
    ],
)
def test_mcp_is_understood_with_and_without_the_slash_whatever_a_client_accepts(
    url: str, path: str, accept: str | None
) -> None:
    for body in (INITIALIZE, {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}):
        request = httpx.Request("POST", f"{url}{path}", json=body, headers=TOKEN)
        if accept is not None:
            request.headers["Accept"] = accept
        with httpx.Client(timeout=30) as plain:
            reply = plain.send(request)
        assert reply.status_code == 200, reply.text
        if accept and "event-stream" in accept:
            assert reply.headers["content-type"].startswith("text/event-stream")
            payload = json.loads(reply.text.split("data: ", 1)[1].splitlines()[0])
        else:
            assert reply.headers["content-type"] == "application/json"
            payload = reply.json()
        assert payload["id"] == body["id"]
        assert "result" in payload


def test_an_mcp_client_without_the_slash(url: str) -> None:
    tools, result = by_mcp(url, "search", {"query": "drones"}, path="/gradio_api/mcp")
    assert {tool.name for tool in tools} == {"ask", "search", "show"}
    assert not result.isError


def test_what_is_no_call_is_told_in_json(url: str) -> None:
    for content in (b"", b"{", b"\xff", b"[" * 100_000, b"[]", b'{"jsonrpc": "2.0", "id": 1, "method": "nosuch"}'):
        headers = {**TOKEN, "Accept": "*/*", "Content-Type": "application/json"}
        reply = httpx.post(f"{url}/gradio_api/mcp", content=content, headers=headers, timeout=30)
        assert reply.status_code in (200, 400)
        assert "error" in reply.json()
    notified = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert httpx.post(f"{url}/gradio_api/mcp", json=notified, headers=TOKEN, timeout=30).status_code == 202
