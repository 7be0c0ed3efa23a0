"""YAML that still knows on which line everything stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from metronis.errors import Misconfigured


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
            text = file.read_text(encoding="utf-8")
            root = yaml.compose(text, yaml.SafeLoader)
            content: Any = yaml.safe_load(text)
        except (OSError, UnicodeError, yaml.YAMLError) as error:
            raise Misconfigured(f"cannot read {file}: {error}") from error
        if root is None or not isinstance(content, dict):
            raise Misconfigured(f"{file}: is no map of keys; begin with `types:` and an entity type below it")
        for key in _repeated(root):
            line = key.start_mark.line + 1
            raise Misconfigured(f"{file}, line {line}: {key.value!r} is there twice; leave one of them out")
        return cls(file, content, root)

    def has(self, path: Sequence[str | int]) -> bool:
        """Whether there is anything at the path."""
        return self._found(path)[1] == len(path)

    def line(self, path: Sequence[str | int]) -> int:
        """The line, from 1, of what is at the path, or of the last thing on the way that is there."""
        return self._found(path)[0]

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
