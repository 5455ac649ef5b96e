/** Programs that read the lines of `mailbox-cases.ts` on standard input and answer them with the generated clients. */

const LINE_CHARACTERS = 1 << 16;
const PRIME = 0x0100_0193;

/** For a `vcfg.h` of a platform with a mailbox. */
export const C_MAILBOX = `
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct page {
  uint32_t number;
  uint32_t dwords[1024];
};

static struct page trapped_page = {0, {0}}, shared_page = {1, {0}};
static unsigned char left_there[2080];
static uint32_t hash, accesses;

static void mix(uint32_t value)
{
  hash = (hash ^ value) * ${PRIME}u;
}

static void seen(uint32_t is_write, const struct page *page, uint32_t offset, uint32_t value)
{
  accesses++;
  mix(is_write);
  mix(page->number);
  mix(offset);
  mix(value);
}

static uint32_t read32(struct page *page, uint32_t offset)
{
  seen(0, page, offset, page->dwords[offset / 4]);
  return page->dwords[offset / 4];
}

static void write32(struct page *page, uint32_t offset, uint32_t value)
{
  seen(1, page, offset, value);
  page->dwords[offset / 4] = value;
  if (page == &trapped_page && offset == 4)
    memcpy(shared_page.dwords + 8, left_there, sizeof left_there);
}

#define VCFG_MMIO struct page *
#define VCFG_READ32(page, offset) read32(page, offset)
#define VCFG_WRITE32(page, offset, value) write32(page, offset, value)
#include "vcfg.h"

/* Turns pairs of hex digits into bytes, as many as there are. */
static uint32_t unhex(const char *text, unsigned char *bytes)
{
  uint32_t count = 0;
  unsigned byte;
  while (sscanf(text + 2 * count, "%2x", &byte) == 1)
    bytes[count++] = (unsigned char)byte;
  return count;
}

/* Puts one word; the bytes stand in memory of exactly their length, so that a byte too many is seen. */
static void put(struct vcfg_mailbox *mailbox, const char *word)
{
  static unsigned char bytes[${LINE_CHARACTERS}];
  const uint32_t length = word[0] == 's' || word[0] == 'b' ? unhex(word + 1, bytes) : 0;
  char *exact = (char *)malloc(length + 1u);
  if (exact == NULL)
    exit(2);
  memcpy(exact, bytes, length);
  exact[length] = 0;
  if (word[0] == 'i')
    vcfg_mailbox_put_integer(mailbox, strtoull(word + 1, NULL, 16));
  else if (word[0] == 's')
    vcfg_mailbox_put_string(mailbox, exact);
  else if (word[0] == 'b')
    vcfg_mailbox_put_buffer(mailbox, exact, length);
  else if (word[0] == '[')
    vcfg_mailbox_open_package(mailbox);
  else
    vcfg_mailbox_close_package(mailbox);
  free(exact);
}

static void print(const struct vcfg_mailbox *mailbox, const struct vcfg_value *value)
{
  struct vcfg_value element;
  uint32_t at;
  if (value->type == VCFG_VALUE_PACKAGE) {
    printf("[");
    for (at = 0; vcfg_mailbox_element(mailbox, value, at, &element) == VCFG_STATUS_OK; at++) {
      putchar(',');
      print(mailbox, &element);
    }
    printf(",]");
    return;
  }
  if (value->type == VCFG_VALUE_INTEGER)
    printf("i%" PRIx64, value->integer);
  else
    putchar(value->type == VCFG_VALUE_STRING ? 's' : 'b');
  for (at = 0; value->type != VCFG_VALUE_INTEGER && at < value->size; at++)
    printf("%02x", value->bytes[at]);
}

int main(void)
{
  static char line[${LINE_CHARACTERS}];
  while (fgets(line, (int)sizeof line, stdin) != NULL) {
    struct vcfg_mailbox *mailbox = (struct vcfg_mailbox *)malloc(sizeof *mailbox);
    struct vcfg_value value;
    unsigned char uuid[16];
    enum vcfg_status status;
    char *parts[5], *word;
    int count;
    if (mailbox == NULL)
      return 2;
    line[strcspn(line, "\\n")] = 0;
    parts[0] = line;
    for (count = 1; count < 5; count++) {
      parts[count] = strchr(parts[count - 1], ' ') + 1;
      parts[count][-1] = 0;
    }
    memset(left_there, 0, sizeof left_there);
    unhex(parts[4], left_there);
    memset(shared_page.dwords, 0, sizeof shared_page.dwords);
    hash = accesses = 0;
    status = vcfg_mailbox_uuid(parts[0], uuid);
    if (status == VCFG_STATUS_OK) {
      vcfg_mailbox_begin(mailbox, uuid, strtoull(parts[1], NULL, 16), strtoull(parts[2], NULL, 16));
      for (word = parts[3][0] == '-' ? NULL : strtok(parts[3], ","); word != NULL; word = strtok(NULL, ","))
        put(mailbox, word);
      status = vcfg_mailbox_call(mailbox, &trapped_page, &shared_page, &value);
    }
    printf("%d %" PRIu32 " %" PRIx32 " ", (int)status, accesses, hash);
    if (status == VCFG_STATUS_OK)
      print(mailbox, &value);
    else
      putchar('-');
    putchar('\\n');
    free(mailbox);
  }
  return 0;
}
`;
