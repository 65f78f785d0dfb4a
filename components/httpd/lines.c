/*
 * What is let through to llhttp, which finds the tokens but is lenient: 8.1
 * takes a bare CR for a newline (CVE-2023-30589) and folds lines.  Two readers
 * that disagree about where a request ends can be played against each other,
 * so here CR and LF come as CR LF or not at all, no line is continued, and no
 * other control character comes but the tab.
 */
#include "lines.h"

#include <llhttp.h>
#include <stdbool.h>
#include <string.h>

static bool is_control(char octet)
{
	return (unsigned char)octet < ' ' || octet == 0x7f;
}

static bool is_odd(char before, char octet)
{
	if (octet == '\n' || before == '\r')
		return octet != '\n' || before != '\r';
	if (before == '\n' && (octet == ' ' || octet == '\t' || octet == ':'))
		return true;
	return is_control(octet) && octet != '\t' && octet != '\r';
}

enum httpd_look httpd_lines_next(struct httpd_lines *l, const char *octets, size_t length)
{
	char before = '\n';

	if (l->looked > 0)
		before = octets[l->looked - 1];
	for (; l->looked < length; l->looked++) {
		if (is_odd(before, octets[l->looked]))
			return HTTPD_LINES_ODD;
		before = octets[l->looked];
		if (before != '\n')
			continue;
		l->looked++;
		l->count++;
		return l->looked == 2 || octets[l->looked - 3] == '\n' ? HTTPD_LINES_WHOLE : HTTPD_LINES_LINE;
	}
	return HTTPD_LINES_MORE;
}

static bool is_token(const char *octets, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (is_control(octets[i]) || (unsigned char)octets[i] > 0x7f || strchr("\"(),/:;<=>?@[\\]{} ", octets[i]))
			return false;
	return length > 0;
}

/* Those that come after UNLINK in llhttp's list are of other protocols. */
static bool is_method(const char *name, size_t length)
{
	for (int m = HTTP_DELETE; m <= HTTP_UNLINK; m++) {
		const char *known = llhttp_method_name((llhttp_method_t)m);

		if (strlen(known) == length && memcmp(known, name, length) == 0)
			return true;
	}
	return false;
}

static bool is_digit(char octet)
{
	return octet >= '0' && octet <= '9';
}

/* Without a version it would be HTTP/0.9, which POE answers as a 1.0 request and this refuses. */
static int check_version(const char *version, size_t length)
{
	static const char form[] = "HTTP/x.x\r\n";

	if (length != sizeof form - 1 || memcmp(version, form, 5) != 0)
		return 400;
	if (!is_digit(version[5]) || version[6] != '.' || !is_digit(version[7]))
		return 400;
	return version[5] == '1' && version[7] <= '1' ? 0 : 505;
}

int httpd_lines_request(const char *line, size_t length)
{
	const char *end = line + length;
	const char *target = memchr(line, ' ', length);
	const char *version = target != NULL ? memchr(target + 1, ' ', (size_t)(end - target - 1)) : NULL;
	int status;

	if (version == NULL || version == target + 1 || !is_token(line, (size_t)(target - line)))
		return 400;
	status = check_version(version + 1, (size_t)(end - version - 1));
	if (status != 0)
		return status;
	return is_method(line, (size_t)(target - line)) ? 0 : 501;
}
