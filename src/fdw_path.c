/*
 * fdw_path.c: paths of log files.
 */
#include "fdw.h"

#include <sys/stat.h>

#include "mb/pg_wchar.h"

LogPath
split_log_path(const char *path)
{
	LogPath		split = {.base = pstrdup(path)};
	size_t		len = strlen(path);
	struct stat st;
	char	   *wildcard;
	char	   *slash;

	while (len > 1 && split.base[len - 1] == '/')
		split.base[--len] = '\0';
	if (stat(split.base, &st) == 0)
	{
		if (!S_ISREG(st.st_mode))
			return split;
		slash = strrchr(split.base, '/');
		split.file = pstrdup(slash + 1);
	}
	else
	{
		wildcard = strpbrk(split.base, LOG_WILDCARDS);
		if (wildcard == NULL)
			return split;
		*wildcard = '\0';
		slash = strrchr(split.base, '/');
		split.pattern = path + (slash + 1 - split.base);
	}
	slash[slash == split.base] = '\0';
	return split;
}

char *
log_path(const char *base, const char *folder, const char *name)
{
	return psprintf("%s%s%s%s%s", strcmp(base, "/") == 0 ? "" : base, folder[0] == '\0' ? "" : "/",
					folder, name[0] == '\0' ? "" : "/", name);
}

char *
readable_path(const char *path)
{
	StringInfoData out;
	const char *p = path;

	/* Nearly every path is as it should be. */
	while (*p >= ' ' && *p < 0x7f)
		p++;
	if (*p == '\0')
		return pstrdup(path);
	p = path;
	initStringInfo(&out);
	while (*p != '\0')
	{
		int			len = pg_encoding_mblen(PG_UTF8, p);

		if ((unsigned char) *p < ' ' || *p == 0x7f || (int) strnlen(p, len) < len ||
			!pg_verify_mbstr(PG_UTF8, p, len, true))
		{
			appendStringInfo(&out, "\\x%02x", (unsigned char) *p);
			len = 1;
		}
		else
			appendBinaryStringInfo(&out, p, len);
		p += len;
	}
	return out.data;
}
