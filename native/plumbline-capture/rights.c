/* CAP_NET_RAW and nothing else. */
#include "capture.h"
#include <grp.h>
#include <linux/securebits.h>
#include <sys/capability.h>
#include <sys/prctl.h>

/* `nobody`; nothing of it is needed but that it is not root. */
enum { ORDINARY_ID = 65534 };

static const cap_value_t capture_right = CAP_NET_RAW;

bool may_capture(void) {
  cap_t held = cap_get_proc();
  cap_flag_value_t value = CAP_CLEAR;
  bool allowed = held != NULL && cap_get_flag(held, capture_right, CAP_PERMITTED, &value) == 0 && value == CAP_SET;
  cap_free(held);
  return allowed;
}

/* Exactly these sets: all empty, or the one capability permitted, or that inheritable too, which ambient takes. */
static void set_rights(bool permitted, bool inheritable) {
  cap_t wanted = cap_init();
  bool done = wanted != NULL;
  if (permitted) done = done && cap_set_flag(wanted, CAP_PERMITTED, 1, &capture_right, CAP_SET) == 0;
  if (inheritable) done = done && cap_set_flag(wanted, CAP_INHERITABLE, 1, &capture_right, CAP_SET) == 0;
  if (!done || cap_set_proc(wanted) == -1) give_up(CAPTURE_FAILED, "capabilities cannot be set", errno);
  cap_free(wanted);
}

/* Root as a number would get every capability back at exec, and tcpdump would want to become somebody else. */
static void become_ordinary(void) {
  const unsigned long never_root = SECBIT_KEEP_CAPS | SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP_LOCKED;
  for (cap_value_t each = 0; each < cap_max_bits(); each++)
    if (each != capture_right && cap_get_bound(each) == 1 && cap_drop_bound(each) == -1)
      give_up(CAPTURE_FAILED, "capabilities cannot be given up", errno);
  if (prctl(PR_SET_SECUREBITS, never_root, 0, 0, 0) == -1) give_up(CAPTURE_FAILED, "root's rights cannot be given up", errno);
  if (setgroups(0, NULL) == -1 || setresgid(ORDINARY_ID, ORDINARY_ID, ORDINARY_ID) == -1 ||
      setresuid(ORDINARY_ID, ORDINARY_ID, ORDINARY_ID) == -1)
    give_up(CAPTURE_FAILED, "cannot become an ordinary user (65534)", errno);
}

void keep_capture_only(void) {
  if (getuid() == 0) become_ordinary();
  set_rights(true, false);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1) give_up(CAPTURE_FAILED, "new privileges cannot be ruled out", errno);
}

void hand_on_capture(void) {
  set_rights(true, true);
  if (cap_set_ambient(capture_right, CAP_SET) == -1) give_up(CAPTURE_FAILED, "the right to capture cannot be handed on", errno);
}

void give_up_rights(void) {
  set_rights(false, false);
}
