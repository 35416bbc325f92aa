"""What rewriting the bundled model from Q4_1 to Q8_0 gains and costs.

    python -m bench.requantise [--cache DIR] [--rounds N]

Prints, for both files in one process and in turns, the speed of reading a prompt and of writing, with medians
and their ratio; then how often both choose the same next token, over fixed texts of news (teacher-forced),
and the share of equal replies of 32 tokens.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from assistant.model.catalogue import find_model, packaged_file
from assistant.model.llama import SLICE, Context, Model

PROMPT_TOKENS, WRITTEN, REPLY = 512, 24, 32

TEXTS = [
    "Russia launched 145 drones and 66 missiles at Ukraine overnight, the air force in Kyiv said on "
    "Tuesday. Air defence shot down 112 of them. Fourteen people were killed and 44 wounded in the capital, "
    "where a nine-storey block of flats was hit. The president called the attack one of the most terrifying "
    "of the war.",
    "The central bank left its main interest rate unchanged at 4.25 percent on Thursday, as expected by "
    "most analysts. The governor said that inflation had slowed to 2.6 percent in May but that wages were "
    "still growing too fast. Two of the nine members voted for a cut of a quarter of a point.",
    "A fire that broke out in a paper warehouse near the harbour spread to two neighbouring halls before it "
    "was brought under control early on Sunday. Nobody was hurt. About 120 firefighters were at work; the "
    "police said that the cause was not yet known and asked residents to keep their windows closed.",
    "The city council voted 7 to 2 to close the old bridge to cars from the first of June. Repairs will "
    "cost 1.5 million euros and take eighteen months. Buses and bicycles may still cross. Shop owners on "
    "the eastern bank had collected 3,200 signatures against the plan.",
    "Researchers have found the remains of a ship that sank in 1743 off the southern coast. The wreck lies "
    "at a depth of 38 metres and is well preserved, said the head of the team from the maritime museum. "
    "Coins, tools and a bronze bell were brought up. The find will be shown to the public next year.",
    "The home side won 3-1 on Saturday and moved up to second place. The captain scored twice before half-"
    "time, and a substitute added a third in the 78th minute. The visitors, who have lost their last five "
    "matches, are now four points from safety. Their coach said that he would not resign.",
    "Heavy rain caused floods in three provinces, killing at least 23 people and forcing 40,000 from their "
    "homes, the disaster agency said. Roads and a railway line were cut. Army helicopters brought food and "
    "water to villages in the mountains. More rain is expected until Wednesday, according to the weather "
    "service.",
    "The company said it would cut 1,900 jobs, about 6 percent of its staff, after sales of electric cars "
    "fell short of its plans. The works council called the decision a mistake. Production at the main plant "
    "will go down to two shifts in autumn; a second model is to follow in 2027 at the earliest.",
]  # fmt: skip
QUESTIONS = ["What happened?", "How many, and who says so?", "Where was it?", "What happens next?"]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument(
        "--cache", type=Path, default=None, help="where the Q8_0 is kept; a temporary folder by default"
    )
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        run([packaged_file(), find_model(None, options.cache or Path(temporary)).path], options.rounds)


def run(paths: list[Path], rounds: int) -> None:
    """The whole report for the packaged file and the rewritten one, in this order."""
    threads = len(os.sched_getaffinity(0))
    models = [Model(path) for path in paths]
    contexts = [Context(model, 1024, threads) for model in models]
    load = os.getloadavg()[0]
    print(f"{threads} threads, {rounds} rounds in turns, load average {load:.2f} before the start")
    prompt = models[0].tokenize(" ".join(TEXTS))[:PROMPT_TOKENS]
    speeds = [[measure(context, prompt) for context in contexts] for _ in range(rounds)]
    print(f"{'file':34} {'MB':>6} {'read tok/s':>11} {'write ms/tok':>13}")
    medians = []
    for i, path in enumerate(paths):
        read, write = (statistics.median(turn[i][kind] for turn in speeds) for kind in (0, 1))
        medians.append((read, write))
        print(f"{path.name:34} {path.stat().st_size / 1e6:6.1f} {read:11.1f} {write:13.1f}")
    faster = statistics.median(turn[1][0] / turn[0][0] for turn in speeds)
    print(f"Q8_0 reads {faster:.2f} times as fast (median of the rounds' ratios)", end=", ")
    print(f"writes {statistics.median(turn[0][1] / turn[1][1] for turn in speeds):.2f} times as fast")
    agreement(models, contexts)


def measure(context: Context, prompt: list[int]) -> tuple[float, float]:
    """Tokens per second reading `prompt`, milliseconds per token writing WRITTEN tokens after it."""
    context.keep(0)
    start = time.perf_counter()
    read(context, prompt)
    middle = time.perf_counter()
    for _ in range(WRITTEN):
        context.decode([int(context.logits().argmax())])
    return len(prompt) / (middle - start), (time.perf_counter() - middle) / WRITTEN * 1e3


def read(context: Context, tokens: list[int], size: int = SLICE) -> None:
    """Reads `tokens` in slices, the engine's by default."""
    for at in range(0, len(tokens), size):
        context.decode(tokens[at : at + size])


def agreement(models: list[Model], contexts: list[Context]) -> None:
    """Prints the shares of equal next tokens and of equal replies, and how many there were."""
    same = total = 0
    for text in TEXTS:
        tokens = models[0].tokenize(text)
        choices = [teacher_forced(context, tokens) for context in contexts]
        same += sum(a == b for a, b in zip(*choices, strict=True))
        total += len(tokens)
    print(f"same next token, teacher-forced: {same} of {total} = {same / total:.3f}")
    prompts = [f"{text}\n\n{question}" for text in TEXTS for question in QUESTIONS]
    replies = [
        [reply(model, context, prompt) for prompt in prompts] for model, context in zip(models, contexts, strict=True)
    ]
    print(f"same greedy reply of {REPLY} tokens: {share(*replies)}")
    # What the arithmetic alone does: the same file, its prompts read one token at a time.
    control = [reply(models[0], contexts[0], prompt, size=1) for prompt in prompts]
    print(f"the packaged file against itself, prompts read token by token: {share(replies[0], control)}")


def share(one: list[list[int]], other: list[list[int]]) -> str:
    """How many of the replies are equal, and how many tokens the two have in common before they part."""
    pairs = list(zip(one, other, strict=True))
    equal = sum(a == b for a, b in pairs)
    parted = [next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), REPLY) for a, b in pairs]
    ratio = f"{equal} of {len(one)} = {equal / len(one):.3f}"
    return f"{ratio}; the first {statistics.mean(parted):.1f} tokens are the same on average"


def teacher_forced(context: Context, tokens: list[int]) -> list[int]:
    """The likeliest next token after every token of the text."""
    context.keep(0)
    choices = []
    for token in tokens:
        context.decode([token])
        choices.append(int(context.logits().argmax()))
    return choices


def reply(model: Model, context: Context, text: str, size: int = SLICE) -> list[int]:
    """The greedy reply in the bundled model's chat form."""
    prompt = f"<|im_start|>user\n{text}<|im_end|>\n<|im_start|>assistant\n"
    context.keep(0)
    read(context, model.tokenize(prompt, control=True), size)
    written: list[int] = []
    while len(written) < REPLY:
        written.append(int(context.logits().argmax()))
        if model.ends(written[-1]):
            break
        context.decode(written[-1:])
    return written


if __name__ == "__main__":
    main()
