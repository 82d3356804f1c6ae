/*
 * pools.c: names of the things that an account has, so that events come back
 * to the same buckets, instances and tables.
 */
#include "world.h"

typedef struct pool
{
	const char *name;
	int			count;
	bool		everywhere;		/* one set for the account, not one a Region */
	const char *pattern;
} pool;

#define TEAM "<payments|checkout|search|ledger|identity|billing|catalog|mobile|fraud|reports|inventory|loyalty>"
#define THING "<api|worker|ingest|export|events|sync|webhook|cron|gateway|batch|index|notify>"
#define STAGE "<prod|prod|prod|staging|dev|qa>"

static const pool pools[] = {
	{"bucket", 24, true, "<example-corp|northwind|tailspin>-<data-lake|app-logs|artifacts|uploads|backups|"
			"reports|terraform-state|media|static-site|audit>-<prod|staging|dev>-<lower:4>"},
	{"role", 24, true, TEAM "-" THING "-<role|task-role|exec-role>"},
	{"iamuser", 16, true,
			"<ana|ben|chloe|dmitri|elif|farid|grace|hugo|ines|jonas|kira|liam|mei|noor|olga|pavel>.<lower:5>"},
	{"group", 6, true, "<Admins|Developers|ReadOnly|Finance|Support|Operators>"},
	{"policy", 16, true,
			"<Payments|Search|Ledger|Deploy|Audit|Backup|Boundary|Secrets>-<read|write|access|deny>-policy"},
	{"domain", 8, true, "<example.com|example.net|shop.example.com|api.example.org|internal.example>"},
	{"hostedzone", 6, true, "Z0<upper:18>"},
	{"dist", 5, true, "E<upper:13>"},
	{"function", 24, false, TEAM "-" THING "-" STAGE},
	{"instance", 40, false, "i-0<hex:16>"},
	{"image", 8, false, "ami-0<hex:16>"},
	{"volume", 32, false, "vol-0<hex:16>"},
	{"snapshot", 16, false, "snap-0<hex:16>"},
	{"vpc", 4, false, "vpc-0<hex:16>"},
	{"subnet", 12, false, "subnet-0<hex:16>"},
	{"sg", 20, false, "sg-0<hex:16>"},
	{"eni", 32, false, "eni-0<hex:16>"},
	{"rtb", 6, false, "rtb-0<hex:16>"},
	{"endpoint", 6, false, "vpce-0<hex:16>"},
	{"template", 8, false, "lt-0<hex:16>"},
	{"table", 16, false, TEAM "-<orders|sessions|locks|carts|users|audit|idempotency|settings>-" STAGE},
	{"queue", 16, false, TEAM "-" THING "-<queue|dlq>"},
	{"topic", 12, false, TEAM "-<alerts|events|notifications>"},
	{"ecscluster", 4, false, STAGE "-<services|workers|platform>"},
	{"service", 16, false, TEAM "-" THING},
	{"task", 24, false, "<hex:32>"},
	{"ekscluster", 3, false, STAGE "-eks-<blue|green|main>"},
	{"repo", 16, false, TEAM "/" THING},
	{"loggroup", 32, false, "/aws/<lambda|ecs|codebuild|apigateway>/" TEAM "-" THING "-" STAGE},
	{"param", 24, false, "/" STAGE "/" TEAM "/<db-host|feature-flags|log-level|endpoint|api-url|pool-size>"},
	{"stack", 16, false, TEAM "-" STAGE "-<stack|network|data|iam>"},
	{"db", 10, false, STAGE "-" TEAM "-<pg|mysql|aurora-1>"},
	{"dbcluster", 5, false, STAGE "-" TEAM "-cluster"},
	{"kmskey", 8, false, "<uuid>"},
	{"lb", 8, false, "app/" TEAM "-alb/<hex:16>"},
	{"tg", 16, false, "targetgroup/" TEAM "-tg/<hex:16>"},
	{"asg", 8, false, TEAM "-asg-" STAGE},
	{"trail", 2, false, "<org-trail|audit-trail|management-events>"},
	{"rule", 12, false, TEAM "-<nightly|hourly|on-change|every-5-minutes>"},
	{"alarm", 20, false, TEAM "-<5xx|latency-p99|dlq-depth|cpu-high|errors>"},
	{"machine", 8, false, TEAM "-<settlement|onboarding|refund|import>-flow"},
	{"api", 6, false, "<lower:4><digits:2><lower:4>"},
	{"cert", 6, false, "<uuid>"},
	{"webacl", 3, false, TEAM "-acl/<uuid>"},
	{"gluedb", 6, false, TEAM "_<raw|curated|marts>"},
	{"gluetable", 16, false,
			"<orders|clicks|payments|users|sessions|events|refunds|shipments>_<v1|v2|daily|hourly>"},
	{"workgroup", 3, false, "<primary|analytics|adhoc>"},
	{"redshift", 2, false, "<dwh|reporting>-" STAGE},
	{"cache", 5, false, TEAM "-redis-<001|002>"},
	{"vault", 3, false, "<Default|daily-backups|compliance>"},
	{"detector", 1, false, "<hex:32>"},
	{"build", 8, false, TEAM "-<build|test|deploy>"},
	{"pipeline", 6, false, TEAM "-pipeline"},
	{"stream", 6, false, TEAM "-<clicks|events|changes>"},
	{"filesystem", 3, false, "fs-0<hex:16>"},
	{"search", 2, false, "<logs|catalog>-" STAGE},
};

