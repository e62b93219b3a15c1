/*
 * The bytes of one pipe to several, by reference (tee(2), splice(2)).
 */
#ifndef IO_SPREAD_H
#define IO_SPREAD_H

#include <stdint.h>

/*
 * Gives every pipe of outs[count] what comes from the pipe `in`, until that
 * has ended or nobody reads any more.  A pipe that nobody reads is closed and
 * its descriptor set to -1.  Ignores SIGPIPE from now on.  -1 with errno set.
 */
int
spread(int in, int *outs, uint32_t count);

#endif
