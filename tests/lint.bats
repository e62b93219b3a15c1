# The checks of the sources see what they are there to see.

setup() {
	load helper
	cd "$BATS_TEST_TMPDIR"
	mkdir -p lib/base lib/batch lib/io lib/format lib/wire bin
}

# header PATH [LINE...]: a header with its guard and these lines
header() {
	local path=$1 guard
	shift
	guard=$(tr 'a-z/.' 'A-Z__' <<<"${path#lib/}")
	{
		printf '#ifndef %s\n#define %s\n' "$guard" "$guard"
		printf '%s\n' "$@"
		printf '#endif\n'
	} >"$path"
}

@test "check-layers is content with includes that point down" {
	header lib/base/low.h
	header lib/batch/column.h '#include "base/low.h"'
	echo '#include "batch/column.h"' >bin/tool.c
	run -0 "$ROOT/scripts/check-layers" .
	assert_output ''
}

@test "check-layers fails on an include that points up" {
	header lib/batch/column.h
	header lib/base/low.h '#include "batch/column.h"'
	run -1 "$ROOT/scripts/check-layers" .
	assert_output --partial \
	    'lib/base/low.h:3: "batch/column.h": points up, from base to batch'
}

@test "check-layers fails on an include that points sideways" {
	header lib/io/file.h
	echo '# include "io/file.h"' >lib/batch/column.c
	run -1 "$ROOT/scripts/check-layers" .
	assert_output --partial 'points sideways, from batch to io'
}

@test "check-layers fails on an include that leaves lib" {
	echo '#include "../bin/tool.c"' >lib/base/low.c
	run -1 "$ROOT/scripts/check-layers" .
	assert_output --partial 'not from the root of lib/'
}

@test "check-layers fails on a folder that is in no layer" {
	mkdir lib/misc
	header lib/misc/any.h
	run -1 "$ROOT/scripts/check-layers" .
	assert_output --partial 'lib/misc is in no layer'
}

@test "check-layers fails on a library that two files include" {
	echo '#include <zlib.h>' >lib/base/one.c
	echo '#include <zlib.h>' >lib/format/two.c
	run -1 "$ROOT/scripts/check-layers" .
	assert_output \
	    'lib/format/two.c:1: <zlib.h>: zlib is included by lib/base/one.c already'
}

@test "check-layers fails on a library in the wrong folder" {
	echo '#include <msgpack/pack.h>' >lib/format/csv.c
	run -1 "$ROOT/scripts/check-layers" .
	assert_output --partial 'msgpack-c belongs into lib/wire'
}

@test "check-layers fails on the domain's word outside lib/gen" {
	mkdir lib/gen
	echo '/* retail */' >lib/gen/model.c
	run -0 "$ROOT/scripts/check-layers" .
	echo '/* Retail */' >lib/base/low.c
	run -1 "$ROOT/scripts/check-layers" .
	assert_output --partial 'lib/base/low.c:1: only lib/gen knows'
}

@test "check-style is content with good style" {
	header lib/base/low.h '/* Never strcpy(). */'
	printf 'int\nf(void)\n{\n\treturn g("atoi(1) goto x");\n}\n' >lib/base/low.c
	run -0 "$ROOT/scripts/check-style" .
	assert_output ''
}

@test "check-style fails on functions over 80 lines" {
	{
		printf 'int\nf(void)\n{\n'
		for ((i = 0; i < 78; i++)); do printf '\tg();\n'; done
		printf '}\n'
	} >lib/base/low.c
	run -0 "$ROOT/scripts/check-style" .
	sed -i '4s/^/\tg();\n/' lib/base/low.c
	run -1 "$ROOT/scripts/check-style" .
	assert_output --partial 'a function of 81 lines'
}

@test "check-style fails on files over 600 lines" {
	yes ';' | head -n 600 >lib/base/low.c
	run -0 "$ROOT/scripts/check-style" .
	echo ';' >>lib/base/low.c
	run -1 "$ROOT/scripts/check-style" .
	assert_output --partial 'a file of 601 lines'
}

@test "check-style counts a tab as 8 columns and a character as one" {
	printf '\t%072d\n' 0 >lib/base/low.c
	printf '// %077d\n' 0 | sed 's/0/é/g' >>lib/base/low.c
	run -0 "$ROOT/scripts/check-style" .
	printf '\t%073d\n' 0 >>lib/base/low.c
	run -1 "$ROOT/scripts/check-style" .
	assert_output 'lib/base/low.c:3: 81 columns, 80 at most'
}

@test "check-style fails on banned functions, gotos back and typedefs" {
	printf '%s\n' '	strcpy(a, b);' '	goto again;' \
	    'typedef struct a a;' '	exit(1);' '	x(); ' >lib/base/low.c
	run -1 "$ROOT/scripts/check-style" .
	assert_line 'lib/base/low.c:1: strcpy() is banned'
	assert_line 'lib/base/low.c:2: goto goes forward, to out:'
	assert_line 'lib/base/low.c:3: no typedef for structs'
	assert_line \
	    'lib/base/low.c:4: exit(): only lib/cli and main() print or exit'
	assert_line 'lib/base/low.c:5: white space at the end'
}

