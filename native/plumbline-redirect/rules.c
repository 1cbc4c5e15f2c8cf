/* What netfilter does in the network of PROGRAM: in nft's words or, where it is not installed, in those of iptables-nft. */
#include "redirect.h"
#include <linux/capability.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { SAID_BYTES_MAX = 8000 };

/*
 * QUIC goes to a port where nobody can listen. Such a port answers as a server without QUIC does; `reject` would have
 * the sender's own call fail with "Operation not permitted", which no server says.
 */
#define CLOSED_PORT "1"

static const char nft_rules[] =
    "table inet plumbline {\n"
    "  counter quic_refused { }\n"
    "  counter udp_dropped { }\n"
    "  chain redirected {\n"
    "    type nat hook output priority -100\n"
    "    meta mark %d accept\n"
    "    meta l4proto tcp redirect to :%hu\n"
    "    udp dport 53 redirect to :%hu\n"
    "    fib daddr type local accept\n"
    "    udp dport 443 redirect to :" CLOSED_PORT "\n"
    "  }\n"
    "  chain counted {\n"
    "    type filter hook output priority 0\n"
    "    udp dport " CLOSED_PORT " ct original proto-dst 443 counter name quic_refused accept\n"
    "    meta l4proto udp fib daddr type != local counter name udp_dropped\n"
    "  }\n"
    "}\n";

static const char iptables_rules[] =
    "*nat\n"
    "-A OUTPUT -m mark --mark %d -j ACCEPT\n"
    "-A OUTPUT -p tcp -j REDIRECT --to-ports %hu\n"
    "-A OUTPUT -p udp --dport 53 -j REDIRECT --to-ports %hu\n"
    "-A OUTPUT -m addrtype --dst-type LOCAL -j ACCEPT\n"
    "-A OUTPUT -p udp --dport 443 -j REDIRECT --to-ports " CLOSED_PORT "\n"
    "COMMIT\n";

/* The tools in use: never looked for in PATH, which is the caller's. NULL where there is none. */
static const char *nft;

static const char *find_tool(const char *name, char *path, size_t size) {
  static const char *const folders[] = {"/usr/sbin", "/sbin", "/usr/bin", "/bin", "/run/current-system/sw/bin"};
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
    snprintf(path, size, "%s/%s", folders[i], name);
    if (access(path, X_OK) == 0) return path;
  }
  return NULL;
}

/* exec drops the rights over our network for anybody but root, unless they are raised as ambient. */
static void keep_network_rights(void) {
  struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct rights[2];
  if (syscall(SYS_capget, &head, rights) == -1) return;
  rights[0].inheritable = rights[0].permitted & (1U << CAP_NET_ADMIN | 1U << CAP_NET_RAW);
  if (syscall(SYS_capset, &head, rights) == -1) return;
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_ADMIN, 0, 0);
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0);
}

/* Runs a tool with `input`; the beginning of what it said in `said`. True when it succeeded. */
static bool run_tool(const char *const *arguments, const char *input, char said[SAID_BYTES_MAX]) {
  int in = memfd_create("input", MFD_CLOEXEC), out = memfd_create("output", MFD_CLOEXEC), status = -1;
  bool ready = in != -1 && out != -1 && write(in, input, strlen(input)) == (ssize_t)strlen(input) && lseek(in, 0, SEEK_SET) == 0;
  pid_t tool = ready ? fork() : -1;
  if (tool == 0) {
    release_signals();
    keep_network_rights();
    char *const clean[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL};
    if (dup2(in, 0) != -1 && dup2(out, 1) != -1 && dup2(out, 2) != -1) execve(arguments[0], (char *const *)arguments, clean);
    _exit(127);
  }
  while (tool != -1 && waitpid(tool, &status, 0) == -1 && errno == EINTR) continue;
  ssize_t size = out == -1 ? 0 : pread(out, said, SAID_BYTES_MAX - 1, 0);
  said[size > 0 ? size : 0] = '\0';
  if (in != -1) close(in);
  if (out != -1) close(out);
  return tool != -1 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static _Noreturn void complain(char *said) {
  char sentence[400];
  for (char *at = said; *at != '\0'; at++)
    if (*at < ' ' || *at > '~' || *at == '"' || *at == '\\') *at = ' ';
  snprintf(sentence, sizeof sentence, "The kernel did not take the rules that redirect connections; it may lack nf_tables or nf_nat: %.200s", said);
  give_up("rules-refused", sentence, 0);
}

void redirect_all(unsigned short tcp_port, unsigned short dns_port, bool ipv6) {
  static char nft_path[64];
  char v4_path[64], v6_path[64], rules[sizeof nft_rules + 32], said[SAID_BYTES_MAX] = "";
  nft = find_tool("nft", nft_path, sizeof nft_path);
  if (nft != NULL) {
    snprintf(rules, sizeof rules, nft_rules, OUR_MARK, tcp_port, dns_port);
    if (!run_tool((const char *const[]){nft, "-f", "-", NULL}, rules, said)) complain(said);
    return;
  }
  const char *v4 = find_tool("iptables-nft-restore", v4_path, sizeof v4_path);
  const char *v6 = find_tool("ip6tables-nft-restore", v6_path, sizeof v6_path);
  if (v4 == NULL || v6 == NULL)
    give_up("nft-missing", "To redirect the connections of a program, install the package nftables (Debian, Ubuntu: sudo apt install nftables; Fedora: sudo dnf install nftables)", 0);
  snprintf(rules, sizeof rules, iptables_rules, OUR_MARK, tcp_port, dns_port);
  if (!run_tool((const char *const[]){v4, NULL}, rules, said)) complain(said);
  /* Loopback has IPv6 even where nothing else does. */
  if (!run_tool((const char *const[]){v6, NULL}, rules, said) && ipv6) complain(said);
}

void tell_counters(void) {
  char said[SAID_BYTES_MAX] = "";
  const char *const arguments[] = {nft, "-j", "list", "counters", "table", "inet", "plumbline", NULL};
  bool counted = nft != NULL && run_tool(arguments, "", said);
  said[strcspn(said, "\n")] = '\0';
  tell(-1, "{\"event\":\"counters\",\"nft\":%s}", counted ? said : "null");
}
