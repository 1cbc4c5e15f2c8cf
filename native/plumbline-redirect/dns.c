/* DNS of PROGRAM: its questions arrive inside, and are asked by a socket that was opened outside. */
#include "redirect.h"
#include <sys/random.h>

enum { QUESTIONS_MAX = 1024, HEAD_BYTES = 12 };

typedef struct { Address asker; int relay; unsigned short id, own_id; bool waiting; } Question;

static int resolver = -1, relays[2] = {-1, -1};
/* Without an answer yet; a question takes the place of the one asked 1024 before it. */
static Question questions[QUESTIONS_MAX];
static unsigned char packet[65535];

void open_resolver(const Address *server) {
  resolver = socket(server->at.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (resolver == -1 || connect(resolver, (const void *)&server->at, server->size) == -1)
    give_up("resolver-unreachable", "The name server of this machine cannot be reached", errno);
}

unsigned short open_relays(void) {
  relays[0] = open_at("127.0.0.1", 0, SOCK_DGRAM);
  if (relays[0] == -1) give_up("network-failed", "The program's own network could not be set up", errno);
  relays[1] = open_at("::1", port_of(relays[0]), SOCK_DGRAM);
  return port_of(relays[0]);
}

int resolver_fd(void) { return resolver; }

int relay_at(int index) { return index < 2 ? relays[index] : -1; }

static unsigned short id_of(void) { return (unsigned short)(packet[0] << 8 | packet[1]); }

static void set_id(unsigned short id) {
  packet[0] = (unsigned char)(id >> 8);
  packet[1] = (unsigned char)id;
}

void relay_questions(int index) {
  static unsigned next;
  for (;;) {
    Address asker = {.size = sizeof asker.at};
    ssize_t size = recvfrom(relays[index], packet, sizeof packet, 0, (void *)&asker.at, &asker.size);
    if (size == -1) return;
    if (size < HEAD_BYTES) continue;
    unsigned slot = next++ % QUESTIONS_MAX;
    unsigned short chance = 0;
    if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) == -1) chance = 0;
    unsigned short own_id = (unsigned short)((chance & ~(QUESTIONS_MAX - 1U)) | slot);
    questions[slot] = (Question){asker, index, id_of(), own_id, true};
    set_id(own_id);
    send(resolver, packet, (size_t)size, 0); /* one that is lost is asked again by its asker */
  }
}

void relay_answers(void) {
  for (;;) {
    ssize_t size = recv(resolver, packet, sizeof packet, 0);
    if (size == -1 && errno != ECONNREFUSED) return;
    if (size < HEAD_BYTES) continue;
    Question *question = &questions[id_of() % QUESTIONS_MAX];
    if (!question->waiting || question->own_id != id_of()) continue;
    question->waiting = false;
    set_id(question->id);
    sendto(relays[question->relay], packet, (size_t)size, 0, (void *)&question->asker.at, question->asker.size);
  }
}
