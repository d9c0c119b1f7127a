"""What the exchange refuses this key, kept by kind of request: a key that may read may still not trade."""

from enum import StrEnum

from lotkeeper.exchange.errors import FORBIDDEN_STATUSES
from lotkeeper.exchange.observer import SentRequest
from lotkeeper.exchange.rest.outcomes import Answered, Outcome, Refused, Unknown, describe
from lotkeeper.trading.orders.refusals import ADVICE, RefusalKind


class RequestKind(StrEnum):
    """What a request does, as far as a key has permissions of its own for it."""

    ORDER = "orders"
    CANCEL = "cancels"
    QUESTION = "the key"


_WALLET = "/sapi/"  # a permission of its own, and not everywhere to be had; nothing that trades needs it
_METHODS = {"POST": RequestKind.ORDER, "DELETE": RequestKind.CANCEL}


class KeyTroubles:
    """From the first refused request of a kind to the first of that kind that the exchange accepts."""

    def __init__(self) -> None:
        self._texts: dict[RequestKind, str] = {}  # for people

    def learn(self, request: SentRequest, outcome: Outcome) -> None:
        """A public request says nothing about the key; nor does an answer that did not come, or one of the wallet."""
        if not request.is_signed or request.path.startswith(_WALLET):
            return
        kind = _METHODS.get(request.method, RequestKind.QUESTION)
        if (advice := _advice(outcome)) is not None:
            self._texts[kind] = f"the exchange refuses {kind}: {describe(outcome)}; {advice}"
        elif isinstance(outcome, Answered) or (kind is not RequestKind.ORDER and isinstance(outcome, Refused)):
            self._texts.pop(kind, None)  # an order that is refused for another reason may be judged before the key is

    def text(self) -> str:
        """All of them, for people; empty when the key may do everything."""
        return "; ".join(self._texts[kind] for kind in RequestKind if kind in self._texts)


def _advice(outcome: Outcome) -> str | None:
    """What a person can do about it; None where the outcome is about this request or its pair alone."""
    match outcome:
        case Refused(kind=RefusalKind.BAD_KEY):
            return ADVICE[RefusalKind.BAD_KEY]
        case Unknown(status=status) if status in FORBIDDEN_STATUSES:
            return ADVICE[RefusalKind.FORBIDDEN]
        case _:
            return None
