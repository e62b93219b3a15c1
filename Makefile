# Riffle: GNU make, one file.  What was found out about this machine is in
# build/config.mk, which ./configure writes; do not make such changes here.
#
#	make			the programs, in build/release/bin (and build/bin)
#	make debug, make asan	the other variants, side by side
#	make check		everything is tested; sets itself up
#	make check-large	what takes long: 20 M rows in 256 MB, db-benchmark
#	make fuzz		bytes that parsers may choke on; SECONDS=
#	make property		random queries, here and in DuckDB; N= SEED= ONLY=
#	make demo		a pipeline from raw files to a report; sets itself up
#	make bench-modes	the retail pipeline's three modes; ROWS=
#	make bench		Riffle and its peers; TASK= ROWS= ROUNDS= PEERS=
#	make bench-check	its short tasks, against their floors
#	make microbench		the kernels, ns per row; KERNEL=csv
#	make install		PREFIX=/usr/local DESTDIR=
#
# lib/*/*.c and lib/*/*/*.c make build/VARIANT/libriffle.a; each bin/NAME.c is
# a program, each tests/unit/NAME.c a test, each tests/microbench/NAME.c what
# KERNEL=NAME measures.  V=1 shows the commands.

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.SECONDARY:

VARIANTS = release debug asan clang fuzz
VARIANT = $(DEFAULT_VARIANT)

