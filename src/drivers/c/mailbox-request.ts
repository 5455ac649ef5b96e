import { MAILBOX, UUID_DIGITS } from '../mailbox-layout.js';

const { elementMultiple: multiple } = MAILBOX;

/** The code that builds a request, in C. */
export const C_MAILBOX_REQUEST = `
static inline void vcfg_mailbox_store(unsigned char *at, uint32_t value)
{
  at[0] = VCFG_CAST(unsigned char, value & 0xffu);
  at[1] = VCFG_CAST(unsigned char, (value >> 8) & 0xffu);
  at[2] = VCFG_CAST(unsigned char, (value >> 16) & 0xffu);
  at[3] = VCFG_CAST(unsigned char, value >> 24);
}

static inline void vcfg_mailbox_store_wide(unsigned char *at, uint64_t value)
{
  vcfg_mailbox_store(at, VCFG_CAST(uint32_t, value & 0xffffffffu));
  vcfg_mailbox_store(at + 4, VCFG_CAST(uint32_t, value >> 32));
}

static inline uint32_t vcfg_mailbox_load(const unsigned char *at)
{
  return VCFG_CAST(uint32_t, at[0]) | (VCFG_CAST(uint32_t, at[1]) << 8) | (VCFG_CAST(uint32_t, at[2]) << 16) |
         (VCFG_CAST(uint32_t, at[3]) << 24);
}

/* The value of a hex digit; 16 for any other character. */
static inline unsigned vcfg_mailbox_digit(char digit)
{
  if (digit >= '0' && digit <= '9')
    return VCFG_CAST(unsigned, digit - '0');
  if (digit >= 'a' && digit <= 'f')
    return VCFG_CAST(unsigned, digit - 'a') + 10u;
  if (digit >= 'A' && digit <= 'F')
    return VCFG_CAST(unsigned, digit - 'A') + 10u;
  return 16u;
}

/* The 16 bytes of a UUID such as "e5c937d0-3553-4d7a-9117-ea4d19c3434d": those of ToUUID, a guid_t, an EFI_GUID. */
static inline enum vcfg_status vcfg_mailbox_uuid(const char *text, unsigned char *uuid)
{
  static const unsigned char places[16] = {${UUID_DIGITS.join(', ')}};
  unsigned at;
  for (at = 0; at < 36u; at++) {
    const int is_dash = at == 8u || at == 13u || at == 18u || at == 23u;
    if (is_dash ? text[at] != '-' : vcfg_mailbox_digit(text[at]) > 15u)
      return VCFG_STATUS_BAD_UUID;
  }
  if (text[36] != 0)
    return VCFG_STATUS_BAD_UUID;
  for (at = 0; at < 16u; at++) {
    const unsigned high = vcfg_mailbox_digit(text[places[at]]), low = vcfg_mailbox_digit(text[places[at] + 1]);
    uuid[at] = VCFG_CAST(unsigned char, high * 16u + low);
  }
  return VCFG_STATUS_OK;
}

/* Begins a request with the arguments of _DSM: the UUID's 16 bytes, the revision and the function index. */
static inline void vcfg_mailbox_begin(struct vcfg_mailbox *mailbox, const unsigned char *uuid, uint64_t revision,
                                      uint64_t function_index)
{
  uint32_t at;
  for (at = 0; at < sizeof mailbox->bytes; at++)
    mailbox->bytes[at] = 0;
  for (at = 0; at < 16u; at++)
    mailbox->bytes[VCFG_MAILBOX_UUID_START + at] = uuid[at];
  vcfg_mailbox_store_wide(mailbox->bytes + VCFG_MAILBOX_REVISION_START, revision);
  vcfg_mailbox_store_wide(mailbox->bytes + VCFG_MAILBOX_FUNCTION_START, function_index);
  mailbox->end = VCFG_MAILBOX_ARGUMENT_START;
  mailbox->depth = 0;
  mailbox->status = VCFG_STATUS_OK;
}

static inline enum vcfg_status vcfg_mailbox_fail(struct vcfg_mailbox *mailbox, enum vcfg_status status)
{
  if (mailbox->status == VCFG_STATUS_OK)
    mailbox->status = status;
  return mailbox->status;
}

/* Counts a value in the open package and writes its head. Returns where its data go, or a null pointer on a fault. */
static inline unsigned char *vcfg_mailbox_take(struct vcfg_mailbox *mailbox, uint32_t type, uint32_t size,
                                               uint32_t length)
{
  uint32_t start;
  if (mailbox->status != VCFG_STATUS_OK)
    return 0;
  if (mailbox->end < VCFG_MAILBOX_ARGUMENT_START ||
      (mailbox->depth == 0 && mailbox->end > VCFG_MAILBOX_ARGUMENT_START)) {
    vcfg_mailbox_fail(mailbox, VCFG_STATUS_BAD_ORDER);
    return 0;
  }
  start = (mailbox->end + ${multiple - 1}u) / ${multiple}u * ${multiple}u;
  if (start + VCFG_MAILBOX_HEAD_BYTES > VCFG_MAILBOX_REQUEST_BYTES ||
      length > VCFG_MAILBOX_REQUEST_BYTES - VCFG_MAILBOX_HEAD_BYTES - start) {
    vcfg_mailbox_fail(mailbox, VCFG_STATUS_TOO_LARGE);
    return 0;
  }
  if (mailbox->depth > 0) {
    unsigned char *count = mailbox->bytes + mailbox->open[mailbox->depth - 1u] + 4;
    vcfg_mailbox_store(count, vcfg_mailbox_load(count) + 1u);
  }
  vcfg_mailbox_store(mailbox->bytes + start, type);
  vcfg_mailbox_store(mailbox->bytes + start + 4, size);
  mailbox->end = start + VCFG_MAILBOX_HEAD_BYTES + length;
  return mailbox->bytes + start + VCFG_MAILBOX_HEAD_BYTES;
}

static inline enum vcfg_status vcfg_mailbox_put_bytes(struct vcfg_mailbox *mailbox, uint32_t type,
                                                      const unsigned char *bytes, uint32_t length)
{
  unsigned char *to = vcfg_mailbox_take(mailbox, type, length, length);
  uint32_t at;
  if (to != 0) {
    for (at = 0; at < length; at++)
      to[at] = bytes[at];
  }
  return mailbox->status;
}

/*
 * Each adds the argument, or an element of the open package, and returns the mailbox's status. After a fault all further
 * calls do nothing, so that checking the result of vcfg_mailbox_call is enough.
 */
static inline enum vcfg_status vcfg_mailbox_put_integer(struct vcfg_mailbox *mailbox, uint64_t value)
{
  unsigned char *to = vcfg_mailbox_take(mailbox, VCFG_VALUE_INTEGER, 8u, 8u);
  if (to != 0)
    vcfg_mailbox_store_wide(to, value);
  return mailbox->status;
}

static inline enum vcfg_status vcfg_mailbox_put_buffer(struct vcfg_mailbox *mailbox, const void *data, uint32_t length)
{
  return vcfg_mailbox_put_bytes(mailbox, VCFG_VALUE_BUFFER, VCFG_CAST(const unsigned char *, data), length);
}

/* The text ends at its NUL, which is not sent. */
static inline enum vcfg_status vcfg_mailbox_put_string(struct vcfg_mailbox *mailbox, const char *text)
{
  const unsigned char *bytes = VCFG_CAST(const unsigned char *, VCFG_CAST(const void *, text));
  uint32_t length = 0;
  while (bytes[length] != 0 && length < VCFG_MAILBOX_REQUEST_BYTES) {
    if (bytes[length] > 0x7fu)
      return vcfg_mailbox_fail(mailbox, VCFG_STATUS_BAD_STRING);
    length++;
  }
  return vcfg_mailbox_put_bytes(mailbox, VCFG_VALUE_STRING, bytes, length);
}

/* Opens a package: everything that is put before it is closed becomes one of its elements. */
static inline enum vcfg_status vcfg_mailbox_open_package(struct vcfg_mailbox *mailbox)
{
  unsigned char *to;
  if (mailbox->status == VCFG_STATUS_OK && mailbox->depth == VCFG_MAILBOX_DEPTH)
    return vcfg_mailbox_fail(mailbox, VCFG_STATUS_TOO_DEEP);
  to = vcfg_mailbox_take(mailbox, VCFG_VALUE_PACKAGE, 0, 0);
  if (to != 0)
    mailbox->open[mailbox->depth++] = mailbox->end - VCFG_MAILBOX_HEAD_BYTES;
  return mailbox->status;
}

static inline enum vcfg_status vcfg_mailbox_close_package(struct vcfg_mailbox *mailbox)
{
  if (mailbox->status == VCFG_STATUS_OK && mailbox->depth == 0)
    return vcfg_mailbox_fail(mailbox, VCFG_STATUS_BAD_ORDER);
  if (mailbox->status == VCFG_STATUS_OK)
    mailbox->depth--;
  return mailbox->status;
}
`;
