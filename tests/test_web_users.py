"""A name is its owner's: bound to a passphrase of its own, in any spelling; programs have names by their tokens."""

import json
import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI, Request
from typer.testing import CliRunner

from assistant.assistant import Assistant
from assistant.model.engine import Engine
from tests.scripted import Scripted, sent, until
from tests.serving import serving
from ui.api_tokens import clients_by_token
from ui.app import app as command
from ui.errors import PeopleError, SettingsError
from ui.settings import load_settings
from ui.web.api.page_events import ChatEvents
from ui.web.chat.conversations import Conversations
from ui.web.chat.fair_queue import FairQueue
from ui.web.chat.jobs import Jobs
from ui.web.security import requests, sessions
from ui.web.security.install import protect
from ui.web.security.limits import SHARE, Limits
from ui.web.security.rules import Rules
from ui.web.security.user_names import folded
from ui.web.security.users import FILE_NAME, People, new_passphrase
from ui.web.server import Address, launch
from vectorstore.index.embedding import Embedder
from vectorstore.index.store import Store

pytestmark = pytest.mark.usefixtures("still_limits")

PASSWORD = "correct horse"
ONE_NAME = (
    "Zoë Ada", "ZOË ADA", "zoë ada", "Zoe\u0308 Ada", "  Zoë   Ada ", "Zoë\u00a0Ada", "ZoëAda", "Ｚｏë Ada",
    "Zoë\ufe0f Ada", "Zo\u034fë Ada", "Zoë Ad\u3164a",
)  # fmt: skip


def app_with(rules: Rules, limits: Limits, people: People) -> FastAPI:
    app = FastAPI()

    @app.get("/")
    @app.get("/who")
    @app.post("/v1/chat/completions")
    def who(request: Request) -> dict[str, str]:
        return {"owner": requests.owner(request), "current": requests.current().name}

    protect(app, rules, limits, people)
    return app


@pytest.fixture
def people(tmp_path: Path) -> People:
    return People(tmp_path / FILE_NAME)


@pytest.fixture
def url(people: People) -> Iterator[str]:
    rules = Rules(password=PASSWORD, token="old", tokens={"t1": "archive", "t2": "newsletter"})
    with serving(app_with(rules, Limits(questions_per_minute=2), people)) as url:
        yield url


def enter(url: str, name: str, own: str = "", password: str = PASSWORD, forwarded: str = "") -> httpx.Client:
    """A browser that tried to sign in, with the answer in `reply`."""
    client = httpx.Client(base_url=url, headers={"X-Forwarded-For": forwarded} if forwarded else {})
    client.reply = client.post("/sign-in", data={"name": name, "password": password, "own": own})  # type: ignore[attr-defined]
    return client


def reply(client: httpx.Client) -> httpx.Response:
    return cast(httpx.Response, client.reply)  # type: ignore[attr-defined]


def passphrase(client: httpx.Client) -> str:
    return reply(client).text.partition('id="passphrase">')[2].partition("<")[0]


@pytest.mark.parametrize("name", ONE_NAME)
def test_a_name_in_another_spelling_is_the_same_name(url: str, name: str) -> None:
    own = passphrase(enter(url, "Zoë Ada"))
    stranger = enter(url, name)
    assert reply(stranger).status_code in (400, 401)
    assert stranger.get("/who").status_code == 401
    stranger = enter(url, name, "not her passphrase")
    assert stranger.get("/who").status_code == 401
    if folded(name) == "zoëada" and name.isprintable():
        assert enter(url, name, own).get("/who").json()["owner"] == "zoëada"


@pytest.mark.parametrize("other", ["Zoe Ada", "Zoë Adam", "Zoë", "Ада", "ada1"])
def test_other_names_are_others(url: str, other: str) -> None:
    enter(url, "Zoë Ada")
    assert enter(url, other).get("/who").json()["owner"] == folded(other) != "zoëada"


@pytest.mark.parametrize("other", ["zоë ada", "Zoë Аda", "ΖОË ADA", "аrchive"])
def test_a_name_that_only_looks_the_same_is_refused(url: str, other: str) -> None:
    """The letters are Cyrillic or Greek; "archive" is a program."""
    enter(url, "Zoë Ada")
    stranger = enter(url, other)
    assert reply(stranger).status_code in (400, 401)
    assert stranger.get("/who").status_code == 401
    assert reply(enter(url, "Аня")).status_code == 200, "a name in another script alone is a name"


def test_the_first_sign_in_gives_a_passphrase_that_opens_the_name_everywhere(url: str) -> None:
    first = enter(url, "Ada")
    own = passphrase(first)
    assert len(own) == 19
    assert first.get("/who").json()["owner"] == "ada"
    again = enter(url, "ada", own)
    assert (reply(again).status_code, reply(again).headers["location"]) == (303, "/")
    assert again.get("/who").json()["owner"] == "ada"
    assert own not in reply(again).text


