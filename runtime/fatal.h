/* The caller's mistake: one line, and the end. */
#ifndef FATAL_H
#define FATAL_H

_Noreturn void fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
