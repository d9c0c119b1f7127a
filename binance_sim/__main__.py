"""The console script `binance-sim`, also `python -m binance_sim`."""

from binance_sim.command.main import build_command


def main() -> None:
    build_command()(prog_name="binance-sim")


if __name__ == "__main__":
    main()
