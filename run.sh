cd /tmp/lk/trading-rename/check
nice /tmp/lk/trading/.venv/bin/python -m pytest tests/actors tests/persistence tests/messages tests/lotkeeper/exchange tests/lotkeeper/verification -q -n 2 -p no:cacheprovider -m "not e2e" > /tmp/lk/trading-rename/actors.log 2>&1
nice /tmp/lk/trading/.venv/bin/python -m tests.simulation --seeds 60 --workers 1 > /tmp/lk/trading-rename/sim.log 2>&1
