"""Keys, signatures and timestamps of requests (source: "Request security")."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from binance_sim.account.account import TradingAccount
from binance_sim.api.params import MICROSECONDS_FROM
from binance_sim.api.signatures import VerifySignature, hmac_verifier, key_kind, public_key_verifier
from binance_sim.errors import ApiError, missing_parameter

AHEAD_US = 1_000_000
DEFAULT_WINDOW_MS = Decimal(5000)
LARGEST_WINDOW_MS = Decimal(60_000)
OLDEST_US = 1_483_228_800_000_000
KEY_LENGTH = 64
HMAC = "hmac"
NONE, TRADE, USER_DATA, USER_STREAM = "NONE", "TRADE", "USER_DATA", "USER_STREAM"
# Any key will do, and nothing is signed.
MARKET_DATA = "MARKET_DATA"
ALL_PERMISSIONS = frozenset({TRADE, USER_DATA, USER_STREAM})


@dataclass(slots=True)
class ApiKey:
    """An API key: its account, its permissions, and how its signatures are checked."""

    api_key: str
    account: TradingAccount
    verify: VerifySignature
    kind: str
    material: str = field(repr=False)  # the secret, or the public key in PEM
    permissions: frozenset[str] = ALL_PERMISSIONS

    @property
    def may_log_on(self) -> bool:
        """Only Ed25519 keys can open a session (source: "Session Authentication")."""
        return self.kind == "ed25519"


def hmac_key(
    api_key: str, account: TradingAccount, secret: str, permissions: frozenset[str] = ALL_PERMISSIONS
) -> ApiKey:
    return ApiKey(api_key, account, hmac_verifier(secret), HMAC, secret, permissions)


def public_key(
    api_key: str, account: TradingAccount, pem: str, permissions: frozenset[str] = ALL_PERMISSIONS
) -> ApiKey:
    """A key whose private half signs; raises KeyFileError if the text is not a public key."""
    raw = pem.encode()
    return ApiKey(api_key, account, public_key_verifier(raw), key_kind(raw), pem, permissions)


class KeyStore:
    """All API keys."""

    def __init__(self) -> None:
        self._keys: dict[str, ApiKey] = {}

    def add(self, key: ApiKey) -> None:
        self._keys[key.api_key] = key

    def revoke(self, api_key: str) -> None:
        """Forget the key."""
        self._keys.pop(api_key, None)

    def get(self, api_key: str) -> ApiKey | None:
        return self._keys.get(api_key)

    def find(self, api_key: str | None, security: str) -> ApiKey:
        """Raises ApiError -2014 for a malformed key, -2015 for a key that is unknown or lacks the permission."""
        found = self._keys.get(api_key or "")
        if found is not None and (security == MARKET_DATA or security in found.permissions):
            return found
        if found is None and (not api_key or len(api_key) != KEY_LENGTH or not api_key.isalnum()):
            raise ApiError(-2014, "API-key format invalid.", 401)
        raise key_rejection()

    def check(
        self, api_key: str | None, security: str, payload: bytes, values: Mapping[str, str], now_us: int
    ) -> ApiKey:
        """The key that signed this payload; raises ApiError if the signature or the timestamp is not valid.

        The signature is checked before the timestamp, so that an unsigned request learns nothing about the clock.
        """
        key = self.find(api_key, security)
        signature = values.get("signature")
        if not signature:
            raise missing_parameter("signature")
        check_timestamp_present(values)
        if not key.verify(payload, signature):
            raise ApiError(-1022, "Signature for this request is not valid.")
        check_time(values, now_us)
        return key

    def __iter__(self) -> Iterator[ApiKey]:
        return iter(self._keys.values())


def key_rejection() -> ApiError:
    return ApiError(-2015, "Invalid API-key, IP, or permissions for action.", 401)


def check_timestamp_present(values: Mapping[str, str]) -> None:
    timestamp = values.get("timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit()) or len(timestamp) > 18:
        raise missing_parameter("timestamp")


def check_time(values: Mapping[str, str], now_us: int) -> None:
    """Check that `timestamp < now + 1000` and `now - timestamp <= recvWindow`; a timestamp may be in ms or us."""
    check_timestamp_present(values)
    sent, window = int(values["timestamp"]), read_window(values.get("recvWindow"))
    if sent < MICROSECONDS_FROM:
        sent *= 1000
    if sent < OLDEST_US:
        raise ApiError(-1100, "Illegal characters found in parameter 'timestamp'; legal range is from 2017 on.")
    if sent >= now_us + AHEAD_US:
        raise ApiError(-1021, "Timestamp for this request was 1000ms ahead of the server's time.")
    if now_us - sent > window * 1000:
        raise window_rejection()


def window_rejection() -> ApiError:
    return ApiError(-1021, "Timestamp for this request is outside of the recvWindow.")


def read_window(text: str | None) -> Decimal:
    """The request's recvWindow in ms, with up to three decimals; raises ApiError -1131 above a minute."""
    if text is None:
        return DEFAULT_WINDOW_MS
    try:
        window = Decimal(text)
    except InvalidOperation as error:
        raise missing_parameter("recvWindow") from error
    if not window.is_finite() or window <= 0 or round(window, 3) != window:
        raise missing_parameter("recvWindow")
    if window > LARGEST_WINDOW_MS:
        raise ApiError(-1131, "recvWindow must be less than 60000.")
    return window
