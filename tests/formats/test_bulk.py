"""Looking at a file that is too large to hold: its head, and one pass over its bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from dagster_project.formats import bulk
from dagster_project.formats.content import decode
from dagster_project.formats.problem import FileProblem

TEXT = "title\n\nname,words\n" + "".join(f'{n},"one\nof {n} \u2013 ü"\n' for n in range(400))


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces that break off within characters and cells, as those of a large file do."""
    monkeypatch.setattr(bulk, "_PIECE", 7)
    monkeypatch.setattr(bulk, "_HEAD", 1000)


@pytest.mark.usefixtures("small_pieces")
def test_the_head_of_a_large_file_has_whole_rows_only(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_text(TEXT, encoding="utf-8")
    (sheet,) = bulk.read_head(path).sheets
    assert sheet.rows[:4] == [["title"], [], ["name", "words"], ["0", "one\nof 0 \u2013 ü"]]
    assert sheet.lines[:5] == [1, 2, 3, 4, 6]
    assert 10 < len(sheet.rows) < 400
    assert all(row[1].startswith("one\nof ") for row in sheet.rows[3:])


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_look_in_pieces_tells_what_a_look_at_the_whole_does(
    tmp_path: Path, encoding: str, ends: str
) -> None:
    data = TEXT.replace("\n", ends).encode(encoding)
    path = tmp_path / "large.csv"
    path.write_bytes(data)
    found = bulk.scan(path)
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert (found.bytes, found.encoding) == (len(data), decode(data)[1])
    # a title, a blank line, the headings, and 400 rows of two lines
    assert (found.lines, found.line_end) == (803, ends)
    copy, _ = bulk.transcode(path, found, tmp_path / "copy.csv")
    assert copy.read_bytes().decode("utf-8-sig") == TEXT.replace("\n", ends)


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"one\ntwo\nthree\x00\n", "line 3"),
        ("ü\nü\x07".encode(), "line 2"),
        (b"\xfc one\ntwo\n\n\x81\n", "line 4"),
        ("text".encode("utf-16"), "line 1"),
    ],
)
def test_what_is_no_text_is_refused_as_when_read_whole(
    tmp_path: Path, data: bytes, place: str
) -> None:
    path = tmp_path / "large.csv"
    path.write_bytes(data)
    problems = []
    for look in (lambda: bulk.scan(path), lambda: decode(data)):
        with pytest.raises(FileProblem) as caught:
            look()
        problems.append((caught.value.rule_id, caught.value.reason, caught.value.place))
    assert problems[0] == problems[1]
    assert problems[0][::2] == ("file-encoding", place)


@pytest.mark.parametrize(
    ("data", "line_end", "lines"),
    [(b"a\nb", "\n", 2), (b"a\r\nb\r\n", "\r\n", 2), (b"a\rb\n", None, 1), (b"a\r\nb\n", None, 2)],
)
def test_ends_of_lines(tmp_path: Path, data: bytes, line_end: str | None, lines: int) -> None:
    path = tmp_path / "some.csv"
    path.write_bytes(data)
    found = bulk.scan(path)
    assert (found.line_end, found.lines) == (line_end, lines)
