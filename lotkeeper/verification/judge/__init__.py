"""The judge decides from the exchange's journal alone: no BUY lost, nothing sold twice, nothing sold below its floor.

It is independent on purpose: it reads the lines of the journal and computes with exact fractions. It imports nothing of
the service and its rules, so that an error there cannot hide itself here.
"""
