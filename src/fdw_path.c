/*
 * fdw_path.c: paths of log files.
 */
#include "fdw.h"

#include <sys/stat.h>

#include "mb/pg_wchar.h"

char *
log_base(const char *path, const char **pattern)
{
	char	   *base = pstrdup(path);
	char	   *wildcard = strpbrk(base, LOG_WILDCARDS);
	char	   *slash;
	struct stat st;

	while (wildcard == NULL && strlen(base) > 1 && base[strlen(base) - 1] == '/')
		base[strlen(base) - 1] = '\0';
	*pattern = NULL;
	if (wildcard == NULL && (stat(base, &st) != 0 || !S_ISREG(st.st_mode)))
		return base;
	if (wildcard != NULL)
		*wildcard = '\0';
	slash = strrchr(base, '/');
	*pattern = path + (slash + 1 - base);
	slash[slash == base] = '\0';
	return base;
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
