"""The file in memory that holds the key: at first the variables of the environment, then the checked credentials.

It exists in memory only, and no actor has it open.
"""

import os
from collections.abc import Mapping

import orjson

from lotkeeper.config import Config, Secrets
from messages.alerts import ChannelAddresses
from messages.lifecycle import Credentials


def credentials_of(config: Config, secrets: Secrets) -> Credentials:
    """The configured key, as the actors that sign get it."""
    return Credentials(
        key_type=str(config.exchange.key_type),
        api_key=secrets.api_key,
        api_secret=secrets.api_secret.get_secret_value() if secrets.api_secret else None,
        private_key_pem=secrets.private_key_pem,
    )


def read_variables(descriptor: int) -> dict[str, str]:
    """The secret variables of the environment, as the command was given them."""
    entries = os.fsdecode(_content(descriptor)).split("\0")
    return dict(each.split("=", 1) for each in entries if each)


def write_credentials(descriptor: int, credentials: Credentials, channels: Mapping[str, str] | None = None) -> None:
    """Puts the credentials in the place of the variables, and the addresses of the alerts' channels by name."""
    document = {
        "key_type": credentials.key_type,
        "api_key": credentials.api_key,
        "api_secret": credentials.api_secret,
        "private_key_pem": credentials.private_key_pem.decode() if credentials.private_key_pem else None,
        "channels": dict(channels or {}),
    }
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, orjson.dumps(document), 0)


def read_credentials(descriptor: int) -> Credentials:
    """The credentials that were written."""
    document = orjson.loads(_content(descriptor))
    pem = document["private_key_pem"]
    return Credentials(
        key_type=document["key_type"],
        api_key=document["api_key"],
        api_secret=document["api_secret"],
        private_key_pem=pem.encode() if pem else None,
    )


def read_channels(descriptor: int) -> ChannelAddresses:
    """The addresses of the alerts' channels that were written."""
    return ChannelAddresses(tuple(orjson.loads(_content(descriptor))["channels"].items()))


def _content(descriptor: int) -> bytes:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)
