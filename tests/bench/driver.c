/* The peers' way to the driver, compiled a second time for ours, as ruler.c is. */
#undef _GNU_SOURCE
#include "peers/driver.c"
