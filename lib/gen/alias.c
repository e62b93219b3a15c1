#include "gen/alias.h"

#include <assert.h>

#include "base/int128.h"
#include "base/mem.h"

/*
 * Every slot has room for `total`; slot i begins with shares[i] of it, being
 * weights[i] * count.  Slots with room to spare are filled up by one of
 * those that have too much.
 */
static void
fill_slots(struct alias *alias, uint64_t *shares, uint32_t *stack,
    uint64_t total)
{
	/* stack: the small from the bottom, the large from the top */
	uint32_t small = 0, large = alias->count;

	for (uint32_t i = 0; i < alias->count; i++) {
		if (shares[i] < total)
			stack[small++] = i;
		else
			stack[--large] = i;
	}
	while (small > 0 && large < alias->count) {
		uint32_t poor = stack[--small];
		uint32_t rich = stack[large];

		alias->slots[poor] = (struct alias_slot){
			.threshold = (uint32_t)
			    (((uint128)shares[poor] << 32) / total),
			.other = rich
		};
		shares[rich] -= total - shares[poor];
		if (shares[rich] < total) {
			large++;
			stack[small++] = rich;
		}
	}
}

void
alias_init(struct alias *alias, const uint64_t *weights, uint32_t count)
{
	uint64_t total = 0;

	assert(count > 0 && count <= ALIAS_MAX_COUNT);
	for (uint32_t i = 0; i < count; i++) {
		assert(weights[i] <= ALIAS_MAX_WEIGHT);
		total += weights[i];
	}
	assert(total > 0 && total <= ALIAS_MAX_WEIGHT);

	uint64_t *shares = mem_array(count, sizeof(*shares));
	uint32_t *stack = mem_array(count, sizeof(*stack));

	alias->count = count;
	alias->slots = mem_array(count, sizeof(*alias->slots));
	for (uint32_t i = 0; i < count; i++) {
		alias->slots[i].other = i;	/* full slots stay so */
		shares[i] = weights[i] * count;
	}
	fill_slots(alias, shares, stack, total);
	mem_free(shares);
	mem_free(stack);
}

void
alias_release(struct alias *alias)
{
	mem_free(alias->slots);
	*alias = (struct alias){0};
}
