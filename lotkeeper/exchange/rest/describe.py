"""Outcomes in words."""

from lotkeeper.exchange.rest.outcomes import Answered, NotSent, Outcome, RateLimited, Refused, Unknown


def text_of(outcome: Outcome) -> str:
    """What became of a request, in words."""
    match outcome:
        case Refused(code, text):
            return f"{text} ({code})"
        case RateLimited(retry_after_s, text):
            return f"{text}; again in {retry_after_s:.0f} s"
        case Unknown(reason) | NotSent(reason):
            return reason
        case Answered():
            return "an answer of an unexpected shape"
