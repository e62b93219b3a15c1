#!/usr/bin/env bash
set -euo pipefail

make -s -j"$CORES" -C "$ROOT/pipelines/online-retail" report \
	IN="$DATA/by-day" OUT="$OUT"
