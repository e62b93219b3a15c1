/*
 * A source in another order: all rows of `in`, sorted by op/sort/sort.h when
 * the first one is asked for.
 */
#ifndef OP_SORTED_SOURCE_H
#define OP_SORTED_SOURCE_H

#include "op/sort/sort.h"

/*
 * All borrowed but keys, which are copied.  Its stages are those of `in`;
 * freeing it leaves `in`.
 */
struct batch_source *
sorted_source_new(struct batch_source *in, const struct sort_key *keys,
    uint32_t key_count, const char *temporary_folder, struct budget *budget);

#endif
