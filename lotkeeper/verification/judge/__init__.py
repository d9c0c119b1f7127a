"""Decides from the exchange's journal alone: no BUY lost, nothing sold twice, nothing sold below its floor.

Independent on purpose: it reads the journal's lines and does its own exact arithmetic (`Fraction`). Nothing of the
service or its rules is imported here, so that a mistake there cannot hide itself.
"""
