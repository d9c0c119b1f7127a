"""The drill: the service under faults and kills while a trader trades, and a judge who decides from the journal."""
