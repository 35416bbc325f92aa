"""What chat programs ask for themselves, in the ways that they word it, and what people ask in similar words."""

import json
from typing import Any

import pytest

from tests.growth import grows_linearly
from ui.web.api.openai_messages import read
from ui.web.api.openai_task_replies import LONGEST_TITLE, reply
from ui.web.api.openai_tasks import own_task

Q = "How long is the bridge between Norby and Ulm?"
A = "It is 9.4 kilometres long. [1]"
HISTORY = f"<chat_history>\nUSER: {Q}\nASSISTANT: {A}\n\nSources:\n[1] Bridge opens - undated\n</chat_history>"
TURN = f"User: {Q}\nAssistant: {A}"


def user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


def system(text: str) -> dict[str, Any]:
    return {"role": "system", "content": text}


BEFORE = [user(Q), {"role": "assistant", "content": A}]
TITLES = {
    "task with rules": [
        user(
            "### Task:\nWrite a three to five word title with an emoji for the chat history.\n### Output:\n"
            f'JSON format: {{ "title": "your title" }}\n### Examples:\n- {{ "title": "Markets" }}\n{HISTORY}'
        )
    ],
    "header for a query": [user(f"Create a concise, 3-5 word phrase as a header for the following query: {Q}")],
    "system text alone": [
        system(f'Please generate a concise, 5-word-or-less title for the conversation.\n\n||>User:\n"{Q}"\n||>Title:')
    ],
    "system text and the transcript": [
        system("Generate a concise title of the conversation. Output ONLY the title text."),
        user(f"user: {Q}\nassistant: {A}\n\nin English, please"),
    ],
    "system text and messages as JSON": [
        system("Summarize the conversation into a title within 10 characters. Output plain text, nothing else."),
        user(json.dumps([{"role": "user", "mainText": Q}, {"role": "assistant", "mainText": A}])),
    ],
    "system text and the question itself": [
        system("You are a chat titling assistant. Produce a very short title of the user's first message. Only that."),
        user(Q),
    ],
    "at the end of the conversation": [*BEFORE, user("Generate a concise 3-7 word title for this conversation.")],
    "in other words": [*BEFORE, user("Summarise the chat above in at most six words. Reply with the words only.")],
    "a name": [user(f"Name this conversation in 10 characters or less. Only give the name.\n\n{TURN}\n\nThe name is:")],
    "a message handed over": [user(f'Summarize in a 10-word Title. Give the title only. Here is the message: "{Q}"')],
}
LISTS = {
    "tags": [user(f'Generate 1-3 broad tags for the chat history. JSON format: {{ "tags": ["a"] }}\n{HISTORY}')],
    "follow_ups": [
        user(f'Suggest 3 follow-up questions that the user might ask next: {{ "follow_ups": ["?"] }}\n{HISTORY}')
    ],
    "queries": [
        user(
            "### Task:\nAnalyze the chat history to determine the necessity of generating search queries.\n"
            f'- respond in the format: {{ "queries": ["one", "two"] }}\n{HISTORY}'
        )
    ],
}
PEOPLE = [
    "What title did she win?",
    "What did the title of the report say?",
    "Give the title of the report on the bridge.",
    "Which JSON format did the agency publish?",
    "Summarize the conversation between the two presidents in 20 words.",
    "What follow-up questions did reporters ask?",
    "Give me the name of the woman who moderated the discussion.",
    "How many drones hit the port? Answer in JSON.",
    "Who created the tag used in the chat history that leaked?",
    "Which search terms did police find on his laptop?",
    "Write a short headline for the bridge story.",
    "How did the title race end in the following session?",
    "User: How long is the bridge?\nAssistant: 9.4 km.\nUser: Who paid for it?\nAssistant:",
]
PERSONAS = [
    "You are a helpful assistant. Answer questions about news. Provide the title of the article with each answer.",
    "Answer the user's question and then suggest three follow-up questions.",
    "You are a helpful assistant. Reply in JSON only.",
    "Keep this conversation short. Give titles only when asked.",
    "Give each reply a short title in bold. Only use facts from the articles.",
]


@pytest.mark.parametrize("messages", TITLES.values(), ids=TITLES)
def test_a_title_is_the_users_own_question_cut(messages: list[dict[str, Any]]) -> None:
    task = own_task(read(messages))
    assert task
    assert task.kind == "title"
    title_text = reply(task)
    if "{" in task.order:
        title_text = json.loads(title_text)["title"]
    assert Q.startswith(title_text.removesuffix("…"))
    assert 8 <= len(title_text) <= LONGEST_TITLE + 1


@pytest.mark.parametrize(("key", "messages"), LISTS.items())
def test_a_list_is_empty_in_the_form_that_is_asked_for(key: str, messages: list[dict[str, Any]]) -> None:
    task = own_task(read(messages))
    assert task
    assert json.loads(reply(task)) == {key: []}


def test_a_question_that_stands_alone_is_the_users_own() -> None:
    order = system("Given a chat history, formulate a standalone question. Do NOT answer it, just reformulate it.")
    task = own_task(read([order, *BEFORE, user("And who paid?")]))
    assert task
    assert reply(task) == "And who paid?"


def test_a_schema_is_filled() -> None:
    fields = {"title": {"type": "string"}, "tags": {"type": "array"}, "sure": {"type": "boolean"}}
    wanted = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object", "properties": fields}}}
    task = own_task(read([*BEFORE, user("Generate a short title for this conversation.")]))
    assert task
    assert json.loads(reply(task, wanted)) == {"title": Q, "tags": [], "sure": False}


@pytest.mark.parametrize("question", PEOPLE)
def test_a_persons_question_is_none(question: str) -> None:
    assert own_task(read([user(question)])) is None
    assert own_task(read([*BEFORE, user(question)])) is None


@pytest.mark.parametrize("persona", PERSONAS)
def test_how_a_person_has_told_the_model_to_answer_is_none(persona: str) -> None:
    assert own_task(read([system(persona), user(Q)])) is None


@pytest.mark.parametrize("piece", ["make ", '{"a":', '"role":"user","a":"', "<user", "1 ", "a?", '{"title":"[[[', "“"])
def test_a_large_request_is_read_only_so_far(piece: str) -> None:
    def reading(characters: int) -> None:
        large = piece * (characters // len(piece) // 20)
        own_task(read([*[system(large)] * 19, user(large)]))

    assert grows_linearly(reading, 250_000)
