"""A test of channels without a running service: each message by a process of its own, as the service sends it."""

import select
import socket
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from actors.alerts.channel_trials import trial_message
from actors.alerts.deliveries import Delivered, Deliveries
from actors.alerts.secret_parts import secret_parts
from lotkeeper.logging.masks import SecretMask
from lotkeeper.service.errors import ServiceError

if TYPE_CHECKING:
    from lotkeeper.config import Config


def try_channels(
    config: "Config", urls: Mapping[str, str], channel: str, who: str
) -> tuple[tuple[str, bool, str], ...]:
    """By channel: its name, whether it took the message, and a text for people; as soon as the slowest one has ended.

    `channel` is a name, or empty for all. Raises ServiceError.
    """
    names = [channel] if channel else list(urls)
    if not config.alerts.channels:
        raise ServiceError("no channel is configured: alerts.channels names them")
    if channel and channel not in urls:
        raise ServiceError(f"{channel} is no channel of alerts.channels: {', '.join(urls)}")
    message, deliveries = trial_message(socket.gethostname(), who), Deliveries()
    mask = SecretMask(secret_parts(urls.values()))
    for name in names:
        work = {"what": "notify", "url": urls[name], "title": message.title, "body": message.body, "severity": "info"}
        deliveries.begin(name, work, time.monotonic())
    found: list[Delivered] = []
    while deliveries.watched():
        ready, _, _ = select.select(deliveries.watched(), [], [], 0.5)
        found += [*deliveries.take(ready), *deliveries.overdue(time.monotonic())]
    return tuple(sorted((each.name, each.is_delivered, mask.mask(each.text)) for each in found))
