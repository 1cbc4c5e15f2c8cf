/* A network namespace for PROGRAM, in which every destination is reachable as far as netfilter, which redirects it. */
#include "redirect.h"
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>

static long number_in(const char *path) {
  char text[32] = "";
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t size = fd == -1 ? -1 : read(fd, text, sizeof text - 1);
  if (fd != -1) close(fd);
  return size > 0 ? atol(text) : -1;
}

static _Noreturn void not_allowed(int error) {
  const char *code = "namespace-forbidden";
  if (number_in("/proc/sys/kernel/unprivileged_userns_clone") == 0)
    give_up(code, "This system lets only root make a network for one program. Allow it with \\\"sudo sysctl kernel.unprivileged_userns_clone=1\\\"", 0);
  if (number_in("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1)
    give_up(code, "AppArmor keeps programs from making a network for one program. Allow it until the next start of the machine with \\\"sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0\\\"", 0);
  if (number_in("/proc/sys/user/max_user_namespaces") == 0)
    give_up(code, "This system allows no user namespaces. Allow them with \\\"sudo sysctl user.max_user_namespaces=1000\\\"", 0);
  give_up(code, "This system does not let Plumbline make a network for one program; inside a container, its rules may forbid it. Run Plumbline as root, or set the proxy in the program", error);
}

static void write_map(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  bool written = fd != -1 && write(fd, text, strlen(text)) != -1;
  if (!written) not_allowed(errno);
  close(fd);
}

/* Root needs no user namespace, in which the files of others would be nobody's; but a root may lack the right to do without. */
void enter_network(void) {
  char user[32], group[32];
  snprintf(user, sizeof user, "%u %u 1", geteuid(), geteuid());
  snprintf(group, sizeof group, "%u %u 1", getegid(), getegid());
  if (geteuid() == 0 && unshare(CLONE_NEWNET) == 0) return;
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET) == -1) not_allowed(errno);
  write_map("/proc/self/uid_map", user);
  write_map("/proc/self/setgroups", "deny");
  write_map("/proc/self/gid_map", group);
}

typedef struct { struct nlmsghdr head; char body[256]; } Request;

static void append(Request *request, const void *data, size_t size) {
  memcpy((char *)request + request->head.nlmsg_len, data, size);
  request->head.nlmsg_len += (unsigned)NLMSG_ALIGN(size);
}

static Request request_to(unsigned short type, unsigned short flags, const void *body, size_t size) {
  Request request = {.head = {.nlmsg_len = NLMSG_HDRLEN, .nlmsg_type = type}};
  request.head.nlmsg_flags = (unsigned short)(NLM_F_REQUEST | NLM_F_ACK | flags);
  append(&request, body, size);
  return request;
}

static void attribute(Request *request, unsigned short type, const void *data, size_t size) {
  struct rtattr head = {(unsigned short)RTA_LENGTH(size), type};
  append(request, &head, sizeof head);
  append(request, data, size);
}

/* The kernel's answer: 0 or an errno. */
static int ask_kernel(const Request *request) {
  struct { struct nlmsghdr head; struct nlmsgerr error; char rest[512]; } answer = {0};
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  bool asked = fd != -1 && send(fd, request, request->head.nlmsg_len, 0) != -1 && recv(fd, &answer, sizeof answer, 0) != -1;
  int error = asked ? -answer.error.error : errno;
  if (fd != -1) close(fd);
  return error;
}

static int make_device(const char *kind) {
  struct { struct rtattr head; char kind[8]; } info = {{(unsigned short)RTA_LENGTH(strlen(kind)), IFLA_INFO_KIND}, ""};
  memcpy(info.kind, kind, strlen(kind));
  Request request = request_to(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &(struct ifinfomsg){0}, sizeof(struct ifinfomsg));
  attribute(&request, IFLA_IFNAME, "plumbline0", sizeof "plumbline0");
  attribute(&request, IFLA_LINKINFO, &info, sizeof info.head + strlen(kind));
  return ask_kernel(&request);
}

static int bring_up(unsigned device) {
  struct ifinfomsg up = {.ifi_index = (int)device, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
  Request request = request_to(RTM_NEWLINK, 0, &up, sizeof up);
  return ask_kernel(&request);
}

/* An address of its own, and a default route. */
static int give_route(int family, unsigned device, const char *text, unsigned char bits) {
  char address[16];
  inet_pton(family, text, address);
  struct ifaddrmsg owner = {.ifa_family = (unsigned char)family, .ifa_prefixlen = bits, .ifa_index = device};
  Request request = request_to(RTM_NEWADDR, NLM_F_CREATE, &owner, sizeof owner);
  attribute(&request, IFA_LOCAL, address, bits / 8);
  attribute(&request, IFA_ADDRESS, address, bits / 8);
  int error = ask_kernel(&request);
  if (error != 0) return error;
  struct rtmsg everywhere = {.rtm_family = (unsigned char)family, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_STATIC,
                             .rtm_scope = family == AF_INET ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE, .rtm_type = RTN_UNICAST};
  request = request_to(RTM_NEWROUTE, NLM_F_CREATE, &everywhere, sizeof everywhere);
  attribute(&request, RTA_OIF, &device, sizeof device);
  return ask_kernel(&request);
}

/*
 * The device swallows what nobody redirects. Loopback does where the kernel has no such device; programs that look at
 * devices then believe that they are offline. The addresses are documentation's (RFC 5737, RFC 3849): they hide nobody.
 */
void build_network(bool ipv6) {
  unsigned lo = if_nametoindex("lo"), device = lo;
  if (make_device("dummy") == 0 || make_device("ifb") == 0) device = if_nametoindex("plumbline0");
  int error = bring_up(lo);
  if (error == 0) error = bring_up(device);
  if (error == 0) error = give_route(AF_INET, device, "192.0.2.1", 32);
  if (error == 0 && ipv6) error = give_route(AF_INET6, device, "2001:db8::1", 128);
  if (error == EPERM) not_allowed(error);
  if (error != 0) give_up("network-failed", "The program's own network could not be set up", error);
}
