/*
 * container_item.c: the words for notices.
 */
#include "core/container/container_item.h"

static const char *const kinds[] = {
#define CT_NOTICE(name, kind, text) kind,
#include "core/container/noticelist.h"
#undef CT_NOTICE
};

static const char *const texts[] = {
#define CT_NOTICE(name, kind, text) text,
#include "core/container/noticelist.h"
#undef CT_NOTICE
};

const char *
ct_notice_kind(ct_notice notice)
{
	return kinds[notice];
}

const char *
ct_notice_text(ct_notice notice)
{
	return texts[notice];
}
