/*
 * hostile.c: sends damaged values to a server, in every way in which it takes some.
 *
 * usage: hostile SEED COUNT FOLDER
 *
 * The folder holds good values to begin with, as files TYPE.NUMBER.  The
 * functions and operators are those of the extension, as the catalog has them.
 * Whatever is sent, the server answers or refuses with an error that is
 * documented, and goes on giving right answers.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"

/* A good value. */
typedef struct seed
{
	char		type[64];
	bytes		text;
	bytes		binary;
} seed;

/* A statement and the types of its parameters. */
typedef struct statement
{
	char	   *sql;
	char		types[4][64];
	int			count;
} statement;

static rng	r;
static seed *seeds;
static size_t seed_count;
static statement *statements;
static size_t statement_count;
static char *right_answer;

/* What the session must go on to answer. */
static const char *const control =
	"SELECT md5(string_agg(concat_ws('|', event_name(event), event_time(event), secret_arn(event), principal_arn(event),"
	" event_key(event), event -> 'requestParameters', event::text), ',' ORDER BY id)) FROM hostile_control";

/* Every function and operator that takes values from outside; $n are the parameters. */
static const char *const list =
	"WITH ours AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass"
	" AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'cloudtrail')),"
	" calls(head, middle, tail, types) AS ("
	"SELECT CASE WHEN p.proretset OR p.prorettype IN ('record'::regtype, 'cloudtrail_record'::regtype) THEN 'SELECT * FROM ' ELSE 'SELECT ' END"
	" || p.oid::regproc || '(', ', ', ')', p.proargtypes::regtype[] "
	"FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang JOIN ours ON classid = 'pg_proc'::regclass AND objid = p.oid "
	"WHERE lanname IN ('c', 'sql') AND p.prokind = 'f' AND p.proname !~ 'html|svg|_(create|update|enter)_trail$|list_files' AND p.pronargs BETWEEN 1 AND 3"
	" AND NOT p.proargtypes::regtype[] && '{internal,cstring,oid,regclass}'::regtype[] "
	"UNION ALL SELECT 'SELECT ', ' ' || o.oprname || ' ', '', ARRAY[o.oprleft, o.oprright]::regtype[] "
	"FROM pg_operator o JOIN ours ON classid = 'pg_operator'::regclass AND objid = o.oid "
	"UNION ALL SELECT 'SELECT ', '', '', ARRAY[t]::regtype[] FROM unnest('{cloudtrail_event,cloudtrail_action,cloudtrail_secret}'::text[]) t "
	"UNION ALL SELECT 'SELECT ', '', CASE WHEN t = 'text' THEN '::text' ELSE '' END || '::' || u, ARRAY[t]::regtype[] FROM unnest('{cloudtrail_event}'::text[]) u, unnest('{text,json,jsonb}'::text[]) t "
	"UNION ALL SELECT 'SELECT * FROM cloudtrail_import(''hostile_trail'', ''file'', ', '', ')', '{bytea}'::regtype[]) "
	"SELECT head || (SELECT string_agg(CASE WHEN t <> 'cloudtrail_event'::regtype OR kind = 'event' THEN '$' || n || '::' || t"
	" WHEN kind = 'stored' THEN '$' || n || '::bytea::cloudtrail_event'"
	" ELSE '(SELECT event FROM hostile_damaged WHERE id = $' || n || '::int)' END, middle ORDER BY n)"
	" FROM unnest(types) WITH ORDINALITY a(t, n)) || tail,"
	" (SELECT string_agg(CASE WHEN t = 'cloudtrail_event'::regtype AND kind <> 'event' THEN kind ELSE t::text END, ',' ORDER BY n)"
	" FROM unnest(types) WITH ORDINALITY a(t, n)) "
	"FROM calls, unnest('{event,stored,damaged}'::text[]) kind WHERE kind = 'event' OR types @> '{cloudtrail_event}'::regtype[] ORDER BY 1";

