"""What is different about SQLite and PostgreSQL; all else in persistence/ is the same for both."""
