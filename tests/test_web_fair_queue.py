"""The queue of questions: everyone gets a turn, whoever asked most."""

from contextlib import ExitStack
from threading import Event, Thread

import pytest

from ui.errors import BusyError
from ui.web.chat.fair_queue import FairQueue, Ticket


def joined(queue: FairQueue, asker: str, stack: ExitStack) -> Ticket:
    return stack.enter_context(queue.join(asker))


def test_the_first_has_its_turn_at_once_and_the_others_know_their_place() -> None:
    queue = FairQueue(at_once=1)
    with ExitStack() as stack:
        first, second, third = (joined(queue, name, stack) for name in "abc")
        assert [t.ahead() for t in (first, second, third)] == [0, 1, 2]
        assert first.wait(0)
        assert not second.wait(0)


def test_many_questions_of_one_do_not_hold_up_the_first_of_another() -> None:
    queue = FairQueue(at_once=1)
    with ExitStack() as stack:
        under_way = ExitStack()
        joined(queue, "a", under_way)
        more = [joined(queue, "a", stack) for _ in range(3)]
        assert [t.ahead() for t in more] == [1, 2, 3]
        late = joined(queue, "b", stack)
        assert [t.ahead() for t in more] == [2, 3, 4]
        assert late.ahead() == 1
        under_way.close()
        assert late.wait(0)
        assert not more[0].wait(0)


def test_a_ticket_given_back_while_it_waits_lets_the_next_move_up() -> None:
    queue = FairQueue(at_once=1)
    with ExitStack() as stack:
        joined(queue, "a", stack)
        with queue.join("b"):
            last = joined(queue, "c", stack)
            assert last.ahead() == 2
        assert last.ahead() == 1


def test_who_waits_is_woken_when_the_turn_comes() -> None:
    queue, come = FairQueue(at_once=1), Event()

    def waiting() -> None:
        with queue.join("b") as ticket:
            while not ticket.wait(60):
                pass
            come.set()

    with queue.join("a"):
        thread = Thread(target=waiting)
        thread.start()
        assert not come.wait(0.05)
    assert come.wait(60)
    thread.join()


def test_an_error_in_the_block_gives_the_ticket_back() -> None:
    queue = FairQueue(at_once=1)
    with pytest.raises(ZeroDivisionError), queue.join("a"):
        raise ZeroDivisionError
    with queue.join("b") as ticket:
        assert ticket.ahead() == 0


def test_a_full_line_says_so_at_once() -> None:
    queue = FairQueue(at_once=1, longest=1)
    with ExitStack() as stack:
        joined(queue, "a", stack)
        joined(queue, "a", stack)
        with pytest.raises(BusyError, match="1 questions wait already"), queue.join("b"):
            pass
