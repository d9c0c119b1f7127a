import selectors

from lotkeeper.exchange.link.wake import Wake


def is_readable(wake: Wake) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(wake.fileno(), selectors.EVENT_READ)
        return bool(selector.select(0))


def test_a_signal_makes_it_readable_until_it_is_cleared() -> None:
    wake = Wake()
    assert not is_readable(wake)
    wake.signal()
    wake.signal()
    assert is_readable(wake)
    wake.clear()
    assert not is_readable(wake)
    wake.clear()
    wake.close()


def test_a_signal_after_closing_touches_no_other_file() -> None:
    wake = Wake()
    wake.close()
    other = Wake()
    assert other.fileno() == wake.fileno()
    wake.signal()
    wake.close()
    assert not is_readable(other)
    other.close()
