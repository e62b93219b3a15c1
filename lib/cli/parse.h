/*
 * Parsing a command line by a table of options, and the help it gives.
 * Private to lib/cli; tools call cli_parse of cli.h.
 */
#ifndef CLI_PARSE_H
#define CLI_PARSE_H

#include "cli/cli.h"

/*
 * Sets the targets of the tool's options and of the common ones, collects
 * operands in cli->operands, and the stage's arguments.  *asked becomes
 * 'h' or 'V' when help or the version is asked for.
 */
int
parse_arguments(struct cli *cli, int argc, char **argv, int *asked,
    struct error *err);

/* Appends the help text. */
void
parse_help(const struct cli *cli, struct buffer *out);
/* Appends the one line of usage. */
void
parse_usage(const struct cli *cli, struct buffer *out);

#endif
