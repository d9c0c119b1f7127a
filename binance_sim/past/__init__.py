"""The past of a pair: candles and trades from before the start, made from the seed when somebody asks for them."""
