"""Letters that were read in a wrong encoding before they came here ("â€“" for "–"), put right where ftfy is certain."""

from vectorstore.articles import Problem
from vectorstore.readers.invisible_characters import one_line, visible


def repaired(text: str, source: str) -> tuple[str, Problem | None]:
    """Text with its mojibake put right line by line, and the warning that says so with an example.

    A line stays as it is where the repair would lose a character, or do no more than `visible` does.
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
        if kept and visible(fixed) != visible(line):
            lines[number] = fixed
            warning = warning or _warning(source, line, fixed)
    return "\n".join(lines), warning


def _warning(source: str, wrong: str, right: str) -> Problem:
    pairs = zip(wrong.split(" "), right.split(" "), strict=False)
    before, after = next(((a, b) for a, b in pairs if a != b), (wrong, right))
    reason = (
        "letters that another program had read in a wrong encoding were put right"
        f" ({one_line(after)[:40]} stood as {one_line(before)[:40]}): compare it with the original"
    )
    return Problem(source, reason, kept=True)
