/* What may be asked for. Everything that is not plainly right is refused. */
#include "capture.h"

enum { NAME_MAX_BYTES = 15, FILTER_MAX_BYTES = 4096, SNAPLEN_MAX = 262144, BUFFER_KIB_MIN = 64, BUFFER_KIB_MAX = 262144 };

static bool consists_of(const char *text, const char *letters) {
  return text[strspn(text, letters)] == '\0';
}

bool is_interface_name(const char *text) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  size_t size = strlen(text);
  return size >= 1 && size <= NAME_MAX_BYTES && *text != '-' && *text != '.' && consists_of(text, letters);
}

static bool is_number(const char *text, long min, long max) {
  size_t size = strlen(text);
  if (size < 1 || size > 6 || !consists_of(text, "0123456789")) return false;
  long value = strtol(text, NULL, 10);
  return value >= min && value <= max;
}

/* It is one argument behind `--`; that no option looks like it is a second lock on the same door. */
static bool is_filter(const char *text) {
  size_t size = strlen(text);
  if (size > FILTER_MAX_BYTES || *text == '-') return false;
  for (size_t i = 0; i < size; i++)
    if (text[i] < ' ' || text[i] > '~') return false;
  return true;
}

Wishes read_wishes(int count, char *const *arguments) {
  Wishes wishes = {NULL, NULL, NULL, NULL};
  for (int at = 2; at < count; at += 2) {
    const char *name = arguments[at], **place = NULL;
    if (strcmp(name, "--interface") == 0) place = &wishes.interface;
    else if (strcmp(name, "--snaplen") == 0) place = &wishes.snaplen;
    else if (strcmp(name, "--buffer-kib") == 0) place = &wishes.buffer_kib;
    else if (strcmp(name, "--filter") == 0) place = &wishes.filter;
    if (place == NULL || *place != NULL || at + 1 == count)
      give_up(BAD_ARGUMENTS, "an argument is unknown, given twice, or has no value", 0);
    *place = arguments[at + 1];
  }
  if (wishes.snaplen == NULL) wishes.snaplen = "0";
  if (wishes.buffer_kib == NULL) wishes.buffer_kib = "16384";
  if (wishes.filter == NULL) wishes.filter = "";
  if (wishes.interface == NULL || !is_interface_name(wishes.interface)) give_up(BAD_ARGUMENTS, "--interface takes the name of an interface", 0);
  if (!is_number(wishes.snaplen, 0, SNAPLEN_MAX)) give_up(BAD_ARGUMENTS, "--snaplen takes a number from 0 to 262144", 0);
  if (!is_number(wishes.buffer_kib, BUFFER_KIB_MIN, BUFFER_KIB_MAX)) give_up(BAD_ARGUMENTS, "--buffer-kib takes a number from 64 to 262144", 0);
  if (!is_filter(wishes.filter)) give_up(BAD_ARGUMENTS, "--filter takes at most 4096 printable ASCII characters and does not begin with -", 0);
  return wishes;
}
