/*
 * The channel is one end of a Unix socket pair and speaks as a child process of Node does (lib/internal/child_process.js
 * of Node 20 to 24): a line of JSON each. A descriptor rides on the line {"cmd":"NODE_HANDLE","type":"net.Socket",
 * "msg":…}, which Node answers with NODE_HANDLE_ACK, or NODE_HANDLE_NACK when it had no room for it. Said here:
 *
 *   {"event":"ready","port":P,"program":N}               listening; PROGRAM was started (0 without one)
 *   {"event":"failed","code":"…","message":"…"}          the end, with a sentence for a person
 *   {"event":"connection","address":"…","port":P,"reached":B}   with the client's socket
 *   {"event":"reached"}                                  with a socket, just before a connection whose "reached" is true
 *   {"event":"stray","address":"…"}                      somebody connected here without being redirected; was reset
 *   {"event":"lost"}                                     Node had no room for a socket; its peer sees it closed
 *   {"event":"counters","nft":{…}}                       the answer to "ask-counters", and at the end; null without nft
 *   {"event":"ended","code":N}                           PROGRAM ended (128 + n after signal n); its children may go on
 */
#include "redirect.h"
#include <stdarg.h>

enum {
  IN_FLIGHT_MAX = 64, /* descriptors that Node has not acknowledged; more connections wait in the kernel's queue */
  LINE_BYTES_MAX = 9000,
};

static int channel = -1, in_flight;

void open_channel(int fd) {
  if (fd < 3 || fcntl(fd, F_SETFD, FD_CLOEXEC) == -1) refuse_arguments("--channel takes the number of an open descriptor");
  channel = fd;
  /* They are for us, and would make a Node that PROGRAM is believe that the channel is its own. */
  unsetenv("NODE_CHANNEL_FD");
  unsetenv("NODE_CHANNEL_SERIALIZATION_MODE");
}

int channel_fd(void) { return channel; }

bool channel_has_room(void) { return channel != -1 && in_flight < IN_FLIGHT_MAX; }

void tell(int passed, const char *format, ...) {
  char line[LINE_BYTES_MAX];
  va_list values;
  va_start(values, format);
  int size = vsnprintf(line, sizeof line - 1, format, values);
  va_end(values);
  if (size < 0 || size >= (int)sizeof line - 1) return;
  line[size++] = '\n';
  union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } control = {{0}};
  struct iovec part = {line, (size_t)size};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (passed != -1) {
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_len = CMSG_LEN(sizeof passed);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    memcpy(CMSG_DATA(head), &passed, sizeof passed);
    in_flight++;
  }
  ssize_t sent;
  do sent = sendmsg(channel, &message, MSG_NOSIGNAL);
  while (sent == -1 && errno == EINTR);
}

_Noreturn void give_up(const char *code, const char *sentence, int error) {
  const char *cause = error == 0 ? "" : strerror(error);
  tell(-1, "{\"event\":\"failed\",\"code\":\"%s\",\"message\":\"%s%s%s%s.\"}", code, sentence, error == 0 ? "" : " (", cause,
       error == 0 ? "" : ")");
  exit(1);
}

_Noreturn void refuse_arguments(const char *what) {
  fprintf(stderr, "plumbline-redirect: %s. How it is called stands in native/plumbline-redirect/redirect.h.\n", what);
  exit(2);
}

static void heed(const char *line, void (*counters)(void)) {
  bool lost = strstr(line, "NODE_HANDLE_NACK") != NULL;
  if ((lost || strstr(line, "NODE_HANDLE_ACK") != NULL) && in_flight > 0) in_flight--;
  if (lost) tell(-1, "{\"event\":\"lost\"}");
  if (strstr(line, "ask-counters") != NULL) counters();
}

void read_channel(void (*counters)(void)) {
  static char line[256];
  static size_t used;
  char bytes[4096];
  ssize_t size = recv(channel, bytes, sizeof bytes, MSG_DONTWAIT);
  if (size == 0 || (size == -1 && errno != EAGAIN && errno != EINTR)) {
    close(channel);
    channel = -1;
  }
  for (ssize_t i = 0; i < size; i++) {
    if (bytes[i] != '\n') {
      if (used < sizeof line - 1) line[used++] = bytes[i];
      continue;
    }
    line[used] = '\0';
    used = 0;
    heed(line, counters);
  }
}
