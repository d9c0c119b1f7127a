"""`lotkeeper top` as an application on a terminal, with the library Textual (the extra `tui`).

`rows`, `settings` and `panes` are functions of the report; `source` asks the running service; `app` shows it. Only
`app` imports Textual.
"""
