"""`python -m lotkeeper.paper`: the same as `lotkeeper paper`."""

from lotkeeper.paper.command.options import build_command

if __name__ == "__main__":
    build_command()()
