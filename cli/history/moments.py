"""The options --since and --until."""

from collections.abc import Callable

import click

from lotkeeper.service.documents.moments import milliseconds_of


def moment_option(*, is_end: bool) -> Callable[[click.Context, click.Parameter, str | None], int | None]:
    """For an option that is a moment: milliseconds since 1970."""

    def parse(_context: click.Context, _option: click.Parameter, text: str | None) -> int | None:
        if text is None:
            return None
        try:
            return milliseconds_of(text, is_end=is_end)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error

    return parse
