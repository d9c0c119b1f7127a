import pickle
from typing import get_args

import pytest

from lotkeeper.trading.recovery.questions import (
    TRADE_QUESTIONS,
    NewestOrders,
    OpenOrders,
    OrderByClientId,
    OrderById,
    Question,
    TradesFrom,
)


def test_each_question_is_answered_with_trades_or_with_orders():
    about_orders = {OpenOrders, NewestOrders, OrderByClientId, OrderById}
    assert set(get_args(Question)) == {*TRADE_QUESTIONS, *about_orders}
    assert about_orders.isdisjoint(TRADE_QUESTIONS)


@pytest.mark.parametrize("question", [OpenOrders(), TradesFrom(101), OrderByClientId("lk1-5eh-1")])
def test_one_that_has_travelled_is_the_same(question):
    """A pass knows by it which question is answered, and which it has asked already."""
    assert pickle.loads(pickle.dumps(question)) in {question}
    assert TradesFrom(101) != TradesFrom(102)
