import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import pytest

from assistant.errors import ModelError
from assistant.model.catalogue import ModelFile
from assistant.model.chat import Message
from assistant.model.engine import Engine
from assistant.model.generation import Generation, Stats
from assistant.model.llama import SLICE, Context

ARTICLE = (
    "Russia launched 145 drones at Kyiv overnight, the air force said on Tuesday. "
    "Air defence shot down 112 of them. "
    "Fourteen people were killed and 44 wounded when a nine-storey block of flats "
    "in the Solomianskyi district was hit. "
)
SYSTEM = "You answer questions from news articles, briefly and only with what they say. " * 8
FOREVER = 'root ::= "ha" root'


def ask(question: str, system: str = SYSTEM) -> list[Message]:
    return [{"role": "system", "content": system}, {"role": "user", "content": f"{ARTICLE}\n{question}"}]


def reply(engine: Engine, messages: Sequence[Message], max_tokens: int = 24, **options: object) -> tuple[str, Stats]:
    generation = engine.stream(messages, max_tokens=max_tokens, **options)  # type: ignore[arg-type]
    text = "".join(generation)
    assert generation.stats is not None
    return text, generation.stats


class Gate:
    """Holds the worker inside a decode, so that a test decides what happens meanwhile. Counts the tokens
    read.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, hold_at: int) -> None:
        self.calls, self.tokens = 0, 0
        self.reached, self.go = threading.Event(), threading.Event()
        decode = Context.decode

        def held(context: Context, tokens: Sequence[int]) -> None:
            self.calls += 1
            self.tokens += len(tokens)
            if self.calls == hold_at:
                self.reached.set()
                assert self.go.wait(60)
            decode(context, tokens)

        monkeypatch.setattr(Context, "decode", held)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate(monkeypatch, hold_at=1)
    yield gate
    gate.go.set()


def test_the_mean_logprob_is_that_of_the_tokens_written(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Greedy decoding writes the likeliest token: its log probability is the top score less the log of the sum."""
    seen: list[float] = []
    scores = Context.logits

    def logits(context: Context) -> npt.NDArray[np.float32]:
        found = scores(context)
        seen.append(float(found.max()) - float(np.logaddexp.reduce(found.astype(np.float64))))
        return found

    monkeypatch.setattr(Context, "logits", logits)
    _, stats = reply(engine, ask("How many drones were launched?"), max_tokens=6)
    assert stats.generated_tokens == 6
    assert stats.mean_logprob == pytest.approx(sum(seen) / 6, abs=1e-4)


def test_a_reply_and_what_it_cost(engine: Engine) -> None:
    text, stats = reply(engine, ask("How many drones were launched?"))
    assert "145" in text
    assert stats.prompt_tokens == len(engine.prompt(ask("How many drones were launched?")))
    assert stats.reused_tokens + stats.read_tokens == stats.prompt_tokens
    assert 0 < stats.generated_tokens <= 24
    assert stats.mean_logprob is not None
    assert -3 < stats.mean_logprob < 0


def test_four_askers_at_once_get_what_each_gets_alone(engine: Engine) -> None:
    questions = [ask(q) for q in ("How many drones?", "How many were killed?", "Which district?", "Who said so?")]
    alone = [reply(engine, question)[0] for question in questions]
    with ThreadPoolExecutor(4) as pool:
        together = [text for text, _ in pool.map(lambda question: reply(engine, question), questions * 2)]
    assert together == alone * 2
    assert len(set(alone)) > 1


def test_a_prefix_that_is_reused_changes_nothing(engine: Engine) -> None:
    reply(engine, ask("x", system="Other words."), max_tokens=1)
    fresh, cold = reply(engine, ask("How many were wounded?"))
    reply(engine, ask("Where was it?"))
    again, warm = reply(engine, ask("How many were wounded?"))
    assert cold.reused_tokens < SLICE
    assert warm.reused_tokens >= 2 * SLICE
    assert (again, warm.mean_logprob, warm.finish) == (fresh, cold.mean_logprob, cold.finish)


def test_a_follow_up_after_the_reply_changes_nothing(engine: Engine) -> None:
    first = ask("How many drones?")
    text, _ = reply(engine, first)
    second = [
        *first,
        {"role": "assistant", "content": text},
        {"role": "user", "content": "And how many died?"},
    ]
    warm_text, warm = reply(engine, second)
    reply(engine, ask("x", system="Other words."), max_tokens=1)
    cold_text, cold = reply(engine, second)
    assert warm.reused_tokens > cold.reused_tokens
    assert (warm_text, warm.mean_logprob) == (cold_text, cold.mean_logprob)


def test_cancelled_in_the_queue(engine: Engine, gate: Gate) -> None:
    first = engine.stream(ask("How many drones?"), max_tokens=1)
    assert gate.reached.wait(60)
    second = engine.stream(ask("Which district?"), max_tokens=20)
    third = engine.stream(ask("How many drones?"), max_tokens=1)
    second.close()
    gate.go.set()
    assert "".join(third)
    assert first.stats is not None
    assert second.wait(60)
    assert second.stats == Stats(len(engine.prompt(ask("Which district?"))))
    assert list(second) == []
    assert first.wait(60)


