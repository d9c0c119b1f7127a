"""`lotkeeper db upgrade`: brings the database to the schema of this version."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.progress import working
from cli.shared import ServiceCommand, config_option, confirm, dry_run_option, json_option, write_json, yes_option
from lotkeeper.service.configuration import load_config

if TYPE_CHECKING:
    from lotkeeper.service.database_upgrade import UpgradePlan


@click.command(cls=ServiceCommand, name="upgrade", short_help="Bring the database to the schema of this version.")
@dry_run_option
@yes_option
@config_option
@json_option
def upgrade_(*, is_dry_run: bool, is_sure: bool, config_path: Path, as_json: bool) -> None:
    """Bring the database to the schema of this version, while the service is stopped: all steps, or none.

    A start does this by itself where it is safe: with SQLite, of whose file a copy is made before, and with PostgreSQL
    if the steps only add columns and tables. It is said what will be done, and asked.

    \b
    Example:
      lotkeeper db upgrade --dry-run
    """
    from lotkeeper.service.database_upgrade import plan_upgrade, upgrade

    config = load_config(config_path)
    plan, copy = plan_upgrade(config), None
    is_needed = bool(plan.steps)
    if is_needed and not is_dry_run:
        confirm(_text(plan), is_sure, as_json)
        with working(f"upgrading {plan.place}"):
            copy = upgrade(config)
    is_done = is_needed and not is_dry_run
    if as_json:
        write_json(_document(plan, copy, is_done=is_done))
    elif is_done:
        kept = f"; as it was: {copy}" if copy else ""
        click.echo(f"the database {plan.place} has schema {plan.newest} now{kept}")
    else:
        click.echo(_text(plan))


def _text(plan: "UpgradePlan") -> str:
    if plan.found is None:
        return f"there is no database {plan.place} yet; a start makes it"
    if not plan.steps:
        return f"the database {plan.place} has schema {plan.found}, the newest: nothing is to be done"
    lines = [f"the database {plan.place} has schema {plan.found}, this lotkeeper {plan.newest}:"]
    lines += [f"  {step.version} to {step.version + 1}: {'; '.join(step.changes)}" for step in plan.steps]
    before = "a copy is made beside it" if plan.makes_copy else "no copy is made; make a backup with pg_dump"
    return "\n".join((*lines, f"before that, {before}"))


def _document(plan: "UpgradePlan", copy: Path | None, *, is_done: bool) -> dict[str, Any]:
    return {
        "database": plan.place,
        "schema": None if plan.found is None else int(plan.found),
        "newest": plan.newest,
        "steps": [
            {"from": each.version, "to": each.version + 1, "changes": each.changes, "only_adds": each.only_adds}
            for each in plan.steps
        ],
        "copy": None if copy is None else str(copy),
        "done": is_done,
    }
