/*
 * Files and folders on the disk, to stay there.
 */
#ifndef IO_SYNC_H
#define IO_SYNC_H

#include <stdint.h>

/*
 * Begins to write bytes of a file out, from `begin` on, all if len is 0: who
 * waits for all of them later need not wait so long.
 */
void
sync_begin(int fd, uint64_t begin, uint64_t len);

/* Waits for a file or folder; -1 with errno set. */
int
sync_path(const char *path);

/* For a folder and all that is in it, by several threads, which have ended
 * when it returns; -1 with errno set.  One at a time in a process. */
int
sync_tree(const char *path);

#endif
