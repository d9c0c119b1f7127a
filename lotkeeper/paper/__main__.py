"""`python -m lotkeeper.paper`: the same as `lotkeeper paper`."""

from lotkeeper.paper.options import build_command

if __name__ == "__main__":
    build_command()()
