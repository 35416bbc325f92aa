import itertools

from hypothesis import given
from hypothesis import strategies as st

from assistant.model.text_stream import TextStream


def run(data: list[bytes], stop: tuple[str, ...] = ()) -> tuple[list[str], bool]:
    stream = TextStream(stop)
    pieces = []
    for part in data:
        pieces.append(stream.add(part))
        if stream.stopped:
            break
    return [*pieces, stream.flush()], stream.stopped


def test_a_character_is_shown_when_its_last_byte_has_come() -> None:
    assert run([b"\xf0", b"\x9f\x98", b"\x80!"]) == (["", "", "😀!", ""], False)


def test_half_a_character_at_the_end_is_left_out() -> None:
    assert run([b"ok \xf0\x9f"]) == (["ok ", ""], False)


def test_a_stop_string_over_several_pieces_is_never_shown() -> None:
    assert run([b"yes\n", b"Us", b"er: more"], ("\nUser:",)) == (["yes", "", "", ""], True)


def test_what_only_looked_like_a_stop_string_is_shown() -> None:
    pieces, stopped = run([b"a\nUs", b"e it"], ("\nUser:",))
    assert pieces == ["a", "\nUse it", ""]
    assert not stopped
    assert run([b"a\nUs"], ("\nUser:",))[0] == ["a", "\nUs"]


@given(
    text=st.text(alphabet="ab\nU😀", max_size=30),
    stop=st.lists(st.text(alphabet="ab\nU😀", max_size=4), max_size=3).map(tuple),
    cuts=st.sets(st.integers(0, 120)),
)
def test_how_the_bytes_come_changes_nothing(text: str, stop: tuple[str, ...], cuts: set[int]) -> None:
    data = text.encode()
    at = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    pieces, stopped = run([data[a:b] for a, b in itertools.pairwise(at)], stop)
    # The first moment at which the text written so far ends with a stop string.
    ends = [(end, end - len(s)) for end in range(len(text) + 1) for s in stop if s and text[:end].endswith(s)]
    assert stopped == bool(ends)
    assert "".join(pieces) == (text[: min(ends)[1]] if ends else text)
