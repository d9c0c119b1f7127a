"""What lots earned and cost, and how it came about: figures for people, on which nothing depends."""
