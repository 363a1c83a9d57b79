/*
 * scan_plain_test.c - the same as scan_test.c for machines whose instructions vp_scan.h does not
 * know.
 */
#define VP_SCAN_PLAIN
#include "scan_test.c"
