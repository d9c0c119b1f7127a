"""Faults on demand: what can go wrong with an exchange, as data, one file a family.

A fault either happens at once (a socket is cut, a pair halts) or is armed and waits for what it is about: the next
order, the third fill, every reply for two seconds. Where the exchange asks whether one is due is called a seam.
"""
