/*
 * Fuzzing: a target is a function that libFuzzer calls with bytes
 * (llvm.org/docs/LibFuzzer.html); it must neither crash nor leak.
 *
 *	make fuzz SECONDS=60		looks for new inputs, with clang
 *	make check			replays tests/fuzz/corpus, and bytes near
 *					it, under the sanitizers (replay.c)
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "batch/stream.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* An unnamed file in memory that holds the bytes, read from its start. */
int
fuzz_file(const uint8_t *bytes, size_t len);
/* Pulls and checks all batches; frees the source. */
void
fuzz_drain(struct batch_source *source);

#endif