/* Reads a file. */
static bytes
read_file(const char *folder, const char *name)
{
	char		path[2000];
	FILE	   *in;
	bytes		all = bytes_copy("", 0);
	char		piece[65536];
	size_t		len;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	in = fopen(path, "rb");
	if (in == NULL)
	{
		perror(path);
		exit(2);
	}
	while ((len = fread(piece, 1, sizeof(piece), in)) > 0)
	{
		all.data = realloc(all.data, all.len + len + 1);
		if (all.data == NULL)
			exit(2);
		memcpy(all.data + all.len, piece, len);
		all.len += len;
	}
	all.data[all.len] = '\0';
	fclose(in);
	return all;
}

/* Adds a seed; its other form is the one that the server gives. */
static void
add_seed(const char *type, bytes value, int format, const char *from)
{
	seed	   *s;

	seeds = realloc(seeds, (seed_count + 1) * sizeof(seed));
	if (seeds == NULL)
		exit(2);
	s = &seeds[seed_count++];
	snprintf(s->type, sizeof(s->type), "%s", type);
	for (int result = 0; result < 2; result++)
	{
		char		sql[200];
		param		p = {value, format};
		PGresult   *res;

		snprintf(sql, sizeof(sql), "SELECT $1::%s", from);
		res = attempt(sql, &p, 1, result, false);
		if (res == NULL)
		{
			printf("not a good value of type %s: %.60s\n", type, value.data);
			exit(1);
		}
		*(result ? &s->binary : &s->text) = bytes_copy(PQgetvalue(res, 0, 0), (size_t) PQgetlength(res, 0, 0));
		PQclear(res);
	}
}

/* Orders the names of a folder, which has none. */
static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Reads the good values. */
static void
read_seeds(const char *folder)
{
	struct dirent **names;
	int			count = scandir(folder, &names, NULL, by_name);

	for (int i = 0; i < count; i++)
	{
		char		type[64];
		char	   *dot;
		bytes		value;

		snprintf(type, sizeof(type), "%.60s", names[i]->d_name);
		dot = strchr(type, '.');
		if (dot == NULL || dot == type)
			continue;
		*dot = '\0';
		value = read_file(folder, names[i]->d_name);
		add_seed(type, value, strcmp(type, "bytea") == 0, type);
		if (strcmp(type, "cloudtrail_event") == 0)
			add_seed("stored", value, 0, "cloudtrail_event::bytea");
	}
}

/* A seed of a type. */
static const seed *
pick(const char *type)
{
	size_t		first = rng_below(&r, (uint32_t) seed_count);

	for (size_t i = 0; i < seed_count; i++)
	{
		const seed *s = &seeds[(first + i) % seed_count];

		if (strcmp(s->type, type) == 0)
			return s;
	}
	printf("no value of type %s to begin with\n", type);
	exit(1);
}

/* A value of a type, most of them damaged. */
static param
make_param(const char *type, int format)
{
	const seed *s;
	const seed *other;

	if (strcmp(type, "damaged") == 0)
	{
		char		id[20];

		snprintf(id, sizeof(id), "%u", rng_below(&r, 400));
		return (param) {bytes_copy(id, strlen(id)), 0};
	}
	if (strcmp(type, "stored") == 0)
		format = 1;
	s = pick(type);
	other = rng_percent(&r, 70) ? pick(type) : &seeds[rng_below(&r, (uint32_t) seed_count)];
	if (rng_percent(&r, 20))
		return (param) {bytes_copy(format ? s->binary.data : s->text.data, format ? s->binary.len : s->text.len), format};
	return (param) {mutate(&r, format ? s->binary : s->text, format ? other->binary : other->text), format};
}

/* Reads the list of statements. */
static void
read_statements(void)
{
	PGresult   *res = must(list);

	statement_count = (size_t) PQntuples(res);
	statements = calloc(statement_count, sizeof(statement));
	for (size_t i = 0; i < statement_count; i++)
	{
		char	   *types = PQgetvalue(res, (int) i, 1);
		statement  *s = &statements[i];

		s->sql = strdup(PQgetvalue(res, (int) i, 0));
		for (char *type = strtok(types, ","); type != NULL && s->count < 4; type = strtok(NULL, ","))
			snprintf(s->types[s->count++], sizeof(s->types[0]), "%s", type);
	}
	PQclear(res);
}

