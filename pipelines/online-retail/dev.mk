# Settings of ENV=dev
MEMORY = 256M
# the share of raw rows that may be bad before a run fails
MAX_BAD = 0.01
