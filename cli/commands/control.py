"""`lotkeeper pause` and `lotkeeper resume`: control messages to the running actors."""

from pathlib import Path

import click

from cli.shared import asked, config_option, configured, json_option, write_json


@click.command()
@click.argument("pair")
@config_option
@json_option
def pause(pair: str, config_path: Path, as_json: bool) -> None:
    """Place no new SELL on PAIR until it is resumed.

    SELLs that stand on the book stay there, and everything bought meanwhile is still followed: it is sold when
    the pair is resumed. The pause survives a restart.
    """
    from messages.control import PausePair

    _tell(PausePair(pair.upper()), config_path, as_json)


@click.command(short_help="Take up PAIR again after a pause.")
@click.argument("pair")
@config_option
@json_option
def resume(pair: str, config_path: Path, as_json: bool) -> None:
    """Take up PAIR again after a pause, with all that was bought in between.

    Lots whose SELL you cancelled by hand are sold again too.
    """
    from messages.control import ResumePair

    _tell(ResumePair(pair.upper()), config_path, as_json)


def _tell(message: object, config_path: Path, as_json: bool) -> None:
    answer = asked(configured(config_path), message)
    if as_json:
        write_json({"done": answer.text})
    else:
        click.echo(answer.text)
