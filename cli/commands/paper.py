"""`lotkeeper paper`: the embedded exchange, for any Binance client."""

from binance_sim.command.options import build_command

paper = build_command()
