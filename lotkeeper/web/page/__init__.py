"""The page for people: its files (`site/`), and how they are served. What it shows it asks for as any client does."""
