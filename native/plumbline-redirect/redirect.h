/*
 * plumbline-redirect takes TCP connections that netfilter redirected, asks the kernel where they were going (which Node
 * cannot), and hands the sockets themselves to the engine. Nothing is relayed: resets, half-closes, back-pressure and
 * times stay true.
 *
 *   plumbline-redirect listen --channel FD --port PORT [--address ADDRESS]...
 *   plumbline-redirect run    --channel FD --resolver ADDRESS [--resolver-port PORT] [--ipv6] -- PROGRAM [ARGUMENT]...
 *
 * `listen` accepts on addresses of this machine (127.0.0.1 and ::1 without --address; port 0 takes a free one).
 * `run` starts PROGRAM in a network of its own whose every TCP connection arrives here. UDP port 53 is relayed to the
 * resolver, UDP port 443 (QUIC) is refused, other UDP goes nowhere. No root is needed; --ipv6 gives it IPv6 too.
 *
 * The end of the channel or SIGTERM ends PROGRAM and this program. Exit code: PROGRAM's, 1 when it could not be done
 * (the channel says why), 2 for wrong arguments. Nothing is read from the environment.
 */
#pragma once
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct { struct sockaddr_storage at; socklen_t size; } Address;

/* On connections of ours inside the network of PROGRAM: these are not redirected. */
#define OUR_MARK 0x706c

/* ---- channel.c: what is said to the engine ---- */

void open_channel(int fd);
/* The descriptor to wait on; -1 once the engine has closed its end. */
int channel_fd(void);
/* One line; `passed` is a descriptor that rides on it, or -1. */
__attribute__((format(printf, 2, 3))) void tell(int passed, const char *format, ...);
/* Tells the engine why it cannot be done (`error` is an errno, or 0), and ends this program. */
_Noreturn void give_up(const char *code, const char *sentence, int error);
_Noreturn void refuse_arguments(const char *what);
/* Whether another descriptor may be handed over before Node has acknowledged earlier ones. */
bool channel_has_room(void);
/* Reads what the engine said; calls `counters` when it asks for them. */
void read_channel(void (*counters)(void));

/* ---- connections.c: accepting and handing over ---- */

bool parse_address(const char *text, unsigned short port, Address *address);
unsigned short port_of(int fd);
/* A bound socket, listening if it is a stream; -1 and errno if that is impossible. */
int open_at(const char *text, unsigned short port, int type);
/* The first address takes `port`, the others the same one. A machine without IPv6 does without the IPv6 ones. */
void listen_at(const char *const *addresses, int count, unsigned short port);
int listener_at(int index);
/* Hands over what waits; gives the milliseconds for which nothing should be accepted. `inside`: as in network.c. */
int accept_from(int listener, bool inside);

/* ---- dns.c: questions of PROGRAM, asked outside ---- */

/* Opens the way out; to be called before enter_network. */
void open_resolver(const Address *server);
/* Takes questions on 127.0.0.1 and ::1; gives the port. */
unsigned short open_relays(void);
int resolver_fd(void);
/* -1 beyond the last one. */
int relay_at(int index);
void relay_questions(int index);
void relay_answers(void);

/* ---- network.c: a network with nobody in it but PROGRAM ---- */

void enter_network(void);
/* To be called in the network just entered. */
void build_network(bool ipv6);

/* ---- rules.c: what netfilter does in that network ---- */

void redirect_all(unsigned short tcp_port, unsigned short dns_port, bool ipv6);
void tell_counters(void);

/* ---- program.c: PROGRAM's life ---- */

/* From here on, signals wait to be read. */
int catch_signals(void);
/* Back to how a program expects them; for children, before exec. */
void release_signals(void);
pid_t start_program(char *const *arguments);
void read_signals(int signals);
/* Asks PROGRAM to end, and makes it end after five seconds. Without one, ends this program. */
void end_program(void);
bool is_ending(void);