#define POOLS ((int) (sizeof(pools) / sizeof(*pools)))

/* The number of a pool, or -1. */
int
pool_named(const char *name)
{
	for (int i = 0; i < POOLS; i++)
		if (strcmp(name, pools[i].name) == 0)
			return i;
	return -1;
}

/* How many names a pool holds. */
int
pool_size(int pool)
{
	return pools[pool].count;
}

/* Fills one pool for one place. */
static slice *
fill_pool(const pool *p, const template *pattern, scene *s)
{
	slice	   *names = xalloc((size_t) p->count * sizeof(slice));

	for (int i = 0; i < p->count; i++)
	{
		text		out = {0};

		s->event++;
		template_expand(&out, pattern, s);
		names[i] = (slice) {out.data, out.len};
	}
	return names;
}

/* Fills all pools of a world. */
void
pools_create(world *w)
{
	rng			r = rng_fork(w->seed, 2);
	scene		s = {.world = w, .rng = &r, .time = w->start};

	for (int i = 0; i < POOLS; i++)
	{
		template	pattern = template_compile(pools[i].pattern);

		w->pool[i] = xalloc((size_t) ((w->accounts + 1) * w->regions) * sizeof(slice *));
		for (int place = 0; place < (w->accounts + 1) * w->regions; place++)
		{
			s.account = place / w->regions;
			s.region = place % w->regions;
			if (pools[i].everywhere && s.region > 0)
				w->pool[i][place] = w->pool[i][place - 1];
			else
				w->pool[i][place] = fill_pool(&pools[i], &pattern, &s);
		}
		template_free(&pattern);
	}
}

/* A certain name of a pool. */
const slice *
pool_entry(const scene *s, int pool, uint32_t index)
{
	return &s->world->pool[pool][s->account * s->world->regions + s->region][index % (uint32_t) pools[pool].count];
}

/* A name of a pool, the same each time the event asks for that variant. */
const slice *
pool_pick(scene *s, int pool, int variant)
{
	pick	   *chosen = &s->picked[pool][variant % PICKS_A_POOL];

	if (chosen->event != s->event)
	{
		chosen->event = s->event;
		chosen->index = rng_skewed(s->rng, (uint32_t) pools[pool].count);
	}
	return pool_entry(s, pool, chosen->index);
}
