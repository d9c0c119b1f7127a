"""The journal of decisions: what the service decided and why, in a table to which rows are only added."""