LIB_SOURCES := $(sort $(wildcard lib/*/*.c lib/*/*/*.c))
BIN_SOURCES := $(sort $(wildcard bin/*.c))
UNIT_SOURCES := $(sort $(wildcard tests/unit/*.c))
FUZZ_NAMES := $(sort $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c)))
KERNELS := $(sort $(patsubst tests/microbench/%.c,%,\
    $(wildcard tests/microbench/*.c)))
PAGES := $(sort $(wildcard man/*.[157]))

all:

# Targets that set up everything install missing packages first; any other
# just says what is missing.
build/config.mk: configure
	$(if $(filter check check-% demo,$(MAKECMDGOALS)),scripts/bootstrap build)
	./configure $(CONFIGURE_ARGS)

# what configure found out is not for configure to find again
unexport CC CPPFLAGS CFLAGS LDFLAGS

ifeq ($(filter clean help,$(MAKECMDGOALS)),)
include build/config.mk
endif

# make's own default is no compiler of ours
CC_release = $(CC)
CC_debug = $(CC)
CC_asan = $(CC)
CC_clang = clang
# all warnings of the other compiler, as errors
CFLAGS_clang = -O1 -Werror
# libFuzzer's, which comes with clang
CC_fuzz = clang
CFLAGS_fuzz = -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
    -fno-sanitize-recover=all -fno-omit-frame-pointer

# a command's short form, nothing under -s
is_silent = $(findstring s,$(filter-out --%,$(firstword -$(MAKEFLAGS))))
quiet = $(if $(V),,@$(if $(is_silent),,echo "  $(1) $@";))

# Kernels for one kind of processor, called only where it is there.
%_avx2.o: CFLAGS_file = $(CFLAGS_avx2)
%_avx512.o: CFLAGS_file = $(CFLAGS_avx512)

# $(call variant_rules,VARIANT)
define variant_rules
$(1)_LIB := $(LIB_SOURCES:%.c=build/$(1)/obj/%.o)
$(1)_BINS := $(BIN_SOURCES:bin/%.c=build/$(1)/bin/%)
$(1)_UNITS := $(UNIT_SOURCES:tests/unit/%.c=build/$(1)/unit/%)

build/$(1)/obj/%.o: %.c build/config.mk
	@mkdir -p $$(@D)
	$$(call quiet,CC)$$(CC_$(1)) $$(CPPFLAGS) $$(CFLAGS) $$(CFLAGS_$(1)) \
	    $$(CFLAGS_file) -MMD -MP -c -o $$@ $$<

# the list of members is a prerequisite too: a file that went away goes away
build/$(1)/members: FORCE
	@mkdir -p $$(@D)
	@echo $$($(1)_LIB) | cmp -s - $$@ || echo $$($(1)_LIB) >$$@

build/$(1)/libriffle.a: $$($(1)_LIB) build/$(1)/members
	$$(call quiet,AR)rm -f $$@ && ar rcsD $$@ $$($(1)_LIB)

build/$(1)/bin/%: build/$(1)/obj/bin/%.o build/$(1)/libriffle.a
	@mkdir -p $$(@D)
	$$(call quiet,LD)$$(CC_$(1)) $$(CFLAGS_$(1)) -o $$@ $$^ \
	    $$(LDFLAGS) $$(LIBS)

build/$(1)/unit/%: build/$(1)/obj/tests/unit/%.o build/$(1)/libriffle.a
	@mkdir -p $$(@D)
	$$(call quiet,LD)$$(CC_$(1)) $$(CFLAGS_$(1)) -o $$@ $$^ \
	    $$(LDFLAGS) $$(LIBS)

build/$(1)/microbench/%: build/$(1)/obj/tests/microbench/%.o \
    build/$(1)/libriffle.a
	@mkdir -p $$(@D)
	$$(call quiet,LD)$$(CC_$(1)) $$(CFLAGS_$(1)) -o $$@ $$^ \
	    $$(LDFLAGS) $$(LIBS)

# a target of tests/fuzz with a main that replays its corpus
build/$(1)/replay/%: build/$(1)/obj/tests/fuzz/%.o \
    build/$(1)/obj/tests/fuzz/replay/files.o \
    build/$(1)/obj/tests/fuzz/replay/replay.o build/$(1)/libriffle.a
	@mkdir -p $$(@D)
	$$(call quiet,LD)$$(CC_$(1)) $$(CFLAGS_$(1)) -o $$@ $$^ \
	    $$(LDFLAGS) $$(LIBS)

-include $$(wildcard build/$(1)/obj/*/*.d build/$(1)/obj/*/*/*.d \
    build/$(1)/obj/*/*/*/*.d)
endef
$(foreach variant,$(VARIANTS),$(eval $(call variant_rules,$(variant))))

all: $(VARIANT)
ifeq ($(VARIANT),release)
all: build/bin
endif

# libriffle.a before there are programs, too
release: build/release/libriffle.a $(release_BINS)
debug: build/debug/libriffle.a $(debug_BINS)
asan: build/asan/libriffle.a $(asan_BINS)
# what no test runs is at least compiled
clang: build/clang/libriffle.a $(clang_BINS) \
    $(KERNELS:%=build/clang/obj/tests/microbench/%.o)

build/bin:
	ln -sfn release/bin $@

# --- tests

unit: $($(VARIANT)_UNITS)
	scripts/run-tests $(VARIANT) $($(VARIANT)_UNITS)

REPLAYS := $(FUZZ_NAMES:%=build/asan/replay/%)

check: release build/bin $(release_UNITS) $(REPLAYS)
	scripts/bootstrap check
	@$(LINT_FLAGS) scripts/run-tests release

# tests/large: minutes, and gigabytes under $TMPDIR
check-large: release build/bin
	scripts/bootstrap check
	@scripts/run-tests -j 1 release $(wildcard tests/large/*.bats)

N = 10000
SEED = $(shell od -An -N4 -tu4 /dev/urandom)
property: release build/bin
	@PATH="$$PWD/build/release/bin:$$PATH" \
	    "$${RIFFLE_ORACLES:-build/oracles}/bin/python" \
	    tests/property/property.py -n $(N) -s $(SEED) $(ONLY)

# new inputs for tests/fuzz, SECONDS for each target; what is found is kept
# in build/fuzz/corpus, what crashes in the root folder
SECONDS = 60
FUZZ_TARGETS := $(FUZZ_NAMES:%=build/fuzz/target/%)
build/fuzz/target/%: build/fuzz/obj/tests/fuzz/%.o \
    build/fuzz/obj/tests/fuzz/replay/files.o build/fuzz/libriffle.a
	@mkdir -p $(@D)
	$(call quiet,LD)$(CC_fuzz) $(CFLAGS_fuzz) -fsanitize=fuzzer -o $@ $^ \
	    $(LDFLAGS) $(LIBS)
fuzz: $(FUZZ_TARGETS)
	@for name in $(FUZZ_NAMES); do \
	    mkdir -p build/fuzz/corpus/$$name; \
	    echo "$$name: $(SECONDS) seconds"; \
	    build/fuzz/target/$$name -max_total_time=$(SECONDS) \
	        -max_len=65536 -rss_limit_mb=4096 -timeout=20 -verbosity=0 \
	        build/fuzz/corpus/$$name tests/fuzz/corpus/$$name || exit 1; \
	done

# everything again under the sanitizers
check-asan: asan $(asan_UNITS) $(REPLAYS)
	scripts/bootstrap check
	@scripts/run-tests asan

# no warnings from the other compiler either
check-clang: clang $(clang_UNITS)

lint:
	scripts/bootstrap check
	@$(LINT_FLAGS) scripts/lint

LINT_FLAGS = CC='$(CC)' CPPFLAGS='$(CPPFLAGS)' CFLAGS='$(CFLAGS)'

# --- use

demo: release build/bin
	@scripts/demo

# the three modes of the retail pipeline, side by side; ROWS=
bench-modes: release build/bin
	@$(MAKE) -C pipelines/retail bench-modes

# tests/bench/README.md; scripts/bench-peers installs the peers
BENCH_SETTINGS = $(foreach name,TASK ROWS ROUNDS PEERS CPUS KEEP RESULTS,\
    $(if $($(name)),$(name)=$($(name))))
bench: release build/bin
	@scripts/bench $(BENCH_SETTINGS)
bench-check: release build/bin
	@scripts/bench --check $(BENCH_SETTINGS)

# the kernels alone, at each level of RIFFLE_SIMD
KERNEL = $(KERNELS)
microbench: $(KERNEL:%=build/release/microbench/%)
	@scripts/microbench $^

install: all
	install -d $(DESTDIR)$(PREFIX)/bin
	$(if $($(VARIANT)_BINS),install $($(VARIANT)_BINS) $(DESTDIR)$(PREFIX)/bin)
	set -e; for page in $(PAGES); do \
		install -D -m 644 $$page \
		    $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}; \
	done

help:
	@sed -n '/^#/!q; s/^#[	 ]\{0,1\}//p' Makefile

clean:
	rm -rf build

FORCE:

.PHONY: all $(filter-out fuzz,$(VARIANTS)) fuzz unit check check-large check-asan check-clang property \
    lint demo bench bench-check bench-modes microbench install help clean FORCE
