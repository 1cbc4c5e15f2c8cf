/* tcpdump's life: found at fixed places, started with nothing but its flags, ended with us. */
#include "capture.h"
#include <net/if.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>

enum { GRACE_MS = 1000 };

const char *find_tcpdump(void) {
  static const char *const places[] = {"/usr/bin/tcpdump", "/usr/sbin/tcpdump", "/bin/tcpdump", "/sbin/tcpdump"};
  for (size_t i = 0; i < sizeof places / sizeof *places; i++)
    if (access(places[i], X_OK) == 0) return places[i];
  return NULL;
}

static bool exists(const char *interface) {
  return strcmp(interface, "any") == 0 || if_nametoindex(interface) != 0;
}

/* It writes to standard output and starts nobody, whatever it is made to believe. */
static void set_limits(void) {
  static const int limited[] = {RLIMIT_FSIZE, RLIMIT_NPROC, RLIMIT_CORE};
  for (size_t i = 0; i < sizeof limited / sizeof *limited; i++)
    if (setrlimit(limited[i], &(struct rlimit){0, 0}) == -1) give_up(CAPTURE_FAILED, "limits cannot be set", errno);
}

static _Noreturn void become_tcpdump(const char *tcpdump, const Wishes *wishes, pid_t parent) {
  /* -U: packets come as they are captured. Nanoseconds cost nothing, the kernel has them. */
  const char *const all[] = {"tcpdump", "-i", wishes->interface, "-s", wishes->snaplen, "-B", wishes->buffer_kib, "-n", "-U",
                             "--time-stamp-precision=nano", "-w", "-", *wishes->filter == '\0' ? NULL : "--", wishes->filter, NULL};
  char *const nothing[] = {NULL};
  sigset_t none;
  sigemptyset(&none);
  hand_on_capture();
  set_limits();
  int nothing_to_read = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing_to_read == -1 || dup2(nothing_to_read, STDIN_FILENO) == -1) give_up(CAPTURE_FAILED, "/dev/null cannot be opened", errno);
  signal(SIGUSR1, SIG_IGN); /* until tcpdump takes it, a question for counters must not end it */
  sigprocmask(SIG_SETMASK, &none, NULL);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(CAPTURE_FAILED);
  execve(tcpdump, (char *const *)all, nothing);
  give_up(NO_TCPDUMP, "tcpdump cannot be started", errno);
}

static int catch_signals(void) {
  sigset_t caught;
  sigemptyset(&caught);
  static const int all[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) sigaddset(&caught, all[i]);
  sigprocmask(SIG_SETMASK, &caught, NULL);
  int fd = signalfd(-1, &caught, SFD_CLOEXEC | SFD_NONBLOCK);
  if (fd == -1) give_up(CAPTURE_FAILED, "signals cannot be received", errno);
  return fd;
}

static long long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Whether tcpdump ended; `asked` becomes true when its end is wanted. */
static bool read_signals(int signals, pid_t child, int *status, bool *asked) {
  struct signalfd_siginfo info;
  while (read(signals, &info, sizeof info) == sizeof info)
    if (info.ssi_signo != SIGCHLD) *asked = true;
  return waitpid(child, status, WNOHANG) == child;
}

/* Whether standard input has closed. A byte asks for counters. */
static bool read_input(pid_t child) {
  char bytes[64];
  ssize_t size = read(STDIN_FILENO, bytes, sizeof bytes);
  if (size > 0) kill(child, SIGUSR1);
  return size == 0 || (size == -1 && errno != EINTR && errno != EAGAIN);
}

static _Noreturn void say_how_it_ended(int status, bool asked, const char *interface) {
  if (asked) exit(STOPPED);
  if (!exists(interface)) give_up(NO_INTERFACE, "the interface vanished", 0);
  if (WIFSIGNALED(status)) give_up(CAPTURE_FAILED, strsignal(WTERMSIG(status)), 0);
  exit(WEXITSTATUS(status) == NO_TCPDUMP ? NO_TCPDUMP : CAPTURE_FAILED); /* it said why */
}

_Noreturn void capture(const char *tcpdump, const Wishes *wishes) {
  pid_t starter = getppid(), self = getpid();
  keep_capture_only();
  if (!exists(wishes->interface)) give_up(NO_INTERFACE, "there is no interface of this name", 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != starter) exit(STOPPED);
  int signals = catch_signals(), status = 0;
  pid_t child = fork();
  if (child == -1) give_up(CAPTURE_FAILED, "tcpdump cannot be started", errno);
  if (child == 0) become_tcpdump(tcpdump, wishes, self);
  give_up_rights();
  close(STDOUT_FILENO); /* who reads sees the end with tcpdump's */

  bool asked = false;
  long long kill_at_ms = 0;
  for (;;) {
    struct pollfd watched[] = {{signals, POLLIN, 0}, {asked ? -1 : STDIN_FILENO, POLLIN, 0}};
    poll(watched, 2, asked ? 50 : -1);
    if (read_signals(signals, child, &status, &asked)) say_how_it_ended(status, asked, wishes->interface);
    if (!asked && watched[1].revents != 0 && read_input(child)) asked = true;
    if (asked && kill_at_ms == 0) {
      kill_at_ms = now_ms() + GRACE_MS;
      kill(child, SIGTERM);
    }
    if (asked && now_ms() >= kill_at_ms) kill(child, SIGKILL);
  }
}
