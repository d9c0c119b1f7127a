"""Which exchange an address belongs to: services of one exchange share what their own address may ask of it."""

import re
from urllib.parse import urlsplit

# Other names of the same servers, with the same limits (Binance rest-api.md, "General API Information").
_SAME = re.compile(r"^api(?:[1-4]|-gcp)\.(?=binance\.com$)|^api1\.(?=testnet\.binance\.vision$)")


def exchange_of(rest_url: str) -> str:
    """The name of the exchange at this address: its host, with the port where one is given."""
    parts = urlsplit(rest_url)
    host = parts.hostname or ""
    found = _SAME.sub(lambda match: "api." if host.endswith(".com") else "", host)
    return f"{found}:{parts.port}" if parts.port else found
