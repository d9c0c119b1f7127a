import logging
from decimal import Decimal as D

from actors.pair_keeper.effects import Log, Peer, error, info, lot_event, warning
from messages.lifecycle import Peers


def test_a_line_about_a_lot_has_plain_decimals():
    line = lot_event("bought", "BTCUSDT", 7001, quantity=D("0.00100"), trade=101)
    facts = (("symbol", "BTCUSDT"), ("lot", "BTCUSDT-7001"), ("quantity", "0.001"), ("trade", 101))
    assert line == Log(logging.INFO, "bought", facts)


def test_levels():
    assert [each.level for each in (info(""), warning(""), error(""))] == [logging.INFO, logging.WARNING, logging.ERROR]


def test_every_peer_can_be_addressed():
    assert all(hasattr(Peers(), each) for each in Peer)
