/* The interfaces, as JSON. Names that could not be asked for are left out, so nothing here needs escaping. */
#include "capture.h"
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/if_arp.h>
#include <linux/sockios.h>
#include <linux/wireless.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

static bool is_one_of(const char *text, const char *const *names) {
  for (; *names != NULL; names++)
    if (strcmp(text, *names) == 0) return true;
  return false;
}

/* By what its driver calls itself; in the network we are in, which /sys need not show. */
static const char *kind_of(int fd, const char *name, unsigned int flags) {
  static const char *const bridges[] = {"bridge", "openvswitch", NULL}, *const vpns[] = {"tun", "wireguard", NULL};
  static const char *const virtual[] = {"veth", "dummy", "ifb", "bonding", "team", "macvlan", "ipvlan", "vxlan", "netkit", "802.1Q VLAN Support", NULL};
  struct iwreq wireless = {0};
  struct ethtool_drvinfo driver = {.cmd = ETHTOOL_GDRVINFO};
  struct ifreq request = {0}, hardware = {0};
  if (strcmp(name, "any") == 0) return "any";
  if ((flags & IFF_LOOPBACK) != 0) return "loopback";
  memcpy(wireless.ifr_name, name, strlen(name));
  if (ioctl(fd, SIOCGIWNAME, &wireless) == 0) return "wifi";
  memcpy(request.ifr_name, name, strlen(name));
  request.ifr_data = (char *)&driver;
  if (ioctl(fd, SIOCETHTOOL, &request) == 0) {
    if (is_one_of(driver.driver, bridges)) return "bridge";
    if (is_one_of(driver.driver, vpns)) return "vpn";
    if (is_one_of(driver.driver, virtual)) return "virtual";
  } else {
    *driver.driver = '\0';
  }
  memcpy(hardware.ifr_name, name, strlen(name));
  if (ioctl(fd, SIOCGIFHWADDR, &hardware) == -1) return "other";
  switch (hardware.ifr_hwaddr.sa_family) {
    case ARPHRD_ETHER: return *driver.driver == '\0' ? "virtual" : "ethernet";
    case ARPHRD_NONE:
    case ARPHRD_PPP: return "vpn";
    default: return "other";
  }
}

static void print_addresses(const struct ifaddrs *all, const char *name) {
  const char *separator = "";
  char text[INET6_ADDRSTRLEN];
  for (const struct ifaddrs *each = all; each != NULL; each = each->ifa_next) {
    const struct sockaddr *at = each->ifa_addr;
    const void *bytes = NULL;
    if (at == NULL || strcmp(each->ifa_name, name) != 0) continue;
    if (at->sa_family == AF_INET) bytes = &((const struct sockaddr_in *)(const void *)at)->sin_addr;
    if (at->sa_family == AF_INET6) bytes = &((const struct sockaddr_in6 *)(const void *)at)->sin6_addr;
    if (bytes == NULL || inet_ntop(at->sa_family, bytes, text, sizeof text) == NULL) continue;
    printf("%s\"%s\"", separator, text);
    separator = ",";
  }
}

static void print_interface(int fd, const struct ifaddrs *all, const char *name, unsigned int flags, const char *separator) {
  const char *up = (flags & IFF_UP) != 0 ? "true" : "false";
  printf("%s{\"name\":\"%s\",\"kind\":\"%s\",\"up\":%s,\"addresses\":[", separator, name, kind_of(fd, name, flags), up);
  print_addresses(all, name);
  printf("]}");
}

void print_list(const char *tcpdump) {
  struct ifaddrs *all;
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd == -1 || getifaddrs(&all) == -1) give_up(CAPTURE_FAILED, "interfaces cannot be listed", errno);
  printf("{\"allowed\":%s,\"tcpdump\":", may_capture() ? "true" : "false");
  printf(tcpdump == NULL ? "null" : "\"%s\"", tcpdump);
  printf(",\"interfaces\":[");
  print_interface(fd, all, "any", IFF_UP, "");
  /* Each one comes once as itself, and once more for each address. */
  for (const struct ifaddrs *each = all; each != NULL; each = each->ifa_next)
    if (each->ifa_addr != NULL && each->ifa_addr->sa_family == AF_PACKET && is_interface_name(each->ifa_name))
      print_interface(fd, all, each->ifa_name, each->ifa_flags, ",");
  printf("]}\n");
  freeifaddrs(all);
}
