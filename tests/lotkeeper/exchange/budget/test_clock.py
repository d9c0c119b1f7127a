from lotkeeper.exchange.budget.clock import ExchangeClock


def test_it_goes_on_from_what_the_exchange_said() -> None:
    clock = ExchangeClock(wall_ms=1_000_000, monotonic_s=50.0)
    assert clock.ms(50.25) == 1_000_250
    clock.set(2_000_000, 60.0)
    assert clock.ms(61.5) == 2_001_500
