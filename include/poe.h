/* libpoe: POE for C.  This header includes all the others. */
#ifndef POE_H
#define POE_H

#include <poe/value.h>
#include <poe/event.h>
#include <poe/kernel.h>
#include <poe/session.h>
#include <poe/nfa.h>
#include <poe/alarm.h>
#include <poe/watch.h>
#include <poe/signal.h>
#include <poe/trace.h>
#include <poe/filter.h>
#include <poe/driver.h>
#include <poe/wheel.h>
#include <poe/wheel_run.h>
#include <poe/listenaccept.h>
#include <poe/followtail.h>
#include <poe/resolver.h>
#include <poe/tcp_server.h>
#include <poe/tcp_client.h>
#include <poe/connection.h>
#include <poe/tls.h>
#include <poe/keepalive.h>
#include <poe/httpd.h>
#include <poe/reference.h>

#endif
