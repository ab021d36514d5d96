"""Files of keys and values that a person writes: YAML, and JSON, which YAML includes.

Belongs here: reading one so that nothing in it is run, repeated or guessed, within limits. Does
not: which keys there are, and what they mean.

Every value is its text as written: `no` is no boolean, `0123` no number and `2013-07-10` no date,
so that whoever knows the key says what its text may be. `~`, `null` and nothing are None.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from dagster_project.formats.content import decode, read_content, regular, unreadable
from dagster_project.formats.problem import FileProblem

RULE = "source-yml-invalid"
"""The rule that such a file breaks, unless its reader names another."""
MOST_BYTES = 256_000
MOST_LEVELS = 5
_SHOWN = 40
_NOTHING = ("", "~", "null", "Null", "NULL")
_STR = "tag:yaml.org,2002:str"

Keyed = Mapping[str, Any]
"""Values by key: a text, None, a list of these, or such a mapping again."""


def read_keyed(path: Path) -> Keyed:
    """The keys and values of a file.

    Raises `FileProblem`: as `read_content` and `decode` do, or `source-yml-invalid` as
    `parse_keyed`.
    """
    regular(path)
    try:
        size = path.stat().st_size
    except OSError as error:
        raise unreadable(error) from error
    if size > MOST_BYTES:
        raise _invalid(f"it has {size:,} bytes, and {MOST_BYTES:,} are read at most")
    text, _ = decode(read_content(path).data)
    return parse_keyed(text)


def parse_keyed(text: str) -> Keyed:
    """The keys and values of a text.

    Raises `FileProblem` (`source-yml-invalid`): no YAML, a key given twice, aliases, tags, more
    than `MOST_BYTES` or more than `MOST_LEVELS` levels, more than one document, no keys.
    """
    if len(text) > MOST_BYTES:
        raise _invalid(f"it has more than {MOST_BYTES:,} characters")
    try:
        events = list(_within_limits(text))
        if sum(isinstance(event, yaml.DocumentStartEvent) for event in events) > 1:
            raise _invalid("it has more than one document, parted by '---'")
        given = _value(iter(events[2:]))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _invalid("it cannot be read as YAML", mark) from error
    if not isinstance(given, dict):
        raise _invalid("it has no 'key: value' lines")
    return given


def brief(text: object) -> str:
    """A key or value for a message: short, on one line."""
    plain = " ".join(str(text).split())
    plain = "".join(character if character.isprintable() else "?" for character in plain)
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}..."


def _within_limits(text: str) -> Iterator[yaml.Event]:
    """The parts of the text one by one, so that a bomb is never put together."""
    level = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _invalid("it has an alias (& or *); write the value out", event.start_mark)
        tag = getattr(event, "tag", None)
        if tag is not None and tag != _STR:
            raise _invalid(f"it has the tag {brief(tag)}; values are texts", event.start_mark)
        if isinstance(event, yaml.CollectionStartEvent):
            level += 1
            if level > MOST_LEVELS:
                raise _invalid(f"it has more than {MOST_LEVELS} levels", event.start_mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            level -= 1
        yield event


def _value(events: Iterator[yaml.Event]) -> Any:
    """The value that begins with the next event. No deeper than `MOST_LEVELS`."""
    event = next(events, None)
    if isinstance(event, yaml.ScalarEvent):
        plain = event.style is None
        return None if plain and event.value in _NOTHING else event.value
    if isinstance(event, yaml.SequenceStartEvent):
        return list(_items(events))
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(events)
    return _END


_END = object()


def _items(events: Iterator[yaml.Event]) -> Iterator[Any]:
    while (value := _value(events)) is not _END:
        yield value


def _mapping(events: Iterator[yaml.Event]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        if not isinstance(event, yaml.ScalarEvent):
            raise _invalid("a key is not a text", event.start_mark)
        if event.value in found:
            raise _invalid(f"the key '{brief(event.value)}' is given twice", event.start_mark)
        found[event.value] = _value(events)
    return found


def _invalid(reason: str, mark: Any = None) -> FileProblem:
    return FileProblem(RULE, reason, f"line {mark.line + 1}" if mark else None)
