"""The line of questions: everyone gets a turn, whoever asked most."""

from contextlib import ExitStack
from threading import Event, Thread

import pytest

from ui.errors import BusyError
from ui.web.chat.fair_queue import Line, Ticket


def joined(line: Line, asker: str, stack: ExitStack) -> Ticket:
    return stack.enter_context(line.join(asker))


def test_the_first_has_its_turn_at_once_and_the_others_know_their_place() -> None:
    line = Line(at_once=1)
    with ExitStack() as stack:
        first, second, third = (joined(line, name, stack) for name in "abc")
        assert [t.ahead() for t in (first, second, third)] == [0, 1, 2]
        assert first.wait(0)
        assert not second.wait(0)


def test_many_questions_of_one_do_not_hold_up_the_first_of_another() -> None:
    line = Line(at_once=1)
    with ExitStack() as stack:
        under_way = ExitStack()
        joined(line, "a", under_way)
        more = [joined(line, "a", stack) for _ in range(3)]
        assert [t.ahead() for t in more] == [1, 2, 3]
        late = joined(line, "b", stack)
        assert [t.ahead() for t in more] == [2, 3, 4]
        assert late.ahead() == 1
        under_way.close()
        assert late.wait(0)
        assert not more[0].wait(0)


def test_a_ticket_given_back_while_it_waits_lets_the_next_move_up() -> None:
    line = Line(at_once=1)
    with ExitStack() as stack:
        joined(line, "a", stack)
        with line.join("b"):
            last = joined(line, "c", stack)
            assert last.ahead() == 2
        assert last.ahead() == 1


def test_who_waits_is_woken_when_the_turn_comes() -> None:
    line, come = Line(at_once=1), Event()

    def waiting() -> None:
        with line.join("b") as ticket:
            while not ticket.wait(60):
                pass
            come.set()

    with line.join("a"):
        thread = Thread(target=waiting)
        thread.start()
        assert not come.wait(0.05)
    assert come.wait(60)
    thread.join()


def test_an_error_in_the_block_gives_the_ticket_back() -> None:
    line = Line(at_once=1)
    with pytest.raises(ZeroDivisionError), line.join("a"):
        raise ZeroDivisionError
    with line.join("b") as ticket:
        assert ticket.ahead() == 0


def test_a_full_line_says_so_at_once() -> None:
    line = Line(at_once=1, longest=1)
    with ExitStack() as stack:
        joined(line, "a", stack)
        joined(line, "a", stack)
        with pytest.raises(BusyError, match="1 questions wait already"), line.join("b"):
            pass