/* Tests that the session still knows the answer. */
static void
check_session(const char *after)
{
	PGresult   *res = must(control);

	if (right_answer == NULL)
		right_answer = strdup(PQgetvalue(res, 0, 0));
	else if (strcmp(right_answer, PQgetvalue(res, 0, 0)) != 0)
		wrong("the session gives another answer than before", after, NULL, 0);
	PQclear(res);
}

/* Fills the table of damaged stored values, some of them out of line. */
static void
make_damaged(void)
{
	for (int id = 0; id < 400; id++)
	{
		param		p[2] = {make_param("damaged", 0), make_param("stored", 1)};

		free(p[0].value.data);
		p[0].value = bytes_copy("00000000", 8);
		snprintf(p[0].value.data, 9, "%08d", id);
		PQclear(attempt("INSERT INTO hostile_damaged VALUES ($1::int, $2::bytea::cloudtrail_event)", p, 2, 0, true));
		free(p[0].value.data);
		free(p[1].value.data);
	}
}

/* Runs a statement with damaged parameters. */
static void
try_statement(const statement *s)
{
	param		params[4];
	bool		stored = strstr(s->sql, "::bytea::cloudtrail_event") != NULL || strstr(s->sql, "hostile_damaged") != NULL ||
		strstr(s->sql, "cloudtrail_manifest") != NULL || strstr(s->sql, "cloudtrail_rebuild") != NULL;
	PGresult   *res;

	for (int i = 0; i < s->count; i++)
		params[i] = make_param(s->types[i], (int) rng_below(&r, 2));
	if (strstr(s->sql, "cloudtrail_import") != NULL)
		PQclear(must("BEGIN"));
	res = attempt(s->sql, params, s->count, (int) rng_below(&r, 2), stored);
	PQclear(res);
	if (strstr(s->sql, "cloudtrail_import") != NULL)
		PQclear(must("ROLLBACK"));
	if (rng_percent(&r, 4))
		check_session(s->sql);
	for (int i = 0; i < s->count; i++)
		free(params[i].value.data);
}

/* Sends a value; what the server takes it must give back the same, as text and as binary. */
static void
try_value(const char *type)
{
	char		sql[200];
	param		p = make_param(type, (int) rng_below(&r, 2));
	PGresult   *first;
	PGresult   *second;

	snprintf(sql, sizeof(sql), "SELECT $1::%s", type);
	for (int result = 0; result < 2; result++)
	{
		first = attempt(sql, &p, 1, result, false);
		if (first == NULL)
			break;
		for (int back = 0; back < 2; back++)
		{
			param		again = {{PQgetvalue(first, 0, 0), (size_t) PQgetlength(first, 0, 0)}, result};
			PGresult   *other = attempt(sql, &again, 1, back, false);

			if (other == NULL)
			{
				wrong("a value that was given out is not taken back", sql, &again, 1);
				continue;
			}
			second = attempt(sql, &p, 1, back, false);
			if (PQgetlength(second, 0, 0) != PQgetlength(other, 0, 0) ||
				memcmp(PQgetvalue(second, 0, 0), PQgetvalue(other, 0, 0), (size_t) PQgetlength(other, 0, 0)) != 0)
				wrong("a value changes on its way out and in", sql, &p, 1);
			if (strcmp(type, "cloudtrail_event") == 0 && p.format == 0 && back == 0 &&
				strcmp(PQgetvalue(second, 0, 0), p.value.data) != 0)
				wrong("an event is not the text that it was made of", sql, &p, 1);
			PQclear(second);
			PQclear(other);
		}
		PQclear(first);
	}
	free(p.value.data);
}

