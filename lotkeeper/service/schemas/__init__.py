"""What each command prints with --json, as models: docs/reference/json/ is made from them, and tests check by them.

No command needs them to run, except `lotkeeper schema`.
"""
