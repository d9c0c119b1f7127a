"""What is said of a word that is no number where one is wanted: click's own sentence does not say what is allowed."""

import click

_CLICKS_OWN = " is not a valid"


def in_words(error: click.BadParameter) -> click.BadParameter:
    """The error as it is told; one that is not about a range of numbers stays as it is."""
    kind = error.param.type if error.param is not None else None
    word, found, _ = error.message.partition(_CLICKS_OWN)
    if not found or not isinstance(kind, (click.IntRange, click.FloatRange)):
        return error
    name = "a whole number" if isinstance(kind, click.IntRange) else "a number"
    text = f"{word} is not {name}; allowed is one {_range_text(kind.min, kind.max)}"
    return click.BadParameter(text, error.ctx, error.param, error.param_hint)


def _range_text(least: float | None, most: float | None) -> str:
    above = "" if least is None else f"from {least:.10g} "
    return above + ("on" if most is None else f"to {most:.10g}")
