"""What the commands show: tables, live views."""
