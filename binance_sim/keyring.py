"""The keys of the ready line: as they are asked for, as they were in an earlier life, or new."""

from binance_sim.account.account import Account
from binance_sim.api.keys import HMAC, Key, Keys, hmac_key, public_key
from binance_sim.api.signatures import KeyFileError
from binance_sim.keyfiles import public_half
from binance_sim.settings import Settings, random_key


def main_key(keys: Keys, account: Account, settings: Settings) -> Key:
    """The account's HMAC key; added where it is not there yet."""
    name, secret = settings.api_key, settings.api_secret
    mine = (each for each in keys if each.account is account and each.kind == HMAC)
    kept = next((each for each in mine if name in ("", each.api_key)), None)
    if kept is not None and secret in ("", kept.material):
        return kept
    key = hmac_key(name or random_key(), account, secret or random_key())
    keys.add(key)
    return key


def public_keys(keys: Keys, account: Account, settings: Settings) -> dict[str, str]:
    """API keys of those whose private half stays with the client, by the ready line's names.

    Raises KeyFileError for a file that holds no such key.
    """
    pems: dict[str, bytes] = {}
    if settings.public_key is not None:
        pems["public_key_api_key"] = settings.public_key.read_bytes()
    for kind, path in (("ed25519", settings.ed25519_key), ("rsa", settings.rsa_key)):
        if path is not None:
            pems[f"{kind}_api_key"] = public_half(path, kind)
    try:
        return {name: _public_key(keys, account, pem).api_key for name, pem in pems.items()}
    except KeyFileError as error:
        raise KeyFileError(f"{settings.public_key}: {error}") from error


def _public_key(keys: Keys, account: Account, pem: bytes) -> Key:
    text = pem.decode("ascii", "replace")
    kept = next((each for each in keys if each.material == text), None)
    key = kept or public_key(random_key(), account, text)
    keys.add(key)
    return key
