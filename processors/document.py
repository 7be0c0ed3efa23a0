"""YAML that still knows on which line everything stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from metronis.errors import Misconfigured

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where it was built


@dataclass(frozen=True, slots=True)
class Document:
    """The content of a file: a map, and where its parts are."""

    file: Path
    content: dict[str, Any]
    _root: yaml.Node

    @classmethod
    def read(cls, file: Path) -> Document:
        """Raises Misconfigured where the file cannot be read, is no map of keys, or says one thing twice."""
        try:
            loader = _Loader(file.read_text(encoding="utf-8"))
            root = loader.get_single_node()
            if not isinstance(root, yaml.MappingNode):
                raise Misconfigured(f"{file}: is no map of keys; begin with a key, a colon and what belongs to it")
            for key in _repeated(root):
                line = key.start_mark.line + 1
                raise Misconfigured(f"{file}, line {line}: {key.value!r} is there twice; leave one of them out")
            return cls(file, loader.construct_document(root), root)
        except (OSError, RecursionError, ValueError, yaml.YAMLError) as error:
            raise Misconfigured(_unreadable(file, error)) from error

    def has(self, path: Sequence[str | int]) -> bool:
        """Whether there is anything at the path."""
        return self._found(path)[1] == len(path)

    def line(self, path: Sequence[str | int]) -> int:
        """The line, from 1, of what is at the path, or of the last thing on the way that is there."""
        return self._found(path)[0]

    def line_near(self, path: Sequence[str | int]) -> int:
        """The line of the last part of the path that is there; parts that name nothing are passed over."""
        node, line = self._root, 1
        for part in path:
            entry = _entry(node, part)
            if entry:
                key, node = entry
                line = key.start_mark.line + 1
        return line

    def _found(self, path: Sequence[str | int]) -> tuple[int, int]:
        """The line reached, and how many steps of the path were there."""
        node, line = self._root, 1
        for steps, part in enumerate(path):
            entry = _entry(node, part)
            if entry is None:
                return line, steps
            key, node = entry
            line = key.start_mark.line + 1
        return line, len(path)


def read_list(file: Path) -> list[tuple[int, Any]]:
    """The items of a file that is a list, each with its line. Raises Misconfigured where it is none."""
    try:
        loader = _Loader(file.read_text(encoding="utf-8"))
        root = loader.get_single_node()
        if root is None:
            return []
        if not isinstance(root, yaml.SequenceNode):
            raise Misconfigured(f"{file}: is no list; begin each item with `- `")
        lines = [node.start_mark.line + 1 for node in root.value]
        return list(zip(lines, loader.construct_document(root), strict=True))
    except (OSError, RecursionError, ValueError, yaml.YAMLError) as error:
        raise Misconfigured(_unreadable(file, error)) from error


def _unreadable(file: Path, error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"{file}, line {error.problem_mark.line + 1}: is no YAML: {error.problem}"
    return f"cannot read {file}: {error}"


def _entry(node: yaml.Node, part: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None


def _repeated(node: yaml.Node) -> list[yaml.Node]:
    """Keys that a map has twice, of which YAML would take the last."""
    if isinstance(node, yaml.SequenceNode):
        return [key for child in node.value for key in _repeated(child)]
    if not isinstance(node, yaml.MappingNode):
        return []
    names = [key.value for key, _ in node.value]
    here = [key for index, (key, _) in enumerate(node.value) if key.value in names[:index]]
    return here + [key for _, child in node.value for key in _repeated(child)]
