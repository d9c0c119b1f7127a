"""`lotkeeper paper`: the embedded exchange, for any Binance client."""

from lotkeeper.paper.command.options import build_command

paper = build_command()
