/*
 * HTTP's CONNECT, RFC 9110 9.3.6, with Basic credentials, RFC 7617.  llhttp
 * reads the answer; what it lets pass and is refused all the same: an answer
 * whose head does not end, and octets behind the head of one that agrees, since
 * nobody is there yet to have sent them.
 */
#include "tunnel.h"
#include <errno.h>
#include <llhttp.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_HEAD = 16384 };

/* The parser, and what tells it what to call; one allocation. */
struct reader {
	llhttp_t parser;
	llhttp_settings_t settings;
};

static int on_status(llhttp_t *parser, const char *at, size_t length)
{
	struct tunnel *t = parser->data;

	for (; length > 0 && t->got + 1 < sizeof t->in; at++, length--)
		t->in[t->got++] = (char)(*at >= ' ' && *at < 0x7f ? *at : '?');
	return 0;
}

/* 2: no body follows that is ours to read. */
static int on_head(llhttp_t *parser)
{
	struct tunnel *t = parser->data;

	t->status = parser->status_code;
	return 2;
}

static int refuse(struct tunnel *t, int error_num, const char *words)
{
	snprintf(t->text, sizeof t->text, "%s", words);
	errno = error_num;
	return -1;
}

static int judge(struct tunnel *t, size_t behind)
{
	if (t->status >= 200 && t->status < 300)
		return behind == 0 ? 1 : refuse(t, EPROTO, "octets behind the proxy's answer");
	t->in[t->got] = '\0';
	snprintf(t->text, sizeof t->text, "%d %.58s", t->status, t->in);
	errno = t->status == 401 || t->status == 403 || t->status == 407 ? EACCES : ECONNREFUSED;
	return -1;
}

static int take_answer(struct tunnel *t, const char *octets, size_t length)
{
	struct reader *r = t->parser;
	enum llhttp_errno error = llhttp_execute(&r->parser, octets, length);

	if (t->status != 0)
		return judge(t, length - (size_t)(llhttp_get_error_pos(&r->parser) - octets));
	if (error != HPE_OK)
		return refuse(t, EPROTO, "not an HTTP answer");
	t->head += length;
	return t->head <= MOST_HEAD ? 0 : refuse(t, EMSGSIZE, "the proxy's answer does not end");
}

/* To be freed with the tunnel. */
static int make_reader(struct tunnel *t)
{
	struct reader *r = malloc(sizeof *r);

	t->parser = r;
	if (r == NULL) {
		errno = ENOMEM;
		return -1;
	}
	llhttp_settings_init(&r->settings);
	r->settings.on_status = on_status;
	r->settings.on_headers_complete = on_head;
	llhttp_init(&r->parser, HTTP_RESPONSE, &r->settings);
	r->parser.data = t;
	return 0;
}

static void say_text(struct tunnel *t, const char *text)
{
	ka_tunnel_say(t, text, strlen(text));
}

static void say_credentials(struct tunnel *t)
{
	char pair[2 * PROXY_TEXT];
	unsigned char text[sizeof pair / 3 * 4 + 5]; /* EVP_EncodeBlock's own NUL included */
	int length;

	snprintf(pair, sizeof pair, "%s:%s", t->proxy.user, t->proxy.password);
	say_text(t, "Proxy-Authorization: Basic ");
	length = EVP_EncodeBlock(text, (const unsigned char *)pair, (int)strlen(pair));
	ka_tunnel_say(t, text, (size_t)length);
	say_text(t, "\r\n");
}

int ka_tunnel_ask_http(struct tunnel *t)
{
	char authority[PROXY_TEXT + sizeof "[]:65535"];

	if (make_reader(t) < 0)
		return -1;
	snprintf(authority, sizeof authority, strchr(t->host, ':') ? "[%s]:%d" : "%s:%d", t->host, t->port);
	say_text(t, "CONNECT ");
	say_text(t, authority);
	say_text(t, " HTTP/1.1\r\nHost: ");
	say_text(t, authority);
	say_text(t, "\r\n");
	if (t->proxy.user[0] != '\0')
		say_credentials(t);
	say_text(t, "\r\n");
	t->wants = TUNNEL_IN;
	t->take = take_answer;
	return 0;
}
