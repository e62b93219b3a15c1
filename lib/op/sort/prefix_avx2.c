#include "op/sort/prefix.h"

#ifdef __x86_64__

#include <immintrin.h>

#include "op/ordered.h"

#define NAME prefix_text_avx2
#define EXTRACT(value, word) _pext_u64(value, (word)->mask)
#include "op/sort/prefix_text_body.h"

#endif