def test_a_passphrase_can_be_chosen(url: str) -> None:
    assert passphrase(enter(url, "Ada", "nine green bottles")) == "nine green bottles"
    assert reply(enter(url, "Ada", " nine green bottles ")).status_code == 303
    for wrong in ("Nine green bottles", "nine green bottle", PASSWORD):
        assert reply(enter(url, "Ada", wrong)).status_code == 401


@pytest.mark.parametrize("own", ["short", "x" * 201, PASSWORD, "Benjamin K"])
def test_a_passphrase_that_can_not_be_chosen_takes_no_name(url: str, people: People, own: str) -> None:
    refused = enter(url, "Benjamin K", own)
    assert reply(refused).status_code == 400
    assert "expected" in reply(refused).text or "choose another" in reply(refused).text
    assert people.all() == []


def test_the_servers_password_comes_first(url: str, people: People) -> None:
    people.claim("Ada", "nine green bottles")
    guess = enter(url, "Ada", "nine green bottles", password="guess")
    assert reply(guess).status_code == 401
    assert "somebody" not in reply(guess).text, "who has not the password learns no names"
    enter(url, "Ben", password="guess")
    assert [person.name for person in people.all()] == ["Ada"]


def test_wrong_passphrases_are_counted_for_the_address_and_for_the_name(url: str, people: People) -> None:
    people.claim("Ada", "nine green bottles")
    codes = [reply(enter(url, "Ada", f"guess {n}", forwarded="10.0.0.1")).status_code for n in range(7)]
    assert codes == [401] * 5 + [429] * 2
    assert reply(enter(url, "Ben", forwarded="10.0.0.1")).status_code == 429, "nor for another name from there"
    assert reply(enter(url, "Ada", "nine green bottles", forwarded="10.0.0.2")).status_code == 303
    for address in range(3, 7):
        for n in range(4):
            enter(url, "ADA", f"guess {n}", forwarded=f"10.0.0.{address}")
    assert reply(enter(url, "Ada", "nine green bottles", forwarded="10.0.1.1")).status_code == 429
    assert enter(url, "Ben", forwarded="10.0.1.1").get("/who").status_code == 200, "another name is not held up"


def test_many_guesses_at_once_are_counted_one_after_another(url: str, people: People) -> None:
    people.claim("Ada", "nine green bottles")
    with ThreadPoolExecutor(12) as pool:
        codes = list(pool.map(lambda n: reply(enter(url, "Ada", f"guess {n}")).status_code, range(12)))
    assert sorted(codes) == [401] * 5 + [429] * 7


def test_two_who_take_a_name_at_once(url: str, people: People) -> None:
    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(lambda n: reply(enter(url, "Ada", f"passphrase {n}")).status_code, range(4)))
    assert sorted(codes) == [200, 401, 401, 401]
    assert len(people.all()) == 1


def test_new_names_from_one_address_are_limited(url: str) -> None:
    codes = [reply(enter(url, f"Name {n}", forwarded="10.0.0.9")).status_code for n in range(sessions.NEW_NAMES + 1)]
    assert codes == [200] * sessions.NEW_NAMES + [429]


def test_a_new_passphrase_ends_the_sessions_of_the_name_alone(url: str, people: People) -> None:
    ada, ben = enter(url, "Ada"), enter(url, "Ben")
    elsewhere = People(people.path)
    assert elsewhere.reset("ADA", "another passphrase")
    assert ada.get("/who").status_code == 401
    assert ben.get("/who").status_code == 200
    assert reply(enter(url, "Ada", passphrase(ada))).status_code == 401
    assert enter(url, "Ada", "another passphrase").get("/who").json()["owner"] == "ada"
    assert [person.name for person in people.all()] == ["Ada", "Ben"]


def test_a_server_that_starts_again_knows_its_people(people: People) -> None:
    for _ in range(2):
        with serving(app_with(Rules(password=PASSWORD), Limits(), People(people.path))) as url:
            if not people.all():
                own = passphrase(enter(url, "Ada"))
            assert reply(enter(url, "Ada")).status_code == 401
            assert reply(enter(url, "Ada", own)).status_code == 303


def test_the_file_has_no_passphrase_and_is_for_its_owner_alone(url: str, people: People) -> None:
    own = passphrase(enter(url, "Ada"))
    assert people.path
    assert own not in people.path.read_text()
    assert people.path.stat().st_mode & 0o077 == 0
    assert len(json.loads(people.path.read_text())["people"]["ada"]["proof"]) == 64


