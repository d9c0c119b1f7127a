"""Errors with Binance's own codes, texts and HTTP status (source: "Error codes for Binance")."""

from typing import Any


class ApiError(Exception):
    """The exchange refuses a request: `code` is Binance's (negative), `status` the HTTP status.

    `data` is added to the body beside code and text.
    """

    def __init__(self, code: int, text: str, status: int = 400, data: dict[str, Any] | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.status = status
        self.data = data

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"code": self.code, "msg": self.text}
        return body if self.data is None else body | {"data": self.data}


class LimitError(ApiError):
    """A limit is exceeded: the request may be sent again from `retry_us` on (microseconds since 1970)."""

    def __init__(self, code: int, text: str, status: int, now_us: int, retry_us: int) -> None:
        super().__init__(code, text, status)
        self.now_us = now_us
        self.retry_us = retry_us

    @property
    def retry_after_s(self) -> int:
        return max(1, -(-(self.retry_us - self.now_us) // 1_000_000))


class TooManyOrdersError(LimitError):
    """The unfilled order count is full (-1015)."""

    def __init__(self, limit: int, interval: str, now_us: int, retry_us: int) -> None:
        text = f"Too many new orders; current limit is {limit} orders per {interval}."
        super().__init__(-1015, text, 429, now_us, retry_us)


def missing_parameter(name: str) -> ApiError:
    return ApiError(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")


def one_of(first: str, second: str) -> ApiError:
    return ApiError(-1102, f"Param '{first}' or '{second}' must be sent, but both were empty/null!")


def illegal_characters(name: str, pattern: str) -> ApiError:
    return ApiError(-1100, f"Illegal characters found in parameter '{name}'; legal range is '{pattern}'.")


def unneeded_parameter(name: str) -> ApiError:
    return ApiError(-1106, f"Parameter '{name}' sent when not required.")


def invalid_data(name: str) -> ApiError:
    return ApiError(-1130, f"Data sent for parameter '{name}' is not valid.")


def filter_failure(name: str) -> ApiError:
    return ApiError(-1013, f"Filter failure: {name}")


def order_rejection(text: str) -> ApiError:
    """The matching engine refuses a new order."""
    return ApiError(-2010, text)


def insufficient_balance() -> ApiError:
    return order_rejection("Account has insufficient balance for requested action.")


def unknown_order() -> ApiError:
    """A query for an order that does not exist."""
    return ApiError(-2013, "Order does not exist.")


def cancel_rejection(text: str = "Unknown order sent.") -> ApiError:
    return ApiError(-2011, text)


def amend_rejection(text: str) -> ApiError:
    return ApiError(-2038, text)


def unknown_symbol() -> ApiError:
    return ApiError(-1121, "Invalid symbol.")


def bad_combination() -> ApiError:
    return ApiError(-1128, "Combination of optional parameters invalid.")
