"""Repair mojibake, text that another program decoded in a wrong encoding ("â€“" for "–"), where ftfy is certain."""

from vectorstore.articles import Problem
from vectorstore.readers.invisible_characters import one_line, strip_invisible


def repair_mojibake(text: str, source: str) -> tuple[str, Problem | None]:
    """The text with its mojibake repaired line by line, and the warning about it, with an example; else None.

    A line is left as it is where the repair would lose a character, or change no more than `strip_invisible` does.
    """
    if text.isascii():
        return text, None
    from ftfy import TextFixerConfig, fix_encoding
    from ftfy.badness import is_bad

    config = TextFixerConfig(replace_lossy_sequences=False)
    warning = None
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line.isascii() or not is_bad(line):
            continue
        fixed = fix_encoding(line, config)
        kept = fixed.count("\ufffd") <= line.count("\ufffd") and "\n" not in fixed
        if kept and strip_invisible(fixed) != strip_invisible(line):
            lines[number] = fixed
            warning = warning or _warning(source, line, fixed)
    return "\n".join(lines), warning


def _warning(source: str, wrong: str, right: str) -> Problem:
    pairs = zip(wrong.split(" "), right.split(" "), strict=False)
    before, after = next(((a, b) for a, b in pairs if a != b), (wrong, right))
    reason = (
        "letters that another program had read in a wrong encoding were repaired"
        f" ({one_line(before)[:40]} is now {one_line(after)[:40]}): compare it with the original"
    )
    return Problem(source, reason, kept=True)
