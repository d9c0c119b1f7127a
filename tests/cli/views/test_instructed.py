"""What persons asked to be sold of a lot, in its explanation."""

from lotkeeper.trading.lots.instructions import InstructionEnd, PriceKind
from tests.cli.views.test_explanation import TERMS, book, lines
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.instructing import instruction


def test_what_a_person_asked_to_be_sold_says_who_and_why_and_how_far_it_is():
    kept = book(make.buy(quantity="1"))
    kept.lots.instruct(7, instruction("0.4", "90", why="rent", from_generation=1))
    found = lines(kept.lots[7])
    start = found.index("Asked for") + 1
    assert found[start : start + 3] == [
        "sale 1 0.4 BTC at 90 USDT or better; under the floor too",
        "under way asked for at 2023-11-14 22:13:20 by alice: rent",
        "sold so far 0 BTC of 0.4; no SELL of it stands on the exchange",
    ]
    kept.apply_report(make.sell_report(make.place(kept, on=TERMS.market, by=TERMS.policy)))
    kept.apply_fill(make.sell(2, quantity="0.1", price="90"))
    found = lines(kept.lots[7])
    assert "sold so far 0.1 BTC of 0.4 for 9 USDT; lk1-7-1m stands on the exchange" in found
    assert "profit -4.036 USDT what the price leaves after fee and cost" in found
    assert "price 90 USDT as it was asked for" in found
    title = found.index("SELL lk1-7-1m, partially filled")
    assert not any(line.startswith("floor ") for line in found[title : title + 6])


def test_the_newest_of_several_comes_first_and_one_that_was_withdrawn_is_still_there():
    kept = book(make.buy(quantity="1"))
    kept.lots.instruct(7, instruction("0.4", "90", from_generation=1))
    kept.lots.end_instruction(7, InstructionEnd.WITHDRAWN)
    more = {"kind": PriceKind.MARKET, "is_whole": True, "is_below_floor_allowed": False, "from_generation": 1}
    kept.lots.instruct(7, instruction("1", "95", 2, **more))
    found = lines(kept.lots[7], width=160)
    start = found.index("Asked for") + 1
    how = "all that the lot had then, at 95 USDT or better, a little under the bid then; never under the floor"
    assert found[start] == f"sale 2 1 BTC {how}"
    assert found[start + 3] == "sale 1 0.4 BTC at 90 USDT or better; under the floor too"
    assert found[start + 4 : start + 6] == [
        "withdrawn asked for at 2023-11-14 22:13:20 by alice",
        "sold 0 BTC of 0.4",
    ]


def test_of_a_sale_of_all_what_another_sell_sold_meanwhile_is_named():
    kept = book(make.buy(quantity="1"))
    order = make.place(kept, on=TERMS.market, by=TERMS.policy)
    kept.apply_report(make.sell_report(order))
    kept.lots.instruct(7, instruction("1", "90", is_whole=True, from_generation=2))
    kept.apply_fill(make.sell(2, quantity="0.3", price="101.11"))
    assert "sold so far 0 BTC of 1; other SELLs sold 0.3, which counts; no SELL of it stands on the exchange" in lines(
        kept.lots[7], width=160
    )
