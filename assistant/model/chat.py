"""Messages to tokens by the model's own chat template, so that only the template can write control tokens.

The template is rendered with a mark in place of each message's content. The text between the marks is the template's
and is tokenised with control tokens on; the contents are untrusted (an article may hold "<|im_end|>") and are
tokenised as plain text.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assistant.errors import ModelFileError

Message = Mapping[str, str]
"""`role` ("system", "user" or "assistant") and `content`."""

_MARK = "\ue000{}\ue001"  # private-use characters: no template writes them, and contents never pass through it
_FIND_MARK = re.compile("\ue000(\\d+)\ue001")


class ChatTemplate:
    """The chat template of one model, or, where its file has none, "User: ...", "Assistant:" in plain text.

    `stop` are the strings that end a reply in the plain form, which has no token for it.
    """

    def __init__(self, template: str | None, bos: str, eos: str) -> None:
        self.stop: tuple[str, ...] = () if template else ("\nUser:", "\nSystem:")
        self._render: Callable[[list[dict[str, str]]], str] = _plain
        if template:
            self._render = _jinja(template, bos, eos)

    def segments(self, messages: Sequence[Message]) -> list[tuple[str, bool]]:
        """The prompt as (text, whether it is the template's own). A content's text is the message's, to the
        letter.

        Raises ModelFileError when the template can't render these messages.
        """
        marked = [{"role": m["role"], "content": _MARK.format(i)} for i, m in enumerate(messages)]
        try:
            text = self._render(marked)
        except Exception as error:  # a template may raise anything: jinja2's errors, its own, Python's
            text = self._render_without_system(marked, error)
        parts = _FIND_MARK.split(text)
        if sorted(map(int, parts[1::2])) != list(range(len(messages))):
            raise ModelFileError("The model's chat template leaves out or repeats a message. Choose another model.")
        return [(messages[int(p)]["content"], False) if i % 2 else (p, True) for i, p in enumerate(parts)]

    def _render_without_system(self, marked: list[dict[str, str]], error: Exception) -> str:
        """Some templates refuse a system message: then the instructions open the first question."""
        if [message["role"] for message in marked[:2]] == ["system", "user"]:
            joined = f"{marked[0]['content']}\n\n{marked[1]['content']}"
            try:
                return self._render([{"role": "user", "content": joined}, *marked[2:]])
            except Exception as second:  # the same freedom of a template to raise anything
                error = second
        raise ModelFileError(f"The model's chat template can't be used ({error}). Choose another model.") from error

    def encode(
        self,
        messages: Sequence[Message],
        template_tokens: Callable[[str], list[int]],
        content_tokens: Callable[[str], list[int]],
    ) -> list[int]:
        """The prompt as token ids; the two functions tokenise the template's text and the contents."""
        tokens: list[int] = []
        for text, ours in self.segments(messages):
            if text:
                tokens += template_tokens(text) if ours else content_tokens(text)
        return tokens


def _jinja(template: str, bos: str, eos: str) -> Callable[[list[dict[str, str]]], str]:
    """The template in llama-cpp-python's sandbox, which follows transformers in what templates may use."""
    from llama_cpp.llama_chat_format import Jinja2ChatFormatter

    try:
        formatter: Any = Jinja2ChatFormatter(template=template, bos_token=bos, eos_token=eos)
    except Exception as error:  # jinja2's syntax errors, and whatever its compiler raises
        raise ModelFileError(f"The model's chat template can't be read ({error}). Choose another model.") from error
    return lambda messages: str(formatter(messages=messages).prompt)


def _plain(messages: list[dict[str, str]]) -> str:
    turns = [f"{message['role'].capitalize()}: {message['content']}\n\n" for message in messages]
    return "".join(turns) + "Assistant:"
