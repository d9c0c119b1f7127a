"""Faults on demand: what can go wrong with an exchange, as data, one file for each family.

A fault either happens at once (a connection is cut, a pair halts) or is armed and waits for matching requests, events
or connections: the next order, the third fill, every reply for two seconds. A place where the exchange asks whether a
fault is due is called a seam.
"""
