/* Connections: accepting them, asking where they were going, handing them over. */
#include "redirect.h"
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>

enum {
  ADDRESSES_MAX = 4,
  REACH_MS = 1000,   /* how long a listener of PROGRAM's own may take to answer on its loopback */
  BREATH_MS = 50,    /* no accepting for this long when descriptors have run out */
  ORIGINAL_DST = 80, /* SO_ORIGINAL_DST and IP6T_SO_ORIGINAL_DST of the kernel's netfilter headers */
};

static int listeners[ADDRESSES_MAX] = {-1, -1, -1, -1};

bool parse_address(const char *text, unsigned short port, Address *address) {
  struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM}, *found;
  if (getaddrinfo(text, NULL, &hints, &found) != 0) return false;
  memcpy(&address->at, found->ai_addr, found->ai_addrlen);
  address->size = found->ai_addrlen;
  ((struct sockaddr_in *)&address->at)->sin_port = htons(port); /* at the same place in both families */
  freeaddrinfo(found);
  return true;
}

/* At the same place in both families. */
static unsigned short port_in(const Address *address) { return ntohs(((const struct sockaddr_in *)&address->at)->sin_port); }

unsigned short port_of(int fd) {
  Address address = {.size = sizeof address.at};
  getsockname(fd, (void *)&address.at, &address.size);
  return port_in(&address);
}

int open_at(const char *text, unsigned short port, int type) {
  Address address;
  if (!parse_address(text, port, &address)) refuse_arguments("--address takes an IP address");
  int family = address.at.ss_family, yes = 1, fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd == -1) return -1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (family == AF_INET6) setsockopt(fd, SOL_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  if (bind(fd, (void *)&address.at, address.size) == 0 && (type == SOCK_DGRAM || listen(fd, 1024) == 0)) return fd;
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

void listen_at(const char *const *addresses, int count, unsigned short port) {
  for (int i = 0, used = 0; i < count && used < ADDRESSES_MAX; i++) {
    int fd = open_at(addresses[i], port, SOCK_STREAM);
    bool no_ipv6 = fd == -1 && strchr(addresses[i], ':') != NULL && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL);
    if (no_ipv6 && used > 0) continue;
    if (fd == -1 && errno == EADDRINUSE)
      give_up("port-taken", "Another program uses that port. Choose another one; 0 picks a free one", 0);
    if (fd == -1) give_up("listen-failed", "Redirected connections cannot be listened for", errno);
    listeners[used++] = fd;
    port = port_of(fd);
  }
}

int listener_at(int index) { return index < ADDRESSES_MAX ? listeners[index] : -1; }

static bool is_loopback(const Address *address) {
  const struct sockaddr_in *v4 = (const void *)&address->at;
  const struct sockaddr_in6 *v6 = (const void *)&address->at;
  return address->at.ss_family == AF_INET ? ntohl(v4->sin_addr.s_addr) >> 24 == 127 : IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

/* Of the same family, which is checked by whoever calls. */
static bool is_same_host(const Address *one, const Address *other) {
  const struct sockaddr_in *v4[] = {(const void *)&one->at, (const void *)&other->at};
  const struct sockaddr_in6 *v6[] = {(const void *)&one->at, (const void *)&other->at};
  if (one->at.ss_family == AF_INET) return v4[0]->sin_addr.s_addr == v4[1]->sin_addr.s_addr;
  return memcmp(&v6[0]->sin6_addr, &v6[1]->sin6_addr, sizeof v6[0]->sin6_addr) == 0;
}

/*
 * What PROGRAM calls itself is the machine, except for ports where PROGRAM listens: a connection there, or -1. Whoever
 * speaks with an address of its own does so from that address, and with another one of loopback from the usual one.
 */
static int reach_inside(const Address *address, const Address *client) {
  if (!is_loopback(address) && !is_same_host(address, client)) return -1;
  int mark = OUR_MARK, error = ECONNREFUSED, fd = socket(address->at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd == -1) return -1;
  struct pollfd waited = {fd, POLLOUT, 0};
  if (setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof mark) == 0 &&
      (connect(fd, (const void *)&address->at, address->size) == 0 || errno == EINPROGRESS) && poll(&waited, 1, REACH_MS) == 1)
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof error});
  if (error == 0) return fd;
  close(fd);
  return -1;
}

static void reset(int fd) {
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
  close(fd);
}

static void hand_over(int fd, bool inside) {
  Address wanted = {.size = sizeof wanted.at}, ours = wanted, client = wanted;
  char address[INET6_ADDRSTRLEN + 16] = "", port[8] = "";
  getsockname(fd, (void *)&ours.at, &ours.size);
  getpeername(fd, (void *)&client.at, &client.size); /* nobody's, if it has reset the connection already */
  int level = ours.at.ss_family == AF_INET ? SOL_IP : SOL_IPV6;
  bool known = getsockopt(fd, level, ORIGINAL_DST, &wanted.at, &wanted.size) == 0;
  const Address *named = known ? &wanted : &ours;
  getnameinfo((const void *)&named->at, named->size, address, sizeof address, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
  /* Handing this on would have the engine dial us. */
  if (!known || (is_same_host(&wanted, &ours) && port_in(&wanted) == port_in(&ours))) {
    tell(-1, "{\"event\":\"stray\",\"address\":\"%s\"}", address);
    return reset(fd);
  }
  int reached = inside ? reach_inside(&wanted, &client) : -1;
  if (reached != -1) {
    tell(reached, "{\"cmd\":\"NODE_HANDLE\",\"type\":\"net.Socket\",\"msg\":{\"event\":\"reached\"}}");
    close(reached);
  }
  tell(fd, "{\"cmd\":\"NODE_HANDLE\",\"type\":\"net.Socket\",\"msg\":{\"event\":\"connection\",\"address\":\"%s\",\"port\":%s,\"reached\":%s}}",
       address, port, reached == -1 ? "false" : "true");
  close(fd);
}

int accept_from(int listener, bool inside) {
  while (channel_has_room()) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd != -1) hand_over(fd, inside);
    else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) return BREATH_MS;
    else if (errno == EAGAIN) return 0;
  }
  return 0;
}
