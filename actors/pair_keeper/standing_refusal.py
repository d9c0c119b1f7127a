"""A refusal that concerns every SELL of the pair: the key may not trade, the account may not sell this pair."""

from dataclasses import dataclass, replace

from lotkeeper.trading.orders.refusals import ADVICE, RefusalKind

_FIRST_S = 5.0  # to the next attempt; twice as long after each
_MOST_S = 300.0


@dataclass(frozen=True, slots=True)
class StandingRefusal:
    """It stands until the exchange accepts a SELL, also while the next attempt is under way. Times are monotonic."""

    since_s: float
    until_s: float  # no SELL is sent before
    kind: RefusalKind = RefusalKind.OTHER
    text: str = ""  # the exchange's own
    times: int = 0  # attempts in a row that were refused

    @classmethod
    def starting(cls, now_s: float) -> "StandingRefusal":
        """Nothing is refused yet."""
        return cls(now_s, now_s)

    def again(self, kind: RefusalKind, text: str, now_s: float) -> "StandingRefusal":
        """After one more attempt."""
        wait_s = min(_MOST_S, _FIRST_S * 2.0 ** min(self.times, 10))
        return replace(self, until_s=now_s + wait_s, kind=kind, text=text, times=self.times + 1)

    def sentence(self, symbol: str) -> str:
        """For people: what is refused, and what to do. It is the same for each attempt, so that lots do not change."""
        advice = ADVICE.get(self.kind, "see what the exchange says")
        return f"the exchange refuses SELLs: {self.text}; {advice}, then: lotkeeper resume {symbol}"