/* Sends a damaged binary COPY of a table; what the server takes it must give back the same. */
static void
try_copy(const char *type)
{
	char		sql[500];
	bytes		original;
	bytes		other;
	bytes		damaged;

	snprintf(sql, sizeof(sql), "COPY (SELECT id, value FROM hostile_%s ORDER BY id OFFSET %u LIMIT %u) TO STDOUT BINARY", type,
			 rng_below(&r, 8), rng_below(&r, 8) + 1);
	original = copy_out(sql);
	other = copy_out(sql);
	damaged = mutate(&r, original, other);
	PQclear(must("TRUNCATE hostile_copy"));
	snprintf(sql, sizeof(sql), "COPY hostile_copy (id, %s) FROM STDIN BINARY", type);
	if (attempt_copy(sql, damaged))
	{
		PGresult   *res;

		snprintf(sql, sizeof(sql), "SELECT id FROM hostile_copy WHERE %s::text::%s::text IS DISTINCT FROM %s::text", type, type, type);
		res = must(sql);
		if (PQntuples(res) > 0)
			wrong("a value that COPY took is not what its text says", sql, &(param) {damaged, 1}, 1);
		PQclear(res);
	}
	check_session(sql);
	free(original.data);
	free(other.data);
	free(damaged.data);
}

/* Makes the tables. */
static void
make_tables(void)
{
	PQclear(must("DROP TABLE IF EXISTS hostile_control, hostile_damaged, hostile_copy, hostile_cloudtrail_event,"
				 " hostile_cloudtrail_action, hostile_cloudtrail_secret"));
	PQclear(must("CREATE CAST (bytea AS cloudtrail_event) WITHOUT FUNCTION"));
	PQclear(must("CREATE CAST (cloudtrail_event AS bytea) WITHOUT FUNCTION"));
	PQclear(must("CREATE TABLE hostile_control (id serial, event cloudtrail_event)"));
	PQclear(must("CREATE TABLE hostile_damaged (id int PRIMARY KEY, event cloudtrail_event)"));
	PQclear(must("CREATE TABLE hostile_copy (id int, cloudtrail_event cloudtrail_event, cloudtrail_action cloudtrail_action, cloudtrail_secret cloudtrail_secret)"));
	PQclear(must("SELECT cloudtrail_create_trail('hostile_trail')"));
}

/* Fills the tables of good values, one for each type. */
static void
fill_tables(void)
{
	char		sql[200];

	for (const char *const *type = (const char *const[]) {"cloudtrail_event", "cloudtrail_action", "cloudtrail_secret", NULL}; *type; type++)
	{
		snprintf(sql, sizeof(sql), "CREATE TABLE hostile_%s (id serial, value %s)", *type, *type);
		PQclear(must(sql));
		snprintf(sql, sizeof(sql), "INSERT INTO hostile_%s (value) VALUES ($1::%s)", *type, *type);
		for (size_t i = 0; i < seed_count; i++)
		{
			param		p = {seeds[i].text, 0};

			if (strcmp(seeds[i].type, *type) == 0)
				PQclear(attempt(sql, &p, 1, 0, false));
		}
	}
	PQclear(must("INSERT INTO hostile_control (event) SELECT value FROM hostile_cloudtrail_event"));
}

/* Sends so many statements. */
int
main(int argc, char **argv)
{
	static const char *const types[] = {"cloudtrail_event", "cloudtrail_action", "cloudtrail_secret"};
	unsigned long count;

	if (argc != 4)
	{
		fprintf(stderr, "usage: hostile SEED COUNT FOLDER\n");
		return 2;
	}
	r = rng_fork(strtoull(argv[1], NULL, 10), 0);
	count = strtoul(argv[2], NULL, 10);
	session_open();
	make_tables();
	read_seeds(argv[3]);
	fill_tables();
	read_statements();
	make_damaged();
	check_session("nothing");
	for (unsigned long i = 0; i < count; i++)
	{
		if (i % 16 == 0)
			try_copy(types[rng_below(&r, 3)]);
		else if (i % 16 < 3)
			try_value(types[rng_below(&r, 3)]);
		else
			try_statement(&statements[rng_below(&r, (uint32_t) statement_count)]);
	}
	check_session("all");
	return session_report() ? 0 : 1;
}
