"""`lotkeeper config`: shows and checks the configuration file, and has the running service take it over."""

import getpass
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.pairs_planned import PairsPlanned
from cli.shared import ServiceCommand, config_option, confirm, json_option, why_option, write_json, yes_option
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import load_config, service_settings

if TYPE_CHECKING:
    from lotkeeper.trading.policy import ExitPolicy
    from messages.configuration import ConfigReloaded, KeyChange
    from messages.lifecycle import ServiceSettings

_WITHIN_S = 60.0  # a pair that is taken out is compared with the exchange first
_SAME = "the running service has this configuration already"


@click.group()
def config() -> None:
    """Show the configuration, check it, or take it over without a restart."""


@config.command(cls=ServiceCommand, short_help="Print the whole configuration, defaults included.")
@config_option
@json_option
def show(config_path: Path, as_json: bool) -> None:
    """Print the configuration as a start would have it: the file, the environment, and defaults for all other keys.

    No secret is printed, because none stands in it.

    \b
    Example:
      lotkeeper config show
    """
    import yaml

    from lotkeeper.config import shown

    document = shown(load_config(config_path))
    if as_json:
        write_json(document)
    else:
        click.echo(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), nl=False)


@config.command(cls=ServiceCommand, short_help="Say every problem of the configuration, or that there is none.")
@config_option
@json_option
def check(config_path: Path, as_json: bool) -> None:
    """Read the file and the environment and say every problem in a line of its own; ends with code 2 if there is one.

    The exchange is not asked; a start also checks the key and whether the exchange lists the pairs.

    \b
    Example:
      lotkeeper config check --config new.yaml
    """
    found = load_config(config_path)
    if as_json:
        write_json({"file": str(config_path), "pairs": list(found.pairs)})
    else:
        click.echo(f"{config_path}: no problem; pairs: {', '.join(found.pairs)}")


@config.command(cls=ServiceCommand, name="reload", short_help="Have the running service take over the changed file.")
@why_option
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@yes_option
@config_option
@json_option
def reload_(*, why: str, dry_run: bool, is_sure: bool, config_path: Path, as_json: bool) -> None:
    """Have the running service sell by the configuration file as it is now, without a restart.

    Taken over is which pairs are kept and how lots are sold: `pairs`, `exit`, and the keys of each pair; and
    `logs.level`, by all processes. Standing SELLs that would have another price are listed first, then cancelled and
    placed again; all others stand. A pair that is added is kept from that moment on. Of a pair that is taken out it
    says first what is left on the exchange; its SELLs stay there. What takes effect at a restart only is named. A file
    with a problem changes nothing.

    \b
    Example:
      lotkeeper config reload --dry-run
      lotkeeper config reload --yes
    """
    from lotkeeper.config import runtime_dir
    from lotkeeper.service.folder_note import FolderNote
    from messages.configuration import AskChanges, ReloadConfig

    note = FolderNote(config_path)
    wanted = load_config(config_path)
    settings = service_settings(wanted)
    planned = ask_service(wanted, ReloadConfig(settings, is_dry_run=True))
    pairs = PairsPlanned.of(wanted, config_path, planned)
    policies = _policies(settings, pairs.added)
    sells = ask_service(wanted, AskChanges(policies)).changes if planned.in_force else ()
    if planned.in_force and not dry_run:
        if not as_json:
            _show_sells(sells)
        confirm(_plan(planned, sells, pairs), is_sure, as_json)
        command = ReloadConfig(settings, False, getpass.getuser(), why, None if is_sure else planned)
        planned = ask_service(wanted, command, _WITHIN_S)
    elif not (
        dry_run or planned.at_restart
    ):  # a pair that an earlier command took out may be on its way out still, or have ended untold
        planned = ask_service(wanted, ReloadConfig(settings, False, getpass.getuser(), why, planned), _WITHIN_S)
    if not dry_run:
        note.write(runtime_dir(wanted))  # from now on it is the file that the service runs with
    if as_json:
        write_json(_document(planned, sells, pairs, dry_run=dry_run))
        return
    if dry_run:
        _show_sells(sells)
    click.echo(_outcome(planned, sells, pairs, dry_run=dry_run))


def _policies(settings: "ServiceSettings", added: Sequence[str]) -> "tuple[tuple[str, ExitPolicy], ...]":
    """Of the pairs that are kept already."""
    return tuple((pair.symbol, pair.policy) for pair in settings.pairs if pair.symbol not in added)


def _show_sells(sells: Sequence[dict[str, Any]]) -> None:
    if sells:
        from cli.views.changes import changes_table
        from cli.views.responsive_table import stdout_console

        stdout_console().print(changes_table(sells))


def _plan(planned: "ConfigReloaded", sells: Sequence[Any], pairs: PairsPlanned) -> str:
    return "\n".join((*_lines(planned), *pairs.sentences(), _sells_sentence(sells)))


def _outcome(found: "ConfigReloaded", sells: Sequence[Any], pairs: PairsPlanned, *, dry_run: bool) -> str:
    if not found.in_force and not found.at_restart:
        return "\n".join((*found.ended, _SAME))
    if dry_run and found.in_force:
        return "\n".join((_plan(found, sells, pairs), "nothing was changed"))
    done = _sells_sentence(sells) if found.in_force else "nothing of it can change while the service runs"
    return "\n".join((*_lines(found), *pairs.sentences(), *found.ended, done))


def _lines(found: "ConfigReloaded") -> list[str]:
    return [*_key_lines(found.in_force, ""), *_key_lines(found.at_restart, "; takes effect at a restart")]


def _key_lines(changes: "Iterable[KeyChange]", remark: str) -> list[str]:
    return [f"{each.key}: {each.before} -> {each.now}{remark}" for each in changes]


def _sells_sentence(sells: Sequence[Any]) -> str:
    if not sells:
        return "standing SELLs to cancel and to place again: none"
    return f"standing SELLs to cancel and to place again: {len(sells)}"


def _document(found: "ConfigReloaded", sells: Sequence[Any], pairs: PairsPlanned, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "in_force": [_key_document(each) for each in found.in_force],
        "at_restart": [_key_document(each) for each in found.at_restart],
        "sells": list(sells),
        "added": list(pairs.added),
        "removed": [each.document() for each in pairs.removed],
        "ended": list(found.ended),
    }


def _key_document(change: "KeyChange") -> dict[str, str]:
    return {"key": change.key, "before": change.before, "now": change.now}
