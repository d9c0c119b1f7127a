"""Price sources: simulated walks and recorded captures."""
