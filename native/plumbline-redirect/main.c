/* Arguments, and the one loop that waits for everything. What this program is for: redirect.h. */
#include "redirect.h"
#include <poll.h>
#include <time.h>

enum { ADDRESSES_MAX = 4, DESCRIPTORS_MAX = 16, ENDING_MS = 100 };

typedef struct {
  bool run, ipv6;
  int channel;
  unsigned short port, resolver_port;
  const char *addresses[ADDRESSES_MAX];
  int address_count;
  Address resolver;
  char *const *program; /* with its arguments; NULL for `listen` */
} Wishes;

static unsigned short number_of(const char *text, long max) {
  char *end;
  long value = strtol(text, &end, 10);
  if (*text < '0' || *text > '9' || *end != '\0' || value > max) refuse_arguments("a port or descriptor is no number, or too large");
  return (unsigned short)value;
}

static Wishes read_arguments(int count, char **arguments) {
  Wishes wishes = {.channel = -1, .resolver_port = 53};
  const char *resolver = NULL;
  if (count < 2) refuse_arguments("the first argument is listen or run");
  wishes.run = strcmp(arguments[1], "run") == 0;
  if (!wishes.run && strcmp(arguments[1], "listen") != 0) refuse_arguments("the first argument is listen or run");
  int at = 2;
  for (; at < count && strcmp(arguments[at], "--") != 0; at++) {
    const char *name = arguments[at];
    if (wishes.run && strcmp(name, "--ipv6") == 0) {
      wishes.ipv6 = true;
      continue;
    }
    const char *value = ++at < count ? arguments[at] : "";
    if (strcmp(name, "--channel") == 0) wishes.channel = number_of(value, 1023);
    else if (!wishes.run && strcmp(name, "--port") == 0) wishes.port = number_of(value, 65535);
    else if (!wishes.run && strcmp(name, "--address") == 0 && wishes.address_count < ADDRESSES_MAX)
      wishes.addresses[wishes.address_count++] = value;
    else if (wishes.run && strcmp(name, "--resolver") == 0) resolver = value;
    else if (wishes.run && strcmp(name, "--resolver-port") == 0) wishes.resolver_port = number_of(value, 65535);
    else refuse_arguments("an argument is unknown, or given too often");
  }
  if (at + 1 < count) wishes.program = arguments + at + 1;
  if (wishes.run != (wishes.program != NULL)) refuse_arguments("run takes a program behind --, listen does not");
  if (wishes.run && (resolver == NULL || !parse_address(resolver, wishes.resolver_port, &wishes.resolver)))
    refuse_arguments("--resolver takes an IP address");
  if (wishes.address_count == 0) {
    wishes.addresses[wishes.address_count++] = "127.0.0.1";
    wishes.addresses[wishes.address_count++] = "::1";
  }
  return wishes;
}

static void prepare_network(const Wishes *wishes) {
  open_resolver(&wishes->resolver);
  enter_network();
  build_network(wishes->ipv6);
  listen_at(wishes->addresses, wishes->address_count, 0);
  redirect_all(port_of(listener_at(0)), open_relays(), wishes->ipv6);
}

static void sleep_ms(int ms) {
  struct timespec time = {.tv_nsec = ms * 1000000L};
  if (ms > 0) nanosleep(&time, NULL);
}

static _Noreturn void serve(int signals, bool inside) {
  for (;;) {
    bool ending = is_ending();
    struct pollfd watched[DESCRIPTORS_MAX] = {{channel_fd(), POLLIN, 0}, {signals, POLLIN, 0}, {resolver_fd(), POLLIN, 0}};
    nfds_t relays = 3, listeners = 3, count;
    for (int i = 0; relay_at(i) != -1; i++) watched[listeners++] = (struct pollfd){relay_at(i), POLLIN, 0};
    count = listeners;
    for (int i = 0; channel_has_room() && listener_at(i) != -1; i++) watched[count++] = (struct pollfd){listener_at(i), POLLIN, 0};
    if (poll(watched, count, ending ? ENDING_MS : -1) == -1) continue;
    if (watched[1].revents != 0) read_signals(signals);
    if (watched[0].revents != 0) {
      read_channel(tell_counters);
      if (channel_fd() == -1) end_program();
    }
    if (watched[2].revents != 0) relay_answers();
    for (nfds_t i = relays; i < listeners; i++)
      if (watched[i].revents != 0) relay_questions((int)(i - relays));
    for (nfds_t i = listeners; i < count; i++)
      if (watched[i].revents != 0) sleep_ms(accept_from(watched[i].fd, inside));
  }
}

int main(int count, char **arguments) {
  Wishes wishes = read_arguments(count, arguments);
  open_channel(wishes.channel);
  int signals = catch_signals();
  pid_t program = 0;
  if (wishes.run) {
    prepare_network(&wishes);
    program = start_program(wishes.program);
  } else {
    listen_at(wishes.addresses, wishes.address_count, wishes.port);
  }
  tell(-1, "{\"event\":\"ready\",\"port\":%hu,\"program\":%d}", port_of(listener_at(0)), program);
  serve(signals, wishes.run);
}
