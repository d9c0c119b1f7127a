"""How much BNB there is for fees, and when more is bought."""

from tests.mutation.mutant import Mutant

MUTANTS = (
    Mutant("fee_reserve/reserve.py", "as much as wanted is too little", "self.free < self", "self.free <= self"),
    Mutant("fee_reserve/reserve.py", "BNB pays without BNB", "if pays and free > 0", "if pays"),
    Mutant(
        "fee_reserve/reserve.py",
        "half a day counts as it is",
        "max(now_ms - paid.first_ms, DAY_MS)",
        "(now_ms - paid.first_ms)",
    ),
    Mutant("fee_reserve/top_up.py", "a new process does not wait", "if now_ms < settled_ms", "if False"),
    Mutant("fee_reserve/top_up.py", "a lost reply is forgotten", "[] if tried_ms is None else [tried_ms]", "[]"),
    Mutant("fee_reserve/top_up.py", "a known name is sent again", "return is_this_hour or any", "return any"),
    Mutant(
        "fee_reserve/top_up.py", "the hour before does not count", "now_ms - moment < HOUR_MS", "now_ms - moment < 0"
    ),
    Mutant("fee_reserve/top_up.py", "a halted pair is bought on", "if not offer.pair.is_trading", "if False"),
    Mutant("fee_reserve/top_up.py", "it is bought without the money", "if offer.quote_free < wanted", "if False"),
    Mutant(
        "fee_reserve/top_up.py", "an amount is not cut to steps", "floor_to(top_up.amount, pair.step)", "top_up.amount"
    ),
    Mutant("fee_reserve/names.py", "each hour has the same name", "exchange_ms // HOUR_MS", "0"),
)
