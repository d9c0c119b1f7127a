"""The rules of the exchange that the orders of the pairs have to keep."""

from dataclasses import dataclass

from lotkeeper.trading.pair import TradePair


@dataclass(frozen=True, slots=True)
class AskPairRules:
    """Asks for the rules of every pair that is recorded; answered by the Ledger."""


@dataclass(frozen=True, slots=True)
class PairRulesReported:
    """The rules as the keepers read them last; without a pair whose record another version has written."""

    pairs: tuple[TradePair, ...]
