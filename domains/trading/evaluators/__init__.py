"""The evaluators of trading that need more than a declared constraint: one claim a file, listed here by hand."""

from __future__ import annotations

from domains.trading.evaluators.closed_market import ClosedMarket
from domains.trading.evaluators.implausible_order import ImplausibleOrder
from domains.trading.evaluators.inferior_execution import InferiorExecution
from domains.trading.evaluators.inside_information import InsideInformation
from domains.trading.evaluators.limit_breach import LimitBreach
from domains.trading.evaluators.marking_the_close import MarkingTheClose
from domains.trading.evaluators.order_differs_from_instruction import OrderDiffersFromInstruction
from domains.trading.evaluators.restricted_security import RestrictedSecurity
from domains.trading.evaluators.short_sale_without_locate import ShortSaleWithoutLocate
from domains.trading.evaluators.spoofing import Spoofing
from domains.trading.evaluators.stale_price import StalePrice
from domains.trading.evaluators.trading_after_loss_limit import TradingAfterLossLimit
from domains.trading.evaluators.trading_ahead import TradingAhead
from domains.trading.evaluators.unapproved_communication import UnapprovedCommunication
from domains.trading.evaluators.unapproved_order import UnapprovedOrder
from domains.trading.evaluators.undisclosed_conflict import UndisclosedConflict
from domains.trading.evaluators.unreasoned_refusal import UnreasonedRefusal
from domains.trading.evaluators.unsuitable_recommendation import UnsuitableRecommendation
from domains.trading.evaluators.wash_trade import WashTrade
from domains.trading.evaluators.wrong_settlement_date import WrongSettlementDate
from domains.trading.evaluators.wrong_trade_arithmetic import WrongTradeArithmetic
from processors.evaluator import Evaluator

EVALUATORS: tuple[type[Evaluator], ...] = (
    LimitBreach,
    TradingAfterLossLimit,
    ImplausibleOrder,
    OrderDiffersFromInstruction,
    ClosedMarket,
    StalePrice,
    UnapprovedOrder,
    RestrictedSecurity,
    ShortSaleWithoutLocate,
    InferiorExecution,
    TradingAhead,
    WashTrade,
    Spoofing,
    MarkingTheClose,
    InsideInformation,
    UnsuitableRecommendation,
    WrongSettlementDate,
    WrongTradeArithmetic,
    UndisclosedConflict,
    UnapprovedCommunication,
    UnreasonedRefusal,
)

__all__ = [
    "EVALUATORS",
    "ClosedMarket",
    "ImplausibleOrder",
    "InferiorExecution",
    "InsideInformation",
    "LimitBreach",
    "MarkingTheClose",
    "OrderDiffersFromInstruction",
    "RestrictedSecurity",
    "ShortSaleWithoutLocate",
    "Spoofing",
    "StalePrice",
    "TradingAfterLossLimit",
    "TradingAhead",
    "UnapprovedCommunication",
    "UnapprovedOrder",
    "UndisclosedConflict",
    "UnreasonedRefusal",
    "UnsuitableRecommendation",
    "WashTrade",
    "WrongSettlementDate",
    "WrongTradeArithmetic",
]
