#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "base/fd.h"
#include "io/copies.h"
#include "io/spread.h"

#define BYTES (5u << 20)

static uint8_t
byte_at(size_t i)
{
	return (uint8_t)(i * 2654435761u >> 13);
}

/* A process that writes BYTES bytes in pieces of changing length. */
static pid_t
start_writer(int fd)
{
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	uint8_t piece[70000];
	struct error err;
	for (size_t at = 0; at < BYTES;) {
		size_t len = (at * 7919) % sizeof(piece) + 1;
		if (len > BYTES - at)
			len = BYTES - at;
		for (size_t i = 0; i < len; i++)
			piece[i] = byte_at(at + i);
		if (fd_write_full(fd, piece, len, "a pipe", &err) != 0)
			_exit(1);
		at += len;
	}
	_exit(0);
}

/* How many of the right bytes come, read `step` at a time. */
static size_t
count_right(int fd, size_t step, size_t most)
{
	static uint8_t bytes[1 << 20];
	size_t at = 0;
	ssize_t n;
	while (at < most && (n = read(fd, bytes, step)) > 0)
		for (ssize_t i = 0; i < n; i++, at++)
			if (bytes[i] != byte_at(at))
				return at;
	return at;
}

/* A process that reads `most` bytes and ends with 0 if these are right. */
static pid_t
start_reader(int (*pipes)[2], int mine, int count, size_t step, size_t most)
{
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	for (int i = 0; i < count; i++) {
		close(pipes[i][1]);
		if (i != mine)
			close(pipes[i][0]);
	}
	_exit(count_right(pipes[mine][0], step, most) >= most ? 0 : 1);
}

static int
status_of(pid_t pid)
{
	int status = -1;
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void
a_pipe_is_spread_to_fast_and_slow_readers(void)
{
	int in[2], pipes[4][2], outs[4];
	static const size_t steps[4] = {1 << 20, 100, 4096, 65536};
	/* one of them leaves early */
	static const size_t most[4] = {BYTES, BYTES, 12345, BYTES};
	pid_t readers[4];
	CHECK(pipe(in) == 0);
	for (int i = 0; i < 4; i++) {
		CHECK(pipe(pipes[i]) == 0);
		outs[i] = pipes[i][1];
	}
	for (int i = 0; i < 4; i++)
		readers[i] = start_reader(pipes, i, 4, steps[i], most[i]);
	/* only readers hold the ends that they read from */
	for (int i = 0; i < 4; i++)
		close(pipes[i][0]);
	pid_t writer = start_writer(in[1]);
	close(in[1]);
	CHECK_INT(spread(in[0], outs, 4), 0);
	CHECK_INT(outs[2], -1);
	for (int i = 0; i < 4; i++)
		if (outs[i] >= 0)
			close(outs[i]);
	for (int i = 0; i < 4; i++)
		CHECK_INT(status_of(readers[i]), 0);
	CHECK_INT(status_of(writer), 0);
	close(in[0]);
}

static double
cpu_seconds(void)
{
	struct timespec time;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void
an_input_that_does_not_block_is_spread_without_haste(void)
{
	int in[2], pipes[1][2];
	const struct timespec pause = {.tv_nsec = 700000000};
	CHECK(pipe2(in, O_NONBLOCK) == 0);
	CHECK(fcntl(in[1], F_SETFL, 0) == 0);
	CHECK(pipe(pipes[0]) == 0);
	pid_t reader = fork();
	if (reader == 0) {
		close(pipes[0][1]);
		nanosleep(&pause, NULL);
		_exit(count_right(pipes[0][0], 65536, BYTES) == BYTES ? 0 : 1);
	}
	close(pipes[0][0]);
	pid_t writer = start_writer(in[1]);
	close(in[1]);
	double before = cpu_seconds();
	CHECK_INT(spread(in[0], &pipes[0][1], 1), 0);
	CHECK(cpu_seconds() - before < 0.2);
	close(pipes[0][1]);
	CHECK_INT(status_of(reader), 0);
	CHECK_INT(status_of(writer), 0);
	close(in[0]);
}

/* A regular file with what a writer writes, at its beginning. */
static int
open_file(void)
{
	struct error err;
	int fd = fd_open_temporary(NULL, &err);
	CHECK_INT(status_of(start_writer(fd)), 0);
	CHECK(lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

static void
every_copy_reads_all_inputs(void)
{
	int in[2];
	struct error err;
	struct buffer report = {0};
	CHECK(pipe2(in, O_CLOEXEC) == 0);
	pid_t writer = start_writer(in[1]);
	close(in[1]);
	int inputs[2] = {in[0], open_file()};
	struct copies *copies = copies_start(inputs, 2, 3, &err);
	size_t right[2];
	for (int i = 0; i < 2; i++)
		right[i] = count_right(inputs[i], 9999, BYTES + 1);
	if (copies_number(copies) > 0)
		copies_leave(copies, 0, NULL, right, sizeof(right));
	CHECK_INT(copies_count(copies), 3);
	for (uint32_t k = 1; k < 3; k++) {
		CHECK_INT(copies_join(copies, k, &report, &err), 0);
		CHECK_INT(report.len, sizeof(right));
		CHECK_INT(memcmp(report.data, right, sizeof(right)), 0);
	}
	for (int i = 0; i < 2; i++) {
		CHECK_INT(right[i], BYTES);
		close(inputs[i]);
	}
	CHECK(copies_usage(copies).peak_bytes > 0);
	copies_free(copies);
	CHECK_INT(status_of(writer), 0);
	buffer_release(&report);
}

static void
why_a_copy_failed_is_known(void)
{
	int fd = open_file();
	struct error err, why = {0};
	struct buffer report = {0};
	struct copies *copies = copies_start(&fd, 1, 3, &err);
	if (copies_number(copies) == 1)
		raise(SIGKILL);
	if (copies_number(copies) == 2) {
		error_data(&why, "row 7 is bad");
		copies_leave(copies, -1, &why, NULL, 0);
	}
	CHECK_INT(copies_join(copies, 2, &report, &err), -1);
	CHECK_INT(err.status, STATUS_DATA);
	CHECK_TEXT(err.text, "row 7 is bad");
	CHECK_INT(copies_join(copies, 1, &report, &err), -1);
	CHECK_INT(err.status, STATUS_SYSTEM);
	CHECK_TEXT(err.text, "a copy of this process was killed");
	CHECK_INT(copies_check(copies, &err), -1);
	copies_free(copies);
	close(fd);
}

static void
what_cannot_be_read_twice_is_read_by_one(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct error err;
	struct copies *copies = copies_start(&fd, 1, 4, &err);
	CHECK_INT(copies_count(copies), 1);
	CHECK_INT(copies_number(copies), 0);
	CHECK_INT(copies_check(copies, &err), 0);
	copies_free(copies);
	close(fd);
}

int
main(void)
{
	RUN(a_pipe_is_spread_to_fast_and_slow_readers);
	RUN(an_input_that_does_not_block_is_spread_without_haste);
	RUN(every_copy_reads_all_inputs);
	RUN(why_a_copy_failed_is_known);
	RUN(what_cannot_be_read_twice_is_read_by_one);
	return check_done();
}
