"""A command is refused where what the person was shown before the question has changed since."""


def has_changed(shown: str, now: str) -> bool:
    """Whether it comes to something else than was shown; a person who was shown nothing wants it in any case."""
    return bool(shown) and shown != now


def changed_text(now: str) -> str:
    """The refusal, with what it would come to now."""
    return f"nothing was done, because what was shown has changed; now: {now}; give the command again"
