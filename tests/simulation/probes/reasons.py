"""Why a probe is reached by no schedule. Each one that is not reached has its reason here or in its own table."""

from fnmatch import fnmatchcase

from tests.simulation.probes.catalogue import Probe, why_impossible

_RARE = "possible, and in no schedule yet"
_COPY = f"{_RARE}: the Gateway answers each order once, and a second copy of a request is sent only after UNKNOWN"
_AFTER_END = f"{_RARE}: news of an order after its end that differ from that end"
_WAS_THERE = f"{_RARE}: an order whose refusal was heard, and that stands on the book all the same"
_FIRST_STEP = "a decision first moves the lot to OPEN or SELLING, and from there on"
_ONLY_HELD = "only a lot that is HELD is resumed: with_hold_event asks for nothing else"
_NO_RELEASE = "nobody releases a lot in the simulation: tests/actors/pair_keeper/"
_LOST = "a person leaves our SELLs alone while the database is lost, and only then is the history of a lot read"
_LISTS = f"{_RARE}: such lists are only those of `--sales`, whose SELLs nobody else touches"
_NO_COMMAND = "nobody gives this command in the simulation: tests/actors/pair_keeper/"
_SUPERVISOR = "the supervisors are modelled, and no message ends an actor twice: tests/lotkeeper/engine/supervision/"
_EXCHANGE = "the exchange of the simulation does not do that: tests/actors/"

_STREAM = "the connection of the user stream is modelled, and reports nothing: tests/actors/user_stream/"
_HERE = "the key, the clock, the disks and the channels of alerts are none of the simulation's: tests/actors/"