@pytest.mark.parametrize("content", ["", "[]", '{"people": []}', '{"people": {"ada": {"name": "Ada"}}}', "\x00"])
def test_a_file_that_can_not_be_read_opens_nothing(url: str, people: People, content: str) -> None:
    ada = enter(url, "Ada")
    assert people.path
    people.path.write_text(content)
    assert ada.get("/who").status_code == 401
    message = reply(enter(url, "Ben"))
    assert message.status_code == 500
    assert "bring the file back" in message.text
    assert people.path.read_text() == content
    with pytest.raises(PeopleError):
        People(people.path).all()


def test_a_name_that_can_not_be_stored_is_not_taken(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PeopleError, match="No space left on device"):
        people.claim("Ada", new_passphrase())
    assert not people.has("Ada")


# -- programs


@pytest.mark.parametrize(("token", "name"), [("old", "token"), ("t1", "archive"), ("t2", "newsletter")])
def test_a_program_has_the_name_of_its_token(url: str, token: str, name: str) -> None:
    message = httpx.get(f"{url}/who", headers={"Authorization": f"Bearer {token}"}).json()
    assert message == {"owner": name, "current": name}


@pytest.mark.parametrize("name", ["archive", "Archive", "TOKEN", "news letter"])
def test_nobody_signs_in_with_the_name_of_a_program(url: str, name: str) -> None:
    refused = enter(url, name)
    assert reply(refused).status_code == 400
    assert "name of a program" in reply(refused).text


@pytest.mark.parametrize("rules", [Rules(tokens={"t1": "archive"}), Rules(password=PASSWORD, tokens={"t1": "archive"})])
def test_without_a_password_for_people_none_is_right(rules: Rules, people: People) -> None:
    with serving(app_with(rules, Limits(), people)) as url:
        for password in ("", "t1", "archive"):
            assert reply(enter(url, "Ada", password=password)).status_code == 401
        assert httpx.get(f"{url}/who").status_code == 401


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("archive=a1", {"a1": "archive"}),
        (" archive = a1 , newsletter=b=2 ", {"a1": "archive", "b=2": "newsletter"}),
        ("archive=old,archive=new", {"old": "archive", "new": "archive"}),
    ],
)
def test_tokens_with_names(text: str, tokens: dict[str, str]) -> None:
    assert clients_by_token(text) == tokens


@pytest.mark.parametrize("text", ["secret", "=secret", "archive=", "a=secret,b=secret", "a=secret,,b=c", "a=secret b"])
def test_tokens_that_are_none_are_told_of_without_being_shown(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("DATELINE_TOKENS", text)
    with pytest.raises(SettingsError, match=r"DATELINE_TOKENS: .* expected pairs such as") as message:
        load_settings({})
    assert "secret" not in str(message.value)


# -- limits and the queue go by what is proven


def ask(client: httpx.Client, times: int) -> list[int]:
    return [client.post("/v1/chat/completions").status_code for _ in range(times)]


def test_more_names_at_one_address_bring_no_more_questions(url: str) -> None:
    answered = sum(ask(enter(url, f"Name {n}", forwarded="10.0.0.1"), 2).count(200) for n in range(8))
    assert answered == 2 * SHARE
    assert ask(enter(url, "Ada", forwarded="10.0.0.2"), 3) == [200, 200, 429], "another address is not held up"


def test_a_name_has_one_limit_wherever_it_asks(url: str) -> None:
    own = passphrase(enter(url, "Ada", forwarded="10.0.0.1"))
    asked = [ask(enter(url, name, own, forwarded=f"10.0.0.{n}"), 1) for n, name in enumerate(("ada", "ADA", "A da"), 2)]
    assert asked == [[200], [200], [429]]


def test_a_program_does_not_use_up_anothers_limit(url: str) -> None:
    with ExitStack() as stack:
        one, two = (
            stack.enter_context(httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}))
            for token in ("t1", "t2")
        )
        assert ask(one, 3) == [200, 200, 429]
        assert ask(two, 3) == [200, 200, 429]


@pytest.mark.parametrize(
    ("address", "other", "one"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8:1:2::3", "2001:db8:1:2:ffff::1", True),
        ("2001:db8:1:2::3", "2001:db8:1:3::3", False),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", False),
    ],
)
def test_an_address_of_ipv6_is_its_network(address: str, other: str, one: bool) -> None:
    origins = [requests.origin({"client": (text, 1)}) for text in (address, other)]
    assert (origins[0] == origins[1]) is one


def test_ten_names_at_one_address_do_not_hold_up_another_address() -> None:
    queue = FairQueue(at_once=1)
    with ExitStack() as stack:
        under_way = stack.enter_context(queue.join("keeper", "keeper's"))
        many = [stack.enter_context(queue.join(f"name {n}", "10.0.0.1")) for n in range(10)]
        late = [stack.enter_context(queue.join("ada", "10.0.0.2")) for _ in range(2)]
        assert under_way.ahead() == 0
        assert [ticket.ahead() for ticket in late] == [2, 4]
        assert [ticket.ahead() for ticket in many] == [1, 3, *range(5, 13)]


