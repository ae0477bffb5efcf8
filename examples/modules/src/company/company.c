/*
 * What the contact's company is to us, by its internet domain or any domain
 * above it: mail.sales.rival.example is rival.example.
 *
 * The lists stand in the bundle, as config: {"competitor": ["rival.example"]}.
 * They are read once; a decision hashes at most a handful of suffixes, however
 * long the lists are.
 *
 * A project of `winnow wasm new --lang c` has winnow.h beside it.
 */
#include "../../../../wasm/guest/c/winnow.h"

enum { CONFIG = 48 << 10, SLOTS = 8192, DOMAIN = 256 };

typedef struct { const char *domain, *relation; winnow_u32 len, relation_len; } entry;

static char config[CONFIG];
static entry table[SLOTS]; /* open addressing, at most half full */
static winnow_u32 entries;
static winnow_i32 email, organization, relation, account;

static char lower(char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

static winnow_u32 hash(const char *s, winnow_u32 n) {
  winnow_u32 h = 2166136261u;
  for (winnow_u32 i = 0; i < n; i++) h = (h ^ (unsigned char)s[i]) * 16777619u;
  return h;
}

static entry *find(const char *s, winnow_u32 n) {
  winnow_u32 i = hash(s, n) % SLOTS;
  while (table[i].len && !winnow_is(s, n, table[i].domain, table[i].len)) i = (i + 1) % SLOTS;
  return &table[i];
}

/* string reads "…" at *at and moves on; escapes have no place in a domain. */
static winnow_u32 string(winnow_u32 *at, winnow_u32 end, char **text) {
  winnow_u32 i = *at + 1;
  *text = &config[i];
  for (; i < end && config[i] != '"'; i++) {
    if (config[i] == '\\') return 0;
    config[i] = lower(config[i]);
  }
  winnow_u32 n = &config[i] - *text;
  *at = i + 1;
  return i < end ? n : 0;
}

/* read_lists takes {"relation": ["domain", …], …}. */
static int read_lists(winnow_u32 n) {
  const char *name = 0;
  winnow_u32 name_len = 0;
  int in_list = 0;
  for (winnow_u32 i = 0; i < n;) {
    char *text;
    switch (config[i]) {
    case '[': in_list = 1; i++; break;
    case ']': in_list = 0; i++; break;
    case '"': {
      winnow_u32 len = string(&i, n, &text);
      if (!len || len >= DOMAIN) return 2;
      if (!in_list) {
        name = text, name_len = len;
        break;
      }
      if (++entries > SLOTS / 2) return 3;
      *find(text, len) = (entry){text, name, len, name_len};
      break;
    }
    case '{': case '}': case ',': case ':': case ' ': i++; break;
    default: return 2;
    }
  }
  return 0;
}

WINNOW_INIT {
  email = winnow_field(WINNOW_LIT("contact.email"));
  organization = winnow_field(WINNOW_LIT("contact.organization.domain"));
  relation = winnow_output(WINNOW_LIT("relation"));
  account = winnow_output(WINNOW_LIT("account"));
  winnow_i32 n = winnow_config(config, CONFIG);
  return n > CONFIG ? 4 : read_lists(n);
}

/* domain_of finds where the contact works: said outright, or by address. */
static winnow_i32 domain_of(char *buf, winnow_u32 *start) {
  *start = 0;
  winnow_i32 n = winnow_get_str(organization, buf, DOMAIN);
  if (n > 0) return n <= DOMAIN ? n : -1;
  n = winnow_get_str(email, buf, DOMAIN);
  if (n < 0 || n > DOMAIN) return -1;
  for (winnow_i32 i = 0; i < n; i++)
    if (buf[i] == '@') *start = i + 1;
  return *start ? n : -1;
}

WINNOW_RULE(evaluate) {
  char buf[DOMAIN];
  winnow_u32 start;
  winnow_i32 n = domain_of(buf, &start);
  if (n < 0) {
    winnow_verdict(WINNOW_UNKNOWN, WINNOW_LIT("no domain to go by"));
    return 0; /* both outputs stay unknown */
  }
  for (winnow_i32 i = start; i < n; i++) buf[i] = lower(buf[i]);
  for (winnow_i32 i = start; i < n; i++) {
    if (i != (winnow_i32)start && buf[i - 1] != '.') continue;
    entry *e = find(buf + i, n - i);
    if (!e->len) continue;
    winnow_output_str(relation, e->relation, e->relation_len);
    winnow_output_str(account, e->domain, e->len);
    winnow_verdict(WINNOW_YES, e->relation, e->relation_len);
    return 0;
  }
  winnow_output_str(relation, WINNOW_LIT("none"));
  winnow_verdict(WINNOW_NO, WINNOW_LIT(""));
  return 0;
}
