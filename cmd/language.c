#include "config.h"

#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "intl.h"
#include "language.h"
#include "banned.h"

#define DOMAIN	"pp"

static const char	*named(void);
static bool	is(const char *, const char *);
static bool	plain(const char *);
static const char	*catalogues(char *);

/* The locale's name for texts, as setlocale finds it. */
static const char *
named(void)
{
	static const char *const vars[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *s = NULL;
	size_t i;

	for (i = 0; i < sizeof vars / sizeof vars[0]; i++)
		if ((s = getenv(vars[i])) != NULL && *s != '\0')
			return s;
	return "C";
}

/* Is the locale's language (or C, POSIX) this one? */
static bool
is(const char *locale, const char *language)
{
	size_t n = strcspn(locale, "_.@");

	return n == strlen(language) && strncmp(locale, language, n) == 0;
}

static bool
plain(const char *locale)
{
	return is(locale, "C") || is(locale, "POSIX") || is(locale, "en");
}

/* Where the catalogues are: share/locale beside the program's directory, as
 * installed, staged or built; else where configure put it.  Not from the
 * environment: a catalogue holds formats.  Fills buf of PATH_MAX. */
static const char *
catalogues(char *buf)
{
	static const char beside[] = "/../share/locale";
	ssize_t n = readlink("/proc/self/exe", buf, PATH_MAX - sizeof beside);
	char *end;

	if (n > 0) {
		buf[n] = '\0';
		if ((end = strrchr(buf, '/')) != NULL) {
			memcpy(end, beside, sizeof beside);
			if (access(buf, X_OK) == 0)
				return buf;
		}
	}
	return PP_LOCALEDIR;
}

void
pp_language(void)
{
	const char *locale = named(), *list = getenv("LANGUAGE");
	char dir[PATH_MAX];

	if (strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0 ||
	    (plain(locale) && (list == NULL || *list == '\0')))
		return;
	if (setlocale(LC_MESSAGES, "") == NULL) {
		if (setlocale(LC_MESSAGES, "C.UTF-8") == NULL)
			return;
		if (list == NULL || *list == '\0')
			(void)setenv("LANGUAGE", locale, 1);
	}
	(void)bindtextdomain(DOMAIN, catalogues(dir));
	(void)bind_textdomain_codeset(DOMAIN, "UTF-8");
	(void)bind_textdomain_codeset("libc", "UTF-8");	/* strerror */
	(void)textdomain(DOMAIN);
}

const char *
pp_language_code(void)
{
	/* fr: the code of the language of the catalogue */
	return _("en");
}

void
pp_language_plain(void)
{
	(void)setlocale(LC_MESSAGES, "C");
}
