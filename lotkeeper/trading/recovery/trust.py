"""On what ground a pair stands: whether its book is proven well enough to place a SELL, or only to watch."""

from dataclasses import dataclass, replace

CONTRADICTIONS = 3  # comparisons in a row whose answers contradict the book
UNPROVEN_AFTER_MS = 600_000
_AGAIN_FIRST_S = 2.0
_AGAIN_MOST_S = 60.0
_START_ANEW = "stop, move the database away and start: open lots are rebuilt from the exchange"


@dataclass(frozen=True, slots=True)
class BookTrust:
    """What comparisons with the exchange have shown, the newest last.

    `another` says what gave another keeper away, until a person resumes the pair; `denied` which SELL of ours the
    exchange does not know, `denials` how often in a row, and `is_certain` that it should know it by now;
    `contradictions` counts comparisons in a row whose answers cannot be true together with the book, `reason` is that
    of the last one that failed.
    """

    another: str = ""
    denied: str = ""
    denials: int = 0
    is_certain: bool = False
    contradictions: int = 0
    reason: str = ""

    def passed(self, denied: str, *, is_certain: bool = True) -> "BookTrust":
        """A comparison is through; `denied` is what the exchange did not know, empty when it knew all."""
        return BookTrust(self.another, denied, self.denials + 1 if denied else 0, bool(denied) and is_certain)

    def contradicted(self, reason: str) -> "BookTrust":
        return replace(self, contradictions=self.contradictions + 1, reason=reason)

    def unanswered(self, reason: str) -> "BookTrust":
        """No answer was to be had, which contradicts nothing."""
        return replace(self, reason=reason)

    @property
    def again_after_s(self) -> float | None:
        """How soon to compare again what the exchange does not know; None when there is no such thing."""
        return min(_AGAIN_FIRST_S * 2 ** min(self.denials - 1, 10), _AGAIN_MOST_S) if self.denied else None


def watch_only(ground: BookTrust, symbol: str, complete_age_ms: int | None) -> str:
    """Why no SELL is placed now, and the way out; empty when the ground is proven.

    All but the first end by themselves with the next comparison that succeeds. While comparisons stay without an answer
    the account's stream still proves what is bought: for ten minutes SELLs are placed on its word alone.
    """
    if ground.another:
        return f"{ground.another}; one account has one keeper: end the other one, then: lotkeeper resume {symbol}"
    if ground.denied and ground.is_certain:
        return f"{ground.denied}; is this another account's key, or a test exchange that was wiped? Then {_START_ANEW}"
    if ground.contradictions >= CONTRADICTIONS:
        return f"{ground.contradictions} comparisons in a row failed: {ground.reason}; if it stays so, {_START_ANEW}"
    if ground.reason and complete_age_ms is not None and complete_age_ms > UNPROVEN_AFTER_MS:
        return f"no comparison has succeeded for {complete_age_ms // 60_000} minutes: {ground.reason}"
    return ""
