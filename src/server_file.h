/*
 * server_file.h: files below a folder of the server.
 *
 * Whoever may write into the folder must not make the server read anything
 * else, nor wait: only regular files and folders are opened, each from the
 * folder that it is in, and links are not followed.  The folder itself is what
 * the caller named, and may be a link.
 */
#ifndef CLOUDTRAIL_SERVER_FILE_H
#define CLOUDTRAIL_SERVER_FILE_H

#include "cloudtrail.h"

#include "core/base/below.h"

/* Ends with an error unless the current role may read files of the server. */
extern void require_server_files(void);

/* Sets the SQLSTATE of errno for a path that a caller named, which may be too long. */
extern int	errcode_for_path(void);

/* Opens the folder that a caller named; less than 0 if it cannot. */
extern int	try_root(const char *path);

/* The same; an error if it cannot. */
extern int	open_root(const char *path);

#endif							/* CLOUDTRAIL_SERVER_FILE_H */
