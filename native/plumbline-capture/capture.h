/*
 * plumbline-capture is the only part of Plumbline with a right of its own: to see the packets of a network card. It checks
 * what it is asked for and runs tcpdump, which writes pcap to the standard output that was given to us.
 *
 *   plumbline-capture list
 *   plumbline-capture capture --interface NAME [--snaplen BYTES] [--buffer-kib KIB] [--filter EXPRESSION]
 *
 * `list` prints one JSON object: whether packets may be captured, tcpdump's path, the interfaces. `capture` goes on until
 * standard input closes, until SIGTERM, SIGINT or SIGHUP, or until its parent is gone; tcpdump then has a second for its last
 * words. A byte on standard input asks tcpdump for its counters, on standard error. No file is written, no other flag is
 * taken, nothing is read from the environment or from descriptors above 2.
 *
 * The right, CAP_NET_RAW, comes from the file (`setcap cap_net_raw=p`) or from root; root becomes the user 65534. tcpdump gets
 * it as an ambient capability, and nothing else: no environment, no new privileges, no files, no children.
 */
#pragma once
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum ExitCode { STOPPED = 0, CAPTURE_FAILED = 1, BAD_ARGUMENTS = 2, NOT_ALLOWED = 3, NO_TCPDUMP = 4, NO_INTERFACE = 5 };

typedef struct {
  const char *interface;
  const char *snaplen;    /* bytes of each packet; "0" for all */
  const char *buffer_kib; /* what the kernel may hold while nobody reads */
  const char *filter;     /* empty for all packets */
} Wishes;

/* One line on standard error, and the end of this program. `error` is an errno, or 0. */
_Noreturn void give_up(enum ExitCode code, const char *sentence, int error);

/* ---- arguments.c: strict patterns ---- */

/* Letters, digits, `.`, `_` and `-`, not beginning with `-` or `.`, at most 15: what the kernel calls a card. */
bool is_interface_name(const char *text);
Wishes read_wishes(int count, char *const *arguments);

/* ---- rights.c: CAP_NET_RAW and nothing else ---- */

bool may_capture(void);
/* Keeps that capability for a child and no other; root becomes an ordinary user. Nothing can be gained after this. */
void keep_capture_only(void);
/* In the child, before exec. */
void hand_on_capture(void);
void give_up_rights(void);

/* ---- list.c ---- */

void print_list(const char *tcpdump);

/* ---- tcpdump.c: its life ---- */

/* NULL where there is none. */
const char *find_tcpdump(void);
_Noreturn void capture(const char *tcpdump, const Wishes *wishes);
