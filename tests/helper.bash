# What every .bats file loads:
#
#	setup() {
#		load helper
#	}
#
# The tools of the variant under test come first on PATH; BIN is their
# folder, ROOT the project's, DATA that of the test data.  A test that writes
# does so in $BATS_TEST_TMPDIR.

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert

ROOT=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
VARIANT=${RIFFLE_VARIANT:-release}
BIN=$ROOT/build/$VARIANT/bin
DATA=${RIFFLE_DATA:-$ROOT/../shared/data}
ORACLES=${RIFFLE_ORACLES:-$ROOT/build/oracles}
case $ORACLES in
/*) ;;
*) ORACLES=$ROOT/$ORACLES ;;
esac
# Python with duckdb, pyarrow, polars, pyspark: only after need_oracle
ORACLE_PYTHON=$ORACLES/bin/python
# Python with msgpack: Debian's own will do
MSGPACK_PYTHON=$ORACLE_PYTHON
[ -x "$MSGPACK_PYTHON" ] || MSGPACK_PYTHON=/usr/bin/python3
PATH=$BIN:$PATH
export ROOT VARIANT BIN DATA ORACLES ORACLE_PYTHON MSGPACK_PYTHON PATH

# lacks KIND WHY: skips the test, or lets it fail if RIFFLE_REQUIRE has KIND
lacks() {
	case ",${RIFFLE_REQUIRE:-}," in
	*",$1,"*) fail "$2, but RIFFLE_REQUIRE=$RIFFLE_REQUIRE" ;;
	*) skip "$2" ;;
	esac
}

# need_data NAME: $DATA/NAME is there
need_data() {
	[ -e "$DATA/$1" ] || lacks data "no test data $1"
}

# need_oracle [MODULE...]: $ORACLE_PYTHON is there and has the modules
need_oracle() {
	[ -x "$ORACLE_PYTHON" ] ||
		lacks oracles "no oracles (run scripts/oracles)"
	[ $# = 0 ] || "$ORACLE_PYTHON" - "$@" <<-'END' ||
		import importlib.util, sys
		sys.exit(any(importlib.util.find_spec(name) is None
		    for name in sys.argv[1:]))
	END
		lacks oracles "the oracles lack one of: $*"
}

# need_release WHY: the test says nothing about a sanitizer's build
need_release() {
	[ "$VARIANT" = release ] || skip "$1"
}

# peak_kib COMMAND...: runs it and sets peak to the most memory, in KiB, that
# it or any process that it waited for had resident
peak_kib() {
	command time -f %M -o "$BATS_TEST_TMPDIR/peak" "$@"
	# shellcheck disable=SC2034 # for the caller
	peak=$(tail -n 1 "$BATS_TEST_TMPDIR/peak")
}