def test_cancelled_while_the_prompt_is_read(engine: Engine, gate: Gate) -> None:
    engine._worker._cached = []
    generation = engine.stream(ask("How many drones?"), max_tokens=20)
    assert gate.reached.wait(60)
    generation.close()
    gate.go.set()
    assert generation.wait(60)
    assert generation.stats is not None
    assert (generation.stats.read_tokens, generation.stats.generated_tokens) == (SLICE, 0)
    assert generation.stats.prompt_tokens > 3 * SLICE
    assert generation.stats.finish == "cancelled"
    assert gate.tokens == SLICE


def test_the_next_reply_after_a_cancelled_one_is_the_same(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    expected, _ = reply(engine, ask("How many drones?"))
    reply(engine, ask("x", system="Other words."), max_tokens=1)
    with monkeypatch.context() as patch:
        gate = Gate(patch, hold_at=3)
        generation = engine.stream(ask("Which district?"), max_tokens=20)
        assert gate.reached.wait(60)
        generation.close()
        gate.go.set()
        assert generation.wait(60)
    text, stats = reply(engine, ask("How many drones?"))
    assert text == expected
    assert stats.reused_tokens == 2 * SLICE


@pytest.mark.parametrize("end", ["close", "drop", "with"])
def test_cancelled_while_it_writes(engine: Engine, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    calls = -(-len(engine.prompt(ask("Laugh."))) // SLICE) + 5
    engine._worker._cached = []
    gate = Gate(monkeypatch, hold_at=calls)
    generation: Generation | None = engine.stream(ask("Laugh."), max_tokens=2000, grammar=FOREVER)
    assert generation is not None
    request = generation._request
    assert next(generation)
    assert gate.reached.wait(60)
    if end == "close":
        generation.close()
    elif end == "drop":
        generation = None
    else:
        with generation:
            pass
    gate.go.set()
    assert request.finished.wait(60)
    assert request.stats is not None
    assert request.stats.finish == "cancelled"
    assert request.stats.generated_tokens == 5
    assert gate.calls == calls


def test_tokens_are_counted_while_the_worker_is_busy(engine: Engine, gate: Gate) -> None:
    generation = engine.stream(ask("How many drones?"), max_tokens=1)
    assert gate.reached.wait(60)
    assert engine.count(ARTICLE) == len(engine._model.tokenize(ARTICLE)) > 30
    assert not generation.wait(0)
    gate.go.set()
    assert "".join(generation)


def test_stop_strings_are_not_shown(engine: Engine) -> None:
    whole, _ = reply(engine, ask("How many drones were launched?"))
    stop = whole[len(whole) // 2 : len(whole) // 2 + 7]
    pieces = list(engine.stream(ask("How many drones were launched?"), max_tokens=24, stop=("", "never", stop)))
    assert "".join(pieces) == whole[: whole.index(stop)]
    _, stats = reply(engine, ask("How many drones were launched?"), stop=(stop,))
    assert stats.finish == "stop"


def test_a_character_of_several_tokens_comes_whole(engine: Engine) -> None:
    emoji = "🛰👩‍🚒🏴‍☠️ Ї ✓"
    generation = engine.stream(ask("Draw."), max_tokens=99, grammar=f'root ::= "{emoji}"')
    pieces = list(generation)
    assert "".join(pieces) == emoji
    assert generation.stats is not None
    assert generation.stats.generated_tokens > len(pieces)
    assert reply(engine, ask("Draw."), max_tokens=1, grammar='root ::= "🛰"')[0] == ""


def test_a_grammar_is_followed(engine: Engine) -> None:
    text, stats = reply(engine, ask("Were there drones?"), grammar='root ::= ("yes" | "no") ", " [0-9] [0-9] [0-9] "."')
    assert text[:-6] in ("yes", "no")
    assert text[-4:-1].isdigit()
    assert stats.finish == "end"


def test_a_grammar_that_is_none(engine: Engine) -> None:
    with pytest.raises(ModelError, match="grammar"):
        list(engine.stream(ask("x"), max_tokens=5, grammar="root ::= ("))
    assert reply(engine, ask("How many drones?"))[0]


def test_what_goes_wrong_in_the_worker_reaches_the_asker_and_it_goes_on(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, _ = reply(engine, ask("How many drones?"))
    with monkeypatch.context() as patch:
        patch.setattr(Context, "decode", lambda *_: 1 / 0)
        generation = engine.stream(ask("How many drones?"), max_tokens=5)
        with pytest.raises(ZeroDivisionError):
            next(generation)
        assert list(generation) == []
        assert generation.stats is None
    assert reply(engine, ask("How many drones?"))[0] == expected


def test_a_prompt_longer_than_the_context_is_refused_before_any_work(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch, hold_at=0)
    with pytest.raises(ModelError, match=r"prompt has [\d,]+ tokens .* holds 4,096"):
        engine.stream(ask("145 drones. " * 2000), max_tokens=5)
    with pytest.raises(ModelError, match="at least 1"):
        engine.stream(ask("x"), max_tokens=0)
    assert reply(engine, ask("How many drones?"), max_tokens=1)[1].generated_tokens == 1
    assert gate.tokens < 1000


def test_a_reply_ends_where_the_context_is_full(model_file: ModelFile) -> None:
    messages: list[Message] = [{"role": "user", "content": "Laugh."}]
    with Engine(model_file, context=256) as small:
        text, stats = reply(small, messages, max_tokens=10_000, grammar=FOREVER)
        assert stats.finish == "length"
        assert stats.prompt_tokens + stats.generated_tokens == 256
        assert reply(small, messages, max_tokens=20, grammar=FOREVER)[0] == text[:40]


def test_closing_turns_everybody_away_and_frees_the_model(
    model_file: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(model_file, context=512)
    gate = Gate(monkeypatch, hold_at=1)
    running, waiting = (engine.stream([{"role": "user", "content": "Hi"}], max_tokens=20) for _ in range(2))
    assert gate.reached.wait(60)
    threading.Timer(0.2, gate.go.set).start()
    engine.close()
    engine.close()
    for generation in (running, waiting):
        with pytest.raises(ModelError, match="closed"):
            list(generation)
    with pytest.raises(ModelError, match="closed"):
        engine.stream([{"role": "user", "content": "Hi"}], max_tokens=20)
    assert not engine._worker._thread.is_alive()
    assert engine._model.handle is None


class Freed:
    """llama.cpp once the model is freed: whoever calls it would read freed memory."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"{name} was called for a freed model")


@pytest.mark.parametrize("counts", ["tiktoken", "llama.cpp"])
def test_a_prompt_that_is_counted_while_the_model_is_freed(
    model_file: ModelFile, counts: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(model_file, context=512)
    messages: list[Message] = [{"role": "user", "content": "Hi"}]
    if counts == "llama.cpp":
        engine.tokens._encode = engine._model.tokenize
    expected, encode = engine.prompt(messages), engine._template.encode

    def freed_behind(*arguments: object) -> list[int]:
        ids = encode(*arguments)  # type: ignore[arg-type]
        engine.close()
        engine._model._llama = Freed()
        return ids

    monkeypatch.setattr(engine._template, "encode", freed_behind)
    assert engine.prompt(messages) == expected
    assert engine.end >= 0
    monkeypatch.undo()
    for use in (
        lambda: engine.stream(messages, max_tokens=5),
        lambda: engine._model.piece(5),
        lambda: engine._model.ends(5),
        lambda: engine._model.text_of(5),
        lambda: engine._model.tokenize("Hi"),
    ):
        with pytest.raises(ModelError, match="closed"):
            use()


def test_whoever_closes_returns_when_the_model_is_freed(model_file: ModelFile, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(model_file, context=512)
    gate = Gate(monkeypatch, hold_at=1)
    running = engine.stream([{"role": "user", "content": "Hi"}], max_tokens=20)
    assert gate.reached.wait(60)
    freed: list[bool] = []

    def close() -> None:
        engine.close()
        freed.append(engine._model.handle is None)

    closers = [threading.Thread(target=close) for _ in range(3)]
    for closer in closers:
        closer.start()
    closers[-1].join(0.3)  # in vain: the worker is held
    assert freed == []
    gate.go.set()
    for closer in closers:
        closer.join()
    assert freed == [True, True, True]
    with pytest.raises(ModelError, match="closed"):
        list(running)


def test_llama_cpp_says_nothing_while_all_is_well(model_file: ModelFile, capfd: pytest.CaptureFixture[str]) -> None:
    with Engine(model_file, context=512) as engine:
        assert reply(engine, [{"role": "user", "content": "Hi"}], max_tokens=3)[0]
    assert capfd.readouterr() == ("", "")


def openmp_spins(code: str) -> str:
    """How often a waiting thread spins, as libgomp says. The policy it says is PASSIVE even when unset."""
    unset = {k: v for k, v in os.environ.items() if k not in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")}
    environment = unset | {"OMP_DISPLAY_ENV": "VERBOSE"}
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, env=environment, capture_output=True, text=True, check=True)
    return next(line.split("'")[1] for line in done.stderr.splitlines() if "GOMP_SPINCOUNT" in line)


@pytest.mark.skipif(sys.platform != "linux", reason="libgomp is what Linux builds use")
@pytest.mark.parametrize("first", ["assistant.model.llama_library", "assistant.model.catalogue"])
def test_openmp_waits_passively_whatever_of_the_package_comes_first(first: str) -> None:
    assert openmp_spins("import llama_cpp") != "0"
    assert openmp_spins(f"import {first}; from assistant.model.llama_library import llama; llama()") == "0"


def test_a_program_that_forgets_to_close_ends_cleanly(model_file: ModelFile) -> None:
    code = (
        "import sys; from pathlib import Path; from assistant.model.engine import Engine;"
        "from assistant.model.catalogue import ModelFile;"
        "engine = Engine(ModelFile('m', Path(sys.argv[1]), True), context=512);"
        "reply = engine.stream([{'role': 'user', 'content': 'Count to ten.'}], max_tokens=400);"
        "print(bool(next(reply)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(model_file.path)], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")
