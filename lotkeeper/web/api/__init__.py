"""The JSON API: what the commands print, by HTTP; the description is made of the same tables that answer."""
