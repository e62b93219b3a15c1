# Settings of ENV=prod
ROWS = 10000000
SEED = 42
MEMORY = 256M
# the share of raw rows that may be bad before a run fails
MAX_BAD = 0.05
