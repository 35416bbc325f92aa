import os
from pathlib import Path

import pytest

from vectorstore.articles import Problem
from vectorstore.readers.files import SUFFIXES, find_files
from vectorstore.readers.formats import READERS


def names(found: list[Path | Problem], top: Path) -> list[str]:
    return [str(item.relative_to(top)) for item in found if isinstance(item, Path)]


def problems(found: list[Path | Problem]) -> list[Problem]:
    return [item for item in found if isinstance(item, Problem)]


def write(path: Path, text: str = "An article.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_folder_is_read_to_the_bottom_in_order_without_hidden_and_other_files(tmp_path: Path) -> None:
    for name in [
        "b.txt",
        "A.MD",
        "z/y/x.jsonl",
        "c.html",
        ".hidden.txt",
        ".git/d.txt",
        "photo.jpg",
        "k/e.json",
    ]:
        write(tmp_path / name)
    found = list(find_files([tmp_path]))
    assert names(found, tmp_path) == ["A.MD", "b.txt", "c.html", "k/e.json", "z/y/x.jsonl"]
    assert not problems(found)


def test_each_real_file_comes_once(tmp_path: Path) -> None:
    article = write(tmp_path / "a.txt")
    (tmp_path / "link.txt").symlink_to(article)
    assert len(list(find_files([tmp_path, article, tmp_path / "." / "a.txt", tmp_path]))) == 1


def test_a_hidden_file_named_outright_is_read(tmp_path: Path) -> None:
    assert list(find_files([write(tmp_path / ".draft.txt")])) == [tmp_path / ".draft.txt"]


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    write(tmp_path / "news" / "a.txt")
    (tmp_path / "news" / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    found = list(find_files([tmp_path]))
    assert names(found, tmp_path) == ["news/a.txt"]
    assert [problem.source for problem in problems(found)] == [str(tmp_path / "self.txt")]


def test_folders_may_lie_deep(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 400)
    write(deep / "a.txt")
    assert list(find_files([tmp_path])) == [deep / "a.txt"]


@pytest.mark.parametrize("name", ["picture.jpg", "noending"])
def test_a_named_file_of_another_kind_names_the_kinds_that_can_be_read(tmp_path: Path, name: str) -> None:
    (problem,) = find_files([write(tmp_path / name)])
    assert isinstance(problem, Problem)
    assert all(suffix in problem.reason for suffix in SUFFIXES)
    assert problem.source.endswith(name)


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    (problem,) = find_files([tmp_path / "nowhere"])
    assert isinstance(problem, Problem)
    assert "no such file" in problem.reason


@pytest.mark.parametrize("other", [None, "photo.jpg", ".hidden.txt"])
def test_a_folder_without_articles_says_so(tmp_path: Path, other: str | None) -> None:
    if other:
        write(tmp_path / other)
    (problem,) = find_files([tmp_path])
    assert isinstance(problem, Problem)
    assert "holds no article" in problem.reason


def test_a_folder_named_twice_is_not_empty_the_second_time(tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    assert not problems(list(find_files([tmp_path, tmp_path])))


def test_an_unreadable_folder_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "locked" / "a.txt")
    write(tmp_path / "open" / "b.txt")
    listdir = os.listdir

    def refuse(folder: Path) -> list[str]:
        if Path(folder).name == "locked":
            raise PermissionError(13, "Permission denied", str(folder))
        return listdir(folder)

    monkeypatch.setattr(os, "listdir", refuse)
    found = list(find_files([tmp_path]))
    assert names(found, tmp_path) == ["open/b.txt"]
    assert [(p.source, "Permission denied" in p.reason) for p in problems(found)] == [(str(tmp_path / "locked"), True)]


def test_pipes_and_dangling_links_are_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    found = problems(list(find_files([tmp_path, tmp_path / "pipe.txt"])))
    assert [problem.reason.split(":")[0] for problem in found] == [
        "a link to something that does not exist",
        "it is a pipe, a socket or a device",
        "it is a pipe, a socket or a device",
    ]


def test_every_suffix_has_a_reader() -> None:
    assert tuple(READERS) == SUFFIXES