@test "check-style fails on a header without its guard" {
	echo 'int f(void);' >lib/base/low.h
	run -1 "$ROOT/scripts/check-style" .
	assert_output 'lib/base/low.h:1: no include guard BASE_LOW_H'
}

@test "check-style wants intrinsics in files named for them" {
	echo '#include <immintrin.h>' >lib/base/fast_avx2.c
	run -0 "$ROOT/scripts/check-style" .
	echo '#include <immintrin.h>' >lib/base/fast.c
	run -1 "$ROOT/scripts/check-style" .
	assert_output --partial 'lib/base/fast.c:1: intrinsics belong into'
}

@test "configure names what is missing and its package" {
	mkdir -p fake && cp "$ROOT/configure" .
	printf '#!/bin/sh\ncase "$*" in *-lzstd*) exit 1 ;; esac\nexec cc "$@"\n' \
	    >fake/cc-without-zstd
	chmod +x fake/cc-without-zstd
	run -2 --separate-stderr ./configure --cc="$PWD/fake/cc-without-zstd"
	[[ $stderr == *'missing: zstd'*'apt-get install libzstd-dev'* ]]
	[ ! -e build/config.mk ]
}

@test "configure refuses what it does not know" {
	cp "$ROOT/configure" .
	run -2 --separate-stderr ./configure --frobnicate
	assert_output ''
	[[ $stderr == *"unknown argument: --frobnicate"* ]]
	run -2 --separate-stderr ./configure --variant fast
	[[ $stderr == *"--variant is release, debug or asan, not 'fast'"* ]]
}

@test "run-tests counts failures, skips and suites that die" {
	mkdir -p scripts && cp "$ROOT/scripts/run-tests" scripts/
	printf '#!/bin/sh\necho "ok 1 a"\necho "ok 2 b # skip no c"\necho 1..2\n' \
	    >good
	printf '#!/bin/sh\necho "not ok 1 a"\necho 1..1\nexit 1\n' >bad
	printf '#!/bin/sh\necho 1..3\necho "ok 1 a"\nkill -9 $$\n' >dead
	chmod +x good bad dead
	run -0 scripts/run-tests release ./good
	assert_line --index -1 '1 passed, 0 failed, 1 skipped'
	run -1 scripts/run-tests release ./good ./bad ./dead
	assert_line --index -1 '2 passed, 3 failed, 1 skipped'
	run -1 scripts/run-tests -j 1 release ./bad
	assert_line --index -1 '0 passed, 1 failed, 0 skipped'
}

@test "a check that does not hold fails its test and the program" {
	cat >unit.c <<-'END'
	#include "check.h"
	static void
	two_is_two(void)
	{
		CHECK_INT(1 + 1, 2);
	}
	static void
	two_is_three(void)
	{
		CHECK_INT(1 + 1, 3);
		CHECK_TEXT("a", "b");
		CHECK_BYTES("ab", "ac", 2);
	}
	static void
	not_today(void)
	{
		check_skip("no time");
	}
	int
	main(void)
	{
		RUN(two_is_two);
		RUN(two_is_three);
		RUN(not_today);
		return check_done();
	}
	END
	# it may be more than a word: ccache gcc
	read -ra compiler < <(sed -n 's/^CC = //p' "$ROOT/build/config.mk")
	"${compiler[@]}" -D_GNU_SOURCE -I"$ROOT/tests/unit" -o unit unit.c
	run -1 ./unit
	assert_output - <<-'END'
	ok 1 two is two
	# unit.c:10: 1 + 1 is 2 (0x2), not 3 (0x3)
	# unit.c:11: "a" is 'a', not 'b'
	# unit.c:12: "ab": byte 1 is 0x62, not 0x63
	not ok 2 two is three
	ok 3 not today # skip no time
	1..3
	END
}

@test "a test that needs data or oracles is skipped, or fails if told to" {
	# written with % as bats itself looks for lines with @test
	sed 's/^%/@/' >needs.bats <<-'END'
	setup() {
		load "$HELPER"
	}
	%test "data" {
		need_data nothing
	}
	%test "oracles" {
		need_oracle
	}
	END
	unset RIFFLE_REQUIRE
	export HELPER=$ROOT/tests/helper RIFFLE_DATA=$PWD RIFFLE_ORACLES=$PWD
	run -0 bats --formatter tap needs.bats
	assert_line 'ok 1 data # skip no test data nothing'
	assert_line 'ok 2 oracles # skip no oracles (run scripts/oracles)'
	RIFFLE_REQUIRE=data run -1 bats --formatter tap needs.bats
	assert_line 'not ok 1 data'
	assert_line 'ok 2 oracles # skip no oracles (run scripts/oracles)'
	RIFFLE_REQUIRE=oracles,data run -1 bats --formatter tap needs.bats
	assert_line 'not ok 1 data'
	assert_line 'not ok 2 oracles'
}
