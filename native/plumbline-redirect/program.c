/* PROGRAM's life: starting it, signals, its end. */
#include "redirect.h"
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>

enum { GRACE_MS = 5000 };

static pid_t program; /* 0 without one, and after its end */
static bool started;
static int exit_code;
static long long kill_at_ms; /* 0 until its end was asked for */

static long long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

int catch_signals(void) {
  static const int caught[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
  sigset_t set;
  sigemptyset(&set);
  for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) sigaddset(&set, caught[i]);
  sigprocmask(SIG_SETMASK, &set, NULL);
  int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (fd == -1) give_up("start-failed", "Signals cannot be received", errno);
  return fd;
}

void release_signals(void) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Who reads what PROGRAM writes must see its end, and not wait for ours. */
static void let_go_of_streams(void) {
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int stream = 0; stream < 3 && nothing != -1; stream++) dup2(nothing, stream);
  if (nothing > 2) close(nothing);
}

pid_t start_program(char *const *arguments) {
  int failure[2], error = 0;
  pid_t self = getpid();
  if (pipe2(failure, O_CLOEXEC) == -1) give_up("start-failed", "The program could not be started", errno);
  prctl(PR_SET_CHILD_SUBREAPER, 1); /* what it leaves behind still needs us for its connections */
  program = fork();
  if (program == 0) {
    release_signals();
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() == self) execvp(arguments[0], arguments);
    error = errno;
    _exit(write(failure[1], &error, sizeof error) == -1 ? 126 : 127);
  }
  if (program == -1) give_up("start-failed", "The program could not be started", errno);
  started = true;
  close(failure[1]);
  bool failed = read(failure[0], &error, sizeof error) > 0;
  close(failure[0]);
  if (failed && error == ENOENT) give_up("program-missing", "There is no such program. Give its path, or a name that is found in PATH", 0);
  if (failed) give_up("start-failed", "The program could not be started", error);
  let_go_of_streams();
  return program;
}

/* To PROGRAM and, once that is gone, to whatever it left behind, which became our children. */
static void signal_program(int number) {
  char path[64], text[4096] = "";
  if (program != 0) {
    kill(program, number);
    return;
  }
  snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t size = fd == -1 ? 0 : read(fd, text, sizeof text - 1);
  if (fd != -1) close(fd);
  char *at = text, *end = text;
  for (long pid = size > 0 ? strtol(at, &end, 10) : 0; end != at; pid = strtol(at, &end, 10)) {
    kill((pid_t)pid, number);
    at = end;
  }
}

void end_program(void) {
  if (!started) exit(exit_code);
  if (kill_at_ms == 0) kill_at_ms = now_ms() + GRACE_MS;
  signal_program(now_ms() < kill_at_ms ? SIGTERM : SIGKILL);
}

bool is_ending(void) {
  if (kill_at_ms != 0 && now_ms() >= kill_at_ms) end_program();
  return kill_at_ms != 0;
}

static void reap(void) {
  int status;
  pid_t pid;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
    if (pid != program) continue;
    program = 0;
    exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    tell(-1, "{\"event\":\"ended\",\"code\":%d}", exit_code);
    if (kill_at_ms != 0) end_program();
  }
  if (pid == -1 && errno == ECHILD && started) {
    tell_counters(); /* with us goes the network, and what was counted in it */
    exit(exit_code);
  }
}

/* What the terminal sends (Ctrl-C), it sends to PROGRAM and the engine as well; what a process sends is for PROGRAM. */
void read_signals(int signals) {
  struct signalfd_siginfo info;
  while (read(signals, &info, sizeof info) == sizeof info) {
    if (info.ssi_signo == SIGCHLD) reap();
    else if (info.ssi_code == SI_KERNEL) continue;
    else if (info.ssi_signo == SIGTERM || !started) end_program();
    else signal_program((int)info.ssi_signo);
  }
}
