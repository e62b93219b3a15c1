#include "io/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"

/* In the child: becomes the shell, or leaves with 127 as a shell does. */
static _Noreturn void
become(const char *command, int in_fd, int out_fd)
{
	if ((in_fd >= 0 && dup2(in_fd, STDIN_FILENO) < 0) ||
	    (out_fd >= 0 && dup2(out_fd, STDOUT_FILENO) < 0))
		_exit(STATUS_SYSTEM);
	signal(SIGPIPE, SIG_DFL);
	/* where it mostly is: each folder of PATH costs a system call */
	execl("/bin/bash", "bash", "-c", command, (char *)NULL);
	execlp("bash", "bash", "-c", command, (char *)NULL);
	execlp("sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

int
process_start(struct process *process, const char *command, int in_fd,
    int out_fd, struct error *err)
{
	pid_t pid = fork();
	if (pid < 0)
		return error_system(err, errno, "cannot start '%s'", command);
	if (pid == 0)
		become(command, in_fd, out_fd);
	process->pid = pid;
	process->command = mem_strdup(command);
	return 0;
}

static int
wait_for(struct process *process, int *status)
{
	pid_t got;
	do
		got = waitpid(process->pid, status, 0);
	while (got < 0 && errno == EINTR);
	process->pid = 0;
	return got < 0 ? -1 : 0;
}

int
process_wait(struct process *process, struct error *err)
{
	int status;
	char quoted[ERROR_QUOTE_BYTES];
	if (process->pid == 0)
		return 0;
	int result = wait_for(process, &status);
	error_quote(quoted, process->command, strlen(process->command));
	mem_free(process->command);
	process->command = NULL;
	if (result != 0)
		return error_system(err, errno, "cannot wait for '%s'", quoted);
	if (WIFSIGNALED(status))
		return error_set(err, STATUS_SYSTEM,
		    "'%s' was killed by signal %d", quoted, WTERMSIG(status));
	int code = WEXITSTATUS(status);
	if (code == 0)
		return 0;
	return error_set(err, code == STATUS_NO || code == STATUS_DATA ||
	    code == STATUS_RETRY ? (enum status)code : STATUS_SYSTEM,
	    "'%s' ended with status %d", quoted, code);
}

void
process_stop(struct process *process)
{
	int status;
	if (process->pid == 0)
		return;
	kill(process->pid, SIGTERM);
	wait_for(process, &status);
	mem_free(process->command);
	process->command = NULL;
}

int
process_pipe(int fds[2], struct error *err)
{
	if (pipe2(fds, O_CLOEXEC) != 0)
		return error_system(err, errno, "cannot make a pipe");
	fd_widen_pipe(fds[1], FD_PIPE_BYTES);
	return 0;
}

static void
append_quoted(struct buffer *out, const char *value)
{
	if (value[0] != '\0' && strspn(value, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=.,:/+@%") ==
	    strlen(value)) {
		buffer_append_text(out, value);
		return;
	}
	buffer_append_byte(out, '\'');
	for (; *value != '\0'; value++) {
		if (*value == '\'')
			buffer_append_text(out, "'\\''");
		else
			buffer_append_byte(out, (uint8_t)*value);
	}
	buffer_append_byte(out, '\'');
}

/* The index of the name that stands in braces at p, or -1. */
static int
find_name(const char *p, const char *const *names)
{
	for (int i = 0; names[i] != NULL; i++) {
		size_t len = strlen(names[i]);
		if (strncmp(p + 1, names[i], len) == 0 && p[len + 1] == '}')
			return i;
	}
	return -1;
}

char *
process_expand(const char *command, const char *const *names,
    const char *const *values)
{
	struct buffer out = {0};
	for (const char *p = command; *p != '\0'; p++) {
		int name = *p == '{' ? find_name(p, names) : -1;
		if (name < 0) {
			buffer_append_byte(&out, (uint8_t)*p);
			continue;
		}
		append_quoted(&out, values[name]);
		p += strlen(names[name]) + 1;
	}
	char *text = mem_strdup(buffer_text(&out));
	buffer_release(&out);
	return text;
}
