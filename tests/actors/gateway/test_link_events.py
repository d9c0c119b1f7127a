from actors.gateway.link_events import LinkEvents
from actors.gateway.throttle import RequestThrottle
from lotkeeper.exchange import requests
from lotkeeper.exchange.budget.costs import Cost
from lotkeeper.exchange.observer import Reply, SentRequest
from lotkeeper.exchange.rest.outcomes import Answered, RateLimited

REQUEST = requests.book_ticker("BTCUSDT")


def test_everything_reaches_who_has_to_know_it():
    late = []
    throttle = RequestThrottle(lambda: 1000.0, lambda: 1_700_000_000_000)
    events = LinkEvents(throttle, lambda *reply: late.append(reply))
    sent = SentRequest("GET", REQUEST.path, Cost(weight=2, requests=1), is_signed=False)
    events.on_request(sent)
    assert throttle.in_flight == 1
    events.after_request(sent, Reply(Answered({})))
    assert throttle.in_flight == 0
    events.on_server_time(1_700_000_009_000)
    assert throttle.now_ms == 1_700_000_009_000
    events.on_late_reply(REQUEST, Answered(1))
    assert late == [(REQUEST, Answered(1))]
    assert throttle.trouble() == ""
    events.on_connection_limited(RateLimited(30.0, "too many connections"))
    assert throttle.trouble() == "too many connections"
