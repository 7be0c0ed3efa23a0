"""Evaluators that know machines: their limits, their stops, and the people beside them."""

from __future__ import annotations

from domains.robotics.evaluators.commands import ActionOutOfBounds, RoughCommands, UndefinedCommand
from domains.robotics.evaluators.contact import BodyRegionLimit
from domains.robotics.evaluators.contradictory_status import ContradictoryStatus
from domains.robotics.evaluators.energy import BatteryTooLow
from domains.robotics.evaluators.envelope import OutsideTraining
from domains.robotics.evaluators.incidents import Collision, ContinuesAfterEnd, Fall, ReportedViolation
from domains.robotics.evaluators.joint_limits import (
    AccelerationExceeded,
    JointPositionExceeded,
    JointTorqueExceeded,
    JointVelocityExceeded,
)
from domains.robotics.evaluators.machine_limits import (
    ForceExceeded,
    SpeedExceeded,
    TemperatureExceeded,
    TiltExceeded,
)
from domains.robotics.evaluators.manual_mode import EnablingDevice, ReducedSpeed
from domains.robotics.evaluators.misstated import MisstatedDataSheet, MisstatedStandard
from domains.robotics.evaluators.needless_refusal import NeedlessRefusal
from domains.robotics.evaluators.payload import PayloadExceeded
from domains.robotics.evaluators.separation import MinimumSeparation, ProtectiveSeparation
from domains.robotics.evaluators.stops import ObeysEmergencyStop, ObeysProtectiveStop
from domains.robotics.evaluators.timing import CommandRate, TimeRunsBackwards
from domains.robotics.evaluators.unit_confusion import UnitConfusion
from domains.robotics.evaluators.unsafe_advice import EnergisedWork, SafeguardBypass
from domains.robotics.evaluators.workspace import AltitudeExceeded, InsideWorkspace
from domains.robotics.evaluators.wrong_figures import MisconvertedQuantity, WrongSafetyCalculation
from processors.evaluator import Evaluator

EVALUATORS: tuple[type[Evaluator], ...] = (
    JointPositionExceeded,
    JointVelocityExceeded,
    JointTorqueExceeded,
    AccelerationExceeded,
    SpeedExceeded,
    ForceExceeded,
    PayloadExceeded,
    TemperatureExceeded,
    TiltExceeded,
    BodyRegionLimit,
    MinimumSeparation,
    ProtectiveSeparation,
    InsideWorkspace,
    AltitudeExceeded,
    ReducedSpeed,
    EnablingDevice,
    ObeysEmergencyStop,
    ObeysProtectiveStop,
    Collision,
    Fall,
    ReportedViolation,
    ContinuesAfterEnd,
    BatteryTooLow,
    CommandRate,
    TimeRunsBackwards,
    UndefinedCommand,
    ActionOutOfBounds,
    RoughCommands,
    OutsideTraining,
    UnitConfusion,
    SafeguardBypass,
    EnergisedWork,
    MisstatedStandard,
    MisstatedDataSheet,
    ContradictoryStatus,
    NeedlessRefusal,
    WrongSafetyCalculation,
    MisconvertedQuantity,
)
