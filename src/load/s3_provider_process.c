/*
 * s3_provider_process.c: credentials that a program prints.
 */
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "s3_provider.h"

/* What a program may print, and how long it may take, in tenths of a second. */
#define OUTPUT_MAX	(64 * 1024)
#define WAITS_MAX	600

/* Starts a shell that writes to a pipe; false if it cannot. */
static bool
start(const char *command, int out, pid_t *pid)
{
	char	   *const arguments[] = {"sh", "-c", (char *) command, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t	none;
	int			error;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	/* What it complains about may be a secret, too. */
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	/* Our threads have signals blocked, which a program would inherit. */
	posix_spawnattr_init(&attributes);
	sigemptyset(&none);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	error = posix_spawn(pid, "/bin/sh", &actions, &attributes, arguments, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return error == 0;
}

/* Reads all that a program prints; false if that is too much, or takes too long. */
static bool
read_output(int in, atomic_bool *stop, char output[OUTPUT_MAX], size_t *length)
{
	struct pollfd wait = {.fd = in, .events = POLLIN};

	for (int waits = 0; waits < WAITS_MAX && !*stop && *length < OUTPUT_MAX;)
	{
		ssize_t		got;

		if (poll(&wait, 1, 100) == 0)
		{
			waits++;
			continue;
		}
		got = read(in, output + *length, OUTPUT_MAX - *length);
		if (got == 0)
			return true;
		if (got > 0)
			*length += (size_t) got;
		else if (errno != EINTR)
			return false;
	}
	return false;
}

provided
credentials_of_process(const char *command, atomic_bool *stop, s3_credentials *credentials,
					   reason_room reason)
{
	char		output[OUTPUT_MAX];
	size_t		length = 0;
	int			ends[2];
	pid_t		pid;
	int			status = 0;
	bool		complete;
	provided	result = REFUSED;

	if (pipe2(ends, O_CLOEXEC) != 0 || !start(command, ends[1], &pid))
	{
		snprintf(reason.text, reason.room, "cannot start credential_process: %s", strerror(errno));
		return REFUSED;
	}
	close(ends[1]);
	complete = read_output(ends[0], stop, output, &length);
	close(ends[0]);
	if (!complete)
		kill(pid, SIGTERM);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!complete)
		snprintf(reason.text, reason.room, "credential_process does not end");
	else if (status != 0)
		snprintf(reason.text, reason.room, "credential_process failed; run it yourself to see why");
	else
		result = credentials_of_json(output, length, "SessionToken", credentials);
	if (complete && status == 0 && result != PROVIDED)
		snprintf(reason.text, reason.room, "credential_process did not print credentials as JSON");
	OPENSSL_cleanse(output, length);
	return result;
}
