/*
 * s3_profile.c: the shared credentials and config files of AWS's tools.
 */
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "s3_profile.h"
#include "text.h"

/* Adds a setting; an empty name marks that the profile exists. */
static void
add_setting(s3_profiles *profiles, const char *profile, const char *name, const char *value)
{
	if (profiles->count == profiles->room)
	{
		profiles->room = profiles->room == 0 ? 32 : 2 * profiles->room;
		profiles->settings = resize_memory(profiles->settings, profiles->room * sizeof(s3_setting));
	}
	profiles->settings[profiles->count++] =
		(s3_setting) {copy_text(profile), copy_text(name), copy_text(value)};
}

/* Removes white space at both ends of a text, in place. */
static char *
trim(char *text)
{
	size_t		length;

	text += strspn(text, " \t\r\n");
	length = strlen(text);
	while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
		length--;
	text[length] = '\0';
	return text;
}

/*
 * The name of the profile whose section begins here; NULL for other sections.
 * In the config file all but the default one are written [profile NAME].
 */
static char *
section_profile(char *line, bool is_config)
{
	char	   *end = strchr(line, ']');
	char	   *name;

	if (end == NULL)
		return NULL;
	*end = '\0';
	name = trim(line + 1);
	if (!is_config || strcmp(name, "default") == 0)
		return name;
	if (strncmp(name, "profile", 7) != 0 || strchr(" \t", name[7]) == NULL || name[7] == '\0')
		return NULL;
	name = trim(name + 7);
	if (*name == '"' && name[1] != '\0' && name[strlen(name) - 1] == '"')
	{
		name[strlen(name) - 1] = '\0';
		name++;
	}
	return name;
}

/* Reads a line "name = value" of a profile; comments begin a line, or follow a blank. */
static void
read_line(s3_profiles *profiles, const char *profile, char *line)
{
	char	   *equals = strchr(line, '=');
	char	   *comment;

	if (equals == NULL)
		return;
	*equals = '\0';
	if ((comment = strstr(equals + 1, " #")) != NULL ||
		(comment = strstr(equals + 1, " ;")) != NULL)
		*comment = '\0';
	add_setting(profiles, profile, trim(line), trim(equals + 1));
}

/* Reads one file, if it exists. */
static void
read_file(s3_profiles *profiles, const char *path, bool is_config)
{
	FILE	   *file = fopen(path, "re");
	char	   *line = NULL;
	char	   *profile = NULL;
	size_t		room = 0;

	if (file == NULL)
		return;
	while (getline(&line, &room, file) > 0)
	{
		if (*line == '[')
		{
			char	   *name = section_profile(line, is_config);

			free(profile);
			profile = name == NULL ? NULL : copy_text(name);
			if (profile != NULL)
				add_setting(profiles, profile, "", "");
		}
		/* Lines that begin with a blank are settings of one service within the setting before. */
		else if (profile != NULL && strchr("#; \t\r\n", *line) == NULL)
			read_line(profiles, profile, line);
	}
	if (line != NULL)
		OPENSSL_cleanse(line, room);
	free(line);
	free(profile);
	fclose(file);
}

/* Reads the file that a variable of the environment names, or one in the home folder. */
static void
read_named(s3_profiles *profiles, const char *variable, const char *usual, bool is_config)
{
	const char *path = getenv(variable);
	const char *home = getenv("HOME");
	bool		at_home = path == NULL || *path == '\0' || strncmp(path, "~/", 2) == 0;
	char	   *full;
	size_t		room;

	if (!at_home)
	{
		read_file(profiles, path, is_config);
		return;
	}
	if (home == NULL)
		return;
	if (path != NULL && *path != '\0')
		usual = path + 2;
	room = strlen(home) + strlen(usual) + 2;
	full = get_memory(room);
	snprintf(full, room, "%s/%s", home, usual);
	read_file(profiles, full, is_config);
	free(full);
}

void
s3_profiles_read(s3_profiles *profiles)
{
	memset(profiles, 0, sizeof(*profiles));
	/* Of two equal settings the last counts, hence credentials come second. */
	read_named(profiles, "AWS_CONFIG_FILE", ".aws/config", true);
	read_named(profiles, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials", false);
}

bool
s3_profile_exists(const s3_profiles *profiles, const char *profile)
{
	return s3_profile_value(profiles, profile, "") != NULL;
}

const char *
s3_profile_value(const s3_profiles *profiles, const char *profile, const char *name)
{
	for (size_t i = profiles->count; i > 0; i--)
	{
		const s3_setting *setting = &profiles->settings[i - 1];

		if (strcmp(setting->profile, profile) == 0 && strcmp(setting->name, name) == 0)
			return setting->value;
	}
	return NULL;
}

void
s3_profiles_release(s3_profiles *profiles)
{
	for (size_t i = 0; i < profiles->count; i++)
	{
		free(profiles->settings[i].profile);
		free(profiles->settings[i].name);
		OPENSSL_cleanse(profiles->settings[i].value, strlen(profiles->settings[i].value));
		free(profiles->settings[i].value);
	}
	free(profiles->settings);
	memset(profiles, 0, sizeof(*profiles));
}
