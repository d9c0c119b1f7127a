"""What the commands that show the past share: their options, the rows as plain values, and how they are printed."""
