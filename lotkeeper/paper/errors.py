"""Refusals in Binance's own words: code, text and HTTP status (source: "Error codes for Binance Spot")."""


class ApiError(Exception):
    """The exchange refuses a request: `code` is Binance's (negative), `status` the HTTP status that carries it."""

    def __init__(self, code: int, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.status = status

    def body(self) -> dict[str, object]:
        return {"code": self.code, "msg": self.text}


def mandatory(name: str) -> ApiError:
    return ApiError(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")


def illegal(name: str, pattern: str) -> ApiError:
    return ApiError(-1100, f"Illegal characters found in parameter '{name}'; legal range is '{pattern}'.")


def not_required(name: str) -> ApiError:
    return ApiError(-1106, f"Parameter '{name}' sent when not required.")


def filter_failure(name: str) -> ApiError:
    return ApiError(-1013, f"Filter failure: {name}")


def rejected(text: str) -> ApiError:
    """A new order that the matching engine turned down."""
    return ApiError(-2010, text)


def insufficient_balance() -> ApiError:
    return rejected("Account has insufficient balance for requested action.")


def unknown_order() -> ApiError:
    return ApiError(-2013, "Order does not exist.")
