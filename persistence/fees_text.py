"""Converts fees by asset to a JSON text and back: one column of a closed lot."""

import json
from decimal import Decimal

from lotkeeper.trading.reports.profit import Fees
from persistence.rows import digits


def fees_to_text(fees: Fees) -> str:
    return json.dumps({asset: digits(amount) for asset, amount in fees})


def fees_from_text(text: str | None) -> Fees:
    """None stands for no fee at all."""
    found = {} if text is None else json.loads(text)
    return tuple(sorted((asset, Decimal(amount)) for asset, amount in found.items()))
