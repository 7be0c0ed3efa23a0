"""Names: which quantity, in which unit, a key of telemetry or of a limit speaks of, whatever the producer called it."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from processors.units import unit

# The unit in which each quantity is compared and shown.
UNITS = {
    "action": "1",
    "acceleration": "m/s^2",
    "altitude": "m",
    "angular_velocity": "rad/s",
    "battery": "percent",
    "command_rate": "Hz",
    "contact_force": "N",
    "contact_pressure": "N/cm^2",
    "distance": "m",
    "drive": "1",
    "force": "N",
    "grip_force": "N",
    "human_distance": "m",
    "human_speed": "m/s",
    "intrusion_distance": "m",
    "jerk": "m/s^3",
    "joint_acceleration": "rad/s^2",
    "joint_jerk": "rad/s^3",
    "joint_position": "rad",
    "joint_torque": "N*m",
    "joint_velocity": "rad/s",
    "payload": "kg",
    "position": "m",
    "position_uncertainty": "m",
    "reaction_time": "s",
    "speed": "m/s",
    "state": "1",
    "stopping_distance": "m",
    "stopping_time": "s",
    "temperature": "degC",
    "tilt": "rad",
    "time": "s",
    "watchdog": "s",
}

_SYNONYMS = {
    "joint": "joint joints motor motors actuator actuators axis axes j",
    "speed": "speed speeds vel velocity velocities v twist",
    "position": "position positions pos pose xyz location coordinates waypoint translation",
    "angle": "angle angles rotation orientation",
    "acceleration": "acceleration accelerations acc accel decel deceleration",
    "torque": "torque torques tau effort efforts moment",
    "force": "force forces wrench",
    "pressure": "pressure pressures",
    "grip": "grip gripper gripping grasp grasping finger fingers",
    "contact": "contact collision impact clamp clamping touch",
    "human": "human humans person persons people operator worker workers pedestrian bystander technician",
    "distance": "distance distances dist proximity gap clearance",
    "obstacle": "obstacle obstacles wall",
    "altitude": "altitude alt agl height",
    "tilt": "tilt roll pitch lean inclination incline slope",
    "battery": "battery soc charge",
    "payload": "payload payloads",
    "temperature": "temperature temperatures temp temps",
    "time": "time timestamp timestamps stamp ts t clock",
    "nearest": "nearest closest",
    "stopping": "stopping stop braking brake",
    "reaction": "reaction response detection",
    "rate": "rate frequency freq hz",
    "command": "command commands cmd control controller publish update",
    "max": "max maximum upper ceiling cap high maxima most",
    "min": "min minimum lower floor low minima least",
    "limit": "limit limits bound bounds range ranges allowed allowable permitted permissible rated threshold safe limiting",
    "angular": "angular yaw omega turn rotational",
}
_ALONE = {  # one word that says two things
    "q": "joint position",
    "qpos": "joint position",
    "qd": "joint speed",
    "dq": "joint speed",
    "qvel": "joint speed",
    "qdot": "joint speed",
    "ddq": "joint acceleration",
    "qdd": "joint acceleration",
    "qacc": "joint acceleration",
    "vx": "speed",
    "vy": "speed",
    "vz": "speed",
    "x": "position",
    "y": "position",
    "z": "position",
    "watchdog": "watchdog",
}
_MEANING: dict[str, frozenset[str]] = {
    **{word: frozenset((means,)) for means, written in _SYNONYMS.items() for word in written.split()},
    **{word: frozenset(means.split()) for word, means in _ALONE.items()},
}

_JOINTS = frozenset(["shoulder", "elbow", "wrist", "hip", "knee", "ankle", "waist"])

# The first of these whose words are all in a name is what it speaks of; None where such a name is of no use here.
_QUANTITIES: tuple[tuple[frozenset[str], str | None], ...] = tuple(
    (frozenset(words.split()), quantity)
    for words, quantity in (
        ("human speed", "human_speed"),
        ("human distance", "human_distance"),
        ("human nearest", "human_distance"),
        ("separation", "human_distance"),
        ("protective distance", "human_distance"),
        ("safety distance", "human_distance"),
        ("intrusion distance", "intrusion_distance"),
        ("uncertainty", "position_uncertainty"),
        ("stopping distance", "stopping_distance"),
        ("stopping time", "stopping_time"),
        ("reaction time", "reaction_time"),
        ("watchdog", "watchdog"),
        ("command timeout", "watchdog"),
        ("command gap", "watchdog"),
        ("human position", None),
        ("obstacle position", None),
        ("wheel speed", None),
        ("wind speed", None),
        ("obstacle speed", None),
        ("grip position", None),
        ("grip speed", None),
        ("torque rate", None),
        ("temperature", "temperature"),
        ("pressure", "contact_pressure"),
        ("contact force", "contact_force"),
        ("grip force", "grip_force"),
        ("force", "force"),
        ("torque", "joint_torque"),
        ("joint jerk", "joint_jerk"),
        ("jerk", "jerk"),
        ("joint acceleration", "joint_acceleration"),
        ("angular acceleration", None),
        ("acceleration", "acceleration"),
        ("joint speed", "joint_velocity"),
        ("angular speed", "angular_velocity"),
        ("angular rate", "angular_velocity"),
        ("speed", "speed"),
        ("throttle", "drive"),
        ("thrust", "drive"),
        ("linear position", "speed"),
        ("linear", "speed"),
        ("angular", "angular_velocity"),
        ("joint position", "joint_position"),
        ("joint angle", "joint_position"),
        ("tilt", "tilt"),
        ("altitude", "altitude"),
        ("battery", "battery"),
        ("payload", "payload"),
        ("joint load", None),
        ("cpu load", None),
        ("load", "payload"),
        ("part mass", "payload"),
        ("object mass", "payload"),
        ("command rate", "command_rate"),
        ("distance", "distance"),
        ("joint", "joint_position"),
        ("position", "position"),
        ("time", "time"),
    )
)
# A name with one of these is a ratio, a term of a reward or a thing of another kind.
_OTHER = frozenset(
    ["scaling", "override", "factor", "ratio", "scale", "fraction", "slider", "gain", "gains", "weight", "weights", "reward", "penalty", "error", "errors", "std", "noise", "cost", "coefficient", "voltage", "current", "goal", "travelled", "traveled", "remaining", "odometer", "count", "sensor", "index", "id", "name", "names", "version", "tolerance", "margin", "duration", "horizon", "friction", "damping", "stiffness", "latency"]
)
_SUFFIXES: dict[str, tuple[str, ...]] = {
    "rad": ("rad",),
    "radian": ("rad",),
    "radians": ("rad",),
    "deg": ("deg",),
    "degree": ("deg",),
    "degrees": ("deg",),
    "rad_s": ("rad/s",),
    "rads": ("rad/s",),
    "radps": ("rad/s",),
    "rad_per_s": ("rad/s",),
    "rad_per_sec": ("rad/s",),
    "rad_sec": ("rad/s",),
    "deg_s": ("deg/s",),
    "degs": ("deg/s",),
    "dps": ("deg/s",),
    "deg_per_s": ("deg/s",),
    "deg_per_sec": ("deg/s",),
    "deg_sec": ("deg/s",),
    "rpm": ("rpm",),
    "rad_s2": ("rad/s^2",),
    "rad_s_2": ("rad/s^2",),
    "rad_s3": ("rad/s^3",),
    "deg_s2": ("deg/s^2",),
    "deg_s_2": ("deg/s^2",),
    "m": ("m",),
    "metre": ("m",),
    "metres": ("m",),
    "meter": ("m",),
    "meters": ("m",),
    "cm": ("cm",),
    "mm": ("mm",),
    "ft": ("ft",),
    "feet": ("ft",),
    "m_s": ("m/s",),
    "mps": ("m/s",),
    "m_per_s": ("m/s",),
    "m_per_sec": ("m/s",),
    "m_sec": ("m/s",),
    "ms": ("ms", "m/s"),
    "cm_s": ("cm/s",),
    "mm_s": ("mm/s",),
    "mmps": ("mm/s",),
    "mms": ("mm/s",),
    "mm_per_s": ("mm/s",),
    "mm_per_sec": ("mm/s",),
    "mm_sec": ("mm/s",),
    "kmh": ("km/hour",),
    "km_h": ("km/hour",),
    "kph": ("km/hour",),
    "mph": ("mile/hour",),
    "knots": ("knot",),
    "m_s2": ("m/s^2",),
    "m_s_2": ("m/s^2",),
    "mps2": ("m/s^2",),
    "m_s3": ("m/s^3",),
    "m_s_3": ("m/s^3",),
    "nm": ("N*m",),
    "n_m": ("N*m",),
    "n": ("N",),
    "newton": ("N",),
    "newtons": ("N",),
    "kn": ("kN",),
    "n_cm2": ("N/cm^2",),
    "n_cm_2": ("N/cm^2",),
    "n_per_cm2": ("N/cm^2",),
    "kpa": ("kPa",),
    "mpa": ("MPa",),
    "kg": ("kg",),
    "g": ("g",),
    "lb": ("lb",),
    "lbs": ("lb",),
    "c": ("degC",),
    "degc": ("degC",),
    "deg_c": ("degC",),
    "celsius": ("degC",),
    "f": ("degF",),
    "pct": ("percent",),
    "percent": ("percent",),
    "percentage": ("percent",),
    "hz": ("Hz",),
    "s": ("s",),
    "sec": ("s",),
    "secs": ("s",),
    "seconds": ("s",),
    "millis": ("ms",),
    "us": ("us",),
    "ns": ("ns",),
}
_LONGEST_SUFFIX = 4  # words
_LONGEST_KEY = 80  # characters
_DIMENSION_SAYS = {"rad": "joint_position", "deg": "joint_position", "rad/s": "joint_velocity", "deg/s": "joint_velocity"}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_AFTER_SLASH = re.compile(r"([smh])([23])\b")


class Name(NamedTuple):
    """What a path of keys says.

    quantity: of `UNITS`. unit: as written in the name. low, high: whether it is said to be the least or the most that
    is allowed; both for a range. label: the part, as a joint's name or `x`, that is none of these. words: all of them.
    """

    quantity: str | None
    unit: str | None
    low: bool
    high: bool
    label: str
    words: frozenset[str]

    @property
    def bound(self) -> bool:
        """Whether it speaks of a limit and not of a value."""
        return self.low or self.high


def key_words(key: str) -> tuple[str, ...]:
    """The words of a key in lower case: `maxTorqueNm` and `max-torque_nm` are `max`, `torque`, `nm`."""
    return tuple(word.lower() for word in _WORD.findall(key[:_LONGEST_KEY]))


@lru_cache(maxsize=8192)
def read_name(path: tuple[str, ...]) -> Name:
    """What the keys that lead to a value say, the last one weighing most for the unit."""
    words = tuple(word for key in path for word in key_words(key))
    quantity, suffix, spelled = _quantity_and_unit(words)
    meant = _meant(words[: len(words) - suffix])
    limited = "limit" in meant
    low = "min" in meant or (limited and "max" not in meant)
    high = "max" in meant or (limited and "min" not in meant)
    return Name(quantity, spelled, low, high, _label(path), frozenset(words))


def _quantity_and_unit(words: tuple[str, ...]) -> tuple[str | None, int, str | None]:
    """The quantity, how many of the last words spell its unit, and that unit."""
    for length in range(min(_LONGEST_SUFFIX, len(words) - 1), 0, -1):
        for spelled in _SUFFIXES.get("_".join(words[-length:]), ()):
            before = words[:-length]
            quantity = _quantity(before)
            if "joint" in _meant(before) and quantity == "joint_position":
                quantity = _DIMENSION_SAYS.get(spelled, quantity)
            if quantity and unit(UNITS[quantity]).dimension == unit(spelled).dimension:
                return quantity, length, spelled
    return _quantity(words), 0, None


def _quantity(words: tuple[str, ...]) -> str | None:
    if not _OTHER.isdisjoint(words):
        return None
    meant = _meant(words)
    if not meant.isdisjoint({"max", "limit"}):
        meant -= {"human"} if "speed" in meant else frozenset()  # of the machine, while a person is near
    return next((quantity for wanted, quantity in _QUANTITIES if wanted <= meant), None)


def _meant(words: tuple[str, ...]) -> frozenset[str]:
    meant = frozenset[str]().union(*(_MEANING.get(word, frozenset((word,))) for word in words))
    return meant if _JOINTS.isdisjoint(words) else meant | {"joint"}


# What prose leaves out where the unit says it, and the words that it needs where the unit does not.
_IN_PROSE: tuple[tuple[str, frozenset[str], str], ...] = tuple(
    (unit_name, frozenset(needed.split()), quantity)
    for unit_name, needed, quantity in (
        ("m", _SYNONYMS["human"], "human_distance"),
        ("m", "fly flying climb climbing ascend ascending hover hovering flight ceiling", "altitude"),
        ("m/s", "", "speed"),
        ("N", "", "force"),
        ("N*m", "", "joint_torque"),
        ("kg", "carry carrying lift lifting pick picking load box part object weighs weighing", "payload"),
    )
)


def quantity_in_words(words: tuple[str, ...], dimension: str) -> str | None:
    """The quantity of a dimension that the words around a number in prose speak of."""
    meant = _meant(words)
    for wanted, quantity in _QUANTITIES:
        if quantity is None or quantity in ("position", "human_speed") or not wanted <= meant:
            continue
        if unit(UNITS[quantity]).dimension == dimension:
            return quantity
    for unit_name, needed, quantity in _IN_PROSE:
        if unit(unit_name).dimension == dimension and (not needed or not needed.isdisjoint(words)):
            return quantity
    return None


_STRUCTURE = frozenset(
    ["state", "states", "action", "actions", "info", "observation", "obs", "robot", "arm", "base", "body", "system", "safety", "parameters", "params", "config", "constraints", "specs", "spec", "telemetry", "status", "values", "value", "measured", "actual", "data", "command", "workspace"]
)


def _label(path: tuple[str, ...]) -> str:
    """The last key that names a part: a joint, an axis."""
    for key in reversed(path):
        words = key_words(key)
        if key.lower() in ("x", "y", "z", "vx", "vy", "vz"):
            return key.lower()[-1]
        if words and all(word not in _MEANING and word not in _SUFFIXES and word not in _STRUCTURE for word in words):
            return key.lower()
        if any(word.isdigit() and before not in ("s", "cm") for before, word in pairwise(("", *words))):
            return key.lower()
    return ""