def test_at_one_address_everyone_has_a_turn() -> None:
    queue = FairQueue(at_once=1)
    with ExitStack() as stack:
        stack.enter_context(queue.join("keeper", "keeper's"))
        greedy = [stack.enter_context(queue.join("ada", "10.0.0.1")) for _ in range(3)]
        other = stack.enter_context(queue.join("ben", "10.0.0.1"))
        assert [ticket.ahead() for ticket in (greedy[0], other, *greedy[1:])] == [1, 2, 3, 4]


def test_another_browser_id_is_no_other_asker_once_signed_in(tmp_path: Path) -> None:
    queue = FairQueue(at_once=1)
    chat = ChatEvents(Conversations(tmp_path / "c.sqlite"), Jobs(cast(Assistant, Scripted()), queue))
    with queue.join("keeper"):
        for n in range(3):
            next(chat.ask(sent("One?", browser=f"{n:032x}"), "ada", f"tab {n}", "10.0.0.1"))
        until(lambda: len(queue._waiting) == 3)
        assert {(ticket.asker, ticket.origin) for ticket in queue._waiting} == {("ada", "10.0.0.1")}


# -- conversations


def test_conversations_of_before_are_found_under_every_spelling(tmp_path: Path) -> None:
    kept = Conversations(tmp_path / "c.sqlite")
    for number, name in enumerate(("Zoë Ada", "zoe\u0308 ada", "Ben")):
        list(ChatEvents(kept, Jobs(cast(Assistant, Scripted()))).ask(sent(f"{number}?"), name, "b"))
    with closing(sqlite3.connect(kept.file.path)) as connection, connection:
        connection.execute("ALTER TABLE turns DROP COLUMN cut_by")
        connection.execute("PRAGMA user_version = 1")
    again = Conversations(kept.file.path)
    assert len(again.list(folded("ZOË ADA"))) == 2
    assert len(again.list("ben")) == 1


def test_nobody_reads_or_deletes_what_is_a_colleagues(engine: Engine, embedder: Embedder, tmp_path: Path) -> None:
    store = Store.open(tmp_path / "data", create=True, embedder=embedder)
    assistant = Assistant(store, engine)
    with launch(assistant, Address(password=PASSWORD, tokens={"t1": "archive"})) as url:
        ada, own = (client := enter(url, "Ada")), passphrase(client)
        known: dict[str, Any] = {e["api_name"]: e["id"] for e in ada.get("/config").json()["dependencies"]}
        asked = sent("How many drones hit Kyiv?")
        event = {"data": [], "event_data": asked, "fn_index": known["page_ask"], "session_hash": "s", "trigger_id": 1}
        assert ada.post("/gradio_api/queue/join", json=event).status_code == 200
        address = f"/api/conversations/{asked['conversation']}"
        until(lambda: ada.get(address).status_code == 200)
        program = httpx.Client(base_url=url, headers={"Authorization": "Bearer t1"})
        for stranger in (enter(url, "ADA"), enter(url, "ada ", "guess work"), enter(url, "Ben"), program):
            assert stranger.get(address).status_code in (401, 404)
            assert stranger.delete(address).status_code in (401, 404)
            assert stranger.get(f"{address}/export").status_code in (401, 404)
            assert stranger.get(f"/api/turns/{asked['turn']}").status_code in (401, 404)
        assert enter(url, "ada", own).get(address).status_code == 200
    store.close()


# -- the command


def test_the_command_lists_and_gives_new_passphrases(tmp_path: Path) -> None:
    def run(*arguments: str) -> tuple[str, BaseException | None]:
        done = CliRunner().invoke(command, ["people", "--data-dir", str(tmp_path), *arguments])
        return done.stdout.strip(), done.exception

    people = People(tmp_path / FILE_NAME)
    first, _ = run("--add", "Ada Lovelace")
    assert people.opens("ada lovelace", first)
    second, _ = run("--reset", "ADA LOVELACE")
    assert second != first
    assert people.opens("Ada Lovelace", second)
    assert not people.opens("Ada Lovelace", first)
    assert run()[0].endswith("Ada Lovelace")
    assert json.loads(run("--json")[0])["name"] == "Ada Lovelace"
    for wrong, message in (
        (("--reset", "Ben"), "the names are Ada Lovelace"),
        (("--add", "ada lovelace"), "somebody has the name"),
        (("--add", ""), "can't be used"),
        (("--add", "a", "--reset", "b"), "expected one of them"),
    ):
        assert message in str(run(*wrong)[1])
    assert first not in "".join(run("--json")[0])
