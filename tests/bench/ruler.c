/*
 * The peers' clocks and counts, compiled a second time for ours: both sides
 * are measured by the same ruler.  The peers are built without our flags.
 */
#undef _GNU_SOURCE
#include "peers/peer.c"
