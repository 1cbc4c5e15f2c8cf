/* From a clean start to the one thing that is asked for. What this program is for: capture.h. */
#include "capture.h"
#include <sys/stat.h>
#include <sys/syscall.h>

_Noreturn void give_up(enum ExitCode code, const char *sentence, int error) {
  if (error == 0) dprintf(STDERR_FILENO, "plumbline-capture: %s\n", sentence);
  else dprintf(STDERR_FILENO, "plumbline-capture: %s: %s\n", sentence, strerror(error));
  exit(code);
}

/* Whatever was left open by who started us is not tcpdump's. */
static void close_inherited(void) {
  for (int fd = 0; fd < 3; fd++)
    if (fcntl(fd, F_GETFD) == -1) exit(BAD_ARGUMENTS); /* what we open would take its place */
#ifdef SYS_close_range
  if (syscall(SYS_close_range, 3U, ~0U, 0U) == 0) return;
#endif
  long most = sysconf(_SC_OPEN_MAX);
  for (int fd = 3; fd < (most > 0 && most < 1048576 ? most : 1048576); fd++) close(fd);
}

/* Signals that our starter ignored would be ignored by us, and by tcpdump. */
static void heed_signals(void) {
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
}

/* tcpdump may not write to files, so these must be none. */
static void refuse_files(void) {
  struct stat about;
  for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
    if (fstat(fd, &about) == -1 || S_ISREG(about.st_mode))
      give_up(BAD_ARGUMENTS, "standard output and standard error must be pipes, not files", 0);
}

int main(int count, char **arguments) {
  close_inherited();
  heed_signals();
  clearenv();
  umask(077);
  if (chdir("/") == -1) give_up(CAPTURE_FAILED, "/ cannot be entered", errno);
  if (geteuid() != getuid() || getegid() != getgid())
    give_up(NOT_ALLOWED, "must not be set-user-ID; its right is the file capability cap_net_raw", 0);
  if (count == 2 && strcmp(arguments[1], "list") == 0) {
    print_list(find_tcpdump());
    return 0;
  }
  if (count < 2 || strcmp(arguments[1], "capture") != 0) give_up(BAD_ARGUMENTS, "the first argument is list or capture", 0);
  refuse_files();
  Wishes wishes = read_wishes(count, arguments);
  const char *tcpdump = find_tcpdump();
  if (tcpdump == NULL) give_up(NO_TCPDUMP, "tcpdump is not installed", 0);
  if (!may_capture()) give_up(NOT_ALLOWED, "has no right to capture; it takes the file capability cap_net_raw, or root", 0);
  capture(tcpdump, &wishes);
}
