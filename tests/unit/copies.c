#include "check.h"

#include <signal.h>
#include <sys/socket.h>

#include "io/copies.h"

static void
every_copy_has_a_line_and_reports(void)
{
	struct error err;
	struct buffer report = {0};
	struct copies *copies = copies_start(3, &err);
	uint32_t number = copies_number(copies);
	uint32_t said = 0;
	if (number > 0) {
		recv(copies_line(copies, 0), &said, sizeof(said), MSG_WAITALL);
		said *= number;
		copies_leave(copies, 0, NULL, &said, sizeof(said));
	}
	CHECK_INT(copies_count(copies), 3);
	CHECK_INT(copies_check(copies, &err), 0);
	for (uint32_t k = 1; k < 3; k++) {
		said = 1000 + k;
		CHECK_INT(send(copies_line(copies, k), &said, sizeof(said), 0),
		    sizeof(said));
		CHECK_INT(copies_join(copies, k, &report, &err), 0);
		CHECK_INT(report.len, sizeof(said));
		memcpy(&said, report.data, sizeof(said));
		CHECK_INT(said, (1000 + k) * k);
	}
	CHECK(copies_usage(copies).peak_bytes > 0);
	copies_free(copies);
	buffer_release(&report);
}

static void
why_a_copy_failed_is_known(void)
{
	struct error err, why = {0};
	struct buffer report = {0};
	struct copies *copies = copies_start(3, &err);
	if (copies_number(copies) == 1)
		raise(SIGKILL);
	if (copies_number(copies) == 2) {
		error_data(&why, "row 7 is bad");
		copies_leave(copies, -1, &why, NULL, 0);
	}
	CHECK_INT(recv(copies_line(copies, 2), &why, 1, 0), 0);
	CHECK_INT(copies_lost(copies, 2, &err), -1);
	CHECK_TEXT(err.text, "row 7 is bad");
	CHECK_INT(copies_join(copies, 2, &report, &err), -1);
	CHECK_INT(err.status, STATUS_DATA);
	CHECK_TEXT(err.text, "row 7 is bad");
	CHECK_INT(copies_join(copies, 1, &report, &err), -1);
	CHECK_INT(err.status, STATUS_SYSTEM);
	CHECK_TEXT(err.text, "a copy of this process was killed");
	CHECK_INT(copies_check(copies, &err), -1);
	copies_free(copies);
}

int
main(void)
{
	RUN(every_copy_has_a_line_and_reports);
	RUN(why_a_copy_failed_is_known);
	return check_done();
}
