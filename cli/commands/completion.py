"""`lotkeeper completion`: the script with which a shell completes commands, options and pairs."""

import click

from cli.shared import ServiceCommand

_VARIABLE = "_LOTKEEPER_COMPLETE"  # click's own: with it the command answers the shell instead of running


@click.command(cls=ServiceCommand, short_help="Print the script that completes commands in a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script with which SHELL completes commands, options and values of lotkeeper.

    \b
    Example:
      eval "$(lotkeeper completion bash)"        # in ~/.bashrc
      eval "$(lotkeeper completion zsh)"         # in ~/.zshrc, after compinit
      lotkeeper completion fish > ~/.config/fish/completions/lotkeeper.fish
    """
    from click.shell_completion import get_completion_class

    from cli.group import lotkeeper

    found = get_completion_class(shell)
    assert found is not None  # the argument's choices are click's own
    click.echo(found(lotkeeper, {}, "lotkeeper", _VARIABLE).source())