# The family, the names (as a pattern of file names), and the reason. The first that fits counts.
REASONS: tuple[tuple[str, str, str], ...] = (
    ("order", "UNKNOWN / NEVER_ARRIVED", "nobody settles an order by `lotkeeper resolve` in the simulation"),
    ("order", "* / REFUSED", _COPY),
    ("order", "* / NOT_SENT", _COPY),
    ("order", "REFUSED / *", _WAS_THERE),
    ("order", "NOT_SENT / *", _WAS_THERE),
    ("order", "FILLED / *", _AFTER_END),
    ("order", "CANCELED / *", _AFTER_END),
    ("order", "EXPIRED / *", _AFTER_END),
    ("order", "* / AMENDED", f"{_RARE}: a person makes a SELL smaller that was not answered yet"),
    ("order", "CANCELING / CANCEL_SENT", "a SELL that is being cancelled is cancelled again after CANCEL_REFUSED only"),
    ("order", "* / CANCEL_REFUSED", "only a SELL that is CANCELING gets this: cancels.py asks for no other"),
    ("order", "UNKNOWN / *", f"{_RARE}: a SELL in doubt that was cancelled, or filled in part, before it was found"),
    ("order", "PLACING / *", f"{_RARE}: a SELL that ended unsold before its answer arrived"),
    ("lot", "PARKED / SOLD_OUT", _FIRST_STEP),
    ("lot", "PARKED / PARKED", _FIRST_STEP),
    ("lot", "PARKED / QUEUED", _FIRST_STEP),
    ("lot", "QUEUED / SOLD_OUT", _FIRST_STEP),
    ("lot", "QUEUED / PARKED", _FIRST_STEP),
    ("lot", "QUEUED / QUEUED", _FIRST_STEP),
    ("lot", "CLOSED / SOLD_OUT", _FIRST_STEP),
    ("lot", "SELLING / SOLD_OUT", "a lot with a SELL that may still stand is not closed"),
    ("lot", "* / RESUMED", _ONLY_HELD),
    ("lot", "HELD / *", f"{_RARE}: a lot that is held and has too little left for an order, or no order slot"),
    ("lot", "PARKED / HELD", f"{_RARE}: a lot without a SELL is held only by its order list or its history"),
    ("lot", "QUEUED / HELD", f"{_RARE}: a lot without a SELL is held only by its order list or its history"),
    ("lot", "CLOSED / *", f"{_RARE}: news of a lot that had been sold out"),
    ("hold", "* / RELEASED", _NO_RELEASE),
    ("hold", "RELEASING / *", _NO_RELEASE),
    ("hold", "READING / LISTED", _LISTS),
    ("hold", "READING* / *", _LOST),
    ("hold", "PERHAPS_SOLD / *", _LOST),
    ("hold", "ORDER_LIST / *", _LISTS),
    ("hold", "* / LISTED", _LISTS),
    ("hold", "*_BY_HAND / UNREAD", _LOST),
    ("hold", "*_BY_HAND / *", f"{_RARE}: a person changes two SELLs of one lot before the pair is resumed"),
    ("decision", "LOT_RELEASED", _NO_COMMAND),
    ("decision", "COINS_*", _NO_COMMAND),
    ("decision", "ORDER_SETTLED", _NO_COMMAND),
    ("decision", "PAIR_COMPARED", _NO_COMMAND),
    ("decision", "SALE_GIVEN_UP", f"{_RARE}: the exchange refuses what a person asked for three times"),
    ("decision", "MESSAGE_QUARANTINED", _SUPERVISOR),
    ("decision", "NOTES_LOST", "the database of the simulation is not away for so many decisions"),
    ("cause", "DATABASE_AWAY", "the database of the simulation is not away for so many decisions"),
    ("cause", "FAULT", _SUPERVISOR),
    ("cause", "PAUSE_OVER", "no pause of the simulation is for a time"),
    ("cause", "PRICE", "the pair's filters of prices have room for all prices of the simulation"),
    ("cause", "NO_BALANCE", f"{_RARE}: the coins of a lot are gone, and no sale of them is known"),
    ("cause", "RESTRICTED", _EXCHANGE),
    ("cause", "RELEASING", _NO_RELEASE),
    ("cause", "PERHAPS_SOLD", _LOST),
    ("cause", "READING_*", _LOST),
    ("cause", "LOT_FINISHED", f"{_RARE}: a SELL arrives after its lot was finished"),
    ("todo", "USER_STREAM", _STREAM),
    ("todo", "QUARANTINED", _SUPERVISOR),
    ("todo", "GIVEN_UP", _SUPERVISOR),
    ("todo", "GATEWAY", _HERE),
    ("todo", "CLOCK", _HERE),
    ("todo", "DISK_LOW", _HERE),
    ("todo", "CHANNEL", _HERE),
    ("todo", "COINS_CAME", f"{_EXCHANGE}monitor/; the keeper would ask the Monitor what other pairs hold"),
    ("todo", "*", _EXCHANGE),
    ("incident", "ACTOR_*", _SUPERVISOR),
    ("incident", "MESSAGE_QUARANTINED", _SUPERVISOR),
    ("incident", "STREAM_*", _STREAM),
    ("incident", "SENDING_BLOCKED", _HERE),
    ("incident", "LEASE_AT_RISK", _HERE),
    ("incident", "CLOCK_OFF", _HERE),
    ("incident", "PAIR_STALE", "no schedule is so long without a comparison"),
    ("incident", "COINS_CAME", f"{_EXCHANGE}monitor/; the keeper would ask the Monitor what other pairs hold"),
    ("incident", "PAIR_*", _EXCHANGE),
    ("incident", "SELLS_REFUSED", _EXCHANGE),
    ("incident", "ORDER_STRANGE", _EXCHANGE),
    ("incident", "TRADE_UNREADABLE", _EXCHANGE),
    ("incident", "FEE_RISE", _EXCHANGE),
)


def why_unreached(probe: Probe) -> str:
    """Empty where nobody has said why: then it has to be reached."""
    family, name = probe
    stated = (why for kind, names, why in REASONS if kind == family and fnmatchcase(name, names))
    return why_impossible(probe) or next(stated, "")
