"""Seeds whose schedules broke the promise once: what broke, and how it was mended. All are played at each change."""

from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """Whose fault it was."""

    SERVICE = "the service's"
    JUDGE = "the judge's"


_OPTIONS = {
    "is_distant": "--no-distant",
    "is_one_of_many": "--many",
    "has_slow_queries": "--slow",
    "has_sales": "--sales",
    "has_exits": "--exits",
    "has_halts": "--halts",
}


@dataclass(frozen=True, slots=True)
class KeptSeed:
    """One schedule; `options` are those of `play`."""

    seed: int
    story: str  # what happens in it
    broke: str
    mended: str
    fault: Fault = Fault.SERVICE
    options: dict[str, bool] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.seed}: {self.story}"

    @property
    def row(self) -> str:
        """As it stands in docs/proof.md."""
        named = " ".join(f"`{_OPTIONS[name]}`" for name in self.options)
        return f"| {self.seed} {named} | {self.story} | {self.broke} | {self.mended} | {self.fault} |"


_NEAR = {"is_distant": False}
_MANY = {"is_one_of_many": True, **_NEAR}
_SLOW = {"has_slow_queries": True, **_NEAR}
_LOST, _TWICE = "a lot without a SELL", "coins sold or offered twice"
_GONE = "a lot that believes in coins that are gone"
_UNCOUNTED = "a lot whose stop has sold a part of it, which is not counted"
KEPT = (
    KeptSeed(
        677,
        "a manual sale is found after the dust that it sold went to a younger lot, and the giver is finished",
        _GONE,
        "dust of a finished lot was there before the lot that took it was bought, and may have been sold then",
        options={"is_distant": True},
    ),
    KeptSeed(
        733,
        "SELLs stand on the coins of a manual sale before it is shown, and the BUYs that pay for it are shown later",
        _GONE,
        "a manual sale stays open until the trades up to it were read twice",
        options=_NEAR,
    ),
    KeptSeed(
        802,
        "the database cannot be written, a keeper dies that gave a lot the dust of another, and so does the next one",
        "a lot that has the same dust twice",
        "what waits on disk of dust and costs is not written once a newer keeper has begun without it",
        options={"is_distant": True},
    ),
    KeptSeed(
        1232,
        "a comparison that fails in the middle has found a BUY",
        _LOST,
        "what a comparison finds is recorded also if it fails later",
        options=_NEAR,
    ),
    KeptSeed(
        1307,
        "an answer has a manual sale and lacks the BUYs that pay for it",
        _GONE,
        "a manual sale stays open until the trades up to it were read twice",
        options=_NEAR,
    ),
    KeptSeed(
        1863,
        "a person cuts a lot into two pieces that are each too small for an order, and other lots' SELLs sell them",
        "the judge found coins sold twice",
        "the judge counts such pieces as dust of others",
        Fault.JUDGE,
    ),
    KeptSeed(
        2290,
        "a SELL is found before the fills of its BUY",
        "the next SELL of the lot is priced far above the market",
        "a SELL that is found takes its share of the cost also when the fills become known after it",
        options=_NEAR,
    ),
    KeptSeed(
        2591,
        "a keeper that starts again finds a SELL before it reads that the SELL whose coins it sells had ended",
        "the rest of the lot asks for a price that the exchange refuses",
        "the SELL that is found brings the cost of its coins",
    ),
    KeptSeed(
        2927,
        "a SELL in doubt is refused just before the end: the next one comes a second later",
        "the schedule ended before the next SELL could come",
        "a schedule ends only after what follows a SELL that was refused in its last seconds",
        Fault.JUDGE,
        _NEAR,
    ),
    KeptSeed(
        3894,
        "a SELL in doubt reaches the exchange after its lot was sold by hand; its coins are those of younger lots",
        _TWICE,
        "it is cancelled, and what it sold is taken from the lots as a sale by hand is",
        options=_NEAR,
    ),
    KeptSeed(
        4460,
        "coins come after a SELL was refused for want of them, and all events of them are lost",
        _LOST,
        "a lot that had too few free coins for an order is looked at again after 30 s",
        options=_NEAR,
    ),
    KeptSeed(
        5220,
        "a cancel by hand is heard of only after the pair was resumed",
        "a lot held until a second resume",
        "a resume lifts an earlier cancel by hand that is heard of later",
        options=_NEAR,
    ),
    KeptSeed(
        5323,
        "the SELLs of one lot are found one after the other",
        "a SELL is below its floor",
        "a SELL that is found takes its share of the cost also when an earlier SELL becomes known after it",
        options=_NEAR,
    ),
    KeptSeed(
        5401,
        "a lot has sold the dust of another one that cannot give it back yet",
        _GONE,
        "the lot that sold the dust is not closed before the other one can give it back",
        options=_NEAR,
    ),
    KeptSeed(
        5935,
        "after a restart the SELLs of finished lots are read while the history of another lot is",
        _GONE,
        "SELLs of finished lots take nothing from a lot whose history is being read",
        options=_NEAR,
    ),
    KeptSeed(
        6499,
        "a SELL in doubt reaches the exchange after its lot was sold by hand, and sells a younger lot",
        _GONE,
        "what it sold is taken from the lots as a sale by hand is",
        options=_NEAR,
    ),
    KeptSeed(
        6893,
        "the first answer of a first start lacks the oldest trade",
        _LOST,
        "the first answer is read again from before it",
        options=_NEAR,
    ),
    KeptSeed(
        8529,
        "break-even is armed while the fee of the BUY, in a third asset, has no value yet",
        "a stop at break-even that no price had armed",
        "the level is computed once the fee has its value",
    ),
    KeptSeed(
        10056,
        "one manual sale leaves dust of two lots, which SELLs of other lots offer",
        "the judge found a lot that was not offered",
        "a manual sale may leave dust of several lots",
        Fault.JUDGE,
        _NEAR,
    ),
    KeptSeed(
        21461,
        "a comparison begins in the moment in which a SELL of an earlier keeper cannot arrive any more",
        _TWICE,
        "such a SELL is asked about by its name until it can no longer arrive",
        options=_NEAR,
    ),
    KeptSeed(
        50497,
        "a lot takes the last dust of another one and is sold with it",
        "the judge found a SELL below its floor",
        "dust that a lot took before counts as taken, also if the giving lot has none left",
        Fault.JUDGE,
        {"has_sales": True, "has_exits": True},
    ),
    KeptSeed(
        438,
        "a comparison shows no SELL of an earlier keeper, which the database has as not sent",
        _TWICE,
        "such a SELL is asked about by its name until it can no longer arrive",
        options=_MANY,
    ),
    KeptSeed(
        5666,
        "the trades of a lost lot are shown once, and later answers are behind",
        _LOST,
        "with the database lost, trades that were shown once are kept",
        options=_MANY,
    ),
    KeptSeed(
        33,
        "a SELL was sold at once, and neither its order nor its trade is shown for half a minute",
        _TWICE,
        "a SELL is sent again only when a second witness shows that queries have caught up",
        options=_SLOW,
    ),
    KeptSeed(
        62,
        "an answer lacks a BUY and has a younger one",
        _LOST,
        "what was read for the first time is read once more",
        options=_SLOW,
    ),
    KeptSeed(
        217,
        "a BUY is shown late, and all events of it were lost",
        _LOST,
        "the trades of the last hour are read once an hour",
        options=_SLOW,
    ),
    KeptSeed(
        520,
        "a SELL stands on coins of a BUY that is shown late, and its own were sold by hand",
        _GONE,
        "the lot of that BUY pays for the sale",
        options=_SLOW,
    ),
    KeptSeed(
        200114,
        "an answer lacks a BUY and has the manual sale of its coins",
        _GONE,
        "a manual sale stays open until the trades up to it were read twice",
        options=_SLOW,
    ),
    KeptSeed(
        200253,
        "an answer lacks a BUY and has the manual sale of its coins",
        _GONE,
        "a manual sale stays open until the trades up to it were read twice",
        options=_SLOW,
    ),
    KeptSeed(
        4408,
        "the events of a SELL that a BUY pays for are lost, a keeper dies, and answers are behind the BUY's end",
        _TWICE,
        "the lot is left to the SELL that the exchange has placed for sure, which is asked for by its name",
        options={"has_sales": True, "has_exits": True},
    ),
    KeptSeed(
        6888,
        "the events of a SELL that a BUY pays for are lost, a keeper dies, and answers are behind the BUY's end",
        _TWICE,
        "the lot is left to the SELL that the exchange has placed for sure, which is asked for by its name",
        options={"has_sales": True},
    ),
    KeptSeed(
        4712,
        "a lot of a group takes dust that cost less, after a part of it was sold by hand",
        "the judge found that the SELLs of a group bring too little",
        "where coins of a lot were sold by hand, its SELL may offer dust of others in their place",
        Fault.JUDGE,
        options={"has_exits": True, "has_halts": True},
    ),
    KeptSeed(
        8900,
        "a triggered stop is made smaller by hand and sells, and the news that its target stands come after that",
        _UNCOUNTED,
        "an order of the same list is the same SELL, whatever its quantity",
        options={"has_exits": True},
    ),
    KeptSeed(
        9649,
        "what two keepers recorded of a stop waits for the database: one read its fills, the other heard of a part",
        "more of a lot is counted as sold than was bought",
        "what a stop has sold only grows in the database, as what its SELL has sold does",
        options={"has_sales": True},
    ),
    KeptSeed(
        60153,
        "the SELL of a lot that was sold by hand takes coins of a second lot, whose SELL takes those of a third one",
        _GONE,
        "a lot pays that was bought before the last of these SELLs, which the exchange shows later",
        options={"has_sales": True},
    ),
    KeptSeed(
        182,
        "a part of a lot is sold by hand at a floor that the SELL of the first, cheaper fills has raised since",
        "the SELLs of a lot bring too little",
        "a SELL under its floor takes its share of the cost alone, so that those after it make up for those before it",
        options={"has_sales": True},
    ),
)
