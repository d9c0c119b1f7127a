"""The command `binance-sim`, also as `python -m binance_sim`."""

from binance_sim.command.options import build_command


def main() -> None:
    build_command()(prog_name="binance-sim")


if __name__ == "__main__":
    main()
