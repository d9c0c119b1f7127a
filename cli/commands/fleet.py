"""`lotkeeper fleet`: many services at once."""

from pathlib import Path

import click

from cli.shared import ServiceCommand, json_option, write_json


@click.group()
def fleet() -> None:
    """Look at many services, on this host and over ssh."""


@fleet.command(cls=ServiceCommand)
@click.option(
    "--config",
    "configs",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A configuration of this host, or a folder with NAME.yaml or NAME/config.yaml. Repeatable.",
)
@click.option("--host", "hosts", multiple=True, metavar="HOST", help="HOST or USER@HOST, asked over ssh. Repeatable.")
@click.option("--fleet", "listed", type=click.Path(dir_okay=False, path_type=Path), help="A file that lists services.")
@click.option("--ssh-config", type=click.Path(dir_okay=False, path_type=Path), help="What ssh reads in place of yours.")
@click.option(
    "--within",
    "within_s",
    type=click.FloatRange(min=0.1, max=600),
    default=10.0,
    show_default=True,
    help="Seconds for the answer of each service.",
)
@json_option
@click.pass_context
def status(
    ctx: click.Context,
    *,
    configs: tuple[Path, ...],
    hosts: tuple[str, ...],
    listed: Path | None,
    ssh_config: Path | None,
    within_s: float,
    as_json: bool,
) -> None:
    """Show health, lots and request weight of many services.

    Without options these are the services of /etc/lotkeeper. Other hosts are asked over ssh, all at the same time: by
    a key, without a question, and only hosts that ssh knows. One that does not answer is a row with the reason.

    Exit code: 0 all are well, 1 one is degraded or cannot be read, 3 one does not run.

    \b
    Example:
      lotkeeper fleet status
      lotkeeper fleet status --config /etc/lotkeeper --host lk@pi.example.org
      lotkeeper fleet status --fleet fleet.yaml
      lotkeeper fleet status --json | jq '.services[]|select(.health!="ok").name'
    """
    from lotkeeper.service.fleet.asking import ask_all
    from lotkeeper.service.fleet.places import find_places, is_host
    from lotkeeper.service.fleet.summary import exit_code, fleet_document

    for host in hosts:
        if not is_host(host):
            raise click.BadParameter(f"{host!r} is not a host or USER@HOST, as ssh takes it", param_hint="--host")
    document = fleet_document(ask_all(find_places(configs, hosts, listed), within_s, ssh_config))
    if as_json:
        write_json(document)
    else:
        from cli.views.fleet import fleet_view
        from cli.views.responsive_table import stdout_console

        stdout_console().print(fleet_view(document))
    ctx.exit(exit_code(document))
