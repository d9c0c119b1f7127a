"""The page for people: its files (`site/`), and how they are served. What it shows it asks for by HTTP like any client."""
