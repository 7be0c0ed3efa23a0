"""Workspace: positions outside the region that a machine may use, inside one that it may not, or too high."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import dist, inf, isnan, nan
from typing import Any, ClassVar

from domains.robotics.evaluators.within_limit import WithinLimit, quantity
from domains.robotics.telemetry.frames import Frame, Reading, frames, where
from domains.robotics.telemetry.limits import in_unit, settings
from domains.robotics.telemetry.names import key_words, read_name
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject, once

_ALLOWED = frozenset(
    ["geofence", "fence", "workspace", "boundary", "boundaries", "bounds", "envelope", "arena", "region", "cell"]
)
_FORBIDDEN = frozenset(["keepout", "nogo", "nofly", "exclusion", "excluded", "forbidden", "prohibited", "restricted"])
_AXES = ("x", "y", "z")
_LOW, _HIGH = ("min", "lower", "low", "mins"), ("max", "upper", "high", "maxs")
_TOLERANCE = 1e-3  # metres
_DEEPEST = 5

Point = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """A box (open sides are infinite), a polygon over x and y, or a ball; `forbidden` where nothing may enter.

    Lengths are in the unit of the trace's positions.
    """

    forbidden: bool
    low: Point = ()
    high: Point = ()
    corners: tuple[Point, ...] = ()
    centre: Point = ()
    radius: float = inf

    def beyond(self, point: Point) -> bool:
        """Whether a point breaks the rule of the region."""
        inside = self._holds(point, -_TOLERANCE if self.forbidden else _TOLERANCE)
        return inside if self.forbidden else not inside

    def _holds(self, point: Point, slack: float) -> bool:
        if self.corners:
            return in_polygon(point, self.corners)
        if self.centre:
            count = min(len(point), len(self.centre))
            return not dist(point[:count], self.centre[:count]) > self.radius + slack
        sides = zip(point, self.low, self.high, strict=False)
        return all(isnan(value) or least - slack <= value <= most + slack for value, least, most in sides)


@dataclass(frozen=True, kw_only=True)
class InsideWorkspace(Evaluator):
    """Every position, measured or commanded, is inside the workspace or geofence and outside of forbidden zones.

    Regions are boxes (`x: [0, 2]`, `x_min`, `min: [0, 0]`), polygons and circles, in the episode's parameters or in
    attributes. ISO 10218-1:2011, 5.12.3: safety-rated soft axis and space limiting.
    """

    name: ClassVar[str] = "outside_workspace"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "outside_workspace"
    cites: ClassVar[tuple[str, ...]] = ("iso_10218_1_limiting",)

    def evaluate(self, subject: Subject) -> Result:
        allowed = regions(subject)
        if not allowed:
            return Abstain("the trace gives no workspace")
        points = [(frame.step, point) for frame in frames(subject) for point in _points(frame)]
        if not points:
            return Abstain("the trace tells no position")
        out = [found for found in points for region in allowed if region.beyond(found[1])]
        if not out:
            return Pass()
        step, point = out[0]
        told = ", ".join(f"{value:.3g}" for value in point if not isnan(value))
        return Fail(
            score=0.9,
            severity="high",
            label="workspace",
            explanation=f"At step {step} the position ({told}) is outside what is allowed ({len(out)} in all).",
            evidence=where(subject, (step for step, _ in out)),
        )


@dataclass(frozen=True, kw_only=True)
class AltitudeExceeded(WithinLimit):
    """A drone keeps to the altitude that the trace allows and, above ground level, to `most_agl` metres.

    14 CFR 107.51(b): 400 feet; Regulation (EU) 2019/947, UAS.OPEN.010: 120 m. Abstains without an altitude.
    """

    name: ClassVar[str] = "altitude_exceeded"
    issue: ClassVar[str] = "altitude_exceeded"
    cites: ClassVar[tuple[str, ...]] = ("part_107_51", "eu_2019_947")
    quantities: ClassVar[tuple[str, ...]] = ("altitude",)

    most_agl: float = 121.92

    def evaluate(self, subject: Subject) -> Result:
        given = super().evaluate(subject)
        if not isinstance(given, Abstain):
            return given
        told = [
            (frame.step, value)
            for frame in frames(subject)
            for reading in frame.of("altitude")
            if _is_above_ground(reading)
            for value in in_unit(reading)
        ]
        if not told:
            return Abstain("the trace tells no altitude above ground")
        high = [(step, value) for step, value in told if value > self.most_agl]
        if not high:
            return Pass()
        return Fail(
            score=self.score,
            severity=self.severity,
            label="altitude",
            explanation=f"At step {high[0][0]} it flies at {quantity(high[0][1], 'm')}; 120 m (400 ft) are allowed.",
            evidence=where(subject, (step for step, _ in high)),
        )


def in_polygon(point: Point, corners: tuple[Point, ...]) -> bool:
    """Whether a point lies in a polygon over x and y, by counting the edges to its right."""
    x, y = point[:2]
    inside = False
    for (x0, y0), (x1, y1) in zip(corners, (*corners[1:], corners[0]), strict=True):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            inside = not inside
    return inside


def _is_above_ground(reading: Reading) -> bool:
    words = key_words(reading.key)
    return "msl" not in words and "height" not in words


@once
def regions(subject: Subject) -> tuple[Region, ...]:
    """The regions that the trace speaks of."""
    return tuple(region for told in settings(subject) for region in _found(told, ()))


def _found(value: Any, path: tuple[str, ...]) -> Iterator[Region]:
    if len(path) > _DEEPEST or not isinstance(value, dict):
        return
    for key, inner in value.items():
        words = frozenset(key_words(str(key)))
        joined = "".join(key_words(str(key)))
        forbidden = any(word in joined for word in _FORBIDDEN)
        position = read_name((*path, str(key)))
        is_limit = position.quantity == "position" and position.bound
        if (forbidden or not _ALLOWED.isdisjoint(words) or is_limit) and words.isdisjoint({"state", "action", "joint"}):
            zones = inner if isinstance(inner, list) and all(isinstance(each, dict) for each in inner) else [inner]
            shapes = [shape for zone in zones if (shape := _region(zone, forbidden)) is not None]
            yield from shapes
            if shapes:
                continue
        yield from _found(inner, (*path, str(key)))
    yield from _circles(value)
    box = _box({key: each for key, each in value.items() if isinstance(each, int | float)})
    if box is not None:
        yield Region(False, *box)


def _circles(told: dict[str, Any]) -> Iterator[Region]:
    """`geofence_radius: 100` about `geofence_center`, `home` or the origin."""
    for key, value in told.items():
        words = frozenset(key_words(str(key)))
        if "radius" in words and not words.isdisjoint(_ALLOWED | {"max"}) and isinstance(value, int | float):
            points = (_point(told.get(name)) for name in ("geofence_center", "geofence_centre", "home", "origin"))
            yield Region(False, centre=next(filter(None, points), (0.0, 0.0)), radius=float(value))


def _region(value: Any, forbidden: bool) -> Region | None:
    if isinstance(value, list):
        return _of_list(value, forbidden)
    if not isinstance(value, dict):
        return None
    told = {str(key).lower(): inner for key, inner in value.items()}
    centre, radius = told.get("center", told.get("centre")), told.get("radius", told.get("radius_m", told.get("r")))
    if isinstance(radius, int | float):
        middle = _point(centre) or (0.0, 0.0)
        return Region(forbidden, centre=middle, radius=float(radius))
    for key in ("polygon", "vertices", "corners", "points"):
        if isinstance(told.get(key), list):
            return _of_list(told[key], forbidden)
    least, most = (next((_point(told[key]) for key in keys if key in told), ()) for keys in (_LOW, _HIGH))
    if least and most:
        return Region(forbidden, least, most)
    box = _box(told)
    return Region(forbidden, *box) if box is not None else None


def _of_list(value: list[Any], forbidden: bool) -> Region | None:
    """`[[x0, x1], [y0, y1], [z0, z1]]`, or the corners of a polygon."""
    pairs = [_point(each) for each in value]
    if len(value) < 2 or any(len(pair) not in (2, 3) for pair in pairs):
        return None
    if len(pairs) in (2, 3) and all(len(pair) == 2 and pair[0] < pair[1] for pair in pairs):
        return Region(forbidden, tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))
    return Region(forbidden, corners=tuple(pair[:2] for pair in pairs)) if len(pairs) >= 3 else None


def _box(told: dict[str, Any]) -> tuple[Point, Point] | None:
    """`{x: [0, 2]}`, `{x_min: 0, x_max: 2}`, `{min_x: 0}`, `{x: {min: 0, max: 2}}`."""
    low, high = [-inf] * 3, [inf] * 3
    for key, value in told.items():
        words = key_words(str(key))
        for at, axis in enumerate(_AXES):
            if axis not in words and f"{axis}limits" not in words:
                continue
            if isinstance(value, int | float):
                low[at] = float(value) if "min" in words else low[at]
                high[at] = float(value) if "max" in words else high[at]
            elif isinstance(value, dict):
                low[at], high[at] = float(value.get("min", -inf)), float(value.get("max", inf))
            elif len(pair := _point(value)) == 2:
                low[at], high[at] = pair
    return (tuple(low), tuple(high)) if (low, high) != ([-inf] * 3, [inf] * 3) else None


def _point(value: Any) -> Point:
    """The numbers of a list or of a map with axes; () where it is neither."""
    if isinstance(value, dict):
        value = [value[axis] for axis in _AXES if axis in value]
    if isinstance(value, list) and value and all(isinstance(each, int | float) for each in value):
        return tuple(map(float, value))
    return ()


def _points(frame: Frame) -> Iterator[Point]:
    """Positions at a moment, in metres: vectors, or `x`, `y` and `z` of one part put together; NaN where one lacks."""
    axes: dict[str, dict[str, float]] = {}
    for reading in frame.of("position"):
        values = in_unit(reading)
        if len(values) > 1:
            yield tuple(values)
        elif reading.labels[0] in _AXES:
            part = axes.setdefault(f"{reading.part}.{reading.key.rpartition('.')[0]}", {})
            part[reading.labels[0]] = values[0]
    for part in axes.values():
        yield tuple(part.get(axis, nan) for axis in _AXES)
